// The nine points of the tour, one function each. For tour.cc.
#ifndef SAFEHAVEN_CLI_TOUR_POINTS_H_
#define SAFEHAVEN_CLI_TOUR_POINTS_H_

#include <string>

#include "absl/status/status.h"
#include "cli/session/session.h"
#include "cli/tour/report.h"
#include "cli/tour/tour.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

// What the points share.
struct Tour {
  Session& session;
  const TourOptions& options;
  Report& report;
};

// FAILED_PRECONDITION with reason TOUR_POINT_FAILED unless `holds`.
absl::Status Expect(bool holds, absl::string_view what);
// The same if the reason of `status` is not `reason`.
absl::Status ExpectReason(const absl::Status& status, absl::string_view reason, absl::string_view what);

absl::Status PrepareRegister(Tour& tour);       // approvals and objections, before the points
absl::Status PointLoads(Tour& tour);            // 1
absl::Status PointLinkage(Tour& tour);          // 2
absl::Status PointCosting(Tour& tour);          // 3
absl::Status PointAnswer(Tour& tour);           // 4
absl::Status PointNeighbour(Tour& tour);        // 5
absl::Status PointOtherApprovals(Tour& tour);   // 6
absl::Status PointObjections(Tour& tour);       // 7
absl::Status PointWithdrawal(Tour& tour);       // 8
absl::Status PointLogs(Tour& tour);             // 9

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_TOUR_POINTS_H_
