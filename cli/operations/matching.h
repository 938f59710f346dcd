// Asks linkage about single records and takes part in clerical review, under a session.
#ifndef SAFEHAVEN_CLI_OPERATIONS_MATCHING_H_
#define SAFEHAVEN_CLI_OPERATIONS_MATCHING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/operations/runs.h"
#include "cli/session/session.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {

// One question to linkage's people: open it once, call it often.
class LinkDesk {
 public:
  // Gets the plan's warrant and opens a session. Fails as DecideOrFail and OpenSession.
  static absl::StatusOr<LinkDesk> Open(Session& session, const LinkPlan& plan);

  const linkage::v1::OpenSessionResponse& opened() const { return opened_; }

  // Answers in the order of `records`, which are said to come from `source`.
  absl::StatusOr<std::vector<linkage::v1::MatchAnswer>> Match(const std::string& source,
                                                              const std::vector<linkage::v1::IdentityRow>& records);
  absl::StatusOr<linkage::v1::ListReviewsResponse> Reviews(int page_size);
  absl::Status Decide(const std::string& review, linkage::v1::ReviewVerdict verdict);
  absl::StatusOr<linkage::v1::ReadReviewAuditResponse> Audit();

 private:
  LinkDesk(Client& linkage, linkage::v1::OpenSessionResponse opened) : linkage_(&linkage), opened_(std::move(opened)) {}

  Client* linkage_;  // the session's
  linkage::v1::OpenSessionResponse opened_;
};

// Records of a CSV file whose columns are named as those of an extract (docs/formats.md);
// other columns are not read. INVALID_ARGUMENT as CsvReader, or with reason COLUMNS_UNUSABLE.
absl::StatusOr<std::vector<linkage::v1::IdentityRow>> ReadIdentities(const std::string& csv);

// "same", "different" or "cannot_tell". INVALID_ARGUMENT with reason VERDICT_UNKNOWN.
absl::StatusOr<linkage::v1::ReviewVerdict> ParseVerdict(const std::string& text);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_MATCHING_H_
