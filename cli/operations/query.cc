#include "cli/operations/query.h"

#include <sodium.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/operations/log_keys.h"
#include "libs/base/status.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/warrant.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kGateway[] = "safehaven.gateway.v1.GatewayService";

// Asks one of the two methods that take a question and an environment's proof.
template <typename Request, typename Response>
absl::StatusOr<Response> Ask(Session& session, const Asking& asking, const char* method) {
  Request request;
  *request.mutable_question() = QuestionToProto(asking.question);
  if (!asking.environment.empty()) {
    SH_ASSIGN_OR_RETURN(*request.mutable_environment(), session.EnvironmentProof(asking.environment, asking.question));
  }
  SH_ASSIGN_OR_RETURN(Client * gateway, session.Connect(kToolProgram, "gateway"));
  SH_ASSIGN_OR_RETURN(const CallOptions options, Authorised(session, asking.person));
  return gateway->CallUnary<Response>(kGateway, method, request, options);
}

// A leaf that is not proven is a damaged or made-up record, and nobody was refused.
absl::Status CheckLeaf(const ProvenLeaf& leaf, const FollowRules& rules) {
  const absl::Status checked = CheckProvenLeaf(leaf, rules).status();
  return absl::IsPermissionDenied(checked) ? DataLoss(ReasonOf(checked), checked.message()) : checked;
}

}  // namespace

absl::StatusOr<CallOptions> Authorised(Session& session, const std::string& person) {
  SH_ASSIGN_OR_RETURN(const std::string token, session.Token(person));
  CallOptions options;
  options.authorization = Sensitive<std::string>(absl::StrCat("Bearer ", token));
  return options;
}

absl::StatusOr<gateway::v1::QueryResponse> Query(Session& session, const Asking& asking) {
  return Ask<gateway::v1::QueryRequest, gateway::v1::QueryResponse>(session, asking, "Query");
}

absl::StatusOr<gateway::v1::PreviewResponse> Preview(Session& session, const Asking& asking) {
  return Ask<gateway::v1::PreviewRequest, gateway::v1::PreviewResponse>(session, asking, "Preview");
}

absl::StatusOr<gateway::v1::ExplainResponse> ExplainQuestion(Session& session, const Asking& asking,
                                                             const std::string& day) {
  SH_ASSIGN_OR_RETURN(Client * gateway, session.Connect(kToolProgram, "gateway"));
  SH_ASSIGN_OR_RETURN(const CallOptions options, Authorised(session, asking.person));
  gateway::v1::ExplainRequest request;
  *request.mutable_question() = QuestionToProto(asking.question);
  request.set_day(day);
  return gateway->CallUnary<gateway::v1::ExplainResponse>(kGateway, "Explain", request, options);
}

absl::StatusOr<gateway::v1::GetEntitlementsResponse> GetEntitlements(Session& session, const std::string& person) {
  SH_ASSIGN_OR_RETURN(Client * gateway, session.Connect(kToolProgram, "gateway"));
  SH_ASSIGN_OR_RETURN(const CallOptions options, Authorised(session, person));
  return gateway->CallUnary<gateway::v1::GetEntitlementsResponse>(kGateway, "GetEntitlements",
                                                                  gateway::v1::GetEntitlementsRequest(), options);
}

