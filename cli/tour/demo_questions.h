// The questions and runs of the demonstration, over the sample region. Constant data.
#ifndef SAFEHAVEN_CLI_TOUR_DEMO_QUESTIONS_H_
#define SAFEHAVEN_CLI_TOUR_DEMO_QUESTIONS_H_

#include <array>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/operations/runs.h"
#include "libs/warrant/question.h"

namespace safehaven::cli {

inline constexpr char kPioneer[] = "CAG 9-01(a)/2025";
inline constexpr char kRisk[] = "CAG 9-02(a)/2025";
inline constexpr char kInvoices[] = "CAG 9-03(a)/2025";
inline constexpr char kDissemination[] = "DARS-NIC-900001-A1B2C";

// All eight data sets, as the extracts lie on disk ("acute/apc").
const std::vector<std::string>& AllDatasets();
// Hospital episodes and social care services: where the forty are looked for.
const std::vector<std::string>& RecordDatasets();

struct DemoProvider {
  absl::string_view code;
  absl::string_view source;
  std::vector<std::string> datasets;
};
// Providers with a ledger and a cost model.
const std::vector<DemoProvider>& CostedProviders();

// Normalised questions.
Question CostPerHeadByAge();                // the pioneer's analyst, or anybody else
Question CostPerHeadByAgeAndSector();
Question PioneerRecords();
Question InvoiceRecords();
Question RiskQuestion(bool with_social_care);
Question DisseminationRecords();
LinkPlan LinkOf(absl::string_view authority, std::vector<std::string> datasets);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_TOUR_DEMO_QUESTIONS_H_
