// Whom objections keep out of what a warrant is for, as linkage judges it by itself.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_EXCLUSION_GUARD_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_EXCLUSION_GUARD_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/rpc/consent_gate.h"
#include "services/linkage/rpc/publications.h"

namespace safehaven::linkage {

// Whether a person may be named: in the records of at least one source of the question
// nothing takes the person out. (A stripped record keeps no link to a person either.)
// Borrows the sets; thread-safe.
class ExclusionGuard {
 public:
  // FAILED_PRECONDITION with reason EXCLUSION_SET_NOT_LOADED if the warrant names a set
  // that is not published.
  static absl::StatusOr<ExclusionGuard> Make(const AdmittedCall& admitted, const PublishedSets& published);

  bool Excludes(PersonNumber person) const;

 private:
  std::vector<std::vector<const ExclusionSet*>> by_source_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_EXCLUSION_GUARD_H_
