// Officers' acts at linkage (protected identities, keys of pseudonyms, bridges), and tracing
// pseudonyms. Each call asks consent for a warrant of its own.
#ifndef SAFEHAVEN_CLI_OPERATIONS_CUSTODY_H_
#define SAFEHAVEN_CLI_OPERATIONS_CUSTODY_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/operations/runs.h"
#include "cli/session/session.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {

// What one person may do under one link plan. Borrows the session.
class CustodyDesk {
 public:
  CustodyDesk(Session& session, LinkPlan plan) : session_(session), plan_(std::move(plan)) {}

  // The act's id. Fails as DecideOrFail and the rpcs of the same names.
  absl::StatusOr<std::string> Protect(const std::string& former, const std::string& present,
                                      const std::string& ground);
  // `act` without warrant, question and request id.
  absl::StatusOr<linkage::v1::ProposeCustodyResponse> Propose(linkage::v1::ProposeCustodyRequest act);
  absl::Status Approve(const std::string& custody);
  absl::StatusOr<linkage::v1::ListCustodyResponse> List();
  // All pages; `ambiguous` is set to the people that a bridge left out.
  absl::StatusOr<std::vector<linkage::v1::PseudonymPair>> Map(const std::string& custody, uint64_t& ambiguous);
  // `trace` without warrant, question and pseudonyms; any number of these.
  absl::StatusOr<std::vector<linkage::v1::TracedPseudonym>> Trace(const linkage::v1::TracePseudonymsRequest& trace,
                                                                  const std::vector<std::string>& pseudonyms);

 private:
  // Calls with a new warrant of the plan.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const char* method, Request request);

  Session& session_;
  const LinkPlan plan_;
};

// Pairs of a CSV with columns former_nhs_number and present_nhs_number. INVALID_ARGUMENT as
// CsvReader, or with reason COLUMNS_UNUSABLE.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadProtectedPairs(const std::string& csv);

// "lift", "rotate", "bridge", "destroy_former_keys" or "destroy_domain". INVALID_ARGUMENT
// with reason CUSTODY_KIND_UNKNOWN.
absl::StatusOr<linkage::v1::CustodyKind> ParseCustodyKind(const std::string& text);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_CUSTODY_H_
