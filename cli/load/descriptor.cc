#include "cli/load/descriptor.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "libs/yaml/strict_document.h"
#include "services/costing/core/events.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kFormat = "safehaven-extract/1";
constexpr size_t kFlowNameMax = 64;
constexpr size_t kDescriptorBytesMax = 1 << 20;
constexpr int kDescriptorDepthMax = 8;

constexpr std::array<absl::string_view, 14> kIdentityColumns = {
    "nhs_number",   "nhs_number_verified", "given_name",    "family_name",   "birth_date",
    "sex",          "postcode",            "address_line",  "local_id",      "practice_code",
    "commissioner", "small_area",          "registered_from", "registered_to"};
constexpr std::array<absl::string_view, 7> kPayloadColumns = {
    "feed", "point_of_delivery", "currency", "start_date", "end_date", "treatment_function", "restriction"};

absl::Status Invalid(const YAML::Node& node, absl::string_view field, absl::string_view why) {
  const int line = std::max(node.Mark().line, 0) + 1;  // an empty file has no place
  return Failure(absl::StatusCode::kInvalidArgument, "DESCRIPTOR_INVALID",
                 absl::StrCat("line ", line, ": ", field, ": ", why),
                 {{"line", absl::StrCat(line)}, {"field", std::string(field)}});
}

// The keys of one map, each exactly once, none beside `allowed`.
absl::StatusOr<std::map<std::string, YAML::Node>> FieldsOf(const YAML::Node& map, absl::string_view path,
                                                           const std::set<std::string>& required,
                                                           const std::set<std::string>& optional) {
  if (!map.IsMap()) return Invalid(map, path, "must be a map");
  std::map<std::string, YAML::Node> fields;
  for (const auto& pair : map) {
    const std::string key = pair.first.Scalar();
    if (!required.contains(key) && !optional.contains(key)) return Invalid(pair.first, key, "is not known here");
    if (!fields.emplace(key, pair.second).second) return Invalid(pair.first, key, "occurs twice");
  }
  for (const std::string& key : required) {
    if (!fields.contains(key)) return Invalid(map, key, "is missing");
  }
  return fields;
}

absl::StatusOr<CivilDay> DayOf(const YAML::Node& node, absl::string_view field) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(node.IsScalar() ? node.Scalar() : "");
  if (!day.ok()) return Invalid(node, field, day.status().message());
  return day;
}

absl::StatusOr<ColumnPart> PartOf(const YAML::Node& node) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  if (text == "key") return ColumnPart::kKey;
  if (text == "identity") return ColumnPart::kIdentity;
  if (text == "payload") return ColumnPart::kPayload;
  if (text == "driver") return ColumnPart::kDriver;
  return Invalid(node, "part", "must be key, identity, payload or driver");
}

bool IsKnown(const DescribedColumn& column) {
  const auto among = [&column](const auto& names) {
    return std::find(names.begin(), names.end(), column.name) != names.end();
  };
  switch (column.part) {
    case ColumnPart::kIdentity:
      return among(kIdentityColumns) || column.name == "death_date";
    case ColumnPart::kPayload:
      return among(kPayloadColumns);
    default:
      return true;
  }
}

absl::Status ReadColumns(const YAML::Node& list, LoadDescriptor& descriptor) {
  if (!list.IsSequence()) return Invalid(list, "columns", "must be a list");
  std::set<std::string> names;
  int key_count = 0;
  for (const YAML::Node& node : list) {
    SH_ASSIGN_OR_RETURN(const auto fields, FieldsOf(node, "columns", {"name", "part"}, {"unit"}));
    DescribedColumn column = {.name = fields.at("name").Scalar()};
    SH_ASSIGN_OR_RETURN(column.part, PartOf(fields.at("part")));
    if (!names.insert(column.name).second) return Invalid(node, column.name, "is named twice");
    if (!IsKnown(column)) return Invalid(node, column.name, "is not a column of this part (docs/formats.md)");
    key_count += column.part == ColumnPart::kKey ? 1 : 0;
    descriptor.columns.push_back(std::move(column));
  }
  if (key_count != 1) return Invalid(list, "columns", "exactly one column must have part key");
  if (descriptor.DriverColumns().size() > costing::kDriverColumnsMax) {
    return Invalid(list, "columns", absl::StrCat("at most ", costing::kDriverColumnsMax, " have part driver"));
  }
  // Without these a row is of no feed and no day: it would be loaded and never counted.
  for (const absl::string_view needed : {"feed", "start_date", "end_date"}) {
    const bool found = std::any_of(descriptor.columns.begin(), descriptor.columns.end(), [needed](const auto& column) {
      return column.part == ColumnPart::kPayload && column.name == needed;
    });
    if (!found) return Invalid(list, "columns", absl::StrCat(needed, " is missing, with part payload"));
  }
  return absl::OkStatus();
}

