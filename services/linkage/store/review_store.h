// Verdicts of clerks at rest, by authority and pair. A verdict is never changed or
// deleted. Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_REVIEW_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_REVIEW_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "services/linkage/core/review.h"

namespace safehaven::linkage {

// At most so many pairs of an authority are ever reviewed.
inline constexpr size_t kReviewsMax = 1'000'000;

class ReviewStore {
 public:
  explicit ReviewStore(Store& store) : store_(store) {}

  // All pairs of an authority that somebody reviewed, in order of id. DATA_LOSS with reason
  // RECORD_CORRUPT; RESOURCE_EXHAUSTED with reason REVIEWS_TOO_MANY.
  absl::StatusOr<std::vector<Review>> All(absl::string_view authority, absl::Time deadline);

  // Adds a verdict on the pair `review` (its verdicts are ignored) and returns the review
  // as it is then. The same verdict again is a retry; ALREADY_EXISTS with reason
  // REVIEW_DECIDED if that person decided otherwise; ABORTED if another was faster.
  absl::StatusOr<Review> Add(absl::string_view authority, const Review& review, const GivenVerdict& verdict,
                             absl::Time deadline);

 private:
  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_REVIEW_STORE_H_
