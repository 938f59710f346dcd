#include "services/costing/core/ledger_rules.h"

#include <algorithm>
#include <set>

#include "libs/base/status.h"
#include "services/costing/core/model_check.h"

namespace safehaven::costing {

bool InForce(const LedgerRule& rule, CivilDay day) {
  return (!rule.first_day || *rule.first_day <= day) && (!rule.last_day || day <= *rule.last_day);
}

size_t KeyRules::StretchOf(CivilDay day) const {
  return static_cast<size_t>(std::upper_bound(begins.begin(), begins.end(), day) - begins.begin());
}

std::vector<size_t> KeyRules::In(size_t stretch, const CostModel& model) const {
  // Any day of the stretch will do; the first stretch ends the day before begins[0].
  CivilDay day;
  if (!begins.empty()) day = stretch == 0 ? CivilDay(begins[0].days_since_1970() - 1) : begins[stretch - 1];
  std::vector<size_t> result;
  for (const size_t index : rules) {
    if (begins.empty() || InForce(model.ledger_map[index], day)) result.push_back(index);
  }
  return result;
}

std::map<RuleKey, KeyRules> RulesByKey(const CostModel& model) {
  std::map<RuleKey, KeyRules> keys;
  std::map<RuleKey, std::set<CivilDay>> begins;
  for (size_t i = 0; i < model.ledger_map.size(); ++i) {
    const LedgerRule& rule = model.ledger_map[i];
    const RuleKey key = {rule.cost_centre, rule.account};
    keys[key].rules.push_back(i);
    if (rule.first_day) begins[key].insert(*rule.first_day);
    if (rule.last_day) begins[key].insert(CivilDay(rule.last_day->days_since_1970() + 1));
  }
  for (auto& [key, days] : begins) keys[key].begins.assign(days.begin(), days.end());
  return keys;
}

absl::Status CheckLedgerMap(const CostModel& model) {
  for (size_t i = 0; i < model.ledger_map.size(); ++i) {
    const LedgerRule& rule = model.ledger_map[i];
    if (!IsLedgerCode(rule.cost_centre)) return ModelInvalid(At("ledger_map", i, "cost_centre"), kLedgerCodeShape);
    if (rule.account != "*" && !IsLedgerCode(rule.account)) {
      return ModelInvalid(At("ledger_map", i, "account"), absl::StrCat(kLedgerCodeShape, ", or *"));
    }
    if (rule.pool >= model.pools.size()) return ModelInvalid(At("ledger_map", i, "to"), "is no pool of the model");
    if (rule.first_day && rule.last_day && *rule.last_day < *rule.first_day) {
      return ModelInvalid(At("ledger_map", i, "last_day"), "is before first_day");
    }
    if (rule.amount.has_value()) {
      if (rule.fraction_e8 == 0) continue;
      return ModelInvalid(At("ledger_map", i, "amount"), "cannot stand beside a fraction");
    }
    if (rule.fraction_e8 <= 0 || rule.fraction_e8 > kFractionOne) {
      return ModelInvalid(At("ledger_map", i, "fraction"), "must be more than 0 and at most 1");
    }
  }
  for (const auto& [key, rules] : RulesByKey(model)) {
    for (size_t stretch = 0; stretch < rules.stretch_count(); ++stretch) {
      int64_t sum = 0;
      size_t last = 0;
      for (const size_t index : rules.In(stretch, model)) {
        sum += model.ledger_map[index].fraction_e8;
        if (model.ledger_map[index].fraction_e8 != 0) last = index;
      }
      if (sum == 0 || sum == kFractionOne) continue;
      return ModelInvalid(At("ledger_map", last, "fraction"),
                          absl::StrCat("the fractions of ", key.first, " / ", key.second, " do not add to exactly 1"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckIncomeMap(const CostModel& model) {
  std::set<RuleKey> seen;
  for (size_t i = 0; i < model.income_map.size(); ++i) {
    const IncomeRule& rule = model.income_map[i];
    if (!IsLedgerCode(rule.cost_centre)) return ModelInvalid(At("income_map", i, "cost_centre"), kLedgerCodeShape);
    if (rule.account != "*" && !IsLedgerCode(rule.account)) {
      return ModelInvalid(At("income_map", i, "account"), absl::StrCat(kLedgerCodeShape, ", or *"));
    }
    if (!seen.insert({rule.cost_centre, rule.account}).second) {
      return ModelInvalid(At("income_map", i, "account"), "is mapped twice");
    }
  }
  return absl::OkStatus();
}

void AppendLedgerMap(const CostModel& model, std::string* out) {
  *out += "ledger_map;";
  for (const LedgerRule& rule : model.ledger_map) {
    AppendField(out, rule.cost_centre);
    AppendField(out, rule.account);
    AppendField(out, model.pools[rule.pool].id);
    absl::StrAppend(out, rule.amount ? rule.amount->ToString() : "-", ";", rule.fraction_e8, ";");
    if (rule.first_day) absl::StrAppend(out, "from ", rule.first_day->ToString(), ";");
    if (rule.last_day) absl::StrAppend(out, "to ", rule.last_day->ToString(), ";");
  }
  if (model.income_map.empty()) return;
  *out += "income_map;";
  for (const IncomeRule& rule : model.income_map) {
    AppendField(out, rule.cost_centre);
    AppendField(out, rule.account);
    absl::StrAppend(out, Name(rule.group), ";");
  }
}

}  // namespace safehaven::costing
