#include "services/costing/core/model_yaml.h"

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

constexpr char kFormat[] = "safehaven-cost-model/1";

// Reads one document and remembers on which line each field stood, so that a rule
// that is broken later can still name its line.
class ModelReader {
 public:
  absl::StatusOr<CostModel> Read(const YAML::Node& root);

 private:
  // A node and its path, as "pools[3].kind".
  struct Field {
    YAML::Node node;
    std::string path;
  };
  using Fields = std::map<std::string, Field>;
  struct Keys {
    std::initializer_list<const char*> required;
    std::initializer_list<const char*> optional;
  };

  absl::Status Refuse(const Field& field, absl::string_view why) const;
  absl::StatusOr<Fields> Map(const Field& field);
  absl::StatusOr<Fields> Object(const Field& field, const Keys& keys);
  absl::StatusOr<std::vector<Field>> List(const Field& field, size_t size_max);
  absl::StatusOr<std::string> Text(const Field& field) const;
  absl::StatusOr<int64_t> Integer(const Field& field) const;
  absl::StatusOr<CivilDay> Day(const Field& field) const;
  absl::StatusOr<Money> Amount(const Field& field) const;
  absl::StatusOr<size_t> Reference(const Field& field, const std::map<std::string, size_t>& ids) const;
  template <typename Item>
  absl::Status Named(const Field& list, size_t size_max, std::vector<Item>& items,
                     std::map<std::string, size_t>& ids);

  absl::Status ReadHead(const Fields& fields);
  absl::Status ReadCostGroups(const Field& list);
  absl::Status ReadPools(const Field& list);
  absl::Status ReadLedgerRule(const Field& entry);
  absl::Status ReadSupport(const Field& object);
  absl::Status ReadLinks(const Field& list);
  absl::Status ReadFeeds(const Field& list);
  absl::Status ReadDriver(const Field& entry);

  CostModel model_;
  std::map<std::string, size_t> pool_ids_, resource_ids_, activity_ids_, feed_ids_;
  std::map<std::string, int> lines_;  // by path, from 1
};

absl::Status InvalidAt(int line, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "COST_MODEL_INVALID",
                 absl::StrCat("line ", line, ": ", field, ": ", why),
                 {{"line", absl::StrCat(line)}, {"field", std::string(field)}});
}

int LineOf(const YAML::Node& node) { return node.Mark().line + 1; }

absl::Status ModelReader::Refuse(const Field& field, absl::string_view why) const {
  return InvalidAt(LineOf(field.node), field.path.empty() ? "the document" : field.path, why);
}

absl::StatusOr<ModelReader::Fields> ModelReader::Map(const Field& field) {
  if (!field.node.IsMap()) return Refuse(field, "must be a map");
  Fields fields;
  for (const auto& pair : field.node) {
    if (!pair.first.IsScalar()) return Refuse(field, "has a key that is no text");
    const std::string key = pair.first.Scalar();
    Field child = {pair.second, field.path.empty() ? key : absl::StrCat(field.path, ".", key)};
    lines_[child.path] = LineOf(pair.first);
    if (!fields.emplace(key, child).second) return Refuse(child, "is there twice");
  }
  return fields;
}

absl::StatusOr<ModelReader::Fields> ModelReader::Object(const Field& field, const Keys& keys) {
  SH_ASSIGN_OR_RETURN(Fields fields, Map(field));
  std::set<std::string> known(keys.required.begin(), keys.required.end());
  for (const char* key : keys.required) {
    if (!fields.contains(key)) return Refuse(field, absl::StrCat("'", key, "' is missing"));
  }
  known.insert(keys.optional.begin(), keys.optional.end());
  for (const auto& [key, child] : fields) {
    if (!known.contains(key)) {
      return Refuse(child, absl::StrCat("is not known here; known are ", absl::StrJoin(known, ", ")));
    }
  }
  return fields;
}

