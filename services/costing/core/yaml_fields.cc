#include "services/costing/core/yaml_fields.h"

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"
#include "libs/yaml/strict_document.h"

namespace safehaven::costing {
namespace {

// Maps in lists in maps in lists: no document of ours is deeper.
constexpr int kYamlDepthMax = 12;

// A table's own cells have no mark; they stand where their row stands.
int64_t LineOf(const YAML::Node& node, int64_t otherwise) {
  return node.Mark().is_null() ? otherwise : node.Mark().line + 1;
}

absl::Status Refusal(absl::string_view reason, absl::string_view file, int64_t line, absl::string_view path,
                     absl::string_view why) {
  const absl::string_view field = path.empty() ? "the document" : path;
  std::map<std::string, std::string> metadata = {{"line", absl::StrCat(line)}, {"field", std::string(field)}};
  if (!file.empty()) metadata.emplace("file", std::string(file));
  return Failure(absl::StatusCode::kInvalidArgument, reason,
                 absl::StrCat(file, file.empty() ? "" : ": ", "line ", line, ": ", field, ": ", why), metadata);
}

}  // namespace

absl::StatusOr<YamlFields::Field> YamlFields::Parse(absl::string_view yaml, size_t bytes_max) const {
  YamlDocument document = LoadYamlDocument(yaml, {.bytes_max = bytes_max, .depth_max = kYamlDepthMax});
  if (document.fault) return Refusal(reason_, "", document.fault->line, "", document.fault->why);
  return Field{.node = std::move(document.root), .path = "", .file = "", .line = 1};
}

absl::Status YamlFields::Refuse(const Field& field, absl::string_view why) const {
  return Refusal(reason_, field.file, LineOf(field.node, field.line), field.path, why);
}

absl::Status YamlFields::RefusePath(absl::string_view path, absl::string_view why) const {
  std::string nearest(path);
  while (!nearest.empty() && !places_.contains(nearest)) {
    const size_t cut = nearest.find_last_of(".[");
    nearest = cut == std::string::npos ? "" : nearest.substr(0, cut);
  }
  const Place place = nearest.empty() ? Place{} : places_.at(nearest);
  return Refusal(reason_, place.file, place.line, path, why);
}

absl::StatusOr<YamlFields::Fields> YamlFields::Map(const Field& field) {
  if (!field.node.IsMap()) return Refuse(field, "must be a map");
  Fields fields;
  for (const auto& pair : field.node) {
    if (!pair.first.IsScalar()) return Refuse(field, "has a key that is no text");
    const std::string key = pair.first.Scalar();
    Field child = {.node = pair.second,
                   .path = field.path.empty() ? key : absl::StrCat(field.path, ".", key),
                   .file = field.file,
                   .line = LineOf(pair.first, field.line)};
    places_[child.path] = {child.file, child.line};
    if (!fields.emplace(key, child).second) return Refuse(child, "is there twice");
  }
  return fields;
}

absl::StatusOr<YamlFields::Fields> YamlFields::Object(const Field& field, const Keys& keys) {
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

bool YamlFields::IsTable(const Field& field) const {
  return field.node.IsMap() && field.node.size() == 1 && field.node.begin()->first.IsScalar() &&
         field.node.begin()->first.Scalar() == "file";
}

absl::StatusOr<std::vector<YamlFields::Field>> YamlFields::TableRows(const Field& field, size_t size_max) {
  const std::string name = field.node.begin()->second.IsScalar() ? field.node.begin()->second.Scalar() : "";
  const auto at = tables_.find(name);
  if (at == tables_.end()) return Refuse(field, "names a table that is not beside the document");
  const ModelTable& table = at->second;
  if (table.rows.size() > size_max) return Refuse(field, absl::StrCat("has more than ", size_max, " entries"));
  std::vector<Field> entries;
  for (const ModelTable::Row& row : table.rows) {
    YAML::Node map(YAML::NodeType::Map);
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (!row.fields[i].empty()) map[table.columns[i]] = row.fields[i];
    }
    entries.push_back({.node = map,
                       .path = absl::StrCat(field.path, "[", entries.size(), "]"),
                       .file = name,
                       .line = row.line});
    places_[entries.back().path] = {name, row.line};
  }
  return entries;
}

absl::StatusOr<std::vector<YamlFields::Field>> YamlFields::List(const Field& field, size_t size_max) {
  if (IsTable(field)) return TableRows(field, size_max);
  if (!field.node.IsSequence()) return Refuse(field, "must be a list");
  if (field.node.size() > size_max) return Refuse(field, absl::StrCat("has more than ", size_max, " entries"));
  std::vector<Field> entries;
  for (const YAML::Node& node : field.node) {
    entries.push_back({.node = node,
                       .path = absl::StrCat(field.path, "[", entries.size(), "]"),
                       .file = field.file,
                       .line = LineOf(node, field.line)});
    places_[entries.back().path] = {entries.back().file, entries.back().line};
  }
  return entries;
}

absl::StatusOr<std::string> YamlFields::Text(const Field& field) const {
  if (!field.node.IsScalar() || field.node.Scalar().empty()) return Refuse(field, "must be a text");
  if (field.node.Scalar().size() > kFieldTextMax) return Refuse(field, "is too long");
  return field.node.Scalar();
}

absl::StatusOr<std::vector<std::string>> YamlFields::Texts(const Field& field, size_t size_max) {
  SH_ASSIGN_OR_RETURN(const std::vector<Field> entries, List(field, size_max));
  std::vector<std::string> texts;
  for (const Field& entry : entries) {
    // An empty text is a value like any other here: "not recorded".
    if (!entry.node.IsScalar() || entry.node.Scalar().size() > kFieldTextMax) return Refuse(entry, "must be a text");
    texts.push_back(entry.node.Scalar());
  }
  return texts;
}

absl::StatusOr<int64_t> YamlFields::Integer(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || absl::StrCat(value) != text) return Refuse(field, "must be a whole number");
  return value;
}

absl::StatusOr<CivilDay> YamlFields::Day(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) return Refuse(field, "must be a day, as 2025-04-01");
  return *day;
}

absl::StatusOr<Money> YamlFields::Amount(const Field& field) const {
  SH_ASSIGN_OR_RETURN(const std::string text, Text(field));
  const absl::StatusOr<Money> amount = Money::Parse(text);
  if (!amount.ok()) return Refuse(field, amount.status().message());
  return *amount;
}

absl::StatusOr<size_t> YamlFields::Reference(const Field& field, const std::map<std::string, size_t>& ids) const {
  SH_ASSIGN_OR_RETURN(const std::string id, Text(field));
  const auto at = ids.find(id);
  if (at == ids.end()) return Refuse(field, absl::StrCat("'", id, "' is not in the model"));
  return at->second;
}

}  // namespace safehaven::costing
