// Who uses how much of each activity: the weights by which an activity's cost is
// divided, from events' own columns and from matched rows of auxiliary feeds.
// Internal to costing runs. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_ACTIVITY_USES_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_ACTIVITY_USES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// The rule of a use that comes from the event's own row; rule i of the model's
// matching is i + 1. Where several rows add up, the largest stands: the weakest match.
inline constexpr uint32_t kOwnRow = 0;

struct ActivityUse {
  uint32_t place = 0;  // of the event in EventOrder::by_key
  uint32_t rule = kOwnRow;
  int64_t weight = 0;  // above 0
};

// The uses of one activity.
struct UsesOfActivity {
  std::vector<ActivityUse> uses;  // ascending by place, one a place
  int64_t unmatched_weight = 0;   // of rows without an event that bear cost all the same
  bool has_driver = false;
};

class ActivityUses {
 public:
  // Groups the rows that name their activity, for those activities (one a flag of the
  // model's) that Of() will be asked for. All arguments outlive the result.
  // FAILED_PRECONDITION with reason DRIVER_COLUMN_MISSING or ACTIVITY_UNKNOWN (a row
  // names an activity that the model does not have); otherwise as Of().
  static absl::StatusOr<ActivityUses> Make(const CostModel& model, std::span<const EventColumns* const> batches,
                                           std::span<const FeedRows> rows, const EventOrder& order,
                                           const std::vector<bool>& is_wanted);

  // Fills `out` anew. Failures: DRIVER_COLUMN_MISSING, DRIVER_NEGATIVE, DRIVER_OVERFLOW,
  // as of RunCosting().
  absl::Status Of(size_t activity, UsesOfActivity& out);

 private:
  ActivityUses(const CostModel& model, std::span<const EventColumns* const> batches, std::span<const FeedRows> rows,
               const EventOrder& order, const std::vector<bool>& is_wanted);

  absl::Status GroupRows(const Driver& driver, const FeedRows& rows);
  absl::Status AddNamed(const Driver& driver, const FeedRows& rows, UsesOfActivity& out) const;

  const CostModel& model_;
  std::span<const EventColumns* const> batches_;
  std::span<const FeedRows> rows_;
  const EventOrder& order_;
  const std::vector<bool>& is_wanted_;
  // By event: whether rows without a day of their own bear cost there.
  std::vector<uint8_t> bears_cost_;
  std::vector<uint32_t> place_of_event_;
  // Rows that name their activity: those of activity a are [first_[a], first_[a + 1]).
  std::vector<ActivityUse> grouped_;
  std::vector<size_t> first_;
  std::vector<int64_t> unmatched_;      // by activity
  std::vector<bool> has_row_driver_;    // by activity
  std::vector<int64_t> event_weights_;  // scratch
  std::vector<ActivityUse> scratch_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_ACTIVITY_USES_H_
