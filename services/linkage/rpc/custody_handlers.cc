// Acts of custody: what one officer does at once, and what takes two. An act is kept
// before it is carried out, and carried out so that doing it again is nothing; whoever
// lost the answer asks again.
#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/server/log_line.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/officers.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kRequestIdBytes = 36;
constexpr size_t kIdDigits = 32;
constexpr size_t kOfficerDigits = 16;
constexpr size_t kReasonBytesMax = 200;
constexpr absl::string_view kUnknown = "there is no such act of custody";

std::string BytesOf(const Digest& digest) { return std::string(digest.begin(), digest.end()); }

std::string IdOf(const std::string& request_id) {
  return absl::BytesToHexString(BytesOf(Sha256Of({"safehaven-custody\n", request_id}))).substr(0, kIdDigits);
}

absl::Status CheckForm(const std::string& request_id, const std::string& reason) {
  if (request_id.size() != kRequestIdBytes) return InvalidArgument("FIELD_INVALID", "request_id: must be a UUID");
  if (reason.empty() || reason.size() > kReasonBytesMax) {
    return InvalidArgument("FIELD_INVALID", absl::StrCat("reason or ground: 1 to ", kReasonBytesMax, " bytes"));
  }
  return absl::OkStatus();
}

// All that makes a request another one, and who asks.
std::string DigestOf(const CustodyAct& act) {
  std::string text = absl::StrCat(static_cast<int>(act.kind), "\n", act.reason, "\n", act.protection, "\n", act.domain,
                                  "\n", act.other_domain, "\n", act.proposed.authority, "\n",
                                  absl::BytesToHexString(act.proposed.officer));
  if (act.pair.has_value()) absl::StrAppend(&text, "\n", act.pair->former.value(), "\n", act.pair->present.value());
  return BytesOf(Sha256(text));
}

absl::StatusOr<NhsNumber> NumberOf(ServiceProfile profile, const std::string& text) {
  v1::IdentityRow row;
  row.set_nhs_number(text);
  SH_RETURN_IF_ERROR(CheckIdentity(profile, row));
  return NhsNumber::Parse(text);
}

bool TakesTwo(CustodyKind kind) {
  return kind == CustodyKind::kLift || kind == CustodyKind::kRotate || kind == CustodyKind::kBridge;
}

absl::Status CheckProposal(const CustodyAct& act, const Warrant& warrant, const std::vector<CustodyAct>& acts) {
  switch (act.kind) {
    case CustodyKind::kLift: {
      const bool known = std::any_of(acts.begin(), acts.end(), [&](const CustodyAct& other) {
        return other.id == act.protection && other.pair.has_value() && other.proposed.authority == warrant.crosswalk;
      });
      return known ? absl::OkStatus() : NotFound("CUSTODY_UNKNOWN", kUnknown);
    }
    case CustodyKind::kBridge:
      SH_RETURN_IF_ERROR(PartsOf(act.other_domain).status());
      if (act.domain == act.other_domain) {
        return InvalidArgument("FIELD_INVALID", "other_domain: a bridge is between two domains");
      }
      return CheckDomain(act.domain, warrant);
    case CustodyKind::kRotate:
    case CustodyKind::kDestroyFormerKeys:
    case CustodyKind::kDestroyDomain:
      return CheckDomain(act.domain, warrant);
    case CustodyKind::kProtect:
    case CustodyKind::kUnspecified:
      break;
  }
  return InvalidArgument("FIELD_INVALID", "kind: lift, rotate, bridge, destroy_former_keys or destroy_domain");
}

// Another person of another role, and for a bridge the authority at its other end.
absl::Status CheckApprover(const CustodyAct& act, const Warrant& warrant) {
  if (act.proposed.officer == warrant.caller_digest) {
    return PermissionDenied("APPROVER_IS_PROPOSER", "another officer has to approve what one proposed");
  }
  if (act.proposed.role == warrant.role) {
    return PermissionDenied("APPROVER_OF_SAME_ROLE", "proposer and approver must have different roles");
  }
  if (act.kind != CustodyKind::kBridge) return absl::OkStatus();
  const absl::StatusOr<DomainParts> other = PartsOf(act.other_domain);
  const bool at_other_end = other.ok() && other->authority == warrant.crosswalk &&
                            other->controller == warrant.population.commissioner;
  if (at_other_end) return absl::OkStatus();
  return PermissionDenied("BRIDGE_AUTHORITY_MISSING", "a bridge is approved under the authority of its other domain");
}

