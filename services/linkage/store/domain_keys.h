// Keys of pseudonym domains at rest: random, and only ever wrapped by a key from
// outside the store and its backups. Once Forget() has deleted a wrapped key, nobody
// can make or undo a pseudonym of that domain again. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/storage/store.h"
#include "services/linkage/core/pseudonym.h"

namespace safehaven::linkage {

class DomainKeys {
 public:
  // `store` and `randomness` are borrowed and outlive it.
  DomainKeys(Store& store, SecretKey wrapping_key, Randomness& randomness)
      : store_(store), wrapping_key_(wrapping_key), randomness_(randomness) {}

  // The key of `domain`, made at its first use. Fails as UnwrapKey does.
  absl::StatusOr<SecretKey> Get(absl::string_view domain, absl::Time deadline);

  // Deletes the wrapped key of `domain`. The next Get() makes another key.
  absl::Status Forget(absl::string_view domain, absl::Time deadline);

 private:
  Store& store_;
  const SecretKey wrapping_key_;
  Randomness& randomness_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_DOMAIN_KEYS_H_
