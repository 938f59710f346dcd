// Who is signed in at this browser, and who is about to be. In memory only: the gateway
// holds nothing at rest, and a restart asks people to sign in again.
//
// A session holds the person's own token, which goes to consent as evidence; a session
// never lives longer than its token. Both tables are bounded, and neither keeps the
// secret by which an entry is found: only its digest. Thread-compatible; time and
// randomness are arguments.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_CORE_SESSIONS_H_
#define SAFEHAVEN_SERVICES_GATEWAY_CORE_SESSIONS_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"

namespace safehaven::gateway {

struct Session {
  Sensitive<std::string> token;  // as the issuer signed it
  std::string display_name;      // shown to the person, nowhere else
  absl::Time token_expire_time;
};

struct SessionLimits {
  size_t sessions_max = 10'000;
  absl::Duration idle_max = absl::Minutes(15);     // since it was last used
  absl::Duration absolute_max = absl::Hours(8);    // since it began, however much it is used
};

class SessionTable {
 public:
  explicit SessionTable(const SessionLimits& limits) : limits_(limits) {}

  // Begins a session and returns the secret for the cookie. RESOURCE_EXHAUSTED with
  // reason SESSIONS_FULL when there is no place even without the sessions that have run
  // out; nobody is put out for a newcomer.
  absl::StatusOr<std::string> Open(Session session, absl::Time now, Randomness& randomness);

  // The session behind a cookie, whose idle time begins anew; nothing if there is none
  // or it has run out.
  std::optional<Session> Use(absl::string_view secret, absl::Time now);

  // The same without beginning its idle time anew: for looking, not for asking.
  std::optional<Session> Look(absl::string_view secret, absl::Time now) const;

  // When the session will have run out if it is not used again; `now` if there is none.
  absl::Time ExpireTime(absl::string_view secret, absl::Time now) const;

  // Ends the session, if there is one.
  void Close(absl::string_view secret);

  size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    Session session;
    absl::Time start_time;
    absl::Time last_use_time;
  };

  absl::Time ExpireTimeOf(const Entry& entry) const;
  void DropExpired(absl::Time now);

  const SessionLimits limits_;
  absl::flat_hash_map<std::string, Entry> sessions_;  // by digest of the secret
};

// A sign-in that has been sent to the issuer and not come back yet.
struct SignIn {
  std::string state;
  std::string nonce;
  std::string code_verifier;
};

// How long a person may take at the issuer.
inline constexpr absl::Duration kSignInTimeMax = absl::Minutes(10);

// Anybody may begin a sign-in, so when the table is full the oldest leaves: whoever
// floods it can delay people, but not make it grow.
class SignInTable {
 public:
  explicit SignInTable(size_t entries_max) : entries_max_(entries_max) {}

  // Keeps the sign-in and returns the secret for the browser's cookie.
  std::string Begin(SignIn sign_in, absl::Time now, Randomness& randomness);

  // The sign-in behind a cookie, once.
  std::optional<SignIn> Take(absl::string_view secret, absl::Time now);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    SignIn sign_in;
    absl::Time expire_time;
  };
  struct Place {
    std::string key;
    absl::Time expire_time;
  };

  const size_t entries_max_;
  absl::flat_hash_map<std::string, Entry> entries_;  // by digest of the secret
  std::deque<Place> order_;                          // oldest first; may name entries that were taken
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_CORE_SESSIONS_H_
