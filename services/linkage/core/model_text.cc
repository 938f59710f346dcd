// Writes a linkage model as YAML, numbers with all their digits.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/linkage/core/frozen_yaml.h"
#include "services/linkage/core/model_yaml.h"
#include "services/linkage/core/table/encode.h"

namespace safehaven::linkage {
namespace {

// With as many digits as it takes to read the same number back.
std::string Number(double value) { return absl::StrFormat("%.17g", value); }
std::string Bits(Weight weight) { return absl::StrFormat("%.3f", static_cast<double>(weight) / kWeightPerBit); }

absl::string_view NameOf(DateOrder order) { return order == DateOrder::kMonthFirst ? "month_first" : "day_first"; }

void AppendSchema(const Schema& schema, std::string& text) {
  absl::StrAppend(&text, "date_order: ", NameOf(schema.date_order), "\ncolumns:\n");
  for (const ColumnRule& rule : schema.columns) {
    absl::StrAppend(&text, "  - {column: ", Quoted(rule.column), ", use: ", ColumnUseName(rule.use));
    if (!rule.field.empty()) absl::StrAppend(&text, ", field: ", Quoted(rule.field));
    if (rule.date_order.has_value()) absl::StrAppend(&text, ", date_order: ", NameOf(*rule.date_order));
    absl::StrAppend(&text, "}\n");
  }
  if (schema.columns.empty()) absl::StrAppend(&text, "  []\n");
}

void AppendField(const FieldModel& field, const std::vector<ExtraField>& extra, std::string& text) {
  absl::StrAppend(&text, "  - name: ", Quoted(field.name), "\n    compare: ", ComparatorName(field.comparator), "\n");
  if (field.comparator == Comparator::kIdentifier || field.comparator == Comparator::kText) {
    absl::StrAppend(&text, "    further: ", Quoted(extra[field.extra_column].name), "\n");
  }
  absl::StrAppend(&text, "    sessions: ", field.sessions, "\n    levels:\n");
  const auto levels = LevelsOf(field.comparator);
  for (size_t i = 0; i < levels.size(); ++i) {
    absl::StrAppend(&text, "      - {level: ", Quoted(levels[i].name), ", m: ", Number(field.m[i]),
                    ", u: ", Number(field.u[i]), ", h: ", Number(field.h[i]), "}\n");
  }
}

void AppendRule(const BlockingRule& rule, const std::vector<ExtraField>& extra, std::string& text) {
  std::vector<absl::string_view> parts;
  bool further = false;
  for (const KeyPart part : rule.parts) {
    parts.push_back(KeyPartName(part));
    further |= part == KeyPart::kExtra || part == KeyPart::kExtraPrefix;
  }
  absl::StrAppend(&text, "  - {name: ", Quoted(rule.name), ", parts: [", absl::StrJoin(parts, ", "), "]");
  if (further) absl::StrAppend(&text, ", further: ", Quoted(extra[rule.extra_column].name));
  absl::StrAppend(&text, ", block_profiles_max: ", rule.block_profiles_max,
                  ", split: ", rule.split ? "true" : "false", "}\n");
}

std::string TableText(const FrequencyTable& table) {
  std::vector<std::pair<uint64_t, float>> sorted(table.share.begin(), table.share.end());
  std::sort(sorted.begin(), sorted.end());
  std::string shares;
  for (const auto& [hash, share] : sorted) {
    absl::StrAppendFormat(&shares, "%s%x:%.9g", shares.empty() ? "" : " ", hash, share);
  }
  return absl::StrFormat("{unseen: %.9g, agreement: %s, shares: \"%s\"}", table.unseen, Number(table.agreement), shares);
}

}  // namespace

std::string ModelFileText(const ModelFile& file) {
  const Model& model = file.model;
  const std::vector<ExtraField> extra = ExtraFieldsOf(file.schema);
  std::string text = absl::StrCat("format: safehaven-linkage-model/1\nname: ", Quoted(model.name),
                                  "\ntrained: ", file.trained ? "true" : "false", "\n");
  AppendSchema(file.schema, text);
  absl::StrAppend(&text, "thresholds_bits: {link: ", Bits(model.thresholds.link),
                  ", review: ", Bits(model.thresholds.review), ", exclude: ", Bits(model.thresholds.exclude),
                  "}\nclear_margin_bits: ", Bits(model.clear_margin), "\nrarity_cap_bits: ", Bits(model.rarity_cap),
                  "\npairs_per_profile: ", Number(model.pairs_per_profile), "\npairs_min: ", model.pairs_min,
                  "\nlambda: ", Number(model.lambda), "\nhousehold: ", Number(model.household), "\nfields:\n");
  for (const FieldModel& field : model.fields) AppendField(field, extra, text);
  absl::StrAppend(&text, "dependences:", model.dependences.empty() ? " []\n" : "\n");
  for (const FieldDependence& dependence : model.dependences) {
    std::vector<std::string> u;
    for (const double value : dependence.u) u.push_back(Number(value));
    absl::StrAppend(&text, "  - {field: ", Quoted(model.fields[dependence.field].name),
                    ", on: ", Quoted(model.fields[dependence.on].name), ", u: [", absl::StrJoin(u, ", "), "]}\n");
  }
  absl::StrAppend(&text, "rules:\n");
  for (const BlockingRule& rule : model.rules) AppendRule(rule, extra, text);
  absl::StrAppend(&text, "frequencies:\n  given: ", TableText(model.frequencies.given),
                  "\n  family: ", TableText(model.frequencies.family),
                  "\n  postcode: ", TableText(model.frequencies.postcode), "\n  further:");
  for (const FrequencyTable& table : model.frequencies.extra) absl::StrAppend(&text, "\n    - ", TableText(table));
  absl::StrAppend(&text, model.frequencies.extra.empty() ? " []\n" : "\n");
  if (model.frozen.has_value()) absl::StrAppend(&text, "frozen:\n", FrozenText(*model.frozen, model.rules));
  return text;
}

}  // namespace safehaven::linkage