absl::StatusOr<std::vector<ModelReader::Field>> ModelReader::List(const Field& field, size_t size_max) {
  if (!field.node.IsSequence()) return Refuse(field, "must be a list");
  if (field.node.size() > size_max) return Refuse(field, absl::StrCat("has more than ", size_max, " entries"));
  std::vector<Field> entries;
  for (const YAML::Node& node : field.node) {
    entries.push_back({node, absl::StrCat(field.path, "[", entries.size(), "]")});
    lines_[entries.back().path] = LineOf(node);
  }
  return entries;
}

absl::StatusOr<std::string> ModelReader::Text(const Field& field) const {
  if (!field.node.IsScalar() || field.node.Scalar().empty()) return Refuse(field, "must be a text");
  if (field.node.Scalar().size() > kModelTextMax) return Refuse(field, "is too long");
  return field.node.Scalar();
}

absl::StatusOr<int64_t> ModelReader::Integer(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || absl::StrCat(value) != text) {
    return Refuse(field, "must be a whole number");
  }
  return value;
}

absl::StatusOr<CivilDay> ModelReader::Day(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) return Refuse(field, "must be a day, as 2025-04-01");
  return *day;
}

absl::StatusOr<Money> ModelReader::Amount(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  const absl::StatusOr<Money> amount = Money::Parse(text);
  if (!amount.ok()) return Refuse(field, amount.status().message());
  return *amount;
}

absl::StatusOr<size_t> ModelReader::Reference(const Field& field, const std::map<std::string, size_t>& ids) const {
  SH_ASSIGN_OR_RETURN(const std::string id, Text(field));
  const auto at = ids.find(id);
  if (at == ids.end()) return Refuse(field, absl::StrCat("'", id, "' is not in the model"));
  return at->second;
}

