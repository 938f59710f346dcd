#include "services/costing/core/matching.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace safehaven::costing {
namespace {

// Days between `day` and the event; 0 inside it. Nothing (-1) outside the rule's window.
int64_t Distance(const MatchableEvent& event, int32_t day, const MatchingRule& rule) {
  const int64_t before = int64_t{event.start_day} - day;
  const int64_t after = int64_t{day} - event.end_day;
  if (before > rule.days_before || after > rule.days_after) return -1;
  return std::max<int64_t>({before, after, 0});
}

}  // namespace

PatientIndex::PatientIndex(std::vector<MatchableEvent> events) : events_(std::move(events)) {
  std::sort(events_.begin(), events_.end(), [](const MatchableEvent& a, const MatchableEvent& b) {
    return std::tie(a.patient, a.key) < std::tie(b.patient, b.key);
  });
}

uint32_t PatientIndex::Find(PatientHash patient, int32_t day, const MatchingRule& rule) const {
  if (patient == 0) return kNoEvent;
  auto at = std::lower_bound(events_.begin(), events_.end(), patient,
                             [](const MatchableEvent& event, PatientHash value) { return event.patient < value; });
  uint32_t best = kNoEvent;
  std::pair<int64_t, size_t> best_rank = {std::numeric_limits<int64_t>::max(), 0};
  for (; at != events_.end() && at->patient == patient; ++at) {
    const auto target = std::find(rule.targets.begin(), rule.targets.end(), at->feed);
    if (target == rule.targets.end()) continue;
    const int64_t distance = Distance(*at, day, rule);
    const std::pair<int64_t, size_t> rank = {distance, static_cast<size_t>(target - rule.targets.begin())};
    // Events come in key order, so the first of equals is the one with the smaller key.
    if (distance < 0 || rank >= best_rank) continue;
    best = at->event;
    best_rank = rank;
  }
  return best;
}

}  // namespace safehaven::costing
