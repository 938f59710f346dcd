#include "services/costing/core/rerun_plan.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace safehaven::costing {
namespace {

std::string FeedId(const CostModel& model, size_t feed) { return model.feeds[feed].id; }

// Everything that a driver says, so that equal texts weigh alike.
std::string DriverText(const CostModel& model, const Driver& driver) {
  std::string text = absl::StrCat(FeedId(model, driver.feed), "\n", model.feeds[driver.feed].activity_column, "\n",
                                  driver.column, "\n", driver.factor, "\n");
  if (driver.weight_by_point_of_delivery) {
    for (const auto& [point, weight] : *driver.weight_by_point_of_delivery) absl::StrAppend(&text, "p ", point, "\n", weight, "\n");
    absl::StrAppend(&text, "points\n");
  }
  if (driver.weight_by) {
    absl::StrAppend(&text, "by ", driver.weight_by->column, "\n", driver.weight_by->otherwise, "\n");
    for (const auto& [value, weight] : driver.weight_by->weights) absl::StrAppend(&text, "w ", value, "\n", weight, "\n");
  }
  for (const RowFilter& filter : driver.where) {
    absl::StrAppend(&text, filter.is_excluding ? "not " : "where ", filter.column, "\n");
    for (const std::string& value : filter.values) absl::StrAppend(&text, "v ", value, "\n");
  }
  return text;
}

// By id of the activity, "*" for those that rows name: the drivers' texts, sorted.
std::map<std::string, std::vector<std::string>> DriversByActivity(const CostModel& model) {
  std::map<std::string, std::vector<std::string>> drivers;
  for (const Driver& driver : model.drivers) {
    drivers[driver.activity == kActivityOfRow ? "*" : model.activities[driver.activity].id].push_back(DriverText(model, driver));
  }
  for (auto& [activity, texts] : drivers) std::sort(texts.begin(), texts.end());
  return drivers;
}

std::string MatchingText(const CostModel& model) {
  std::string text = absl::StrCat(static_cast<int>(model.unmatched), "\n");
  for (const MatchingRule& rule : model.matching) {
    absl::StrAppend(&text, rule.id, "\n", FeedId(model, rule.feed), "\n", static_cast<int>(rule.key), " ", rule.days_before,
                    " ", rule.days_after, "\n");
    for (const size_t target : rule.targets) absl::StrAppend(&text, "t ", FeedId(model, target), "\n");
  }
  return text;
}

bool HasSamePeriod(const CostModel& a, const CostModel& b) {
  return std::tie(a.period_start, a.period_end, a.year_edge) == std::tie(b.period_start, b.period_end, b.year_edge);
}

// By which a batch is looked for among those of before.
using BatchSign = std::tuple<size_t, RecordKey, RecordKey>;
BatchSign SignOf(const EventColumns& batch) {
  if (batch.keys.empty()) return {0, RecordKey{}, RecordKey{}};
  return {batch.row_count(), batch.keys.front(), batch.keys.back()};
}

template <typename Item>
std::map<std::string, size_t> IndexById(const std::vector<Item>& items) {
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < items.size(); ++i) index.emplace(items[i].id, i);
  return index;
}

template <typename Item>
std::vector<std::optional<size_t>> NumbersBefore(const std::vector<Item>& now, const std::vector<Item>& then) {
  const std::map<std::string, size_t> index = IndexById(then);
  std::vector<std::optional<size_t>> numbers;
  for (const Item& item : now) {
    const auto at = index.find(item.id);
    numbers.push_back(at == index.end() ? std::nullopt : std::optional<size_t>(at->second));
  }
  return numbers;
}

}  // namespace

RerunPlan RerunPlan::Make(const RunBasis& before, const CostModel& model,
                          std::span<const EventColumns* const> batches, std::span<const FeedRows> rows) {
  RerunPlan plan(before, model);
  plan.resource_before_ = NumbersBefore(model.resources, before.model->resources);
  plan.MatchEvents(batches);
  plan.MatchRows(rows);
  plan.MatchActivities();
  for (const ActivityCost& cost : before.run->activity_costs) plan.costs_[{cost.activity, cost.resource}].amount = cost.amount;
  for (const ActivityCost& cost : before.run->unmatched) plan.costs_[{cost.activity, cost.resource}].unmatched = cost.amount;
  return plan;
}

// Which batches are there as before, and under which numbers their events are now. A feed
// is the same if no batch with an event of it came or went.
void RerunPlan::MatchEvents(std::span<const EventColumns* const> batches) {
  struct Then {
    const EventColumns* batch = nullptr;
    size_t first = 0;
    bool is_found = false;
  };
  std::multimap<BatchSign, size_t> by_sign;
  std::vector<Then> then;
  size_t count_then = 0;
  for (const EventColumns* batch : before_.batches) {
    by_sign.emplace(SignOf(*batch), then.size());
    then.push_back({batch, count_then, false});
    count_then += batch->row_count();
  }
  event_now_.assign(count_then, kNoEvent);
  for (const Feed& feed : model_.feeds) {
    if (!feed.is_auxiliary) is_same_feed_[feed.id] = true;
  }
  const auto change = [this](const EventColumns& batch) {
    for (const std::string& feed : batch.feed.values) is_same_feed_[feed] = false;
  };
  bool has_moved = false;
  size_t first = 0;
  for (const EventColumns* batch : batches) {
    bool is_found = false;
    const auto [begin, end] = by_sign.equal_range(SignOf(*batch));
    for (auto at = begin; at != end && !is_found; ++at) {
      Then& candidate = then[at->second];
      if (candidate.is_found || (candidate.batch != batch && !(*candidate.batch == *batch))) continue;
      candidate.is_found = is_found = true;
      has_moved = has_moved || candidate.first != first;
      for (size_t row = 0; row < batch->row_count(); ++row) {
        event_now_[candidate.first + row] = static_cast<uint32_t>(first + row);
      }
    }
    if (!is_found) change(*batch);
    has_moved = has_moved || !is_found;
    first += batch->row_count();
  }
  for (const Then& batch : then) {
    if (!batch.is_found) change(*batch.batch);
  }
  has_same_events_ = !has_moved && first == count_then;
}