v1::CustodyState StateOf(const CustodyAct& act) {
  return act.done ? v1::CUSTODY_STATE_DONE : v1::CUSTODY_STATE_PROPOSED;
}

void ToProto(const CustodyWord& word, v1::CustodyWord& out) {
  out.set_officer(absl::BytesToHexString(word.officer).substr(0, kOfficerDigits));
  out.set_role(word.role);
  out.set_authority(word.authority);
  out.set_time_unix_ms(word.time_unix_ms);
}

v1::CustodyEntry EntryOf(const CustodyAct& act, const std::vector<CustodyAct>& acts) {
  v1::CustodyEntry entry;
  entry.set_custody(act.id);
  entry.set_kind(static_cast<v1::CustodyKind>(act.kind));
  entry.set_state(StateOf(act));
  entry.set_reason(act.reason);
  ToProto(act.proposed, *entry.mutable_proposed());
  if (act.approved.has_value()) ToProto(*act.approved, *entry.mutable_approved());
  entry.set_protection(act.protection);
  entry.set_domain(act.domain);
  entry.set_other_domain(act.other_domain);
  entry.set_key_number(act.key_number);
  entry.set_lifted(act.kind == CustodyKind::kProtect && IsLifted(acts, act.id));
  return entry;
}

// What an act does to keys; doing it again is nothing.
absl::Status CarryOut(DomainKeys& keys, const CustodyAct& act, absl::Time deadline) {
  if (act.kind == CustodyKind::kRotate) return keys.RotateTo(act.domain, act.key_number, deadline);
  if (act.kind == CustodyKind::kDestroyFormerKeys) return keys.DestroyFormer(act.domain, deadline);
  if (act.kind == CustodyKind::kDestroyDomain) return keys.Destroy(act.domain, deadline);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ProtectIdentitiesResponse> CustodyHandlers::ProtectIdentities(
    const Call& call, const v1::ProtectIdentitiesRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted,
                      AdmitOfficer(world_, call, {request.warrant(), request.question(), Operation::kLink},
                                   absl::StrCat("protect:", request.request_id())));
  SH_RETURN_IF_ERROR(CheckForm(request.request_id(), request.ground()));
  ProtectedPair pair;
  SH_ASSIGN_OR_RETURN(pair.former, NumberOf(world_.profile, request.former_nhs_number()));
  SH_ASSIGN_OR_RETURN(pair.present, NumberOf(world_.profile, request.present_nhs_number()));
  if (pair.former == pair.present) return InvalidArgument("FIELD_INVALID", "present_nhs_number: another than the former");
  CustodyAct act = {.id = IdOf(request.request_id()),
                    .kind = CustodyKind::kProtect,
                    .reason = request.ground(),
                    .proposed = WordOf(admitted, world_.clock),
                    .approved = {},
                    .done = true,
                    .protection = {},
                    .domain = {},
                    .other_domain = {},
                    .key_number = 0,
                    .pair = pair,
                    .request_digest = {}};
  act.request_digest = DigestOf(act);
  SH_ASSIGN_OR_RETURN(const CustodyAct kept, world_.custody.Add(act, call.deadline()));
  SH_RETURN_IF_ERROR(world_.protections.Read(call.deadline()));
  world_.runner.TakeApartSoon();
  LogLine(Severity::kInfo, "identities_protected", {{"custody", kept.id}});
  v1::ProtectIdentitiesResponse response;
  response.set_custody(kept.id);
  return response;
}

