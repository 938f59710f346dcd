#include "libs/evidence/verified_tokens.h"

namespace safehaven {

std::optional<TokenSubject> VerifiedTokens::Find(absl::string_view token, uint64_t register_size, absl::Time now) {
  const Digest digest = Sha256(token);
  absl::MutexLock lock(&mutex_);
  if (register_size != register_size_) return std::nullopt;
  const auto found = tokens_.find(digest);
  if (found == tokens_.end()) return std::nullopt;
  const Verified& verified = found->second;
  // A clock that was set back must not prolong anything.
  const bool in_memory = now >= verified.verify_time && now - verified.verify_time <= kTokenMemoryMax;
  if (in_memory && now < verified.subject.expire_time) return verified.subject;
  tokens_.erase(found);
  return std::nullopt;
}

void VerifiedTokens::Keep(absl::string_view token, uint64_t register_size, const TokenSubject& subject,
                          absl::Time now) {
  const Digest digest = Sha256(token);
  absl::MutexLock lock(&mutex_);
  if (register_size != register_size_ || tokens_.size() >= kTokensMax) tokens_.clear();
  register_size_ = register_size;
  tokens_.insert_or_assign(digest, Verified{.subject = subject, .verify_time = now});
}

}  // namespace safehaven
