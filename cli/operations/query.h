// Asks the gateway, as a person; and checks receipts offline.
#ifndef SAFEHAVEN_CLI_OPERATIONS_QUERY_H_
#define SAFEHAVEN_CLI_OPERATIONS_QUERY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/session.h"
#include "libs/warrant/question.h"
#include "safehaven/costing/v1/answer.pb.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"

namespace safehaven::cli {

struct Asking {
  std::string person;
  Question question;        // normalised
  std::string environment;  // id of a controlled environment whose keys we hold; or empty
};

// The person's token, for a call to the gateway.
absl::StatusOr<CallOptions> Authorised(Session& session, const std::string& person);

absl::StatusOr<gateway::v1::QueryResponse> Query(Session& session, const Asking& asking);
absl::StatusOr<gateway::v1::PreviewResponse> Preview(Session& session, const Asking& asking);
absl::StatusOr<gateway::v1::ExplainResponse> ExplainQuestion(Session& session, const Asking& asking,
                                                             const std::string& day);
absl::StatusOr<gateway::v1::GetEntitlementsResponse> GetEntitlements(Session& session, const std::string& person);

// What a receipt proves.
struct ReceiptFacts {
  std::string warrant;       // id
  std::string organisation;  // that was answered
  std::string approval;
  uint64_t warrant_index = 0;  // leaf in consent's log
  uint64_t release_index = 0;  // leaf in costing's log
};

// Checks a serialised receipt with nothing but the two logs' public keys: the warrant is
// in consent's log, the release in costing's, and the release is of this warrant and,
// if `answer_digest` is not empty, of this answer. INVALID_ARGUMENT for what
// is no receipt; DATA_LOSS with reason RECEIPT_..., or the reasons of proven_leaf.h.
absl::StatusOr<ReceiptFacts> VerifyReceipt(const Session& session, absl::string_view receipt,
                                           absl::string_view answer_digest);

// SHA-256 of the answer as costing digested it, from the table that the gateway passed on.
std::string AnswerDigest(const gateway::v1::Table& table);

// Opens the sealed NHS numbers of an answer with the environment's private key; one a
// row, "" where the person has none. PERMISSION_DENIED (another key)
// or DATA_LOSS (cut short) with reason SEAL_UNOPENABLE.
absl::StatusOr<std::vector<std::string>> OpenSealed(const Session& session, const std::string& environment,
                                                    const gateway::v1::Table& table);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_QUERY_H_
