// Starts linkage and costing runs and waits for them.
#ifndef SAFEHAVEN_CLI_OPERATIONS_RUNS_H_
#define SAFEHAVEN_CLI_OPERATIONS_RUNS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "libs/base/civil_day.h"
#include "libs/warrant/question.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/costing/v1/runs.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {

struct LinkPlan {
  std::string authority;     // the approval whose crosswalk is made
  std::string commissioner;  // for whose people
  Purpose purpose = Purpose::kCommissioningPlanning;  // the authority's own
  std::string person;        // data engineer
  CivilDay list_day;         // attributes at this day
  CivilDay first_day;
  CivilDay last_day;
  std::vector<std::string> datasets;
  bool train = false;        // a new version, instead of the frozen one
};

// What a plan asks consent.
absl::StatusOr<Question> LinkQuestionOf(const LinkPlan& plan);

// Stage and per mille of the whole.
using RunProgress = std::function<void(const std::string& stage, int per_mille)>;

// ABORTED or the run's own reason if it failed.
absl::StatusOr<linkage::v1::LinkageSummary> RunLinkage(Session& session, const LinkPlan& plan,
                                                       const RunProgress& progress);

struct CostPlan {
  std::string approval;  // the provider's standing basis
  std::string provider;
  std::string program;   // or person below: who asks
  std::string person;
  CivilDay first_day;
  CivilDay last_day;
  std::vector<std::string> datasets;
  std::string ledger_csv;
  std::string model_yaml;
  bool draft = false;  // kept without being published
};

absl::StatusOr<costing::v1::RunCostingResponse> RunCosting(Session& session, const CostPlan& plan);

// Of the plan: approval, provider, who asks, days and data sets. Each asks for a decision of
// its own. The failures of the rpcs of the same names.
absl::StatusOr<costing::v1::ListRunsResponse> ListRuns(Session& session, const CostPlan& plan);
absl::StatusOr<costing::v1::PublishRunResponse> PublishRun(Session& session, const CostPlan& plan, uint64_t run);
absl::StatusOr<costing::v1::CompareRunsResponse> CompareRuns(Session& session, const CostPlan& plan,
                                                             costing::v1::CompareRunsRequest request);
absl::StatusOr<costing::v1::ExplainCostResponse> ExplainCost(Session& session, const CostPlan& plan,
                                                             costing::v1::ExplainCostRequest request);

// "1234.50000000": exact.
std::string MoneyText(const google::type::Money& money);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_RUNS_H_
