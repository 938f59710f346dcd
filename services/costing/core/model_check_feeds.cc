#include <set>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/costing/core/model_check.h"

namespace safehaven::costing {
namespace {

absl::Status CheckFeed(const CostModel& model, size_t i) {
  const Feed& feed = model.feeds[i];
  SH_RETURN_IF_ERROR(CheckName(At("feeds", i, "dataset"), feed.dataset));
  if (feed.activity_column.empty()) return absl::OkStatus();
  if (!feed.is_auxiliary) {
    return ModelInvalid(At("feeds", i, "activity_column"), "only rows of an auxiliary feed name their activity");
  }
  if (!IsLowerSnake(feed.activity_column)) return ModelInvalid(At("feeds", i, "activity_column"), "must be lower_snake");
  return absl::OkStatus();
}

absl::Status CheckWeights(const CostModel& model, size_t i) {
  const Driver& driver = model.drivers[i];
  const auto in_range = [](int64_t weight) { return weight >= 0 && weight <= kWeightMax; };
  if (driver.weight_by_point_of_delivery) {
    if (model.feeds[driver.feed].is_auxiliary) {
      return ModelInvalid(At("drivers", i, "weight_by_point_of_delivery"), "is for master feeds; use weight_by");
    }
    for (const auto& [point_of_delivery, weight] : *driver.weight_by_point_of_delivery) {
      if (in_range(weight)) continue;
      return ModelInvalid(At("drivers", i, absl::StrCat("weight_by_point_of_delivery.", point_of_delivery)),
                          "must be a whole number, 0 or more");
    }
  }
  if (!driver.weight_by) return absl::OkStatus();
  if (!IsLowerSnake(driver.weight_by->column)) return ModelInvalid(At("drivers", i, "weight_by.column"), "must be lower_snake");
  if (!in_range(driver.weight_by->otherwise)) {
    return ModelInvalid(At("drivers", i, "weight_by.otherwise"), "must be a whole number, 0 or more");
  }
  for (const auto& [text, weight] : driver.weight_by->weights) {
    if (in_range(weight)) continue;
    return ModelInvalid(At("drivers", i, absl::StrCat("weight_by.weights.", text)), "must be a whole number, 0 or more");
  }
  return absl::OkStatus();
}

absl::Status CheckDriver(const CostModel& model, size_t i) {
  const Driver& driver = model.drivers[i];
  if (driver.feed >= model.feeds.size()) return ModelInvalid(At("drivers", i, "feed"), "is no feed of the model");
  if (driver.activity == kActivityOfRow) {
    if (model.feeds[driver.feed].activity_column.empty()) {
      return ModelInvalid(At("drivers", i, "activity"), "'*' needs a feed whose rows name their activity");
    }
  } else if (driver.activity >= model.activities.size()) {
    return ModelInvalid(At("drivers", i, "activity"), "is no activity of the model");
  }
  if (!IsLowerSnake(driver.column)) return ModelInvalid(At("drivers", i, "column"), "must be lower_snake");
  if (driver.factor <= 0 || driver.factor > kWeightMax) {
    return ModelInvalid(At("drivers", i, "factor"), "must be a whole number above 0");
  }
  if (driver.where.size() > kFiltersMax) return ModelInvalid(At("drivers", i, "where"), "has too many entries");
  for (const RowFilter& filter : driver.where) {
    if (!IsLowerSnake(filter.column)) return ModelInvalid(At("drivers", i, "where"), "a column must be lower_snake");
    if (filter.values.empty()) return ModelInvalid(At("drivers", i, "where"), "a column has no values");
  }
  return CheckWeights(model, i);
}

void AppendFilter(std::string* out, const RowFilter& filter) {
  absl::StrAppend(out, filter.is_excluding ? "not " : "is ");
  AppendField(out, filter.column);
  for (const std::string& value : filter.values) AppendField(out, value);
}

}  // namespace

absl::Status CheckFeedsAndDrivers(const CostModel& model) {
  SH_RETURN_IF_ERROR(CheckIds("feeds", model.feeds, IsLowerSnake, "lower_snake, at most 64 characters"));
  for (size_t i = 0; i < model.feeds.size(); ++i) SH_RETURN_IF_ERROR(CheckFeed(model, i));
  std::set<std::string> seen;
  for (size_t i = 0; i < model.drivers.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckDriver(model, i));
    // The same number of the same rows twice is a slip, not a weight of two; so are two
    // numbers of the same events. Rows of auxiliary feeds may count by several.
    const Driver& driver = model.drivers[i];
    std::string same = absl::StrCat(driver.activity, ",", driver.feed, ",",
                                    model.feeds[driver.feed].is_auxiliary ? driver.column : "");
    for (const RowFilter& filter : driver.where) AppendFilter(&same, filter);
    if (!seen.insert(std::move(same)).second) {
      return ModelInvalid(At("drivers", i, "feed"), "has this driver of this activity already");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMatching(const CostModel& model) {
  SH_RETURN_IF_ERROR(CheckIds("matching", model.matching, IsLowerSnake, "lower_snake, at most 64 characters"));
  std::vector<bool> matched(model.feeds.size(), false);
  for (size_t i = 0; i < model.matching.size(); ++i) {
    const MatchingRule& rule = model.matching[i];
    if (rule.feed >= model.feeds.size() || !model.feeds[rule.feed].is_auxiliary) {
      return ModelInvalid(At("matching", i, "feed"), "is no auxiliary feed of the model");
    }
    matched[rule.feed] = true;
    if (rule.targets.empty()) return ModelInvalid(At("matching", i, "targets"), "is empty");
    for (const size_t target : rule.targets) {
      if (target < model.feeds.size() && !model.feeds[target].is_auxiliary) continue;
      return ModelInvalid(At("matching", i, "targets"), "names what is no master feed of the model");
    }
    for (const int32_t days : {rule.days_before, rule.days_after}) {
      if (days < 0 || days > kWindowDaysMax) {
        return ModelInvalid(At("matching", i, "days_before"), absl::StrCat("a window has 0 to ", kWindowDaysMax, " days"));
      }
      if (days != 0 && rule.key == MatchKey::kEvent) {
        return ModelInvalid(At("matching", i, "days_before"), "a match by event has no window");
      }
    }
  }
  for (size_t i = 0; i < matched.size(); ++i) {
    if (model.feeds[i].is_auxiliary && !matched[i]) {
      return ModelInvalid(At("feeds", i, "id"), "is auxiliary and no rule under matching says how its rows find their event");
    }
  }
  return absl::OkStatus();
}

void AppendFeeds(const CostModel& model, std::string* out) {
  *out += "feeds;";
  for (const Feed& feed : model.feeds) {
    AppendField(out, feed.id);
    AppendField(out, feed.dataset);
    if (feed.is_auxiliary) absl::StrAppend(out, "auxiliary,", feed.activity_column, ";");
  }
  *out += "drivers;";
  for (const Driver& driver : model.drivers) {
    absl::StrAppend(out, driver.activity, ",", driver.feed, ",");
    AppendField(out, driver.column);
    absl::StrAppend(out, Name(driver.kind), ",", driver.factor, ";");
    if (driver.weight_by_point_of_delivery) {
      for (const auto& [point_of_delivery, weight] : *driver.weight_by_point_of_delivery) {
        AppendField(out, point_of_delivery);
        absl::StrAppend(out, weight, ";");
      }
    }
    if (driver.weight_by) {
      AppendField(out, driver.weight_by->column);
      for (const auto& [text, weight] : driver.weight_by->weights) {
        AppendField(out, text);
        absl::StrAppend(out, weight, ";");
      }
      absl::StrAppend(out, "otherwise ", driver.weight_by->otherwise, ";");
    }
    for (const RowFilter& filter : driver.where) AppendFilter(out, filter);
  }
  if (model.year_edge == YearEdge::kOverlapping) *out += "overlapping;";
  if (model.matching.empty()) return;
  absl::StrAppend(out, "matching;", static_cast<int>(model.unmatched), ";");
  for (const MatchingRule& rule : model.matching) {
    AppendField(out, rule.id);
    absl::StrAppend(out, rule.feed, ",", static_cast<int>(rule.key), ",", rule.days_before, ",", rule.days_after, ";");
    for (const size_t target : rule.targets) absl::StrAppend(out, target, ";");
  }
}

}  // namespace safehaven::costing
