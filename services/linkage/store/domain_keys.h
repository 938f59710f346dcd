// Keys of pseudonym domains at rest: random, and only ever wrapped by a key from outside
// the store and its backups. A domain's keys are numbered from 1; the last is in use, the
// ones before it are kept for making a map from old to new, until they are destroyed. A
// domain that was destroyed never gets a key again, and nobody can make or undo a
// pseudonym of it. Thread-safe.
//
//     ("pseudonym_key", domain)                  -> the wrapped key number 1
//     ("pseudonym_key_numbered", domain, number) -> a later one
//     ("pseudonym_domain", domain)               -> LinkagePseudonymDomainRecord; none: number 1
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/storage/store.h"
#include "services/linkage/core/pseudonym.h"

namespace safehaven::linkage {

// Which keys a domain has.
struct DomainKeyNumbers {
  uint32_t first = 1;  // below it all are destroyed
  uint32_t current = 1;
};

class DomainKeys {
 public:
  // `store` and `randomness` are borrowed and outlive it.
  DomainKeys(Store& store, SecretKey wrapping_key, Randomness& randomness)
      : store_(store), wrapping_key_(wrapping_key), randomness_(randomness) {}

  // FAILED_PRECONDITION with reason PSEUDONYM_DOMAIN_ENDED if the domain was destroyed.
  absl::StatusOr<DomainKeyNumbers> Numbers(absl::string_view domain, absl::Time deadline);

  // The key in use; the first is made at its first use. As Numbers() and UnwrapKey fail.
  absl::StatusOr<SecretKey> Get(absl::string_view domain, absl::Time deadline);

  // A key by number. NOT_FOUND with reason PSEUDONYM_KEY_DESTROYED; as Get().
  absl::StatusOr<SecretKey> GetNumbered(absl::string_view domain, uint32_t number, absl::Time deadline);

  // Key `number` is in use from now on, made if it is the next one; nothing if a key is in
  // use that is not below it. FAILED_PRECONDITION with reason PSEUDONYM_KEY_NOT_NEXT;
  // ABORTED if another writer was faster; as Numbers().
  absl::Status RotateTo(absl::string_view domain, uint32_t number, absl::Time deadline);

  // Destroys the keys before the one in use. May be repeated. As Numbers().
  absl::Status DestroyFormer(absl::string_view domain, absl::Time deadline);

  // Destroys all keys for good. May be repeated.
  absl::Status Destroy(absl::string_view domain, absl::Time deadline);

 private:
  struct Domain {
    DomainKeyNumbers numbers;
    bool destroyed = false;
    std::optional<Version> version;
  };
  absl::StatusOr<Domain> Read(absl::string_view domain, absl::Time deadline);
  // Writes what `now` says and deletes the keys before `now.numbers.first`, or all.
  absl::Status Write(absl::string_view domain, const Domain& before, const Domain& now, Batch batch,
                     absl::Time deadline);

  Store& store_;
  const SecretKey wrapping_key_;
  Randomness& randomness_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_
