#include "libs/warrant/question.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/catalogue.h"
#include "libs/warrant/filter_values.h"

namespace safehaven {
namespace {

template <typename Enum, size_t kSize>
struct Names {
  std::array<absl::string_view, kSize> names;  // by value of the enum

  absl::string_view Of(Enum value) const { return names[static_cast<size_t>(value)]; }

  absl::StatusOr<Enum> Parse(absl::string_view name) const {
    for (size_t i = 1; i < kSize; ++i) {
      if (names[i] == name) return static_cast<Enum>(i);
    }
    return InvalidArgument("NAME_UNKNOWN", absl::StrCat("unknown name: '", name.substr(0, 40), "'; one of ",
                                                        absl::StrJoin(names.begin() + 1, names.end(), ", ")));
  }
};

constexpr Names<Operation, 6> kOperations = {
    {"unspecified", "collect", "link", "cost", "aggregate", "records"}};
constexpr Names<Purpose, 20> kPurposes = {
    {"unspecified", "commissioning_planning", "contract_monitoring", "invoice_validation",
     "risk_stratification_case_finding", "risk_stratification_planning", "population_health",
     "clinical_audit", "patient_level_costing", "research", "direct_care", "technology_testing",
     "health_protection", "patient_survey", "individual_funding_request", "complaint_handling", "safeguarding",
     "official_statistics", "consent_to_contact", "service_evaluation"}};
constexpr Names<Identifiability, 6> kIdentifiabilities = {
    {"unspecified", "aggregate_suppressed", "aggregate_with_small_numbers", "pseudonymised",
     "weakly_pseudonymised", "identifiable"}};

absl::Status FieldInvalid(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID", absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}

bool IsAnswer(Operation operation) {
  return operation == Operation::kAggregate || operation == Operation::kRecords;
}

absl::Status CheckText(absl::string_view field, const std::string& text, bool required) {
  if (required && text.empty()) return FieldInvalid(field, "is required");
  if (text.size() > kQuestionTextMax) return FieldInvalid(field, "is too long");
  return absl::OkStatus();
}

absl::Status NormaliseList(absl::string_view field, std::vector<std::string>& list) {
  if (list.size() > kQuestionListMax) return FieldInvalid(field, "has too many entries");
  for (const std::string& text : list) SH_RETURN_IF_ERROR(CheckText(field, text, true));
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return absl::OkStatus();
}

absl::Status CheckItems(absl::string_view field, ItemKind kind, const std::vector<std::string>& items) {
  for (const std::string& item : items) {
    if (FindItem(kind, item) == nullptr) {
      return FieldInvalid(field, absl::StrCat("'", item, "' is not in the catalogue"));
    }
  }
  return absl::OkStatus();
}

absl::Status NormaliseFilters(std::vector<Filter>& filters) {
  if (filters.size() > kQuestionListMax) return FieldInvalid("filters", "has too many entries");
  for (Filter& filter : filters) {
    SH_RETURN_IF_ERROR(CheckText("filters", filter.dimension, true));
    if (filter.values.empty()) return FieldInvalid("filters", "a filter needs at least one value");
    SH_RETURN_IF_ERROR(NormaliseList("filters", filter.values));
  }
  std::sort(filters.begin(), filters.end(),
            [](const Filter& a, const Filter& b) { return a.dimension < b.dimension; });
  for (size_t i = 1; i < filters.size(); ++i) {
    if (filters[i].dimension == filters[i - 1].dimension) {
      return FieldInvalid("filters", "one filter a dimension: put the values together");
    }
  }
  return absl::OkStatus();
}

// Is every name one of the catalogue?
absl::Status CheckNames(const Question& question) {
  for (const std::string& dataset : question.datasets) {
    if (FindDataset(dataset) == nullptr) {
      return FieldInvalid("datasets", absl::StrCat("'", dataset, "' is not in the catalogue"));
    }
  }
  for (const Filter& filter : question.filters) {
    if (FindItem(ItemKind::kDimension, filter.dimension) == nullptr) {
      return FieldInvalid("filters", absl::StrCat("'", filter.dimension, "' is not a dimension of the catalogue"));
    }
    SH_RETURN_IF_ERROR(CheckFilterValues(filter, question.datasets));
  }
  SH_RETURN_IF_ERROR(CheckItems("measures", ItemKind::kMeasure, question.measures));
  SH_RETURN_IF_ERROR(CheckItems("dimensions", ItemKind::kDimension, question.dimensions));
  for (const std::string& dimension : question.dimensions) {
    if (OnlyFilters(dimension)) return FieldInvalid("dimensions", absl::StrCat("'", dimension, "' only filters"));
  }
  return CheckItems("items", ItemKind::kColumn, question.items);
}

absl::Status CheckShape(const Question& question) {
  const bool answer = IsAnswer(question.operation);
  SH_RETURN_IF_ERROR(CheckText("subject", question.subject, !answer));
  SH_RETURN_IF_ERROR(CheckText("commissioner", question.commissioner, false));
  if (question.last_day < question.first_day) return FieldInvalid("last_day", "is before first_day");
  if (question.datasets.empty()) return FieldInvalid("datasets", "name at least one data set");
  if (question.dimensions.size() > kDimensionsMax) return FieldInvalid("dimensions", "at most three");
  if (question.operation == Operation::kAggregate) {
    if (question.measures.empty()) return FieldInvalid("measures", "name at least one measure");
    if (!question.items.empty()) return FieldInvalid("items", "a table has measures, not items");
    return absl::OkStatus();
  }
  if (!question.measures.empty() || !question.dimensions.empty()) {
    return FieldInvalid("measures", "only a table has measures and dimensions");
  }
  if (question.operation == Operation::kRecords) {
    if (question.items.empty()) return FieldInvalid("items", "name at least one column");
    return absl::OkStatus();
  }
  if (!question.items.empty()) return FieldInvalid("items", "only records have items");
  if (!question.filters.empty()) return FieldInvalid("filters", "only answers have filters");
  return absl::OkStatus();
}

// Percent-encodes all but letters, digits and a few marks that cannot end a value.
std::string Encode(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '/' || c == '.' || c == ':';
    if (plain) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string EncodeList(const std::vector<std::string>& list) {
  return absl::StrJoin(list, ",", [](std::string* out, const std::string& text) { out->append(Encode(text)); });
}

}  // namespace

absl::StatusOr<Question> NormaliseForm(Question question) {
  SH_RETURN_IF_ERROR(CheckText("approval", question.approval, true));
  if (question.operation == Operation::kUnspecified) return FieldInvalid("operation", "is required");
  if (question.purpose == Purpose::kUnspecified) return FieldInvalid("purpose", "is required");
  if (question.identifiability == Identifiability::kUnspecified) {
    return FieldInvalid("identifiability", "is required");
  }
  SH_RETURN_IF_ERROR(NormaliseList("datasets", question.datasets));
  SH_RETURN_IF_ERROR(NormaliseList("measures", question.measures));
  SH_RETURN_IF_ERROR(NormaliseList("dimensions", question.dimensions));
  SH_RETURN_IF_ERROR(NormaliseList("items", question.items));
  SH_RETURN_IF_ERROR(NormaliseFilters(question.filters));
  SH_RETURN_IF_ERROR(CheckShape(question));
  return question;
}

absl::StatusOr<Question> Normalise(Question question) {
  SH_ASSIGN_OR_RETURN(Question formed, NormaliseForm(std::move(question)));
  SH_RETURN_IF_ERROR(CheckNames(formed));
  SH_RETURN_IF_ERROR(CheckText("commissioner", formed.commissioner, IsAnswer(formed.operation)));
  return formed;
}

std::string CanonicalQuestion(const Question& normalised) {
  std::string text = absl::StrCat(
      "safehaven-question/1\n", "approval=", Encode(normalised.approval), "\n",
      "purpose=", Name(normalised.purpose), "\n", "operation=", Name(normalised.operation), "\n",
      "identifiability=", Name(normalised.identifiability), "\n", "subject=", Encode(normalised.subject), "\n",
      "commissioner=", Encode(normalised.commissioner), "\n", "list_day=", normalised.list_day.ToString(), "\n",
      "first_day=", normalised.first_day.ToString(), "\n", "last_day=", normalised.last_day.ToString(), "\n");
  absl::StrAppend(&text, "datasets=", EncodeList(normalised.datasets), "\n",
                  "measures=", EncodeList(normalised.measures), "\n",
                  "dimensions=", EncodeList(normalised.dimensions), "\n",
                  "items=", EncodeList(normalised.items), "\n");
  for (const Filter& filter : normalised.filters) {
    absl::StrAppend(&text, "filter:", Encode(filter.dimension), "=", EncodeList(filter.values), "\n");
  }
  return text;
}

std::string QuestionDigest(const Question& normalised) {
  return ToBytes(Sha256(CanonicalQuestion(normalised)));
}

absl::string_view Name(Operation operation) { return kOperations.Of(operation); }
absl::string_view Name(Purpose purpose) { return kPurposes.Of(purpose); }
absl::string_view Name(Identifiability identifiability) { return kIdentifiabilities.Of(identifiability); }
absl::StatusOr<Operation> ParseOperation(absl::string_view name) { return kOperations.Parse(name); }
absl::StatusOr<Purpose> ParsePurpose(absl::string_view name) { return kPurposes.Parse(name); }
absl::StatusOr<Identifiability> ParseIdentifiability(absl::string_view name) {
  return kIdentifiabilities.Parse(name);
}

}  // namespace safehaven
