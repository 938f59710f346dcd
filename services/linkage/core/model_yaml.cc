#include "services/linkage/core/model_yaml.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/yaml/strict_document.h"
#include "services/linkage/core/frozen_yaml.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/yaml_reading.h"

namespace safehaven::linkage {
namespace {

constexpr absl::string_view kFormat = "safehaven-linkage-model/1";
constexpr int kModelDepthMax = 12;

DateOrder ReadDateOrder(const YAML::Node& node) {
  const std::string order = TextOf(node, "date_order");
  if (order != "day_first" && order != "month_first") Refuse(node["date_order"], "want day_first or month_first");
  return order == "month_first" ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

Schema ReadSchema(const YAML::Node& root) {
  Schema schema;
  schema.date_order = ReadDateOrder(root);
  for (const YAML::Node& node : ListOf(root, "columns")) {
    MapOf(node, {"column", "use", "field", "date_order"});
    ColumnRule rule{.column = TextOf(node, "column"), .reason = "as the model says"};
    const std::optional<ColumnUse> use = ParseColumnUse(TextOf(node, "use"));
    if (!use.has_value()) Refuse(node["use"], "unknown use of a column");
    rule.use = *use;
    if (rule.use == ColumnUse::kText || rule.use == ColumnUse::kIdentifier) rule.field = TextOf(node, "field");
    if (node["date_order"]) rule.date_order = ReadDateOrder(node);
    if (schema.Find(rule.column) != nullptr) Refuse(node, "a column is named twice");
    schema.columns.push_back(std::move(rule));
  }
  return schema;
}

// The column of further fields by name.
uint16_t FurtherColumn(const YAML::Node& node, const std::vector<ExtraField>& extra) {
  const std::string name = TextOf(node, "further");
  for (uint16_t column = 0; column < extra.size(); ++column) {
    if (extra[column].name == name) return column;
  }
  Refuse(node["further"], absl::StrCat("no column fills a field ", name));
}

FieldModel ReadField(const YAML::Node& node, const std::vector<ExtraField>& extra) {
  MapOf(node, {"name", "compare", "further", "sessions", "levels"});
  FieldModel field;
  field.name = TextOf(node, "name");
  const std::string compare = TextOf(node, "compare");
  bool known = false;
  for (int c = 0; c <= static_cast<int>(Comparator::kText) && !known; ++c) {
    field.comparator = static_cast<Comparator>(c);
    known = ComparatorName(field.comparator) == compare;
  }
  if (!known) Refuse(node["compare"], absl::StrCat("unknown comparison ", compare));
  if (field.comparator == Comparator::kIdentifier || field.comparator == Comparator::kText) {
    field.extra_column = FurtherColumn(node, extra);
  }
  field.sessions = static_cast<int>(NumberOf(node, "sessions"));
  const auto levels = LevelsOf(field.comparator);
  const YAML::Node list = ListOf(node, "levels");
  if (list.size() != levels.size()) Refuse(list, absl::StrCat("want ", levels.size(), " levels"));
  for (size_t i = 0; i < levels.size(); ++i) {
    MapOf(list[i], {"level", "m", "u", "h"});
    if (TextOf(list[i], "level") != levels[i].name) {
      Refuse(list[i], absl::StrCat("want the level '", levels[i].name, "' here"));
    }
    field.m.push_back(NumberOf(list[i], "m"));
    field.u.push_back(NumberOf(list[i], "u"));
    field.h.push_back(NumberOf(list[i], "h"));
  }
  return field;
}

FieldDependence ReadDependence(const YAML::Node& node, const std::vector<FieldModel>& fields) {
  MapOf(node, {"field", "on", "u"});
  const auto index_of = [&](const char* key) {
    const std::string name = TextOf(node, key);
    for (uint16_t i = 0; i < fields.size(); ++i) {
      if (fields[i].name == name) return i;
    }
    Refuse(node[key], absl::StrCat("no field is called ", name));
  };
  FieldDependence dependence = {.field = index_of("field"), .on = index_of("on"), .u = {}};
  for (const YAML::Node& value : ListOf(node, "u")) {
    double u = 0;
    if (!absl::SimpleAtod(value.as<std::string>(), &u)) Refuse(value, "want a number");
    dependence.u.push_back(u);
  }
  return dependence;
}

BlockingRule ReadRule(const YAML::Node& node, const std::vector<ExtraField>& extra) {
  MapOf(node, {"name", "parts", "further", "block_profiles_max", "split"});
  BlockingRule rule;
  rule.name = TextOf(node, "name");
  bool further = false;
  for (const YAML::Node& part : ListOf(node, "parts")) {
    const std::optional<KeyPart> known = ParseKeyPart(part.as<std::string>());
    if (!known.has_value()) Refuse(part, "unknown part of a key");
    further |= *known == KeyPart::kExtra || *known == KeyPart::kExtraPrefix;
    rule.parts.push_back(*known);
  }
  if (further) rule.extra_column = FurtherColumn(node, extra);
  const double most = NumberOf(node, "block_profiles_max");
  if (!(most >= 2 && most <= 1e9)) Refuse(node["block_profiles_max"], "want 2 to 1000000000");
  rule.block_profiles_max = static_cast<uint32_t>(most);
  rule.split = FlagOf(node, "split");
  return rule;
}

FrequencyTable ReadFrequencies(const YAML::Node& node) {
  MapOf(node, {"unseen", "agreement", "shares"});
  FrequencyTable table;
  table.unseen = static_cast<float>(NumberOf(node, "unseen"));
  table.agreement = NumberOf(node, "agreement");
  const std::string shares = TextOf(node, "shares");
  for (const absl::string_view entry : absl::StrSplit(shares, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(entry, absl::MaxSplits(':', 1));
    uint64_t hash = 0;
    float share = 0;
    if (!absl::SimpleHexAtoi(parts.first, &hash) || !absl::SimpleAtof(parts.second, &share) || !(share > 0)) {
      Refuse(node, "shares: want hash:share, separated by blanks");
    }
    table.share[hash] = share;
  }
  return table;
}

Weight WeightOfBits(const YAML::Node& map, const char* key) {
  const double bits = NumberOf(map, key);
  if (!(bits >= -1000 && bits <= 1000)) Refuse(map[key], absl::StrCat(key, ": want bits, -1000 to 1000"));
  return static_cast<Weight>(std::lround(bits * kWeightPerBit));
}

Model ReadModel(const YAML::Node& root, const std::vector<ExtraField>& extra) {
  Model model;
  model.name = TextOf(root, "name");
  const YAML::Node thresholds = MapOf(Get(root, "thresholds_bits"), {"link", "review", "exclude"});
  model.thresholds = {.link = WeightOfBits(thresholds, "link"),
                      .review = WeightOfBits(thresholds, "review"),
                      .exclude = WeightOfBits(thresholds, "exclude")};
  model.clear_margin = WeightOfBits(root, "clear_margin_bits");
  model.rarity_cap = WeightOfBits(root, "rarity_cap_bits");
  model.pairs_per_profile = NumberOf(root, "pairs_per_profile");
  const double pairs_min = NumberOf(root, "pairs_min");
  if (!(pairs_min >= 0 && pairs_min <= 1e15)) Refuse(root["pairs_min"], "pairs_min: want 0 to 1e15");
  model.pairs_min = static_cast<uint64_t>(pairs_min);
  model.lambda = NumberOf(root, "lambda");
  model.household = NumberOf(root, "household");
  for (const YAML::Node& node : ListOf(root, "fields")) model.fields.push_back(ReadField(node, extra));
  for (const YAML::Node& node : ListOf(root, "dependences")) {
    model.dependences.push_back(ReadDependence(node, model.fields));
  }
  for (const YAML::Node& node : ListOf(root, "rules")) model.rules.push_back(ReadRule(node, extra));
  const YAML::Node tables = MapOf(Get(root, "frequencies"), {"given", "family", "postcode", "further"});
  model.frequencies.given = ReadFrequencies(Get(tables, "given"));
  model.frequencies.family = ReadFrequencies(Get(tables, "family"));
  model.frequencies.postcode = ReadFrequencies(Get(tables, "postcode"));
  const YAML::Node further = ListOf(tables, "further");
  if (further.size() != extra.size()) Refuse(further, "want one table for each further field");
  for (const YAML::Node& node : further) model.frequencies.extra.push_back(ReadFrequencies(node));
  return model;
}

}  // namespace

absl::StatusOr<ModelFile> ParseModelFile(absl::string_view yaml) {
  ModelFile file;
  try {
    const YamlDocument document = LoadYamlDocument(yaml, {.bytes_max = kModelBytesMax, .depth_max = kModelDepthMax});
    if (document.fault) throw Fault{static_cast<int>(document.fault->line), absl::StrCat("the model ", document.fault->why)};
    const YAML::Node& root = document.root;
    MapOf(root, {"format", "name", "trained", "date_order", "columns", "thresholds_bits", "clear_margin_bits",
                 "rarity_cap_bits", "pairs_per_profile", "pairs_min", "lambda", "household", "fields", "dependences",
                 "rules", "frequencies", "frozen"});
    if (TextOf(root, "format") != kFormat) Refuse(root["format"], absl::StrCat("want ", kFormat));
    file.trained = FlagOf(root, "trained");
    file.schema = ReadSchema(root);
    file.model = ReadModel(root, ExtraFieldsOf(file.schema));
    if (root["frozen"]) file.model.frozen = ReadFrozen(root["frozen"], file.model.rules);
  } catch (const Fault& fault) {
    return Failure(absl::StatusCode::kInvalidArgument, "LINKAGE_MODEL_INVALID",
                   absl::StrCat("line ", fault.line, ": ", fault.message), {{"line", absl::StrCat(fault.line)}});
  } catch (const YAML::Exception& error) {
    return InvalidArgument("LINKAGE_MODEL_INVALID", absl::StrCat("line ", error.mark.line + 1, ": not YAML as expected"));
  }
  SH_RETURN_IF_ERROR(ValidateModel(file.model));
  return file;
}

}  // namespace safehaven::linkage
