// The demonstration: the whole way from extracts on disk to a lawful answer with a
// receipt, told in nine points, each with the numbers of this run.
//
// It uses the same operations as the commands, as the demo's people and programs, and
// for the hostile points the gateway's own keys. Every expectation is checked: a point
// that does not hold fails the tour. Demo profile only.
#ifndef SAFEHAVEN_CLI_TOUR_TOUR_H_
#define SAFEHAVEN_CLI_TOUR_TOUR_H_

#include <string>

#include "absl/status/status.h"
#include "cli/session/session.h"
#include "cli/tour/report.h"

namespace safehaven::cli {

struct TourOptions {
  std::string region;  // folder of `safehaven sample`, with its register
  std::string state;   // folder for what the tour writes (a changed register, receipts)
};

// FAILED_PRECONDITION with reason TOUR_POINT_FAILED, naming the point and what was
// expected; or the failure of the step. `report` holds what was reached.
absl::Status RunTour(Session& session, const TourOptions& options, Report& report);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_TOUR_TOUR_H_
