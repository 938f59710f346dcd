#include "cli/tour/demo_questions.h"

#include <utility>

#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

Question OverTheYear(absl::string_view approval, Operation operation) {
  return {.approval = std::string(approval),
          .purpose = Purpose::kCommissioningPlanning,
          .operation = operation,
          .identifiability = operation == Operation::kAggregate ? Identifiability::kAggregateSuppressed
                                                                : Identifiability::kPseudonymised,
          .subject = "",
          .commissioner = "ZC1",
          .list_day = *CivilDay::FromYmd(2025, 10, 1),
          .first_day = *CivilDay::FromYmd(2025, 4, 1),
          .last_day = *CivilDay::FromYmd(2026, 3, 31)};
}

// The constants here are right by construction; a test normalises each.
Question Checked(Question question) {
  absl::StatusOr<Question> normalised = Normalise(std::move(question));
  SH_CHECK(normalised.ok());
  return *std::move(normalised);
}

}  // namespace

const std::vector<std::string>& AllDatasets() {
  static const auto* const kAll = new std::vector<std::string>{
      "gp/register", "acute/apc", "acute/op", "acute/ec", "ambulance/incidents", "mental_health/contacts",
      "community/contacts", "social_care/services"};
  return *kAll;
}

const std::vector<std::string>& RecordDatasets() {
  static const auto* const kRecords = new std::vector<std::string>{"acute/apc", "social_care/services"};
  return *kRecords;
}

const std::vector<DemoProvider>& CostedProviders() {
  static const auto* const kProviders = new std::vector<DemoProvider>{
      {"ZA1", "acute", {"acute/apc", "acute/ec", "acute/op"}},
      {"ZB1", "ambulance", {"ambulance/incidents"}},
      {"ZM1", "mental_health", {"mental_health/contacts"}},
      {"ZH1", "community", {"community/contacts"}},
      {"ZL1", "social_care", {"social_care/services"}}};
  return *kProviders;
}

Question CostPerHeadByAge() {
  Question question = OverTheYear(kPioneer, Operation::kAggregate);
  question.datasets = AllDatasets();
  question.measures = {"cost_per_head", "persons", "population"};
  question.dimensions = {"age_band"};
  return Checked(std::move(question));
}

Question CostPerHeadByAgeAndSector() {
  Question question = OverTheYear(kPioneer, Operation::kAggregate);
  question.datasets = AllDatasets();
  question.measures = {"cost_per_head", "persons", "population"};
  question.dimensions = {"age_band", "sector"};
  return Checked(std::move(question));
}

Question PioneerRecords() {
  Question question = OverTheYear(kPioneer, Operation::kRecords);
  question.datasets = RecordDatasets();
  question.items = {"pseudonym", "dataset", "start_date", "end_date", "currency"};
  return Checked(std::move(question));
}

Question InvoiceRecords() {
  Question question = OverTheYear(kInvoices, Operation::kRecords);
  question.purpose = Purpose::kInvoiceValidation;
  question.identifiability = Identifiability::kIdentifiable;
  question.datasets = {"acute/apc"};
  question.items = {"nhs_number", "cost", "start_date", "currency"};
  question.first_day = *CivilDay::FromYmd(2025, 6, 1);
  question.last_day = *CivilDay::FromYmd(2025, 6, 30);
  return Checked(std::move(question));
}

Question RiskQuestion(bool with_social_care) {
  Question question = OverTheYear(kRisk, Operation::kAggregate);
  question.purpose = Purpose::kRiskStratificationPlanning;
  question.datasets = {"acute/apc"};
  if (with_social_care) question.datasets.push_back("social_care/services");
  question.measures = {"activity"};
  question.dimensions = {"age_band"};
  return Checked(std::move(question));
}

Question DisseminationRecords() {
  Question question = OverTheYear(kDissemination, Operation::kRecords);
  question.datasets = {"acute/apc"};
  question.items = {"pseudonym", "cost"};
  return Checked(std::move(question));
}

LinkPlan LinkOf(absl::string_view authority, std::vector<std::string> datasets) {
  const Question year = OverTheYear(authority, Operation::kAggregate);
  return {.authority = std::string(authority),
          .commissioner = "ZC1",
          .purpose = Purpose::kCommissioningPlanning,
          .person = "dana.engineer",
          .list_day = year.list_day,
          .first_day = year.first_day,
          .last_day = year.last_day,
          .datasets = std::move(datasets)};
}

}  // namespace safehaven::cli