// Entries that have an id and a name and nothing else: resources and activities.
template <typename Item>
absl::Status ModelReader::Named(const Field& list, size_t size_max, std::vector<Item>& items,
                                std::map<std::string, size_t>& ids) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(list, size_max));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields, Object(entry, {.required = {"id", "name"}}));
    Item item;
    SH_ASSIGN_OR_RETURN(item.id, Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(item.name, Text(fields.at("name")));
    if (!ids.emplace(item.id, items.size()).second) return Refuse(fields.at("id"), "is there twice");
    items.push_back(std::move(item));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadHead(const Fields& fields) {
  SH_ASSIGN_OR_RETURN(const std::string format, Text(fields.at("format")));
  if (format != kFormat) return Refuse(fields.at("format"), absl::StrCat("must be ", kFormat));
  SH_ASSIGN_OR_RETURN(model_.provider, Text(fields.at("provider")));
  SH_ASSIGN_OR_RETURN(model_.version, Integer(fields.at("version")));
  SH_ASSIGN_OR_RETURN(const Fields period, Object(fields.at("period"), {.required = {"start", "end"}}));
  SH_ASSIGN_OR_RETURN(model_.period_start, Day(period.at("start")));
  SH_ASSIGN_OR_RETURN(model_.period_end, Day(period.at("end")));
  return ReadCostGroups(fields.at("cost_groups"));
}

// The list is fixed; it stands in the file so that a reader sees where cost may end.
absl::Status ModelReader::ReadCostGroups(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(list, kCostGroupCount));
  if (entries.size() != kCostGroupCount) return Refuse(list, "must name all five cost groups");
  for (size_t i = 0; i < kCostGroupCount; ++i) {
    SH_ASSIGN_OR_RETURN(const std::string name, Text(entries[i]));
    const absl::string_view expected = Name(static_cast<CostGroup>(i));
    if (name != expected) return Refuse(entries[i], absl::StrCat("must be ", expected));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadPools(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(list, kPoolsMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields,
                        Object(entry, {.required = {"id", "name", "kind"}, .optional = {"resource"}}));
    Pool pool;
    SH_ASSIGN_OR_RETURN(pool.id, Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(pool.name, Text(fields.at("name")));
    SH_ASSIGN_OR_RETURN(const std::string kind_name, Text(fields.at("kind")));
    const std::optional<PoolKind> kind = ParsePoolKind(kind_name);
    if (!kind) return Refuse(fields.at("kind"), "is no kind of pool");
    pool.kind = *kind;
    const auto resource = fields.find("resource");
    if ((resource != fields.end()) != (pool.kind == PoolKind::kResource)) {
      return Refuse(entry, "a pool of kind resource, and only such a pool, names a resource");
    }
    if (resource != fields.end()) {
      SH_ASSIGN_OR_RETURN(pool.resource, Reference(resource->second, resource_ids_));
    }
    if (!pool_ids_.emplace(pool.id, model_.pools.size()).second) return Refuse(fields.at("id"), "is there twice");
    model_.pools.push_back(std::move(pool));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadLedgerRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields, Object(entry, {.required = {"cost_centre", "account", "to"},
                                                          .optional = {"amount", "fraction", "cost_group"}}));
  LedgerRule rule;
  SH_ASSIGN_OR_RETURN(rule.cost_centre, Text(fields.at("cost_centre")));
  SH_ASSIGN_OR_RETURN(rule.account, Text(fields.at("account")));
  SH_ASSIGN_OR_RETURN(rule.pool, Reference(fields.at("to"), pool_ids_));
  if (fields.contains("amount") == fields.contains("fraction")) {
    return Refuse(entry, "needs either an amount or a fraction");
  }
  if (fields.contains("amount")) {
    SH_ASSIGN_OR_RETURN(rule.amount, Amount(fields.at("amount")));
  } else {
    // A fraction has the decimals of money, so the same exact reader serves.
    SH_ASSIGN_OR_RETURN(const Money fraction, Amount(fields.at("fraction")));
    if (fraction <= Money(0) || fraction > Money(kMoneyUnitsPerPound)) {
      return Refuse(fields.at("fraction"), "must be more than 0 and at most 1");
    }
    rule.fraction_e8 = fraction.e8_pounds();
  }
  if (fields.contains("cost_group")) {
    SH_ASSIGN_OR_RETURN(const std::string group, Text(fields.at("cost_group")));
    const std::optional<CostGroup> expected = GroupOf(model_.pools[rule.pool].kind);
    if (!expected || group != Name(*expected)) {
      return Refuse(fields.at("cost_group"), "is not the cost group of the pool");
    }
  }
  model_.ledger_map.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status ModelReader::ReadSupport(const Field& object) {
  SH_ASSIGN_OR_RETURN(const Fields fields, Object(object, {.required = {"method", "order", "statistics"}}));
  SH_ASSIGN_OR_RETURN(const std::string method_name, Text(fields.at("method")));
  const std::optional<SupportMethod> method = ParseSupportMethod(method_name);
  if (!method) return Refuse(fields.at("method"), "must be step_down or reciprocal");
  model_.support_method = *method;
  SH_ASSIGN_OR_RETURN(const std::vector<Field> order, List(fields.at("order"), kSupportPoolsMax));
  for (const Field& entry : order) {
    SH_ASSIGN_OR_RETURN(const size_t pool, Reference(entry, pool_ids_));
    model_.support_order.push_back(pool);
  }
  SH_ASSIGN_OR_RETURN(const Fields senders, Map(fields.at("statistics")));
  for (const auto& [sender_id, receivers_field] : senders) {
    const auto sender = pool_ids_.find(sender_id);
    if (sender == pool_ids_.end()) return Refuse(receivers_field, "is not in the model");
    SH_ASSIGN_OR_RETURN(const Fields receivers, Map(receivers_field));
    for (const auto& [receiver_id, weight_field] : receivers) {
      const auto receiver = pool_ids_.find(receiver_id);
      if (receiver == pool_ids_.end()) return Refuse(weight_field, "is not in the model");
      SH_ASSIGN_OR_RETURN(const int64_t weight, Integer(weight_field));
      model_.support_statistics.push_back({sender->second, receiver->second, weight});
    }
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadLinks(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(list, kLinksMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields, Object(entry, {.required = {"resource", "activity", "share"}}));
    ResourceLink link;
    SH_ASSIGN_OR_RETURN(link.resource, Reference(fields.at("resource"), resource_ids_));
    SH_ASSIGN_OR_RETURN(link.activity, Reference(fields.at("activity"), activity_ids_));
    SH_ASSIGN_OR_RETURN(link.share, Integer(fields.at("share")));
    model_.links.push_back(link);
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadFeeds(const Field& list) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(list, kFeedsMax));
  for (const Field& entry : entries) {
    SH_ASSIGN_OR_RETURN(const Fields fields, Object(entry, {.required = {"id", "dataset"}}));
    Feed feed;
    SH_ASSIGN_OR_RETURN(feed.id, Text(fields.at("id")));
    SH_ASSIGN_OR_RETURN(feed.dataset, Text(fields.at("dataset")));
    if (!feed_ids_.emplace(feed.id, model_.feeds.size()).second) return Refuse(fields.at("id"), "is there twice");
    model_.feeds.push_back(std::move(feed));
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadDriver(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields, Object(entry, {.required = {"activity", "feed", "column"},
                                                          .optional = {"weight_by_point_of_delivery"}}));
  Driver driver;
  SH_ASSIGN_OR_RETURN(driver.activity, Reference(fields.at("activity"), activity_ids_));
  SH_ASSIGN_OR_RETURN(driver.feed, Reference(fields.at("feed"), feed_ids_));
  SH_ASSIGN_OR_RETURN(driver.column, Text(fields.at("column")));
  if (fields.contains("weight_by_point_of_delivery")) {
    SH_ASSIGN_OR_RETURN(const Fields weights, Map(fields.at("weight_by_point_of_delivery")));
    driver.weight_by_point_of_delivery.emplace();
    for (const auto& [point_of_delivery, weight_field] : weights) {
      SH_ASSIGN_OR_RETURN(const int64_t weight, Integer(weight_field));
      driver.weight_by_point_of_delivery->emplace(point_of_delivery, weight);
    }
  }
  model_.drivers.push_back(std::move(driver));
  return absl::OkStatus();
}

absl::StatusOr<CostModel> ModelReader::Read(const YAML::Node& root) {
  SH_ASSIGN_OR_RETURN(
      const Fields fields,
      Object({root, ""}, {.required = {"format", "provider", "version", "period", "cost_groups", "pools",
                                       "ledger_map", "support_allocation", "resources", "activities", "links",
                                       "drivers", "feeds"}}));
  SH_RETURN_IF_ERROR(ReadHead(fields));
  SH_RETURN_IF_ERROR(Named(fields.at("resources"), kResourcesMax, model_.resources, resource_ids_));
  SH_RETURN_IF_ERROR(Named(fields.at("activities"), kActivitiesMax, model_.activities, activity_ids_));
  SH_RETURN_IF_ERROR(ReadFeeds(fields.at("feeds")));
  SH_RETURN_IF_ERROR(ReadPools(fields.at("pools")));
  SH_ASSIGN_OR_RETURN(const std::vector<Field> rules, List(fields.at("ledger_map"), kLedgerRulesMax));
  for (const Field& rule : rules) SH_RETURN_IF_ERROR(ReadLedgerRule(rule));
  SH_RETURN_IF_ERROR(ReadSupport(fields.at("support_allocation")));
  SH_RETURN_IF_ERROR(ReadLinks(fields.at("links")));
  SH_ASSIGN_OR_RETURN(const std::vector<Field> drivers, List(fields.at("drivers"), kDriversMax));
  for (const Field& driver : drivers) SH_RETURN_IF_ERROR(ReadDriver(driver));

  const absl::Status checked = CheckModel(model_);
  if (checked.ok()) return std::move(model_);
  // The line of the broken field, or of the nearest field around it.
  const std::string field = MetadataOf(checked)["field"];
  std::string path = field;
  while (!path.empty() && !lines_.contains(path)) {
    const size_t cut = path.find_last_of(".[");
    path = cut == std::string::npos ? "" : path.substr(0, cut);
  }
  return InvalidAt(path.empty() ? 1 : lines_[path], field,
                   absl::StrCat(checked.message().substr(field.size() + 2)));
}

}  // namespace

absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml) {
  if (yaml.size() > kModelBytesMax) return InvalidAt(1, "the document", "is too long");
  try {
    return ModelReader().Read(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& error) {
    return InvalidAt(error.mark.is_null() ? 1 : error.mark.line + 1, "the document", error.msg);
  }
}

}  // namespace safehaven::costing
