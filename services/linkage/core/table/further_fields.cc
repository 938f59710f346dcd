#include "services/linkage/core/table/further_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::linkage {
namespace {

// The first word that a compact name holds says what the column means. General
// knowledge of how people name columns.
constexpr std::pair<absl::string_view, absl::string_view> kMeanings[] = {
    {"email", "email"},         {"phone", "phone"},
    {"mobile", "phone"},        {"telefon", "phone"},
    {"socsec", "social_security"}, {"socialsec", "social_security"}, {"ssn", "social_security"},
    {"nino", "national_insurance"}, {"nationalins", "national_insurance"}, {"passport", "passport"},
    {"medicare", "medicare"},   {"licence", "licence"},      {"driverslic", "licence"},
    {"maiden", "birth_name"},   {"birthname", "birth_name"}, {"nameatbirth", "birth_name"},
    {"middle", "middle_name"},  {"midl", "middle_name"},     {"mname", "middle_name"},
    {"suffix", "suffix"},       {"namesu", "suffix"},        {"title", "title"},
    {"placeofb", "birth_place"}, {"birthpl", "birth_place"}, {"city", "town"},
    {"town", "town"},           {"suburb", "suburb"},        {"county", "county"},
    {"state", "state"},         {"country", "country"},      {"occupation", "occupation"},
    {"race", "ethnicity"},      {"ethnic", "ethnicity"}};

// Columns that are compared with one another.
struct Field {
  std::vector<Candidate*> columns;

  bool IsIn(size_t table) const {
    return std::any_of(columns.begin(), columns.end(), [table](const Candidate* c) { return c->IsIn(table); });
  }
  size_t TableCount() const {
    size_t count = 0;
    for (const Candidate* column : columns) count += column->tables.size();
    return count;
  }
};

bool Overlap(const Field& field, const Candidate& candidate) {
  return std::any_of(candidate.tables.begin(), candidate.tables.end(),
                     [&field](size_t table) { return field.IsIn(table); });
}

// How much a further column can tell: identifiers before texts, then by how many values
// it has where it is filled.
double TellingOf(const Candidate& candidate) {
  const ColumnFacts& facts = candidate.facts;
  const double values = facts.FilledShare() * std::log2(1 + static_cast<double>(facts.distinct));
  return values + (candidate.rule.use == ColumnUse::kIdentifier ? 100 : 0);
}

double TellingOf(const Field& field) {
  double most = 0;
  for (const Candidate* column : field.columns) most = std::max(most, TellingOf(*column));
  return most;
}

void IgnoreAll(const Field& field, const std::string& reason) {
  for (Candidate* column : field.columns) Ignore(*column, reason);
}

// Columns in more tables first, then the fuller ones: "home phone" and "mobile" of one
// table meet the "phone" of another in the better of the two.
std::vector<Field> JoinColumns(std::vector<Candidate>& candidates) {
  std::vector<Candidate*> further;
  for (Candidate& candidate : candidates) {
    if (candidate.IsFurther()) further.push_back(&candidate);
  }
  std::stable_sort(further.begin(), further.end(), [](const Candidate* a, const Candidate* b) {
    return std::pair(a->tables.size(), a->facts.filled) > std::pair(b->tables.size(), b->facts.filled);
  });
  std::vector<Field> fields;
  for (Candidate* candidate : further) {
    const std::string meaning = MeaningOf(candidate->rule.column);
    const auto same = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
      return MeaningOf(field.columns.front()->rule.column) == meaning && !Overlap(field, *candidate);
    });
    if (same == fields.end()) {
      fields.push_back({.columns = {candidate}});
    } else {
      same->columns.push_back(candidate);
    }
  }
  return fields;
}

}  // namespace

std::string MeaningOf(absl::string_view column) {
  const std::string name = CompactName(column);
  if (name == "tel" || absl::StartsWith(name, "telno") || absl::StartsWith(name, "telnum")) return "phone";
  for (const auto& [word, meaning] : kMeanings) {
    if (absl::StrContains(name, word)) return std::string(meaning);
  }
  return name;
}

void SettleFurther(size_t table_count, std::vector<Candidate>& candidates) {
  std::vector<Field> fields = JoinColumns(candidates);
  std::erase_if(fields, [&](const Field& field) {
    const bool alone = table_count > 1 && field.TableCount() < 2;
    const bool one_value = std::all_of(field.columns.begin(), field.columns.end(),
                                       [](const Candidate* column) { return column->facts.distinct < 2; });
    if (one_value) IgnoreAll(field, "has one value only");
    if (alone) IgnoreAll(field, "is in one input only");
    return alone || one_value;
  });
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return TellingOf(a) > TellingOf(b); });
  for (size_t i = kFurtherFieldsMax; i < fields.size(); ++i) IgnoreAll(fields[i], "less telling than others");
  if (fields.size() > kFurtherFieldsMax) fields.resize(kFurtherFieldsMax);
  for (const Field& field : fields) {
    const Candidate& first = *field.columns.front();
    for (Candidate* column : field.columns) {
      column->rule.field = first.rule.column;
      column->rule.use = first.rule.use;
    }
  }
}

}  // namespace safehaven::linkage
