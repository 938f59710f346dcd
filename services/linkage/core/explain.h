// Why two records are, or are not, one person's: the weights in the order in which
// they add up, as a waterfall. With the values compared for those cleared to see
// them; without, level names and bits only. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_EXPLAIN_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_EXPLAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/sensitive.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/score/scorer.h"

namespace safehaven::linkage {

enum class ShowValues : uint8_t { kNo, kYes };

// One field's part.
struct WaterfallStep {
  std::string field;
  // "not compared" where either value is missing.
  std::string level;
  Weight weight = 0;
  // What the rarity of the values adds or takes.
  Weight rarity = 0;
  // The two values, only with ShowValues::kYes.
  std::optional<Sensitive<std::pair<std::string, std::string>>> values;
};

struct Waterfall {
  std::string model;  // ModelIdentity
  Weight prior = 0;
  std::vector<WaterfallStep> steps;
  // 0 or less: rarity beyond the model's cap does not count.
  Weight rarity_capped = 0;
  // 0 or less: another person of the household explains the agreement better than
  // a stranger does.
  Weight household = 0;
  // prior + steps + rarity_capped + household.
  Weight total = 0;
  Decision decision = Decision::kNone;
  Thresholds thresholds;
  // The first blocking rule that finds the pair; "" if none does.
  std::string rule;
};

// Explains the pair of profiles under `model`. The decision is that of the pair by
// itself, before the clearly-ahead rule and clustering. INVALID_ARGUMENT with reason
// PROFILE_UNKNOWN.
absl::StatusOr<Waterfall> Explain(const Profiles& profiles, const Model& model, ProfileIndex a,
                                  ProfileIndex b, ShowValues show);

// One line a step, bits with one decimal. Values only if the waterfall has them.
std::string ToText(const Waterfall& waterfall);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_EXPLAIN_H_
