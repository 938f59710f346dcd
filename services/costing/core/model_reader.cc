#include "services/costing/core/model_reader.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/model_yaml.h"

namespace safehaven::costing {
namespace {

constexpr char kFormat[] = "safehaven-cost-model/1";

}  // namespace

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

absl::Status ModelReader::ReadYearEdge(const Field& field) {
  SH_ASSIGN_OR_RETURN(const std::string edge, yaml_.Text(field));
  if (edge != "ended" && edge != "overlapping") return yaml_.Refuse(field, "must be ended or overlapping");
  model_.year_edge = edge == "ended" ? YearEdge::kEnded : YearEdge::kOverlapping;
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
  if (fields.contains("year_edge")) SH_RETURN_IF_ERROR(ReadYearEdge(fields.at("year_edge")));
  if (fields.contains("income_map")) {
    SH_ASSIGN_OR_RETURN(const std::vector<Field> income, yaml_.List(fields.at("income_map"), kLedgerRulesMax));
    for (const Field& rule : income) SH_RETURN_IF_ERROR(ReadIncomeRule(rule));
  }
  const absl::Status checked = CheckModel(model_);
  if (checked.ok()) return std::move(model_);
  const std::string field = MetadataOf(checked)["field"];
  return yaml_.RefusePath(field, checked.message().substr(field.size() + 2));
}

}  // namespace safehaven::costing
