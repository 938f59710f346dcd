#include "services/costing/core/ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/digest.h"
#include "services/costing/core/ledger_rules.h"
#include "services/costing/core/model_check.h"

namespace safehaven::costing {
namespace {

constexpr size_t kDescriptionMax = 500;

absl::Status RowInvalid(const LedgerRow& row, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "LEDGER_INVALID",
                 absl::StrCat("line ", row.line, ": ", field, ": ", why),
                 {{"line", absl::StrCat(row.line)}, {"field", std::string(field)}});
}

absl::StatusOr<LedgerLine> ParseRow(const LedgerRow& row, absl::string_view provider) {
  if (!OdsCode::Parse(row.provider).ok()) return RowInvalid(row, "provider", "must be an ODS code");
  if (row.provider != provider) return RowInvalid(row, "provider", "differs from the first line's");
  if (!IsLedgerCode(row.cost_centre)) {
    return RowInvalid(row, "cost_centre", kLedgerCodeShape);
  }
  if (!IsLedgerCode(row.account)) return RowInvalid(row, "account", kLedgerCodeShape);
  if (row.description.size() > kDescriptionMax) return RowInvalid(row, "description", "is too long");
  const absl::StatusOr<Money> amount = Money::Parse(row.amount);
  if (!amount.ok()) return RowInvalid(row, "amount", amount.status().message());
  LedgerLine line = {std::string(row.cost_centre), std::string(row.account), std::string(row.description), *amount};
  if (row.day.empty()) return line;
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(row.day);
  if (!day.ok()) return RowInvalid(row, "day", day.status().message());
  line.day = *day;
  return line;
}

absl::Status MappingFailure(absl::string_view reason, const RuleKey& key, absl::string_view why) {
  return Failure(absl::StatusCode::kFailedPrecondition, reason,
                 absl::StrCat("cost centre ", key.first, ", account ", key.second, ": ", why),
                 {{"cost_centre", std::string(key.first)}, {"account", std::string(key.second)}});
}

// What the lines of one key and one stretch of days add up to.
struct Stretch {
  WideMoney total;
  bool has_lines = false;
};

// A key's rules and lines; by stretch of days, of which an undated key has one.
struct KeyLines {
  KeyRules rules;
  std::vector<Stretch> stretches;
};

// The key and stretch that take `line`: those of its account if one of its rules is in
// force on the day, else those of the cost centre's rest.
absl::StatusOr<Stretch*> StretchFor(const LedgerLine& line, const CostModel& model,
                                    std::map<RuleKey, KeyLines>& keys) {
  const CivilDay day = line.day.value_or(model.period_end);
  for (const absl::string_view account : {absl::string_view(line.account), absl::string_view("*")}) {
    const auto at = keys.find({line.cost_centre, account});
    if (at == keys.end()) continue;
    const size_t stretch = at->second.rules.StretchOf(day);
    if (!at->second.rules.In(stretch, model).empty()) return &at->second.stretches[stretch];
  }
  return MappingFailure("LEDGER_LINE_UNMAPPED", {line.cost_centre, line.account}, "no rule fits");
}

// Divides one stretch's total: first the amounts, then the fractions of what they
// leave. An amount is taken once, in the first stretch of its days that has lines.
absl::Status Divide(const RuleKey& key, const std::vector<size_t>& rules, WideMoney total, const CostModel& model,
                    std::vector<bool>& used, std::vector<LedgerPosting>& postings) {
  WideMoney rest = total;
  std::vector<size_t> fraction_rules;
  std::vector<int64_t> fractions;
  for (const size_t index : rules) {
    const LedgerRule& rule = model.ledger_map[index];
    if (!rule.amount) {
      fraction_rules.push_back(index);
      fractions.push_back(rule.fraction_e8);
    } else if (!used[index]) {
      rest = rest - WideMoney(*rule.amount);
      postings[index].amount = *rule.amount;
    }
    used[index] = true;
  }
  SH_ASSIGN_OR_RETURN(const Money rest_narrow, rest.Narrow());
  if (fractions.empty()) {
    if (rest_narrow == Money(0)) return absl::OkStatus();
    return MappingFailure("LEDGER_REST_UNMAPPED", key,
                          absl::StrCat("the amounts leave ", rest_narrow.ToString(), " and no fraction takes it"));
  }
  SH_ASSIGN_OR_RETURN(const std::vector<Money> shares, Apportion(rest_narrow, fractions));
  for (size_t i = 0; i < shares.size(); ++i) {
    Money& amount = postings[fraction_rules[i]].amount;
    SH_ASSIGN_OR_RETURN(amount, Add(amount, shares[i]));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ledger> ParseLedger(std::span<const LedgerRow> rows) {
  if (rows.empty()) return InvalidArgument("LEDGER_INVALID", "the ledger has no lines");
  if (rows.size() > kLedgerLinesMax) {
    return InvalidArgument("LEDGER_INVALID", absl::StrCat("the ledger has more than ", kLedgerLinesMax, " lines"));
  }
  Ledger ledger;
  ledger.provider = std::string(rows.front().provider);
  ledger.lines.reserve(rows.size());
  WideMoney total;
  for (const LedgerRow& row : rows) {
    SH_ASSIGN_OR_RETURN(LedgerLine line, ParseRow(row, ledger.provider));
    total += line.amount;
    ledger.lines.push_back(std::move(line));
  }
  SH_ASSIGN_OR_RETURN(ledger.total, total.Narrow());
  return ledger;
}

absl::StatusOr<LedgerMapping> MapLedger(const Ledger& ledger, const CostModel& model) {
  if (ledger.provider != model.provider) {
    return FailedPrecondition("LEDGER_PROVIDER_MISMATCH", "the ledger is of another provider than the cost model");
  }
  std::map<RuleKey, KeyLines> keys;
  for (auto& [key, rules] : RulesByKey(model)) {
    const size_t stretch_count = rules.stretch_count();
    keys.emplace(key, KeyLines{rules, std::vector<Stretch>(stretch_count)});
  }
  for (const LedgerLine& line : ledger.lines) {
    SH_ASSIGN_OR_RETURN(Stretch* const stretch, StretchFor(line, model, keys));
    stretch->total += line.amount;
    stretch->has_lines = true;
  }
  LedgerMapping mapping;
  mapping.postings.resize(model.ledger_map.size());
  for (size_t i = 0; i < model.ledger_map.size(); ++i) {
    mapping.postings[i] = {.rule = i, .pool = model.ledger_map[i].pool, .amount = Money(0)};
  }
  std::vector<bool> used(model.ledger_map.size(), false);
  for (const auto& [key, lines] : keys) {
    for (size_t stretch = 0; stretch < lines.stretches.size(); ++stretch) {
      if (!lines.stretches[stretch].has_lines) continue;
      SH_RETURN_IF_ERROR(Divide(key, lines.rules.In(stretch, model), lines.stretches[stretch].total, model, used,
                                mapping.postings));
    }
    for (const size_t index : lines.rules.rules) {
      if (!used[index]) return MappingFailure("LEDGER_RULE_UNUSED", key, "no ledger line fits the rule");
    }
  }
  mapping.pool_cost.resize(model.pools.size());
  for (const LedgerPosting& posting : mapping.postings) {
    SH_ASSIGN_OR_RETURN(mapping.pool_cost[posting.pool], Add(mapping.pool_cost[posting.pool], posting.amount));
  }
  return mapping;
}

absl::StatusOr<std::array<Money, kCostGroupCount>> MapIncome(const Ledger& income, const CostModel& model) {
  if (income.provider != model.provider) {
    return FailedPrecondition("LEDGER_PROVIDER_MISMATCH", "the income is of another provider than the cost model");
  }
  std::map<RuleKey, CostGroup> groups;
  for (const IncomeRule& rule : model.income_map) groups.emplace(RuleKey(rule.cost_centre, rule.account), rule.group);
  std::array<WideMoney, kCostGroupCount> totals;
  for (const LedgerLine& line : income.lines) {
    auto at = groups.find({line.cost_centre, line.account});
    if (at == groups.end()) at = groups.find({line.cost_centre, "*"});
    if (at == groups.end()) {
      return MappingFailure("INCOME_LINE_UNMAPPED", {line.cost_centre, line.account}, "no rule of income_map fits");
    }
    totals[static_cast<size_t>(at->second)] += line.amount;
  }
  std::array<Money, kCostGroupCount> result;
  for (size_t i = 0; i < kCostGroupCount; ++i) {
    SH_ASSIGN_OR_RETURN(result[i], totals[i].Narrow());
  }
  return result;
}

absl::StatusOr<AccountName> FindAccount(const Ledger& ledger, absl::string_view name) {
  std::optional<AccountName> found;
  for (const LedgerLine& line : ledger.lines) {
    if (name != absl::StrCat(line.cost_centre, "/", line.account)) continue;
    if (found && found->cost_centre != line.cost_centre) {
      return InvalidArgument("ACCOUNT_AMBIGUOUS", "two accounts of the ledger are written like that");
    }
    found = {line.cost_centre, line.account};
  }
  if (!found) return NotFound("ACCOUNT_UNKNOWN", "the ledger has no account COST_CENTRE/ACCOUNT of that name");
  return *std::move(found);
}

std::string LedgerDigest(const Ledger& ledger) {
  std::vector<std::string> lines;
  lines.reserve(ledger.lines.size());
  for (const LedgerLine& line : ledger.lines) {
    lines.push_back(absl::StrCat(line.cost_centre, ";", line.account, ";", line.amount.ToString(), ";",
                                 line.description, line.day ? absl::StrCat(";", line.day->ToString()) : ""));
  }
  std::sort(lines.begin(), lines.end());
  Digester digester("safehaven-ledger/1");
  digester.AddText(ledger.provider);
  for (const std::string& line : lines) digester.AddText(line);
  return digester.Finish();
}

}  // namespace safehaven::costing
