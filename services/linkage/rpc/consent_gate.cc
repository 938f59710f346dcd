#include "services/linkage/rpc/consent_gate.h"

#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::linkage {

absl::StatusOr<AdmittedCall> ConsentGate::Admit(const Call& call, const Claim& claim) {
  AdmittedCall admitted;
  SH_ASSIGN_OR_RETURN(admitted.question, QuestionFromProto(claim.question));
  SH_ASSIGN_OR_RETURN(const ProvenLeaf leaf, ProvenLeafFromProto(claim.warrant.proof()));
  SH_ASSIGN_OR_RETURN(AdmittedWarrant warrant, consent_.Admit(leaf, {.question = &admitted.question,
                                                                     .operation = claim.operation,
                                                                     .presenter_thumbprint = call.peer().thumbprint}));
  SH_ASSIGN_OR_RETURN(const Heartbeat heartbeat, consent_.Fresh());
  admitted.warrant = std::move(warrant.warrant);
  admitted.leaf_index = warrant.leaf_index;
  admitted.incarnation = heartbeat.incarnation;
  return admitted;
}

absl::Status ConsentGate::Use(const AdmittedCall& admitted, absl::string_view purpose, absl::Time deadline) {
  return used_.Take({.warrant = admitted.warrant.id,
                     .expire_time = admitted.warrant.expire_time,
                     .purpose = purpose,
                     .now = clock_.Now()},
                    deadline);
}

absl::Status ConsentGate::CheckPermit(const storage::v1::LinkageRunRecord& run) const {
  SH_ASSIGN_OR_RETURN(const Heartbeat heartbeat, consent_.Fresh());
  if (heartbeat.incarnation != run.consent_incarnation()) {
    return PermissionDenied("WARRANT_INCARNATION", "the run was permitted by another incarnation of consent");
  }
  if (run.warrant_index() < heartbeat.floor) {
    return PermissionDenied("WARRANT_SUPERSEDED", "the register was narrowed since the run was permitted");
  }
  if (clock_.Now() - absl::FromUnixMillis(run.accept_unix_ms()) > kPermitLifeMax) {
    return PermissionDenied("RUN_PERMIT_EXPIRED", "the run was permitted too long ago: ask for a new decision");
  }
  return absl::OkStatus();
}

absl::Status ConsentGate::CheckObjections(const Revision& applied, const Revision& named) const {
  SH_ASSIGN_OR_RETURN(const Heartbeat heartbeat, consent_.Fresh());
  const Revision announced = {.incarnation = heartbeat.incarnation, .size = heartbeat.objections_size};
  if (applied.Covers(announced) && applied.Covers(named)) return absl::OkStatus();
  return Unavailable("OBJECTIONS_NOT_APPLIED", "objections that consent acknowledged are not applied here yet");
}

absl::Status ConsentGate::CheckNotHalted() const {
  const absl::Status fresh = consent_.Fresh().status();
  return absl::IsUnavailable(fresh) ? absl::OkStatus() : fresh;
}

}  // namespace safehaven::linkage
