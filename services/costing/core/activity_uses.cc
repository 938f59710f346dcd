#include "services/costing/core/activity_uses.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/event_weights.h"
#include "services/costing/core/row_weights.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::costing {
namespace {

absl::Status WeightOverflow() {
  return Failure(absl::StatusCode::kOutOfRange, "DRIVER_OVERFLOW", "the uses of one activity by one event do not fit 63 bits");
}

const TextCodes* FindText(const FeedRows& rows, absl::string_view name) {
  for (const TextCodes& column : rows.texts) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

// Sorts by place, stably, 11 bits a pass: uses of one activity fit the cache, where
// this takes a third of the time of a comparison sort.
void SortByPlace(std::span<ActivityUse> uses, std::vector<ActivityUse>& scratch) {
  if (std::is_sorted(uses.begin(), uses.end(),
                     [](const ActivityUse& a, const ActivityUse& b) { return a.place < b.place; })) {
    return;
  }
  constexpr uint32_t kDigit = 1u << 11;
  uint32_t place_max = 0;
  for (const ActivityUse& use : uses) place_max = std::max(place_max, use.place);
  scratch.resize(uses.size());
  for (uint32_t shift = 0; shift < 32 && (place_max >> shift) != 0; shift += 11) {
    std::array<uint32_t, kDigit + 1> first{};
    for (const ActivityUse& use : uses) ++first[((use.place >> shift) & (kDigit - 1)) + 1];
    for (uint32_t digit = 0; digit < kDigit; ++digit) first[digit + 1] += first[digit];
    for (const ActivityUse& use : uses) scratch[first[(use.place >> shift) & (kDigit - 1)]++] = use;
    std::copy(scratch.begin(), scratch.end(), uses.begin());
  }
}

// Adds up the uses of one place; `uses` are ascending by place.
absl::Status Combine(std::vector<ActivityUse>& uses) {
  size_t count = 0;
  for (const ActivityUse& use : uses) {
    if (count > 0 && uses[count - 1].place == use.place) {
      ActivityUse& before = uses[count - 1];
      before.rule = std::max(before.rule, use.rule);
      if (__builtin_add_overflow(before.weight, use.weight, &before.weight)) return WeightOverflow();
    } else {
      uses[count++] = use;
    }
  }
  uses.resize(count);
  return absl::OkStatus();
}

}  // namespace

ActivityUses::ActivityUses(const CostModel& model, std::span<const EventColumns* const> batches,
                           std::span<const FeedRows> rows, const EventOrder& order, const std::vector<bool>& is_wanted)
    : model_(model), batches_(batches), rows_(rows), order_(order), is_wanted_(is_wanted) {
  place_of_event_.resize(order.event_count());
  for (size_t place = 0; place < order.by_key.size(); ++place) {
    place_of_event_[order.by_key[place]] = static_cast<uint32_t>(place);
  }
  bears_cost_.reserve(order.event_count());
  for (const EventColumns* batch : batches) {
    for (size_t row = 0; row < batch->row_count(); ++row) {
      bears_cost_.push_back(BearsCost(model, batch->start_day[row], batch->end_day[row]) ? 1 : 0);
    }
  }
  first_.assign(model.activities.size() + 1, 0);
  unmatched_.assign(model.activities.size(), 0);
  has_row_driver_.assign(model.activities.size(), false);
}

absl::StatusOr<ActivityUses> ActivityUses::Make(const CostModel& model, std::span<const EventColumns* const> batches,
                                                std::span<const FeedRows> rows, const EventOrder& order,
                                                const std::vector<bool>& is_wanted) {
  ActivityUses result(model, batches, rows, order, is_wanted);
  for (const Driver& driver : model.drivers) {
    if (driver.activity != kActivityOfRow || std::find(is_wanted.begin(), is_wanted.end(), true) == is_wanted.end()) continue;
    for (const FeedRows& feed : rows) {
      if (feed.feed == driver.feed) SH_RETURN_IF_ERROR(result.GroupRows(driver, feed));
    }
  }
  return result;
}

// Counts first, then places: each row goes straight to its activity's range. With
// several feeds that name activities, what is there moves up.
absl::Status ActivityUses::GroupRows(const Driver& driver, const FeedRows& rows) {
  const TextCodes* const names = FindText(rows, model_.feeds[driver.feed].activity_column);
  if (names == nullptr) {
    return DriverFailure(absl::StatusCode::kFailedPrecondition, "DRIVER_COLUMN_MISSING", model_, driver,
                         "the rows do not name their activity");
  }
  std::vector<size_t> activity_of_code;
  std::vector<uint8_t> is_wanted;  // by code
  for (const std::string& id : names->values) {
    const auto at = std::find_if(model_.activities.begin(), model_.activities.end(),
                                 [&id](const Activity& activity) { return activity.id == id; });
    if (at == model_.activities.end()) {
      return Failure(absl::StatusCode::kFailedPrecondition, "ACTIVITY_UNKNOWN",
                     absl::StrCat("feed ", model_.feeds[driver.feed].id, " names an activity that the model does not have"),
                     {{"feed", model_.feeds[driver.feed].id}, {"activity", id.substr(0, kEventTextMax)}});
    }
    activity_of_code.push_back(static_cast<size_t>(at - model_.activities.begin()));
    has_row_driver_[activity_of_code.back()] = true;
    is_wanted.push_back(is_wanted_[activity_of_code.back()] ? 1 : 0);
  }
  std::vector<size_t> count(model_.activities.size(), 0);
  for (size_t row = 0; row < rows.row_count(); ++row) {
    const uint32_t code = names->codes[row];
    if (is_wanted[code] != 0 && rows.event[row] != kNoEvent) ++count[activity_of_code[code]];
  }
  std::vector<size_t> next(model_.activities.size());
  std::vector<size_t> first(first_.size(), 0);
  for (size_t a = 0; a < count.size(); ++a) {
    const size_t before = first_[a + 1] - first_[a];
    next[a] = first[a] + before;
    first[a + 1] = next[a] + count[a];
  }
  std::vector<ActivityUse> grouped(first.back());
  for (size_t a = 0; a < count.size() && !grouped_.empty(); ++a) {
    std::copy(grouped_.begin() + static_cast<std::ptrdiff_t>(first_[a]),
              grouped_.begin() + static_cast<std::ptrdiff_t>(first_[a + 1]),
              grouped.begin() + static_cast<std::ptrdiff_t>(first[a]));
  }
  SH_ASSIGN_OR_RETURN(const RowWeights weights, RowWeights::Make(model_, driver, rows));
  const bool has_days = !rows.day.empty();
  for (size_t row = 0; row < rows.row_count(); ++row) {
    if (is_wanted[names->codes[row]] == 0) continue;
    const size_t activity = activity_of_code[names->codes[row]];
    int64_t weight = 0;
    SH_RETURN_IF_ERROR(weights.Of(row, weight));
    if (rows.event[row] == kNoEvent) {
      if (__builtin_add_overflow(unmatched_[activity], weight, &unmatched_[activity])) return WeightOverflow();
      continue;
    }
    if (!has_days && bears_cost_[rows.event[row]] == 0) weight = 0;
    grouped[next[activity]++] = {place_of_event_[rows.event[row]], uint32_t{rows.rule[row]} + 1, weight};
  }
  first_ = std::move(first);
  grouped_ = std::move(grouped);
  return absl::OkStatus();
}

// A driver that names this activity, over rows of an auxiliary feed.
absl::Status ActivityUses::AddNamed(const Driver& driver, const FeedRows& rows, UsesOfActivity& out) const {
  SH_ASSIGN_OR_RETURN(const RowWeights weights, RowWeights::Make(model_, driver, rows));
  for (size_t row = 0; row < rows.row_count(); ++row) {
    int64_t weight = 0;
    SH_RETURN_IF_ERROR(weights.Of(row, weight));
    if (weight == 0) continue;
    if (rows.event[row] != kNoEvent) {
      if (rows.day.empty() && bears_cost_[rows.event[row]] == 0) continue;
      out.uses.push_back({place_of_event_[rows.event[row]], uint32_t{rows.rule[row]} + 1, weight});
    } else if (__builtin_add_overflow(out.unmatched_weight, weight, &out.unmatched_weight)) {
      return WeightOverflow();
    }
  }
  return absl::OkStatus();
}

absl::Status ActivityUses::Of(size_t activity, UsesOfActivity& out) {
  out.uses.assign(grouped_.begin() + static_cast<std::ptrdiff_t>(first_[activity]),
                  grouped_.begin() + static_cast<std::ptrdiff_t>(first_[activity + 1]));
  out.unmatched_weight = unmatched_[activity];
  out.has_driver = has_row_driver_[activity];
  bool has_event_driver = false;
  for (const Driver& driver : model_.drivers) {
    if (driver.activity != activity) continue;
    out.has_driver = true;
    if (!model_.feeds[driver.feed].is_auxiliary) has_event_driver = true;
    for (const FeedRows& rows : rows_) {
      if (rows.feed == driver.feed) SH_RETURN_IF_ERROR(AddNamed(driver, rows, out));
    }
  }
  if (has_event_driver) {
    SH_RETURN_IF_ERROR(WeighEvents(model_, activity, batches_, order_, event_weights_));
    for (size_t place = 0; place < order_.by_key.size(); ++place) {
      const int64_t weight = event_weights_[order_.by_key[place]];
      if (weight != 0) out.uses.push_back({static_cast<uint32_t>(place), kOwnRow, weight});
    }
  }
  SortByPlace(out.uses, scratch_);
  SH_RETURN_IF_ERROR(Combine(out.uses));
  std::erase_if(out.uses, [](const ActivityUse& use) { return use.weight == 0; });
  if (model_.unmatched == UnmatchedPolicy::kCountedOnly) out.unmatched_weight = 0;
  return absl::OkStatus();
}

}  // namespace safehaven::costing