absl::StatusOr<v1::ProposeCustodyResponse> CustodyHandlers::ProposeCustody(const Call& call,
                                                                          const v1::ProposeCustodyRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted,
                      AdmitOfficer(world_, call, {request.warrant(), request.question(), Operation::kLink},
                                   absl::StrCat("propose:", request.request_id())));
  SH_RETURN_IF_ERROR(CheckForm(request.request_id(), request.reason()));
  if (!v1::CustodyKind_IsValid(request.kind())) return InvalidArgument("FIELD_INVALID", "kind: not one of the known");
  CustodyAct act = {.id = IdOf(request.request_id()),
                    .kind = static_cast<CustodyKind>(request.kind()),
                    .reason = request.reason(),
                    .proposed = WordOf(admitted, world_.clock),
                    .approved = {},
                    .done = false,
                    .protection = request.protection(),
                    .domain = request.domain(),
                    .other_domain = request.other_domain(),
                    .key_number = 0,
                    .pair = {},
                    .request_digest = {}};
  act.request_digest = DigestOf(act);
  absl::MutexLock lock(&mutex_);
  SH_ASSIGN_OR_RETURN(const std::vector<CustodyAct> acts, world_.custody.All(call.deadline()));
  SH_RETURN_IF_ERROR(CheckProposal(act, admitted.warrant, acts));
  SH_ASSIGN_OR_RETURN(CustodyAct kept, world_.custody.Add(act, call.deadline()));
  if (!TakesTwo(kept.kind) && !kept.done) {
    SH_RETURN_IF_ERROR(CarryOut(world_.domain_keys, kept, call.deadline()));
    kept.done = true;
    SH_RETURN_IF_ERROR(world_.custody.Update(kept, call.deadline()));
  }
  LogLine(Severity::kInfo, "custody_proposed", {{"custody", kept.id}});
  v1::ProposeCustodyResponse response;
  response.set_custody(kept.id);
  response.set_state(StateOf(kept));
  return response;
}

absl::StatusOr<v1::ApproveCustodyResponse> CustodyHandlers::ApproveCustody(const Call& call,
                                                                          const v1::ApproveCustodyRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted,
                      AdmitOfficer(world_, call, {request.warrant(), request.question(), Operation::kLink},
                                   absl::StrCat("approve:", request.custody())));
  absl::MutexLock lock(&mutex_);
  SH_ASSIGN_OR_RETURN(CustodyAct act, world_.custody.Get(request.custody(), call.deadline()));
  // Another authority's act reads like none.
  if (!TakesTwo(act.kind) || !IsOf(act, admitted.warrant)) return NotFound("CUSTODY_UNKNOWN", kUnknown);
  SH_RETURN_IF_ERROR(CheckApprover(act, admitted.warrant));
  v1::ApproveCustodyResponse response;
  response.set_state(v1::CUSTODY_STATE_DONE);
  if (act.done) return response;
  // The word and the key's number are kept before there is a key of that number.
  act.approved = WordOf(admitted, world_.clock);
  if (act.kind == CustodyKind::kRotate && act.key_number == 0) {
    SH_ASSIGN_OR_RETURN(const DomainKeyNumbers numbers, world_.domain_keys.Numbers(act.domain, call.deadline()));
    act.key_number = numbers.current + 1;
  }
  SH_RETURN_IF_ERROR(world_.custody.Update(act, call.deadline()));
  SH_RETURN_IF_ERROR(CarryOut(world_.domain_keys, act, call.deadline()));
  act.done = true;
  SH_RETURN_IF_ERROR(world_.custody.Update(act, call.deadline()));
  if (act.kind == CustodyKind::kLift) SH_RETURN_IF_ERROR(world_.protections.Read(call.deadline()));
  LogLine(Severity::kInfo, "custody_approved", {{"custody", act.id}});
  return response;
}

absl::StatusOr<v1::ListCustodyResponse> CustodyHandlers::ListCustody(const Call& call,
                                                                    const v1::ListCustodyRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted,
                      AdmitOfficer(world_, call, {request.warrant(), request.question(), Operation::kLink},
                                   "list_custody"));
  SH_ASSIGN_OR_RETURN(const std::vector<CustodyAct> acts, world_.custody.All(call.deadline()));
  v1::ListCustodyResponse response;
  for (const CustodyAct& act : acts) {
    if (IsOf(act, admitted.warrant)) *response.add_entries() = EntryOf(act, acts);
  }
  return response;
}

}  // namespace safehaven::linkage
