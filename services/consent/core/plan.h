// What would change if the register were made to say what a directory of files says.
//
// Infrastructure as code for a register: a plan is shown before anything is applied,
// and it says of every change whether it widens access and so needs a second person.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PLAN_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PLAN_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/consent/core/entry.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/widening.h"

namespace safehaven::consent {

enum class PlanAction { kAdd, kChange, kEnd };
inline constexpr std::array<absl::string_view, 3> kPlanActionNames = {"add", "change", "end"};
template <>
struct EnumText<PlanAction> : EnumTable<PlanAction, kPlanActionNames> {};

struct PlannedChange {
  PlanAction action = PlanAction::kAdd;
  std::string key;
  std::optional<Entry> entry;  // the new version; absent: the entry is ended
  Widening widening = Widening::kWidens;
  std::vector<std::string> lines;  // "purposes[1]: + clinical_audit", for people
};

// From `snapshot` to `entries` (the latest version of each, keys distinct), in order of
// key. Entries that are the same do not appear. With `keep_absent`, entries that the
// files do not name stay as they are instead of being ended.
std::vector<PlannedChange> Plan(const RegisterSnapshot& snapshot, std::span<const Entry> entries, bool keep_absent);

// "+ approvals/CAG 9-01(a)/2025 (widens)" with its lines below it; and how many of
// each. "No changes." for an empty plan.
std::string PlanText(std::span<const PlannedChange> plan);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PLAN_H_