absl::StatusOr<ReceiptFacts> VerifyReceipt(const Session& session, absl::string_view bytes,
                                           absl::string_view answer_digest) {
  costing::v1::Receipt receipt;
  if (!receipt.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return InvalidArgument("RECEIPT_MALFORMED", "not a receipt");
  }
  SH_ASSIGN_OR_RETURN(const FollowRules consent_rules, LogRules(session, "consent"));
  SH_ASSIGN_OR_RETURN(const FollowRules costing_rules, LogRules(session, "costing"));
  SH_ASSIGN_OR_RETURN(const ProvenLeaf warrant_leaf, ProvenLeafFromProto(receipt.warrant()));
  SH_ASSIGN_OR_RETURN(const ProvenLeaf release_leaf, ProvenLeafFromProto(receipt.release()));
  SH_RETURN_IF_ERROR(CheckLeaf(warrant_leaf, consent_rules));
  SH_RETURN_IF_ERROR(CheckLeaf(release_leaf, costing_rules));
  if (warrant_leaf.kind != kWarrantLeafKind) return DataLoss("RECEIPT_NOT_A_WARRANT", "the first leaf is no warrant");
  SH_ASSIGN_OR_RETURN(const Warrant warrant, ParseWarrant(warrant_leaf.body));
  costing::v1::ReleaseClosing closing;
  if (release_leaf.kind != kReleaseClosingLeafKind || !closing.ParseFromString(release_leaf.body)) {
    return DataLoss("RECEIPT_NOT_A_RELEASE", "the second leaf closes no release");
  }
  if (closing.warrant() != warrant.id) return DataLoss("RECEIPT_OF_ANOTHER_WARRANT", "warrant and release do not belong together");
  if (!answer_digest.empty() && closing.answer_digest() != answer_digest) {
    return DataLoss("RECEIPT_OF_ANOTHER_ANSWER", "the answer is not the one that was released");
  }
  return ReceiptFacts{.warrant = warrant.id,
                      .organisation = warrant.organisation,
                      .approval = warrant.approval,
                      .warrant_index = warrant_leaf.index,
                      .release_index = release_leaf.index};
}

std::string AnswerDigest(const gateway::v1::Table& table) {
  costing::v1::ProtectedAnswer answer;
  answer.mutable_columns()->CopyFrom(table.columns());
  answer.set_key_column_count(table.key_column_count());
  for (const gateway::v1::Row& row : table.rows()) {
    costing::v1::AnswerRow* out = answer.add_rows();
    out->mutable_values()->CopyFrom(row.values());
    out->set_sealed_nhs_number(row.sealed_nhs_number());
  }
  answer.set_left_out(table.left_out());
  answer.set_suppressed_cell_count(table.suppressed_cell_count());
  answer.set_complete(table.complete());
  answer.mutable_protection()->CopyFrom(table.protection());
  return ToBytes(Sha256(answer.SerializeAsString()));
}

absl::StatusOr<std::vector<std::string>> OpenSealed(const Session& session, const std::string& environment,
                                                    const gateway::v1::Table& table) {
  SH_ASSIGN_OR_RETURN(const std::string text, session.KeyFile(absl::StrCat("environment/", environment, ".sealing.key")));
  std::string secret;
  if (!absl::Base64Unescape(absl::StripSuffix(text, "\n"), &secret) || secret.size() != crypto_box_SECRETKEYBYTES) {
    return InvalidArgument("KEY_MALFORMED", "the environment's sealing key is not 32 bytes of base64");
  }
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  const auto* secret_bytes = reinterpret_cast<const unsigned char*>(secret.data());
  auto* public_bytes = reinterpret_cast<unsigned char*>(public_key.data());
  SH_CHECK(crypto_scalarmult_base(public_bytes, secret_bytes) == 0);
  std::vector<std::string> numbers;
  for (const gateway::v1::Row& row : table.rows()) {
    const std::string& box = row.sealed_nhs_number();
    if (box.empty()) {
      numbers.emplace_back();
      continue;
    }
    if (box.size() < crypto_box_SEALBYTES) return DataLoss("SEAL_UNOPENABLE", "a sealed box is cut short");
    std::string number(box.size() - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(reinterpret_cast<unsigned char*>(number.data()),
                             reinterpret_cast<const unsigned char*>(box.data()), box.size(), public_bytes,
                             secret_bytes) != 0) {
      return PermissionDenied("SEAL_UNOPENABLE", "not sealed to this environment's key");
    }
    numbers.push_back(std::move(number));
  }
  sodium_memzero(secret.data(), secret.size());
  return numbers;
}

}  // namespace safehaven::cli
