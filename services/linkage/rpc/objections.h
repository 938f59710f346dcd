// The objections that consent has acknowledged, as linkage follows them: who objects in
// each set, as of one revision. In memory only; read again from the first at each start.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_OBJECTIONS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_OBJECTIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/nhs_number.h"
#include "libs/base/revision.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::linkage {

// Who objects in one set. Identifying: stays inside linkage.
struct StandingObjections {
  std::vector<NhsNumber> numbers;  // ascending; withdrawn ones are not in it
  uint64_t changed_size = 0;       // log size of the last batch of this set
};

// Everything up to `revision`. Immutable once made.
struct Objections {
  Revision revision;
  // By every set name seen so far, also where nobody objects any more.
  std::map<std::string, std::shared_ptr<const StandingObjections>> sets;
};

// Folds consent's answers. Single-threaded.
class ObjectionBook {
 public:
  // Takes the answer to a ReadObjections after revision().size. FAILED_PRECONDITION with
  // reason INCARNATION_CHANGED if consent is not the one that was followed before;
  // DATA_LOSS with reason OBJECTION_MALFORMED, and nothing changed, if a number is none
  // or the answer goes back.
  absl::Status Take(const consent::v1::ReadObjectionsResponse& answer);

  const Revision& revision() const { return revision_; }
  std::shared_ptr<const Objections> View() const;

 private:
  struct Set {
    std::set<NhsNumber> standing;
    uint64_t changed_size = 0;
    mutable std::shared_ptr<const StandingObjections> view;  // null after a change
  };

  Revision revision_;
  std::map<std::string, Set> sets_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_OBJECTIONS_H_