void RerunPlan::MatchRows(std::span<const FeedRows> rows) {
  std::map<std::string, const FeedRows*> then;
  for (const FeedRows& feed : before_.rows) then[FeedId(*before_.model, feed.feed)] = &feed;
  const bool has_same_matching = MatchingText(model_) == MatchingText(*before_.model);
  for (const FeedRows& feed : rows) {
    const std::string id = FeedId(model_, feed.feed);
    const auto at = then.find(id);
    is_same_feed_[id] = has_same_matching && at != then.end() && HasSameRows(feed, *at->second);
  }
}

bool RerunPlan::HasSameRows(const FeedRows& now, const FeedRows& then) const {
  if (&now == &then && has_same_events_) return true;
  if (now.rule != then.rule || now.day != then.day || now.numbers != then.numbers || now.texts.size() != then.texts.size()) {
    return false;
  }
  for (size_t i = 0; i < now.texts.size(); ++i) {
    if (now.texts[i].name != then.texts[i].name || now.texts[i].values != then.texts[i].values ||
        now.texts[i].codes != then.texts[i].codes) {
      return false;
    }
  }
  for (size_t row = 0; row < now.row_count(); ++row) {
    const uint32_t event = then.event[row] == kNoEvent ? kNoEvent : EventNow(then.event[row]);
    if (now.event[row] != event || (event == kNoEvent) != (then.event[row] == kNoEvent)) return false;
  }
  return true;
}

void RerunPlan::MatchActivities() {
  activity_before_.assign(model_.activities.size(), std::nullopt);
  const CostModel& then = *before_.model;
  if (!HasSamePeriod(model_, then) || model_.unmatched != then.unmatched) return;
  const auto now_drivers = DriversByActivity(model_), then_drivers = DriversByActivity(then);
  const auto texts_of = [](const auto& drivers, const std::string& id) {
    const auto at = drivers.find(id);
    return at == drivers.end() ? std::vector<std::string>() : at->second;
  };
  // Activities that rows may name: all of them if what is read of such rows changed.
  bool has_same_named = texts_of(now_drivers, "*") == texts_of(then_drivers, "*");
  std::map<std::string, std::set<std::string>> feeds_of;  // of the drivers, by activity
  for (const Driver& driver : model_.drivers) {
    const std::string feed = FeedId(model_, driver.feed);
    if (driver.activity != kActivityOfRow) {
      feeds_of[model_.activities[driver.activity].id].insert(feed);
    } else {
      has_same_named = has_same_named && is_same_feed_[feed];
    }
  }
  // An activity without a link was never weighed: it has no uses that could be taken over.
  std::vector<bool> was_linked(then.activities.size(), false);
  for (const ActivityCost& cost : before_.run->activity_costs) was_linked[cost.activity] = true;
  std::vector<std::optional<size_t>> numbers = NumbersBefore(model_.activities, then.activities);
  for (size_t activity = 0; activity < numbers.size() && has_same_named; ++activity) {
    const std::string& id = model_.activities[activity].id;
    if (!numbers[activity] || !was_linked[*numbers[activity]] || texts_of(now_drivers, id) != texts_of(then_drivers, id)) continue;
    const std::set<std::string>& feeds = feeds_of[id];
    if (std::all_of(feeds.begin(), feeds.end(), [this](const std::string& feed) { return is_same_feed_[feed]; })) {
      activity_before_[activity] = numbers[activity];
    }
  }
}

std::vector<bool> RerunPlan::ToWeigh() const {
  std::vector<bool> to_weigh;
  for (const std::optional<size_t>& before : activity_before_) to_weigh.push_back(!before.has_value());
  return to_weigh;
}

std::span<const CostLineBlock> RerunPlan::BlocksBefore(size_t activity) const {
  const std::vector<CostLineBlock>& blocks = before_.run->lines.blocks;
  const auto by_activity = [](const CostLineBlock& block, size_t number) { return block.activity < number; };
  const auto begin = std::lower_bound(blocks.begin(), blocks.end(), *activity_before_[activity], by_activity);
  const auto end = std::lower_bound(begin, blocks.end(), *activity_before_[activity] + 1, by_activity);
  return {begin, end};
}

std::optional<RerunPlan::CostBefore> RerunPlan::CostOf(size_t activity, size_t resource) const {
  if (!resource_before_[resource]) return std::nullopt;
  const auto at = costs_.find({*activity_before_[activity], *resource_before_[resource]});
  return at == costs_.end() ? std::nullopt : std::optional<CostBefore>(at->second);
}

}  // namespace safehaven::costing