// The names that become part of requests: of a shape that could be registered at all.
absl::Status CheckNames(const LoadDescriptor& descriptor, const std::map<std::string, YAML::Node>& fields) {
  const absl::Status provider = OdsCode::Parse(descriptor.provider).status();
  if (!provider.ok()) return Invalid(fields.at("provider"), "provider", provider.message());
  const bool flow = !descriptor.flow.empty() && descriptor.flow.size() <= kFlowNameMax &&
                    std::all_of(descriptor.flow.begin(), descriptor.flow.end(), [](char c) { return c > ' ' && c < 127 && c != '/'; });
  if (!flow) return Invalid(fields.at("flow"), "flow", "must be the name of a registered flow, such as acute-apc-2025");
  if (FindDataset(descriptor.dataset) == nullptr) {
    return Invalid(fields.at("dataset"), "dataset", absl::StrCat("source and dataset together (", descriptor.dataset,
                                                                 ") are not in the catalogue"));
  }
  if (descriptor.file.empty() || descriptor.file.find('/') != std::string::npos) {
    return Invalid(fields.at("file"), "file", "must be a file beside the descriptor");
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadDescriptor> Read(const YAML::Node& root) {
  SH_ASSIGN_OR_RETURN(const auto fields,
                      FieldsOf(root, "descriptor",
                               {"format", "source", "dataset", "provider", "flow", "period", "file", "rows", "columns"},
                               {}));
  if (fields.at("format").Scalar() != kFormat) {
    return Invalid(fields.at("format"), "format", absl::StrCat("must be ", kFormat));
  }
  LoadDescriptor descriptor = {.source = fields.at("source").Scalar(),
                               .dataset = absl::StrCat(fields.at("source").Scalar(), "/", fields.at("dataset").Scalar()),
                               .provider = fields.at("provider").Scalar(),
                               .flow = fields.at("flow").Scalar(),
                               .file = fields.at("file").Scalar()};
  SH_RETURN_IF_ERROR(CheckNames(descriptor, fields));
  SH_ASSIGN_OR_RETURN(const auto period, FieldsOf(fields.at("period"), "period", {"start", "end"}, {}));
  SH_ASSIGN_OR_RETURN(descriptor.first_day, DayOf(period.at("start"), "period.start"));
  SH_ASSIGN_OR_RETURN(descriptor.last_day, DayOf(period.at("end"), "period.end"));
  if (descriptor.last_day < descriptor.first_day) {
    return Invalid(fields.at("period"), "period.end", "is before period.start");
  }
  if (!absl::SimpleAtoi(fields.at("rows").Scalar(), &descriptor.row_count)) {
    return Invalid(fields.at("rows"), "rows", "must be an integer");
  }
  SH_RETURN_IF_ERROR(ReadColumns(fields.at("columns"), descriptor));
  return descriptor;
}

}  // namespace

std::vector<std::string> LoadDescriptor::DriverColumns() const {
  std::vector<std::string> names;
  for (const DescribedColumn& column : columns) {
    if (column.part == ColumnPart::kDriver) names.push_back(column.name);
  }
  return names;
}

absl::StatusOr<LoadDescriptor> ParseLoadDescriptor(absl::string_view yaml) {
  const YamlDocument document = LoadYamlDocument(yaml, {.bytes_max = kDescriptorBytesMax, .depth_max = kDescriptorDepthMax});
  const auto refused = [](int64_t line, absl::string_view why) {
    return Failure(absl::StatusCode::kInvalidArgument, "DESCRIPTOR_INVALID", absl::StrCat("line ", line, ": ", why),
                   {{"line", absl::StrCat(line)}});
  };
  if (document.fault) return refused(document.fault->line, document.fault->why);
  try {
    return Read(document.root);
  } catch (const YAML::Exception& e) {
    return refused(std::max(e.mark.line, 0) + 1, "not YAML as expected");
  }
}

}  // namespace safehaven::cli
