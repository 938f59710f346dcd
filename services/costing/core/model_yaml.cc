#include "services/costing/core/model_yaml.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/yaml_fields.h"

namespace safehaven::costing {
namespace {

constexpr char kFormat[] = "safehaven-cost-model/1";

using Field = YamlFields::Field;
using Fields = YamlFields::Fields;

// Reads one document part by part; every part may refer to those before it.
class ModelReader {
 public:
  explicit ModelReader(const ModelTables& tables) : yaml_("COST_MODEL_INVALID", tables) {}

  absl::StatusOr<CostModel> Read(absl::string_view text);

 private:
  template <typename Item>
  absl::Status Named(const Field& list, size_t size_max, std::vector<Item>& items,
                     std::map<std::string, size_t>& ids);

  absl::Status ReadHead(const Fields& fields);
  absl::Status ReadCostGroups(const Field& list);
  absl::Status ReadPools(const Field& list);
  absl::Status ReadLedgerRule(const Field& entry);
  absl::Status ReadIncomeRule(const Field& entry);
  absl::Status ReadSupport(const Field& object);
  absl::Status ReadStatistics(const Field& field);
  absl::Status ReadStatistic(const Field& sender_field, const std::string& sender_id, const Field& receiver_field,
                             const std::string& receiver_id, const Field& weight_field);
  absl::Status ReadLinks(const Field& list);
  absl::Status ReadFeeds(const Field& list);
  absl::Status ReadDriver(const Field& entry);
  absl::Status ReadFilters(const Field& field, bool is_excluding, Driver& driver);
  absl::Status ReadWeightTable(const Field& field, Driver& driver);
  absl::Status ReadMatching(const Field& object);
  absl::Status ReadMatchingRule(const Field& entry);

