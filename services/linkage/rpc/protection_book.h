// The identities that are protected now, and who of a crosswalk is of one. What they keep
// apart is never told: their people are as if they were not there, in review, explanation
// and asking, like those whom an objection keeps out. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_PROTECTION_BOOK_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_PROTECTION_BOOK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "services/linkage/core/protection.h"
#include "services/linkage/store/crosswalk_store.h"
#include "services/linkage/store/custody_store.h"

namespace safehaven::linkage {

class ProtectionBook {
 public:
  // Borrowed, and outlives it.
  explicit ProtectionBook(CustodyStore& custody) : custody_(custody) {}

  // Reads what stands; call at the start and after each change. As CustodyStore::All:
  // what stood before still stands then.
  absl::Status Read(absl::Time deadline) ABSL_LOCKS_EXCLUDED(reading_mutex_, mutex_);

  std::shared_ptr<const std::vector<ProtectedPair>> Standing() const ABSL_LOCKS_EXCLUDED(mutex_);

  // As ShieldedPersons(); worked out once for a crosswalk and what stands.
  std::shared_ptr<const std::vector<PersonNumber>> ShieldedIn(const std::shared_ptr<const StoredCrosswalk>& crosswalk)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Shielded {
    std::shared_ptr<const StoredCrosswalk> crosswalk;
    std::shared_ptr<const std::vector<ProtectedPair>> standing;
    std::shared_ptr<const std::vector<PersonNumber>> persons;
  };

  CustodyStore& custody_;
  absl::Mutex reading_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable absl::Mutex mutex_;
  // Shared with those who read while it changes.
  std::shared_ptr<const std::vector<ProtectedPair>> standing_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const std::vector<ProtectedPair>>();
  std::map<std::string, Shielded> shielded_ ABSL_GUARDED_BY(mutex_);  // by authority
};

// Takes protected people apart in a crosswalk that is not published yet (TakeApart), with
// new secrets for who is new. Says whether there was anybody.
bool TakeApartIn(std::span<const ProtectedPair> pairs, StoredCrosswalk& stored, Randomness& randomness);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_PROTECTION_BOOK_H_
