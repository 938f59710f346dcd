// Which rules of a ledger map are in force for a ledger line: rules of one cost centre
// and account, in the stretches of days between which nothing changes. Internal to the
// costing core. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_RULES_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_RULES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// A cost centre and an account of its rules; the account is "*" for the rest.
using RuleKey = std::pair<absl::string_view, absl::string_view>;

// Is the rule in force on `day`?
bool InForce(const LedgerRule& rule, CivilDay day);

// The rules of one key and the days on which a stretch begins; stretch i is
// [begins[i - 1], begins[i]), the first and last without bound.
struct KeyRules {
  std::vector<size_t> rules;     // indices, in the model's order
  std::vector<CivilDay> begins;  // ascending, no two alike

  size_t StretchOf(CivilDay day) const;
  // The rules that are in force in a stretch.
  std::vector<size_t> In(size_t stretch, const CostModel& model) const;
  size_t stretch_count() const { return begins.size() + 1; }
};

// All keys; views into `model`, which outlives them.
std::map<RuleKey, KeyRules> RulesByKey(const CostModel& model);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_RULES_H_
