#include "services/gateway/core/sessions.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "services/gateway/core/proof_key.h"

namespace safehaven::gateway {
namespace {

// Finding by digest also means that the time of a look-up says nothing of the secret.
std::string KeyOf(absl::string_view secret) { return ToBytes(Sha256(secret)); }

}  // namespace

absl::StatusOr<std::string> SessionTable::Open(Session session, absl::Time now, Randomness& randomness) {
  if (sessions_.size() >= limits_.sessions_max) DropExpired(now);
  if (sessions_.size() >= limits_.sessions_max) {
    return Failure(absl::StatusCode::kResourceExhausted, "SESSIONS_FULL",
                   "too many people are signed in: try again later");
  }
  std::string secret = NewSecret(randomness);
  sessions_[KeyOf(secret)] = {.session = std::move(session), .start_time = now, .last_use_time = now};
  return secret;
}

std::optional<Session> SessionTable::Use(absl::string_view secret, absl::Time now) {
  const auto found = sessions_.find(KeyOf(secret));
  if (found == sessions_.end()) return std::nullopt;
  if (ExpireTimeOf(found->second) <= now) {
    sessions_.erase(found);
    return std::nullopt;
  }
  found->second.last_use_time = now;
  return found->second.session;
}

std::optional<Session> SessionTable::Look(absl::string_view secret, absl::Time now) const {
  const auto found = sessions_.find(KeyOf(secret));
  if (found == sessions_.end() || ExpireTimeOf(found->second) <= now) return std::nullopt;
  return found->second.session;
}

absl::Time SessionTable::ExpireTime(absl::string_view secret, absl::Time now) const {
  const auto found = sessions_.find(KeyOf(secret));
  return found == sessions_.end() ? now : ExpireTimeOf(found->second);
}

void SessionTable::Close(absl::string_view secret) { sessions_.erase(KeyOf(secret)); }

absl::Time SessionTable::ExpireTimeOf(const Entry& entry) const {
  return std::min({entry.session.token_expire_time, entry.last_use_time + limits_.idle_max,
                   entry.start_time + limits_.absolute_max});
}

void SessionTable::DropExpired(absl::Time now) {
  absl::erase_if(sessions_, [this, now](const auto& item) { return ExpireTimeOf(item.second) <= now; });
}

std::string SignInTable::Begin(SignIn sign_in, absl::Time now, Randomness& randomness) {
  while (!order_.empty() && (order_.size() >= entries_max_ || order_.front().expire_time <= now)) {
    entries_.erase(order_.front().key);
    order_.pop_front();
  }
  std::string secret = NewSecret(randomness);
  const std::string key = KeyOf(secret);
  const absl::Time expire_time = now + kSignInTimeMax;
  entries_[key] = {.sign_in = std::move(sign_in), .expire_time = expire_time};
  order_.push_back({.key = key, .expire_time = expire_time});
  return secret;
}

std::optional<SignIn> SignInTable::Take(absl::string_view secret, absl::Time now) {
  const auto found = entries_.find(KeyOf(secret));
  if (found == entries_.end()) return std::nullopt;
  const Entry entry = std::move(found->second);
  entries_.erase(found);
  if (entry.expire_time <= now) return std::nullopt;
  return entry.sign_in;
}

}  // namespace safehaven::gateway
