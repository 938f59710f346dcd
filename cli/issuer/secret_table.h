// Things that are handed out under a secret, found again by it, and good for a while:
// sign-in links, codes, sessions. Bounded; keeps digests of the secrets only.
// Thread-compatible.
#ifndef SAFEHAVEN_CLI_ISSUER_SECRET_TABLE_H_
#define SAFEHAVEN_CLI_ISSUER_SECRET_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/merkle/sha256.h"
#include "services/gateway/core/proof_key.h"

namespace safehaven::cli {

template <typename T>
class SecretTable {
 public:
  explicit SecretTable(size_t entries_max) : entries_max_(entries_max) {}

  // Keeps `value` until `expire_time` and returns its secret, or "" when there is no
  // place even without what has run out.
  std::string Put(T value, absl::Time expire_time, absl::Time now, Randomness& randomness) {
    if (entries_.size() >= entries_max_) DropExpired(now);
    if (entries_.size() >= entries_max_) return "";
    std::string secret = gateway::NewSecret(randomness);
    entries_[KeyOf(secret)] = {std::move(value), expire_time};
    return secret;
  }

  // The value, if it has not run out.
  std::optional<T> Find(absl::string_view secret, absl::Time now) const {
    const auto found = entries_.find(KeyOf(secret));
    if (found == entries_.end() || found->second.expire_time <= now) return std::nullopt;
    return found->second.value;
  }

  // The same, and it is gone.
  std::optional<T> Take(absl::string_view secret, absl::Time now) {
    std::optional<T> value = Find(secret, now);
    entries_.erase(KeyOf(secret));
    return value;
  }

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    T value;
    absl::Time expire_time;
  };
  static std::string KeyOf(absl::string_view secret) { return ToBytes(Sha256(secret)); }
  void DropExpired(absl::Time now) {
    absl::erase_if(entries_, [now](const auto& item) { return item.second.expire_time <= now; });
  }

  const size_t entries_max_;
  absl::flat_hash_map<std::string, Entry> entries_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_ISSUER_SECRET_TABLE_H_
