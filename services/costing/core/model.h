// A cost model: how every pound of one provider's ledger reaches patients' events,
// or the cost group in which it stays. The model is data (docs/formats.md, "Cost
// model"); this file has its types and the rules that a model must keep.
// References between parts are indices into the vectors below. Values only;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/money.h"
#include "services/costing/core/model_feeds.h"
#include "services/costing/core/support_costs.h"

namespace safehaven::costing {

// Where cost may end. The collection reports them separately (costing.md 1.2, 7).
enum class CostGroup : uint8_t {
  kOwnPatientCare,
  kEducationTraining,
  kResearchDevelopment,
  kCommercialOther,
  kOtherOrganisationsPatients,
};
inline constexpr size_t kCostGroupCount = 5;

// What a pool is for; fixes where its cost goes on to.
enum class PoolKind : uint8_t {
  kSupport,              // to its receivers; nothing may stay
  kResource,             // to a resource, then activities, then events: own patient care
  kEducationTraining,    // stays
  kResearchDevelopment,  // stays
  kCommercial,           // stays: commercial and other
  kOtherPatients,        // stays: other organisations' patients
  kExcluded,             // outside the quantum, shown on a line of its own
};

struct Pool {
  std::string id;
  std::string name;
  PoolKind kind = PoolKind::kSupport;
  size_t resource = 0;  // kResource only
};

// Moves cost of the ledger lines that it fits to a pool: an amount, or a fraction of
// what the amounts leave. Exactly one of the two.
struct LedgerRule {
  std::string cost_centre;
  std::string account;  // "*": every account of the cost centre that no rule names
  size_t pool = 0;
  std::optional<Money> amount;
  int64_t fraction_e8 = 0;  // 1e-8; 0 if `amount` is set
  // Ledger lines of these days only, both inclusive; absent: no bound. A line without
  // a day counts as of the period's last day.
  std::optional<CivilDay> first_day;
  std::optional<CivilDay> last_day;
};

enum class SupportMethod : uint8_t { kStepDown, kReciprocal };

struct Resource {
  std::string id;
  std::string name;
};

struct Activity {
  std::string id;
  std::string name;
};

// Part of a resource's cost goes to an activity, in proportion to `share`.
struct ResourceLink {
  size_t resource = 0;
  size_t activity = 0;
  int64_t share = 0;  // above 0
};

// Income of an account counts for a cost group, so that both sides can be compared.
struct IncomeRule {
  std::string cost_centre;
  std::string account;  // or "*"
  CostGroup group = CostGroup::kOwnPatientCare;
};

// Which events bear cost: those that ended in the period, or all that overlap it (work
// in progress: their drivers then hold only what lies in the period).
enum class YearEdge : uint8_t { kEnded, kOverlapping };

struct CostModel {
  std::string provider;  // ODS code
  int64_t version = 0;
  CivilDay period_start;
  CivilDay period_end;  // inclusive
  std::vector<Pool> pools;
  std::vector<LedgerRule> ledger_map;
  SupportMethod support_method = SupportMethod::kReciprocal;
  std::vector<size_t> support_order;  // every support pool once
  std::vector<SupportStatistic> support_statistics;  // indices into `pools`
  std::vector<Resource> resources;
  std::vector<Activity> activities;
  std::vector<ResourceLink> links;
  std::vector<Driver> drivers;
  std::vector<Feed> feeds;
  std::vector<MatchingRule> matching;  // by feed, in the order in which they are tried
  UnmatchedPolicy unmatched = UnmatchedPolicy::kCosted;
  YearEdge year_edge = YearEdge::kEnded;
  std::vector<IncomeRule> income_map;
};

// Limits on a model from outside.
inline constexpr size_t kPoolsMax = 2'000;
inline constexpr size_t kLedgerRulesMax = 200'000;
inline constexpr size_t kResourcesMax = 5'000;
inline constexpr size_t kActivitiesMax = 5'000;
inline constexpr size_t kLinksMax = 100'000;
inline constexpr size_t kModelTextMax = 200;  // characters of a name

// The cost group of a pool's kind; nothing for support and excluded pools.
std::optional<CostGroup> GroupOf(PoolKind kind);

// Does the model keep every rule of docs/formats.md that needs more than one field?
// INVALID_ARGUMENT with reason COST_MODEL_INVALID and metadata "field"
// ("pools[3].resource") otherwise.
absl::Status CheckModel(const CostModel& model);

// The support stage of `model`, for pools that hold `direct` (one amount a pool).
SupportProblem SupportProblemOf(const CostModel& model, std::vector<Money> direct);

// A text that is equal for equal models, whatever their files looked like.
std::string CanonicalModel(const CostModel& model);

// The failure CheckModel() returns, for readers of model files.
absl::Status ModelInvalid(absl::string_view field, absl::string_view why);

// Stable names as in model files: "own_patient_care", "education_training", ...
absl::string_view Name(CostGroup group);
absl::string_view Name(PoolKind kind);
absl::string_view Name(SupportMethod method);
std::optional<PoolKind> ParsePoolKind(absl::string_view name);
std::optional<SupportMethod> ParseSupportMethod(absl::string_view name);
std::optional<CostGroup> ParseCostGroup(absl::string_view name);
absl::string_view Name(DriverKind kind);
std::optional<DriverKind> ParseDriverKind(absl::string_view name);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_H_
