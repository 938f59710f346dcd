#include "services/costing/core/run_diff.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "libs/base/status.h"
#include "services/costing/core/event_order.h"

namespace safehaven::costing {
namespace {

bool AreSameBatches(const CostedEvents& a, const CostedEvents& b) {
  return std::equal(a.batches.begin(), a.batches.end(), b.batches.begin(), b.batches.end());
}

const RecordKey& KeyAt(std::span<const EventColumns* const> batches, const EventOrder& order, uint32_t event) {
  const auto after = std::upper_bound(order.first_of_batch.begin(), order.first_of_batch.end(), event);
  const auto batch = static_cast<size_t>(after - order.first_of_batch.begin()) - 1;
  return batches[batch]->keys[event - order.first_of_batch[batch]];
}

uint64_t SizeOf(const EventDifference& event) {
  const int128 size = int128{event.after.e8_pounds()} - event.before.e8_pounds();
  return static_cast<uint64_t>(size < 0 ? -size : size);
}

void SortBySize(std::vector<EventDifference>& events) {
  std::sort(events.begin(), events.end(), [](const EventDifference& a, const EventDifference& b) {
    const uint64_t size_a = SizeOf(a), size_b = SizeOf(b);
    return size_a != size_b ? size_a > size_b : a.key < b.key;
  });
}

// Of runs over the very same events: no key needs to be looked at.
void DiffSameEvents(const CostedEvents& before, const CostedEvents& after, RunDifference& difference) {
  size_t event = 0;
  for (const EventColumns* batch : before.batches) {
    for (size_t row = 0; row < batch->row_count(); ++row, ++event) {
      if (before.cost_e8[event] == after.cost_e8[event] && before.is_costed[event] == after.is_costed[event]) continue;
      difference.events.push_back({.key = batch->keys[row],
                                   .index_before = event,
                                   .index_after = event,
                                   .before = Money(before.cost_e8[event]),
                                   .after = Money(after.cost_e8[event])});
    }
  }
  difference.event_count = static_cast<int64_t>(event);
}

absl::Status DiffByKey(const CostedEvents& before, const CostedEvents& after, RunDifference& difference) {
  SH_ASSIGN_OR_RETURN(const EventOrder then, OrderEvents(before.batches));
  SH_ASSIGN_OR_RETURN(const EventOrder now, OrderEvents(after.batches));
  size_t i = 0, j = 0;
  while (i < then.by_key.size() || j < now.by_key.size()) {
    ++difference.event_count;
    const RecordKey* left = i < then.by_key.size() ? &KeyAt(before.batches, then, then.by_key[i]) : nullptr;
    const RecordKey* right = j < now.by_key.size() ? &KeyAt(after.batches, now, now.by_key[j]) : nullptr;
    EventDifference event;
    if (left != nullptr && (right == nullptr || *left <= *right)) {
      event.key = *left;
      event.index_before = then.by_key[i];
      event.before = Money(before.cost_e8[then.by_key[i]]);
    }
    if (right != nullptr && (left == nullptr || *right <= *left)) {
      event.key = *right;
      event.index_after = now.by_key[j];
      event.after = Money(after.cost_e8[now.by_key[j]]);
    }
    i += event.index_before ? 1 : 0;
    j += event.index_after ? 1 : 0;
    if (event.before != event.after || !event.index_before || !event.index_after) difference.events.push_back(event);
  }
  return absl::OkStatus();
}

std::vector<CurrencyDifference> DiffCurrencies(const std::vector<ProviderCost>& before,
                                               const std::vector<ProviderCost>& after) {
  std::map<std::pair<std::string, std::string>, CurrencyDifference> all;
  const auto at = [&all](const ProviderCost& cost) -> CurrencyDifference& {
    CurrencyDifference& difference = all[{cost.department, cost.currency}];
    difference.point_of_delivery = cost.department;
    difference.currency = cost.currency;
    return difference;
  };
  for (const ProviderCost& cost : before) std::tie(at(cost).activity_before, at(cost).before) = std::pair(cost.activity, cost.cost);
  for (const ProviderCost& cost : after) std::tie(at(cost).activity_after, at(cost).after) = std::pair(cost.activity, cost.cost);
  std::vector<CurrencyDifference> differing;
  for (auto& [key, difference] : all) {
    if (difference.activity_before == difference.activity_after && difference.before == difference.after) continue;
    differing.push_back(std::move(difference));
  }
  return differing;
}

absl::StatusOr<std::vector<IndexDifference>> DiffIndex(const std::vector<ProviderCost>& before,
                                                       const std::vector<ProviderCost>& after, const Schedule* standard) {
  SH_ASSIGN_OR_RETURN(const Schedule then, MakeSchedule("before", before));
  SH_ASSIGN_OR_RETURN(const Schedule now, MakeSchedule("after", after));
  const Schedule& with = standard == nullptr ? then : *standard;
  std::map<std::string, IndexDifference> by_department;
  const std::vector<IndexLine> lines_then = CompareSchedules(then, with, {}), lines_now = CompareSchedules(now, with, {});
  for (const IndexLine& line : lines_then) by_department[line.department].before_e6 = line.index_e6;
  for (const IndexLine& line : lines_now) by_department[line.department].after_e6 = line.index_e6;
  std::vector<IndexDifference> index;
  for (auto& [department, difference] : by_department) {
    difference.department = department;
    index.push_back(difference);
  }
  // "" sorts first and stands for all: last, as in an index.
  if (!index.empty() && index.front().department.empty()) std::rotate(index.begin(), index.begin() + 1, index.end());
  return index;
}

}  // namespace

std::vector<uint8_t> CostedFlags(std::span<const uint32_t> events_of_lines, size_t event_count) {
  std::vector<uint8_t> flags(event_count, 0);
  for (const uint32_t event : events_of_lines) flags[event] = 1;
  return flags;
}

std::vector<ProviderCost> ProviderCostsOf(const CostedEvents& events) {
  struct Sums {
    int64_t activity = 0;
    WideMoney cost;
  };
  std::map<std::pair<std::string, std::string>, Sums> sums;
  size_t event = 0;
  for (const EventColumns* batch : events.batches) {
    // Texts are few, so sums are made by their codes first.
    const size_t currency_count = batch->currency.values.size();
    std::vector<Sums> of_batch(batch->point_of_delivery.values.size() * currency_count);
    for (size_t i = 0; i < batch->row_count(); ++i, ++event) {
      if (events.is_costed[event] == 0) continue;
      Sums& sum = of_batch[batch->point_of_delivery.codes[i] * currency_count + batch->currency.codes[i]];
      ++sum.activity;
      sum.cost += Money(events.cost_e8[event]);
    }
    for (size_t i = 0; i < of_batch.size(); ++i) {
      if (of_batch[i].activity == 0) continue;
      Sums& total = sums[{batch->point_of_delivery.values[i / currency_count], batch->currency.values[i % currency_count]}];
      total.activity += of_batch[i].activity;
      total.cost += of_batch[i].cost;
    }
  }
  std::vector<ProviderCost> costs;
  for (const auto& [key, sum] : sums) {
    // All of a run's events together fit 64 bits: the run has checked it.
    costs.push_back({.provider = 0,
                     .department = key.first,
                     .currency = key.second,
                     .activity = sum.activity,
                     .cost = Money(static_cast<int64_t>(sum.cost.e8_pounds()))});
  }
  return costs;
}

absl::StatusOr<RunDifference> DiffRuns(const CostedEvents& before, const CostedEvents& after, const Schedule* standard) {
  RunDifference difference;
  if (AreSameBatches(before, after)) {
    DiffSameEvents(before, after, difference);
  } else {
    SH_RETURN_IF_ERROR(DiffByKey(before, after, difference));
  }
  SortBySize(difference.events);
  const std::vector<ProviderCost> then = ProviderCostsOf(before), now = ProviderCostsOf(after);
  difference.currencies = DiffCurrencies(then, now);
  SH_ASSIGN_OR_RETURN(difference.index, DiffIndex(then, now, standard));
  return difference;
}

}  // namespace safehaven::costing
