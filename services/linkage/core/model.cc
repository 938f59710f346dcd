#include "services/linkage/core/model.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"
#include "services/linkage/core/compare/comparer.h"

namespace safehaven::linkage {
namespace {

constexpr int kPatternBits = 64;

absl::Status Invalid(absl::string_view what) {
  return FailedPrecondition("MODEL_INVALID", what);
}

template <typename Set>
auto Sorted(const Set& set) {
  std::vector<typename Set::value_type> sorted(set.begin(), set.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

void AppendTable(const FrequencyTable& table, std::string& text) {
  absl::StrAppendFormat(&text, "table %a %a", table.unseen, table.agreement);
  std::vector<std::pair<uint64_t, float>> sorted(table.share.begin(), table.share.end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [hash, share] : sorted) absl::StrAppendFormat(&text, " %x:%a", hash, share);
  text.push_back('\n');
}

void AppendFrozen(const Frozen& frozen, std::string& text) {
  for (const HeavyKeys& heavy : frozen.heavy) {
    for (const std::vector<uint32_t>& keys : heavy.rounds) absl::StrAppend(&text, "heavy ", absl::StrJoin(keys, " "), "\n");
  }
  for (const std::vector<LeftOverRise>& round : frozen.left_over) {
    absl::StrAppend(&text, "left_over\n");
    for (const LeftOverRise& rise : round) absl::StrAppend(&text, rise.first, "\n", rise.second, "\n", rise.rise, "\n");
  }
  const DateRules& dates = frozen.standard.dates;
  absl::StrAppend(&text, "dates ", dates.latest.days_since_1970(), " ", dates.age_years_max, " ",
                  dates.first_of_january_is_year_only);
  for (const uint32_t date : Sorted(dates.defaults)) absl::StrAppend(&text, " ", date);
  absl::StrAppend(&text, "\nnumbers");
  for (const uint64_t number : Sorted(frozen.standard.numbers.denied)) absl::StrAppend(&text, " ", number);
  absl::StrAppend(&text, "\nduplicate_free\n", absl::StrJoin(frozen.duplicate_free, "\n"), "\nof ", frozen.profiles,
                  " ", frozen.pairs, "\n");
}

// One line a thing, doubles in hexadecimal so that no digit is lost.
std::string Canonical(const Model& model) {
  std::string text = absl::StrFormat(
      "model %s lambda %a link %d review %d exclude %d clear %d rarity %d household %a\n", model.name, model.lambda,
      model.thresholds.link, model.thresholds.review, model.thresholds.exclude, model.clear_margin,
      model.rarity_cap,
      model.household);
  for (const FieldModel& field : model.fields) {
    absl::StrAppendFormat(&text, "field %s %s %d", field.name, ComparatorName(field.comparator),
                          field.extra_column);
    for (const double m : field.m) absl::StrAppendFormat(&text, " %a", m);
    for (const double u : field.u) absl::StrAppendFormat(&text, " %a", u);
    for (const double h : field.h) absl::StrAppendFormat(&text, " %a", h);
    text.push_back('\n');
  }
  for (const FieldDependence& dependence : model.dependences) {
    absl::StrAppend(&text, "dependence ", dependence.field, " ", dependence.on);
    for (const double u : dependence.u) absl::StrAppendFormat(&text, " %a", u);
    text.push_back('\n');
  }
  absl::StrAppendFormat(&text, "pairs %a %d\n", model.pairs_per_profile, model.pairs_min);
  for (const BlockingRule& rule : model.rules) {
    absl::StrAppend(&text, "rule ", rule.name, " ", rule.extra_column, " ", rule.block_profiles_max, " ",
                    rule.split);
    for (const KeyPart part : rule.parts) absl::StrAppend(&text, " ", static_cast<int>(part));
    text.push_back('\n');
  }
  AppendTable(model.frequencies.given, text);
  AppendTable(model.frequencies.family, text);
  AppendTable(model.frequencies.postcode, text);
  for (const FrequencyTable& table : model.frequencies.extra) AppendTable(table, text);
  if (model.frozen.has_value()) AppendFrozen(*model.frozen, text);
  return text;
}

bool AreProbabilities(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double p) { return p > 0 && p <= 1; });
}

}  // namespace

absl::Status ValidateModel(const Model& model) {
  for (const FieldModel& field : model.fields) {
    const size_t levels = LevelsOf(field.comparator).size();
    if (field.m.size() != levels || field.u.size() != levels || field.h.size() != levels) {
      return Invalid("a field must give m, u and h for every level of its comparator");
    }
    if (!AreProbabilities(field.m) || !AreProbabilities(field.u) || !AreProbabilities(field.h)) {
      return Invalid("m, u and h are probabilities above 0");
    }
  }
  for (const FieldDependence& dependence : model.dependences) {
    const bool fields = dependence.field < model.fields.size() && dependence.on < model.fields.size();
    if (!fields || dependence.u.size() != model.fields[dependence.field].u.size() || !AreProbabilities(dependence.u)) {
      return Invalid("a dependence names two fields and gives u for every level of the first");
    }
  }
  if (PatternLayout(model.fields).bits() > kPatternBits) {
    return Invalid("the fields' levels do not fit a 64-bit pattern");
  }
  if (!(model.lambda > 0 && model.lambda < 1) || !(model.household > 0 && model.household < 1)) {
    return Invalid("lambda and household are between 0 and 1");
  }
  const Thresholds& thresholds = model.thresholds;
  if (thresholds.exclude > thresholds.review || thresholds.review > thresholds.link) {
    return Invalid("thresholds: exclude at most review, review at most link");
  }
  if (model.rules.size() > kRulesMax) return Invalid("a model has at most 64 blocking rules");
  if (!(model.pairs_per_profile > 0)) return Invalid("the budget of pairs is above 0");
  for (const BlockingRule& rule : model.rules) {
    if (rule.block_profiles_max < 2) return Invalid("a block has two profiles or more");
  }
  if (model.frozen.has_value() && model.frozen->heavy.size() != model.rules.size()) {
    return Invalid("a frozen version knows the heavy keys of every rule");
  }
  return absl::OkStatus();
}

std::string ModelIdentity(const Model& model) {
  const std::string text = Canonical(model);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest);
}

}  // namespace safehaven::linkage