  YamlFields yaml_;
  CostModel model_;
  std::map<std::string, size_t> pool_ids_, resource_ids_, activity_ids_, feed_ids_;
};

// Entries that have an id and a name and nothing else: resources and activities.
template <typename Item>
absl::Status ModelReader::Named(const Field& list, size_t size_max, std::vector<Item>& items,
                                std::map<std::string, size_t>& ids) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, yaml_.List(list, size_max));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(entry, {.required = {"id", "name"}, .optional = {}}));
    Item item;
    SH_ASSIGN_OR_RETURN(item.id, yaml_.Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(item.name, yaml_.Text(fields.at("name")));
    if (!ids.emplace(item.id, items.size()).second) return yaml_.Refuse(fields.at("id"), "is there twice");
    items.push_back(std::move(item));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadHead(const Fields& fields) {
  SH_ASSIGN_OR_RETURN(const std::string format, yaml_.Text(fields.at("format")));
  if (format != kFormat) return yaml_.Refuse(fields.at("format"), absl::StrCat("must be ", kFormat));
  SH_ASSIGN_OR_RETURN(model_.provider, yaml_.Text(fields.at("provider")));
  SH_ASSIGN_OR_RETURN(model_.version, yaml_.Integer(fields.at("version")));
  SH_ASSIGN_OR_RETURN(const Fields period, yaml_.Object(fields.at("period"), {.required = {"start", "end"}, .optional = {}}));
  SH_ASSIGN_OR_RETURN(model_.period_start, yaml_.Day(period.at("start")));
  SH_ASSIGN_OR_RETURN(model_.period_end, yaml_.Day(period.at("end")));
  return ReadCostGroups(fields.at("cost_groups"));
}

// The list is fixed; it stands in the file so that a reader sees where cost may end.
absl::Status ModelReader::ReadCostGroups(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, yaml_.List(list, kCostGroupCount));
  if (entries.size() != kCostGroupCount) return yaml_.Refuse(list, "must name all five cost groups");
  for (size_t i = 0; i < kCostGroupCount; ++i) {
    SH_ASSIGN_OR_RETURN(const std::string name, yaml_.Text(entries[i]));
    const absl::string_view expected = Name(static_cast<CostGroup>(i));
    if (name != expected) return yaml_.Refuse(entries[i], absl::StrCat("must be ", expected));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadPools(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, yaml_.List(list, kPoolsMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields,
                        yaml_.Object(entry, {.required = {"id", "name", "kind"}, .optional = {"resource"}}));
    Pool pool;
    SH_ASSIGN_OR_RETURN(pool.id, yaml_.Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(pool.name, yaml_.Text(fields.at("name")));
    SH_ASSIGN_OR_RETURN(const std::string kind_name, yaml_.Text(fields.at("kind")));
    const std::optional<PoolKind> kind = ParsePoolKind(kind_name);
    if (!kind) return yaml_.Refuse(fields.at("kind"), "is no kind of pool");
    pool.kind = *kind;
    const auto resource = fields.find("resource");
    if ((resource != fields.end()) != (pool.kind == PoolKind::kResource)) {
      return yaml_.Refuse(entry, "a pool of kind resource, and only such a pool, names a resource");
    }
    if (resource != fields.end()) {
      SH_ASSIGN_OR_RETURN(pool.resource, yaml_.Reference(resource->second, resource_ids_));
    }
    if (!pool_ids_.emplace(pool.id, model_.pools.size()).second) return yaml_.Refuse(fields.at("id"), "is there twice");
    model_.pools.push_back(std::move(pool));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadLedgerRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(entry, {.required = {"cost_centre", "account", "to"},
                                                                .optional = {"amount", "fraction", "cost_group",
                                                                             "first_day", "last_day"}}));
  LedgerRule rule;
  SH_ASSIGN_OR_RETURN(rule.cost_centre, yaml_.Text(fields.at("cost_centre")));
  SH_ASSIGN_OR_RETURN(rule.account, yaml_.Text(fields.at("account")));
  SH_ASSIGN_OR_RETURN(rule.pool, yaml_.Reference(fields.at("to"), pool_ids_));
  if (fields.contains("amount") == fields.contains("fraction")) {
    return yaml_.Refuse(entry, "needs either an amount or a fraction");
  }
  if (fields.contains("amount")) {
    SH_ASSIGN_OR_RETURN(rule.amount, yaml_.Amount(fields.at("amount")));
  } else {
    // A fraction has the decimals of money, so the same exact reader serves.
    SH_ASSIGN_OR_RETURN(const Money fraction, yaml_.Amount(fields.at("fraction")));
    if (fraction <= Money(0) || fraction > Money(kMoneyUnitsPerPound)) {
      return yaml_.Refuse(fields.at("fraction"), "must be more than 0 and at most 1");
    }
    rule.fraction_e8 = fraction.e8_pounds();
  }
  if (fields.contains("cost_group")) {
    SH_ASSIGN_OR_RETURN(const std::string group, yaml_.Text(fields.at("cost_group")));
    const std::optional<CostGroup> expected = GroupOf(model_.pools[rule.pool].kind);
    if (!expected || group != Name(*expected)) {
      return yaml_.Refuse(fields.at("cost_group"), "is not the cost group of the pool");
    }
  }
  if (fields.contains("first_day")) {
    SH_ASSIGN_OR_RETURN(rule.first_day, yaml_.Day(fields.at("first_day")));
  }
  if (fields.contains("last_day")) {
    SH_ASSIGN_OR_RETURN(rule.last_day, yaml_.Day(fields.at("last_day")));
  }
  model_.ledger_map.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status ModelReader::ReadSupport(const Field& object) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(object, {.required = {"method", "order", "statistics"}, .optional = {}}));
  SH_ASSIGN_OR_RETURN(const std::string method_name, yaml_.Text(fields.at("method")));
  const std::optional<SupportMethod> method = ParseSupportMethod(method_name);
  if (!method) return yaml_.Refuse(fields.at("method"), "must be step_down or reciprocal");
  model_.support_method = *method;
  SH_ASSIGN_OR_RETURN(const std::vector<Field> order, yaml_.List(fields.at("order"), kSupportPoolsMax));
  for (const Field& entry : order) {
    SH_ASSIGN_OR_RETURN(const size_t pool, yaml_.Reference(entry, pool_ids_));
    model_.support_order.push_back(pool);
  }
  return ReadStatistics(fields.at("statistics"));
}

// sender -> receiver -> weight, or a table of these three.
absl::Status ModelReader::ReadStatistics(const Field& field) {
  if (yaml_.IsTable(field)) {
    SH_ASSIGN_OR_RETURN(const std::vector<Field> rows, yaml_.List(field, kPoolsMax * kSupportPoolsMax));
    for (const Field& row : rows) {
      SH_ASSIGN_OR_RETURN(const Fields cells, yaml_.Object(row, {.required = {"sender", "receiver", "weight"},
                                                                 .optional = {}}));
      SH_ASSIGN_OR_RETURN(const std::string sender, yaml_.Text(cells.at("sender")));
      SH_ASSIGN_OR_RETURN(const std::string receiver, yaml_.Text(cells.at("receiver")));
      SH_RETURN_IF_ERROR(ReadStatistic(cells.at("sender"), sender, cells.at("receiver"), receiver, cells.at("weight")));
    }
    return absl::OkStatus();
  }
  SH_ASSIGN_OR_RETURN(const Fields senders, yaml_.Map(field));
  for (const auto& [sender_id, receivers_field] : senders) {
    SH_ASSIGN_OR_RETURN(const Fields receivers, yaml_.Map(receivers_field));
    if (receivers.empty() && !pool_ids_.contains(sender_id)) return yaml_.Refuse(receivers_field, "is not in the model");
    for (const auto& [receiver_id, weight_field] : receivers) {
      SH_RETURN_IF_ERROR(ReadStatistic(receivers_field, sender_id, weight_field, receiver_id, weight_field));
    }
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadStatistic(const Field& sender_field, const std::string& sender_id,
                                        const Field& receiver_field, const std::string& receiver_id,
                                        const Field& weight_field) {
  const auto sender = pool_ids_.find(sender_id);
  if (sender == pool_ids_.end()) return yaml_.Refuse(sender_field, "is not in the model");
  const auto receiver = pool_ids_.find(receiver_id);
  if (receiver == pool_ids_.end()) return yaml_.Refuse(receiver_field, "is not in the model");
  SH_ASSIGN_OR_RETURN(const int64_t weight, yaml_.Integer(weight_field));
  model_.support_statistics.push_back({sender->second, receiver->second, weight});
  return absl::OkStatus();
}

absl::Status ModelReader::ReadLinks(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, yaml_.List(list, kLinksMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(entry, {.required = {"resource", "activity", "share"}, .optional = {}}));
    ResourceLink link;
    SH_ASSIGN_OR_RETURN(link.resource, yaml_.Reference(fields.at("resource"), resource_ids_));
    SH_ASSIGN_OR_RETURN(link.activity, yaml_.Reference(fields.at("activity"), activity_ids_));
    SH_ASSIGN_OR_RETURN(link.share, yaml_.Integer(fields.at("share")));
    model_.links.push_back(link);
  }
  return absl::OkStatus();
}

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

absl::Status ModelReader::ReadIncomeRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml_.Object(entry, {.required = {"cost_centre", "account", "cost_group"}, .optional = {}}));
  IncomeRule rule;
  SH_ASSIGN_OR_RETURN(rule.cost_centre, yaml_.Text(fields.at("cost_centre")));
  SH_ASSIGN_OR_RETURN(rule.account, yaml_.Text(fields.at("account")));
  SH_ASSIGN_OR_RETURN(const std::string name, yaml_.Text(fields.at("cost_group")));
  const std::optional<CostGroup> group = ParseCostGroup(name);
  if (!group) return yaml_.Refuse(fields.at("cost_group"), "is no cost group");
  rule.group = *group;
  model_.income_map.push_back(std::move(rule));
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

absl::StatusOr<CostModel> ModelReader::Read(absl::string_view text) {
  SH_ASSIGN_OR_RETURN(const Field document, yaml_.Parse(text, kModelBytesMax));
  SH_ASSIGN_OR_RETURN(
      const Fields fields,
      yaml_.Object(document, {.required = {"format", "provider", "version", "period", "cost_groups", "pools",
                                           "ledger_map", "support_allocation", "resources", "activities", "links",
                                           "drivers", "feeds"},
                              .optional = {"matching", "income_map", "year_edge"}}));
  SH_RETURN_IF_ERROR(ReadHead(fields));
  SH_RETURN_IF_ERROR(Named(fields.at("resources"), kResourcesMax, model_.resources, resource_ids_));
  SH_RETURN_IF_ERROR(Named(fields.at("activities"), kActivitiesMax, model_.activities, activity_ids_));
  SH_RETURN_IF_ERROR(ReadFeeds(fields.at("feeds")));
  SH_RETURN_IF_ERROR(ReadPools(fields.at("pools")));
  SH_ASSIGN_OR_RETURN(const std::vector<Field> rules, yaml_.List(fields.at("ledger_map"), kLedgerRulesMax));
  for (const Field& rule : rules) SH_RETURN_IF_ERROR(ReadLedgerRule(rule));
  SH_RETURN_IF_ERROR(ReadSupport(fields.at("support_allocation")));
  SH_RETURN_IF_ERROR(ReadLinks(fields.at("links")));
  SH_ASSIGN_OR_RETURN(const std::vector<Field> drivers, yaml_.List(fields.at("drivers"), kDriversMax));
  for (const Field& driver : drivers) SH_RETURN_IF_ERROR(ReadDriver(driver));
  if (fields.contains("matching")) SH_RETURN_IF_ERROR(ReadMatching(fields.at("matching")));
  if (fields.contains("year_edge")) {
    SH_ASSIGN_OR_RETURN(const std::string edge, yaml_.Text(fields.at("year_edge")));
    if (edge != "ended" && edge != "overlapping") {
      return yaml_.Refuse(fields.at("year_edge"), "must be ended or overlapping");
    }
    model_.year_edge = edge == "ended" ? YearEdge::kEnded : YearEdge::kOverlapping;
  }
  if (fields.contains("income_map")) {
    SH_ASSIGN_OR_RETURN(const std::vector<Field> income, yaml_.List(fields.at("income_map"), kLedgerRulesMax));
    for (const Field& rule : income) SH_RETURN_IF_ERROR(ReadIncomeRule(rule));
  }
  const absl::Status checked = CheckModel(model_);
  if (checked.ok()) return std::move(model_);
  const std::string field = MetadataOf(checked)["field"];
  return yaml_.RefusePath(field, checked.message().substr(field.size() + 2));
}

}  // namespace

absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml) { return ParseCostModel(yaml, {}); }

absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml, const ModelTables& tables) {
  try {
    return ModelReader(tables).Read(yaml);
  } catch (const YAML::Exception& error) {
    return Failure(absl::StatusCode::kInvalidArgument, "COST_MODEL_INVALID", error.what());
  }
}

}  // namespace safehaven::costing
