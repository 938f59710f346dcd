// Lets in what consent has permitted: warrants as they are presented, and the permit of
// a run that takes longer than a warrant lives. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_GATE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_GATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/environment.h"
#include "libs/base/revision.h"
#include "libs/follow/consent_follower.h"
#include "libs/server/call.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "safehaven/type/v1/question.pb.h"
#include "safehaven/type/v1/warrant.pb.h"
#include "services/linkage/store/service_facts.h"

namespace safehaven::linkage {

// How long after its warrant a run may still publish. What narrows access meanwhile
// raises consent's floor; this bounds what ends by its date alone.
inline constexpr absl::Duration kPermitLifeMax = absl::Hours(12);

struct AdmittedCall {
  Question question;
  Warrant warrant;
  uint64_t leaf_index = 0;  // of the warrant in consent's log
  std::string incarnation;  // of that log
};

class ConsentGate {
 public:
  // All are borrowed and outlive it.
  ConsentGate(ConsentFollower& consent, UsedWarrants& used, const Clock& clock)
      : consent_(consent), used_(used), clock_(clock) {}

  // What a call presents and what it is for.
  struct Claim {
    const type::v1::PresentedWarrant& warrant;
    const type::v1::Question& question;
    Operation operation;
  };
  // Is it permitted, now, for this caller? Does not use the warrant up. Fails as
  // QuestionFromProto, ProvenLeafFromProto and ConsentFollower::Admit.
  absl::StatusOr<AdmittedCall> Admit(const Call& call, const Claim& claim);

  // Uses the warrant up for `purpose`; the same purpose again is a retry.
  // PERMISSION_DENIED with reason WARRANT_USED.
  absl::Status Use(const AdmittedCall& admitted, absl::string_view purpose, absl::Time deadline);

  // May the run still publish? UNAVAILABLE with reason CONSENT_STALE or CLOCK_SKEW;
  // FAILED_PRECONDITION with the reason of a halt; PERMISSION_DENIED with reason
  // WARRANT_SUPERSEDED, WARRANT_INCARNATION or RUN_PERMIT_EXPIRED.
  absl::Status CheckPermit(const storage::v1::LinkageRunRecord& run) const;

  // Is everything in force here that consent has announced and that a warrant names? A
  // permit outlives its warrant, so what was announced since counts as well. UNAVAILABLE
  // with reason OBJECTIONS_NOT_APPLIED, CONSENT_STALE or CLOCK_SKEW; FAILED_PRECONDITION
  // with the reason of a halt.
  absl::Status CheckObjections(const Revision& applied, const Revision& named) const;

  // OK unless consent's history broke: then nothing is given out until an operator has
  // reconciled. Staleness is not a halt: whoever answers judges it.
  absl::Status CheckNotHalted() const;

 private:
  ConsentFollower& consent_;
  UsedWarrants& used_;
  const Clock& clock_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_GATE_H_
