#include "cli/tour/tour.h"

#include "absl/strings/str_cat.h"
#include "cli/tour/points.h"
#include "libs/base/status.h"

namespace safehaven::cli {

absl::Status Expect(bool holds, absl::string_view what) {
  if (holds) return absl::OkStatus();
  return FailedPrecondition("TOUR_POINT_FAILED", absl::StrCat("this should hold and does not: ", what));
}

absl::Status ExpectReason(const absl::Status& status, absl::string_view reason, absl::string_view what) {
  if (ReasonOf(status) == reason) return absl::OkStatus();
  return FailedPrecondition("TOUR_POINT_FAILED", absl::StrCat(what, ": expected ", reason, ", got ", status.ToString()));
}

absl::Status RunTour(Session& session, const TourOptions& options, Report& report) {
  Tour tour = {.session = session, .options = options, .report = report};
  SH_RETURN_IF_ERROR(PrepareRegister(tour));
  using Point = absl::Status (*)(Tour&);
  int number = 0;
  for (const Point point : {PointLoads, PointLinkage, PointCosting, PointAnswer, PointNeighbour, PointOtherApprovals,
                            PointObjections, PointWithdrawal, PointLogs}) {
    ++number;
    const absl::Status done = point(tour);
    if (!done.ok()) return WithContext(done, absl::StrCat("point ", number));
  }
  return absl::OkStatus();
}

}  // namespace safehaven::cli
