#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/costing/core/model_reader.h"

namespace safehaven::costing {

absl::Status ModelReader::ReadFeeds(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, yaml_.List(list, kFeedsMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields,
                        yaml_.Object(entry, {.required = {"id", "dataset"}, .optional = {"kind", "activity_column"}}));
    Feed feed;
    SH_ASSIGN_OR_RETURN(feed.id, yaml_.Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(feed.dataset, yaml_.Text(fields.at("dataset")));
    if (fields.contains("kind")) {
      SH_ASSIGN_OR_RETURN(const std::string kind, yaml_.Text(fields.at("kind")));
      if (kind != "master" && kind != "auxiliary") return yaml_.Refuse(fields.at("kind"), "must be master or auxiliary");
      feed.is_auxiliary = kind == "auxiliary";
    }
    if (fields.contains("activity_column")) {
      SH_ASSIGN_OR_RETURN(feed.activity_column, yaml_.Text(fields.at("activity_column")));
    }
    if (!feed_ids_.emplace(feed.id, model_.feeds.size()).second) return yaml_.Refuse(fields.at("id"), "is there twice");
    model_.feeds.push_back(std::move(feed));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadDriver(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml_.Object(entry, {.required = {"activity", "feed", "column"},
                                           .optional = {"weight_by_point_of_delivery", "kind", "factor", "weight_by",
                                                        "where", "where_not"}}));
  Driver driver;
  SH_ASSIGN_OR_RETURN(const std::string activity, yaml_.Text(fields.at("activity")));
  driver.activity = kActivityOfRow;
  if (activity != "*") {
    SH_ASSIGN_OR_RETURN(driver.activity, yaml_.Reference(fields.at("activity"), activity_ids_));
  }
  SH_ASSIGN_OR_RETURN(driver.feed, yaml_.Reference(fields.at("feed"), feed_ids_));
  SH_ASSIGN_OR_RETURN(driver.column, yaml_.Text(fields.at("column")));
  if (fields.contains("kind")) {
    SH_ASSIGN_OR_RETURN(const std::string name, yaml_.Text(fields.at("kind")));
    const std::optional<DriverKind> kind = ParseDriverKind(name);
    if (!kind) return yaml_.Refuse(fields.at("kind"), "must be count, time, actual_cost or relative_weight");
    driver.kind = *kind;
  }
  if (fields.contains("factor")) {
    SH_ASSIGN_OR_RETURN(driver.factor, yaml_.Integer(fields.at("factor")));
  }
  if (fields.contains("weight_by_point_of_delivery")) {
    SH_ASSIGN_OR_RETURN(const Fields weights, yaml_.Map(fields.at("weight_by_point_of_delivery")));
    driver.weight_by_point_of_delivery.emplace();
    for (const auto& [point_of_delivery, weight_field] : weights) {
      SH_ASSIGN_OR_RETURN(const int64_t weight, yaml_.Integer(weight_field));
      driver.weight_by_point_of_delivery->emplace(point_of_delivery, weight);
    }
  }
  if (fields.contains("weight_by")) SH_RETURN_IF_ERROR(ReadWeightTable(fields.at("weight_by"), driver));
  if (fields.contains("where")) SH_RETURN_IF_ERROR(ReadFilters(fields.at("where"), false, driver));
  if (fields.contains("where_not")) SH_RETURN_IF_ERROR(ReadFilters(fields.at("where_not"), true, driver));
  model_.drivers.push_back(std::move(driver));
  return absl::OkStatus();
}

// column -> list of values.
absl::Status ModelReader::ReadFilters(const Field& field, bool is_excluding, Driver& driver) {
  SH_ASSIGN_OR_RETURN(const Fields columns, yaml_.Map(field));
  for (const auto& [column, values] : columns) {
    RowFilter filter = {.column = column, .is_excluding = is_excluding, .values = {}};
    SH_ASSIGN_OR_RETURN(filter.values, yaml_.Texts(values, kFilterValuesMax));
    std::sort(filter.values.begin(), filter.values.end());
    if (std::adjacent_find(filter.values.begin(), filter.values.end()) != filter.values.end()) {
      return yaml_.Refuse(values, "has a value twice");
    }
    driver.where.push_back(std::move(filter));
  }
  return absl::OkStatus();
}

// {column: currency, weights: {text: weight} or a table of text and weight, otherwise: 0}
absl::Status ModelReader::ReadWeightTable(const Field& field, Driver& driver) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml_.Object(field, {.required = {"column", "weights"}, .optional = {"otherwise"}}));
  WeightTable table;
  SH_ASSIGN_OR_RETURN(table.column, yaml_.Text(fields.at("column")));
  if (fields.contains("otherwise")) {
    SH_ASSIGN_OR_RETURN(table.otherwise, yaml_.Integer(fields.at("otherwise")));
  }
  if (yaml_.IsTable(fields.at("weights"))) {
    SH_ASSIGN_OR_RETURN(const std::vector<Field> rows, yaml_.List(fields.at("weights"), kWeightTableMax));
    for (const Field& row : rows) {
      SH_ASSIGN_OR_RETURN(const Fields cells, yaml_.Object(row, {.required = {"text", "weight"}, .optional = {}}));
      SH_ASSIGN_OR_RETURN(const std::string text, yaml_.Text(cells.at("text")));
      SH_ASSIGN_OR_RETURN(const int64_t weight, yaml_.Integer(cells.at("weight")));
      if (!table.weights.emplace(text, weight).second) return yaml_.Refuse(row, "its text is there twice");
    }
  } else {
    SH_ASSIGN_OR_RETURN(const Fields weights, yaml_.Map(fields.at("weights")));
    for (const auto& [text, weight_field] : weights) {
      SH_ASSIGN_OR_RETURN(table.weights[text], yaml_.Integer(weight_field));
    }
  }
  driver.weight_by = std::move(table);
  return absl::OkStatus();
}

