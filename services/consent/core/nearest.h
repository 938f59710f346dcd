// The closest question that would be permitted: fewer items, another form, another day,
// another approval or place. A search over small changes, so that a refusal can say not
// only why but also what could be asked instead. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_NEAREST_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_NEAREST_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/consent/core/decide.h"

namespace safehaven::consent {

// What is judged, as one value.
struct Asked {
  Question question;
  Particulars particulars;
  Caller caller;
  CivilDay day;
};

struct NearestLawful {
  Asked asked;                       // as changed
  std::vector<std::string> changes;  // plain English, in order
  Evaluation evaluation;             // permitted or required
};

// Most changes beside each other, and most questions that are tried.
inline constexpr size_t kNearestChangesMax = 3;
inline constexpr size_t kNearestTriesMax = 20'000;

// Where the search is bounded beside that.
struct NearestBounds {
  std::optional<CivilDay> first_day;    // no day before it: at a service nobody can ask in the past
  const HoldingIndex* index = nullptr;  // of the first of the holdings; nullptr: of none
};

// The permitted question with the fewest changes; of equals the one that keeps more of
// what was asked (particulars go first, then items, data sets, form, place, day and at
// last the approval). Nothing if there is none within the limits. A question that is
// permitted as it stands comes back without changes.
std::optional<NearestLawful> FindNearestLawful(const RegisterSnapshot& snapshot, const Asked& asked,
                                               std::span<const Holding> holdings);
std::optional<NearestLawful> FindNearestLawful(const RegisterSnapshot& snapshot, const Asked& asked,
                                               std::span<const Holding> holdings, const NearestBounds& bounds);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_NEAREST_H_
