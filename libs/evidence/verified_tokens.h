// Tokens whose signatures were verified lately, so that a caller who asks again within
// a minute costs no public-key arithmetic. Only what a token says is remembered; who
// that is today is asked of the register each time. Thread-safe.
#ifndef SAFEHAVEN_LIBS_EVIDENCE_VERIFIED_TOKENS_H_
#define SAFEHAVEN_LIBS_EVIDENCE_VERIFIED_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/evidence/evidence.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

// How long a verified token is believed without another look at its signature.
inline constexpr absl::Duration kTokenMemoryMax = absl::Seconds(60);

class VerifiedTokens {
 public:
  static constexpr size_t kTokensMax = 4096;

  // The subject of `token`, if it was verified by the keys of register revision
  // `register_size` at most kTokenMemoryMax ago and has not expired by `now`.
  std::optional<TokenSubject> Find(absl::string_view token, uint64_t register_size, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // `token` was verified by VerifyToken() at `now`.
  void Keep(absl::string_view token, uint64_t register_size, const TokenSubject& subject, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Verified {
    TokenSubject subject;
    absl::Time verify_time;
  };

  absl::Mutex mutex_;
  // By SHA-256: a token is a secret, and what is not kept cannot leak.
  absl::flat_hash_map<Digest, Verified> tokens_ ABSL_GUARDED_BY(mutex_);
  // Of the keys that verified them: another register, and all are forgotten.
  uint64_t register_size_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_EVIDENCE_VERIFIED_TOKENS_H_