absl::Status ModelReader::ReadMatching(const Field& object) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(object, {.required = {"rules"}, .optional = {"unmatched"}}));
  if (fields.contains("unmatched")) {
    SH_ASSIGN_OR_RETURN(const std::string policy, yaml_.Text(fields.at("unmatched")));
    if (policy != "costed" && policy != "counted_only") {
      return yaml_.Refuse(fields.at("unmatched"), "must be costed or counted_only");
    }
    model_.unmatched = policy == "costed" ? UnmatchedPolicy::kCosted : UnmatchedPolicy::kCountedOnly;
  }
  SH_ASSIGN_OR_RETURN(const std::vector<Field> rules, yaml_.List(fields.at("rules"), kMatchingRulesMax));
  for (const Field& rule : rules) SH_RETURN_IF_ERROR(ReadMatchingRule(rule));
  return absl::OkStatus();
}

absl::Status ModelReader::ReadMatchingRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(entry, {.required = {"id", "feed", "key", "targets"},
                                                                .optional = {"days_before", "days_after"}}));
  MatchingRule rule;
  SH_ASSIGN_OR_RETURN(rule.id, yaml_.Text(fields.at("id")));
  SH_ASSIGN_OR_RETURN(rule.feed, yaml_.Reference(fields.at("feed"), feed_ids_));
  SH_ASSIGN_OR_RETURN(const std::string key, yaml_.Text(fields.at("key")));
  if (key != "event" && key != "patient") return yaml_.Refuse(fields.at("key"), "must be event or patient");
  rule.key = key == "event" ? MatchKey::kEvent : MatchKey::kPatient;
  SH_ASSIGN_OR_RETURN(const std::vector<Field> targets, yaml_.List(fields.at("targets"), kFeedsMax));
  for (const Field& target : targets) {
    SH_ASSIGN_OR_RETURN(const size_t feed, yaml_.Reference(target, feed_ids_));
    rule.targets.push_back(feed);
  }
  for (const auto& [name, days] : {std::pair{"days_before", &rule.days_before}, {"days_after", &rule.days_after}}) {
    if (!fields.contains(name)) continue;
    SH_ASSIGN_OR_RETURN(const int64_t value, yaml_.Integer(fields.at(name)));
    if (value < 0 || value > kWindowDaysMax) return yaml_.Refuse(fields.at(name), "is no window of days");
    *days = static_cast<int32_t>(value);
  }
  model_.matching.push_back(std::move(rule));
  return absl::OkStatus();
}

}  // namespace safehaven::costing
