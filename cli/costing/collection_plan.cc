#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/collection_files.h"
#include "libs/base/status.h"
#include "services/costing/core/yaml_fields.h"

namespace safehaven::cli {
namespace {

using costing::YamlFields;
using Field = YamlFields::Field;
using Fields = YamlFields::Fields;

constexpr char kFormat[] = "safehaven-collection/1";
constexpr size_t kPlanBytesMax = 1 << 20;
constexpr std::array<absl::string_view, 8> kFacts = {"record_id",  "point_of_delivery", "currency",          "treatment_function",
                                                     "start_date", "end_date",          "completion_status", "days"};
// Filled in from the run itself.
constexpr std::array<absl::string_view, 5> kOwn = {"provider", "activity", "activity_count", "resource", "total_cost"};

bool IsFact(absl::string_view text) { return std::find(kFacts.begin(), kFacts.end(), text) != kFacts.end(); }

absl::Status ReadFields(YamlFields& yaml, const Field& map, CollectedFeed& feed) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml.Map(map));
  for (const auto& [id, value] : fields) {
    bool is_known = false;
    for (const costing::CollectionField& field : costing::CollectionFields()) {
      is_known = is_known || (field.id == id && field.IsIn(feed.feed));
    }
    if (!is_known) return yaml.Refuse(value, absl::StrCat("is no field of ", costing::Name(feed.feed)));
    if (std::find(kOwn.begin(), kOwn.end(), id) != kOwn.end()) return yaml.Refuse(value, "comes from the run itself");
    SH_ASSIGN_OR_RETURN(const std::string from, yaml.Text(value));
    const bool is_detail = absl::StartsWith(from, "details.");
    if (is_detail && feed.details.empty()) return yaml.Refuse(value, "needs a file of details");
    if (!is_detail && from[0] != '=' && !IsFact(from)) {
      return yaml.Refuse(value, "must be =TEXT, details.COLUMN or a fact of the event");
    }
    feed.fields.emplace(id, from);
  }
  return absl::OkStatus();
}

absl::StatusOr<CollectedFeed> ReadFeed(YamlFields& yaml, const Field& object) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml.Object(object, {.required = {"type", "fields"}, .optional = {"details", "details_key"}}));
  CollectedFeed feed;
  SH_ASSIGN_OR_RETURN(const std::string type, yaml.Text(fields.at("type")));
  const std::optional<costing::CollectionFeed> known = costing::ParseCollectionFeed(type);
  if (!known || *known == costing::CollectionFeed::kRec) {
    return yaml.Refuse(fields.at("type"), "must be APC, OP, AE, SWC or SI");
  }
  feed.feed = *known;
  feed.details_key = "record_id";
  if (fields.contains("details")) {
    SH_ASSIGN_OR_RETURN(feed.details, yaml.Text(fields.at("details")));
  }
  if (fields.contains("details_key")) {
    SH_ASSIGN_OR_RETURN(feed.details_key, yaml.Text(fields.at("details_key")));
  }
  SH_RETURN_IF_ERROR(ReadFields(yaml, fields.at("fields"), feed));
  return feed;
}

}  // namespace

absl::StatusOr<CollectionPlan> ParseCollectionPlan(absl::string_view text, const costing::CostModel& model) {
  const costing::ModelTables no_tables;
  YamlFields yaml("COLLECTION_INVALID", no_tables);
  SH_ASSIGN_OR_RETURN(const Field document, yaml.Parse(text, kPlanBytesMax));
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml.Object(document, {.required = {"format", "submitting_organisation", "financial_year", "feeds",
                                                          "accounts_identifier", "exclusions"},
                                             .optional = {}}));
  SH_ASSIGN_OR_RETURN(const std::string format, yaml.Text(fields.at("format")));
  if (format != kFormat) return yaml.Refuse(fields.at("format"), absl::StrCat("must be ", kFormat));
  CollectionPlan plan;
  SH_ASSIGN_OR_RETURN(plan.submitting_organisation, yaml.Text(fields.at("submitting_organisation")));
  SH_ASSIGN_OR_RETURN(plan.financial_year, yaml.Text(fields.at("financial_year")));
  SH_ASSIGN_OR_RETURN(plan.accounts_identifier, yaml.Text(fields.at("accounts_identifier")));
  SH_ASSIGN_OR_RETURN(const Fields feeds, yaml.Map(fields.at("feeds")));
  for (const auto& [id, field] : feeds) {
    const auto at = std::find_if(model.feeds.begin(), model.feeds.end(),
                                 [&id = id](const costing::Feed& feed) { return feed.id == id && !feed.is_auxiliary; });
    if (at == model.feeds.end()) return yaml.Refuse(field, "is no master feed of the model");
    SH_ASSIGN_OR_RETURN(plan.feeds[id], ReadFeed(yaml, field));
  }
  SH_ASSIGN_OR_RETURN(const Fields exclusions, yaml.Map(fields.at("exclusions")));
  for (const auto& [name, field] : exclusions) {
    const bool is_bucket = name == "excluded" || name == "unmatched" || name == "undistributed";
    if (!is_bucket && (!costing::ParseCostGroup(name) || name == "own_patient_care")) {
      return yaml.Refuse(field, "is no cost group beside own patient care, nor excluded, unmatched or undistributed");
    }
    SH_ASSIGN_OR_RETURN(plan.exclusions[name], yaml.Text(field));
  }
  return plan;
}

}  // namespace safehaven::cli
