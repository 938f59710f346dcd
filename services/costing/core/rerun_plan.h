// What of a run may be taken over into the next one: which activities are used exactly
// as before, and what their blocks of lines cost. Compares what a use is made of (drivers,
// feeds, matching, period), never results. Internal to costing runs. Pure.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RERUN_PLAN_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RERUN_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "services/costing/core/model.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

class RerunPlan {
 public:
  // All arguments outlive the result.
  static RerunPlan Make(const RunBasis& before, const CostModel& model, std::span<const EventColumns* const> batches,
                        std::span<const FeedRows> rows);

  // Are all events those of before, under the same numbers?
  bool has_same_events() const { return has_same_events_; }
  const CostRun& before() const { return *before_.run; }

  // Is `activity` used exactly as before?
  bool HasSameUses(size_t activity) const { return activity_before_[activity].has_value(); }
  // By activity: those that have to be weighed.
  std::vector<bool> ToWeigh() const;

  // The blocks that an activity with the same uses had; none if nothing used it.
  std::span<const CostLineBlock> BlocksBefore(size_t activity) const;
  // The number that an event of the same uses has now.
  uint32_t EventNow(uint32_t event_before) const {
    return has_same_events_ ? event_before : event_now_[event_before];
  }
  // What a resource cost in such an activity, and what of it rows without an event bore;
  // nothing if it was not linked.
  struct CostBefore {
    Money amount;
    Money unmatched;
  };
  std::optional<CostBefore> CostOf(size_t activity, size_t resource) const;
  // The resource's number in the model of before, or nothing.
  std::optional<size_t> ResourceBefore(size_t resource) const { return resource_before_[resource]; }

 private:
  RerunPlan(const RunBasis& before, const CostModel& model) : before_(before), model_(model) {}

  void MatchEvents(std::span<const EventColumns* const> batches);
  void MatchRows(std::span<const FeedRows> rows);
  void MatchActivities();
  bool HasSameRows(const FeedRows& now, const FeedRows& then) const;

  RunBasis before_;
  const CostModel& model_;
  bool has_same_events_ = false;
  std::vector<uint32_t> event_now_;  // by event of before; kNoEvent where its batch is gone
  std::map<std::string, bool> is_same_feed_;  // by id; a feed that is not there is not the same
  std::vector<std::optional<size_t>> activity_before_, resource_before_;
  std::map<std::pair<size_t, size_t>, CostBefore> costs_;  // by activity and resource of before
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RERUN_PLAN_H_
