// What a set of register files would make of the register: shared by plans, changes and
// suppositions. Pure but for what it is given; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_PROPOSAL_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_PROPOSAL_H_

#include <vector>

#include "absl/status/statusor.h"
#include "safehaven/consent/v1/register.pb.h"
#include "services/consent/core/fence.h"
#include "services/consent/core/plan.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/widening.h"
#include "services/consent/store/consent_state.h"

namespace safehaven::consent {

// Most files of one request.
inline constexpr int kFilesMax = 1000;

struct Proposal {
  std::vector<PlannedChange> changes;
  std::vector<RegisterEvent> events;  // as if recorded now, without signatories
  RegisterSnapshot after;
  Widening widening = Widening::kUnchanged;  // of the whole: widens if any part does
  bool narrows = false;                      // does any part narrow?
};

// What `changes` would make of the register in `view`. FAILED_PRECONDITION or
// INVALID_ARGUMENT as CheckReferences().
absl::StatusOr<Proposal> ProposalOf(const View& view, std::vector<PlannedChange> changes);

// The same of whole files: what they do not name would be ended. INVALID_ARGUMENT as
// ParseRegisterFile(), or with reason REGISTER_TOO_MANY_FILES or REGISTER_ENTRY_REPEATED;
// PERMISSION_DENIED as CheckFence().
absl::StatusOr<Proposal> Propose(const View& view, const google::protobuf::RepeatedPtrField<v1::RegisterFile>& files,
                                 Profile profile);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_PROPOSAL_H_
