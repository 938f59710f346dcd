#include "services/costing/core/ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/digest.h"

namespace safehaven::costing {
namespace {

constexpr size_t kLedgerCodeMax = 12;
constexpr size_t kDescriptionMax = 500;

absl::Status RowInvalid(const LedgerRow& row, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "LEDGER_INVALID",
                 absl::StrCat("line ", row.line, ": ", field, ": ", why),
                 {{"line", absl::StrCat(row.line)}, {"field", std::string(field)}});
}

bool IsLedgerCode(absl::string_view code) {
  if (code.empty() || code.size() > kLedgerCodeMax) return false;
  for (const char c : code) {
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

absl::StatusOr<LedgerLine> ParseRow(const LedgerRow& row, absl::string_view provider) {
  if (!OdsCode::Parse(row.provider).ok()) return RowInvalid(row, "provider", "must be an ODS code");
  if (row.provider != provider) return RowInvalid(row, "provider", "differs from the first line's");
  if (!IsLedgerCode(row.cost_centre)) {
    return RowInvalid(row, "cost_centre", "must be 1 to 12 of A-Z, 0-9 and -");
  }
  if (!IsLedgerCode(row.account)) return RowInvalid(row, "account", "must be 1 to 12 of A-Z, 0-9 and -");
  if (row.description.size() > kDescriptionMax) return RowInvalid(row, "description", "is too long");
  const absl::StatusOr<Money> amount = Money::Parse(row.amount);
  if (!amount.ok()) return RowInvalid(row, "amount", amount.status().message());
  return LedgerLine{std::string(row.cost_centre), std::string(row.account), std::string(row.description), *amount};
}

// A cost centre and an account of its rules; the account is "*" for the rest.
using RuleKey = std::pair<absl::string_view, absl::string_view>;

absl::Status MappingFailure(absl::string_view reason, const RuleKey& key, absl::string_view why) {
  return Failure(absl::StatusCode::kFailedPrecondition, reason,
                 absl::StrCat("cost centre ", key.first, ", account ", key.second, ": ", why),
                 {{"cost_centre", std::string(key.first)}, {"account", std::string(key.second)}});
}

// What the lines that one set of rules fits add up to.
struct RuleSet {
  std::vector<size_t> rules;  // indices, in the model's order
  WideMoney total;
  bool fits_a_line = false;
};

std::map<RuleKey, RuleSet> RuleSets(const CostModel& model) {
  std::map<RuleKey, RuleSet> sets;
  for (size_t i = 0; i < model.ledger_map.size(); ++i) {
    const LedgerRule& rule = model.ledger_map[i];
    sets[{rule.cost_centre, rule.account}].rules.push_back(i);
  }
  return sets;
}

// Divides one set's total: first the amounts, then the fractions of what they leave.
// Writes the amount of rule i to `postings[i]`.
absl::Status Divide(const RuleKey& key, const RuleSet& set, const CostModel& model,
                    std::vector<LedgerPosting>& postings) {
  WideMoney rest = set.total;
  std::vector<size_t> fraction_rules;
  std::vector<int64_t> fractions;
  for (const size_t index : set.rules) {
    const LedgerRule& rule = model.ledger_map[index];
    if (rule.amount) {
      rest = rest - WideMoney(*rule.amount);
      postings[index].amount = *rule.amount;
    } else {
      fraction_rules.push_back(index);
      fractions.push_back(rule.fraction_e8);
    }
  }
  SH_ASSIGN_OR_RETURN(const Money rest_narrow, rest.Narrow());
  if (fractions.empty()) {
    if (rest_narrow == Money(0)) return absl::OkStatus();
    return MappingFailure("LEDGER_REST_UNMAPPED", key,
                          absl::StrCat("the amounts leave ", rest_narrow.ToString(), " and no fraction takes it"));
  }
  SH_ASSIGN_OR_RETURN(const std::vector<Money> shares, Apportion(rest_narrow, fractions));
  for (size_t i = 0; i < shares.size(); ++i) postings[fraction_rules[i]].amount = shares[i];
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
  std::map<RuleKey, RuleSet> sets = RuleSets(model);
  for (const LedgerLine& line : ledger.lines) {
    auto at = sets.find({line.cost_centre, line.account});
    if (at == sets.end()) at = sets.find({line.cost_centre, "*"});
    if (at == sets.end()) {
      return MappingFailure("LEDGER_LINE_UNMAPPED", {line.cost_centre, line.account}, "no rule fits");
    }
    at->second.total += line.amount;
    at->second.fits_a_line = true;
  }
  LedgerMapping mapping;
  mapping.postings.resize(model.ledger_map.size());
  for (size_t i = 0; i < model.ledger_map.size(); ++i) {
    mapping.postings[i] = {.rule = i, .pool = model.ledger_map[i].pool, .amount = Money(0)};
  }
  for (const auto& [key, set] : sets) {
    if (!set.fits_a_line) return MappingFailure("LEDGER_RULE_UNUSED", key, "no ledger line fits the rule");
    SH_RETURN_IF_ERROR(Divide(key, set, model, mapping.postings));
  }
  mapping.pool_cost.resize(model.pools.size());
  for (const LedgerPosting& posting : mapping.postings) {
    SH_ASSIGN_OR_RETURN(mapping.pool_cost[posting.pool], Add(mapping.pool_cost[posting.pool], posting.amount));
  }
  return mapping;
}

std::string LedgerDigest(const Ledger& ledger) {
  std::vector<std::string> lines;
  lines.reserve(ledger.lines.size());
  for (const LedgerLine& line : ledger.lines) {
    lines.push_back(absl::StrCat(line.cost_centre, ";", line.account, ";", line.amount.ToString(), ";",
                                 line.description));
  }
  std::sort(lines.begin(), lines.end());
  Digester digester("safehaven-ledger/1");
  digester.AddText(ledger.provider);
  for (const std::string& line : lines) digester.AddText(line);
  return digester.Finish();
}

}  // namespace safehaven::costing
