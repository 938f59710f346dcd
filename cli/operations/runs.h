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
};

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
};

absl::StatusOr<costing::v1::RunCostingResponse> RunCosting(Session& session, const CostPlan& plan);

// "1234.50000000": exact.
std::string MoneyText(const google::type::Money& money);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_RUNS_H_
