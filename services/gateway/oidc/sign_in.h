// Signing in: the authorisation code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC
// 7636; RFC 9700). The browser carries a code and never a token; state ties the answer
// to the browser that asked, the nonce ties the token to this sign-in, and a code is
// worth nothing without the verifier that never left this process.
//
// The gateway's own check of the tokens only opens a session. The access token goes to
// consent as evidence, as the issuer signed it.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_OIDC_SIGN_IN_H_
#define SAFEHAVEN_SERVICES_GATEWAY_OIDC_SIGN_IN_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/environment.h"
#include "libs/evidence/evidence.h"
#include "libs/http/client.h"
#include "libs/http/url.h"
#include "services/gateway/core/sessions.h"
#include "services/gateway/oidc/issuer.h"

namespace safehaven::gateway {

// Sessions and sign-ins of this process, behind one lock. Thread-safe.
class SessionStore {
 public:
  // `clock` and `randomness` must outlive the store.
  SessionStore(const SessionLimits& limits, const Clock& clock, Randomness& randomness)
      : clock_(clock), randomness_(randomness), sessions_(limits), sign_ins_(limits.sessions_max) {}

  // As SessionTable and SignInTable.
  absl::StatusOr<std::string> Open(Session session) ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Session> Use(absl::string_view secret) ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Session> Look(absl::string_view secret) const ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Duration TimeLeft(absl::string_view secret) const ABSL_LOCKS_EXCLUDED(mutex_);
  void Close(absl::string_view secret) ABSL_LOCKS_EXCLUDED(mutex_);
  std::string BeginSignIn(SignIn sign_in) ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<SignIn> TakeSignIn(absl::string_view secret) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Clock& clock_;
  Randomness& randomness_;
  mutable absl::Mutex mutex_;
  SessionTable sessions_ ABSL_GUARDED_BY(mutex_);
  SignInTable sign_ins_ ABSL_GUARDED_BY(mutex_);
};

// Where the browser goes, and the secret for its cookie.
struct SignInStart {
  std::string location;
  std::string cookie;
};

// Thread-safe. Begin() and Complete() may block on the issuer.
class SignInFlow {
 public:
  struct Parts {
    IssuerDirectory& issuer;
    HttpClient& client;
    SessionStore& sessions;
    const Clock& clock;
    Randomness& randomness;
  };

  // `redirect_uri`: our own callback, as the issuer has it. All parts must outlive it.
  SignInFlow(std::string redirect_uri, const Parts& parts)
      : redirect_uri_(std::move(redirect_uri)), parts_(parts) {}

  // Sends the browser to the issuer. UNAVAILABLE as IssuerDirectory::Metadata().
  absl::StatusOr<SignInStart> Begin();

  // The browser is back with `query`; `cookie` is the secret of its sign-in. Returns the
  // secret of the new session. UNAUTHENTICATED with reason SIGN_IN_UNKNOWN (no such
  // sign-in in this browser, too late, or a second time), STATE_MISMATCH,
  // ISSUER_MISMATCH, SIGN_IN_REFUSED (the issuer said no), CODE_REFUSED, NONCE_MISMATCH,
  // TOKENS_DISAGREE, or those of VerifyToken(); RESOURCE_EXHAUSTED with reason
  // SESSIONS_FULL.
  absl::StatusOr<std::string> Complete(const Form& query, absl::string_view cookie);

 private:
  struct Tokens {
    std::string id_token;
    std::string access_token;
  };
  absl::StatusOr<Tokens> Exchange(const std::string& code, const SignIn& sign_in);
  // Verifies for `audience`, with fresh keys if the token names one that is unknown.
  absl::StatusOr<TokenSubject> Verify(const std::string& token, const std::string& audience);
  absl::StatusOr<Session> Check(const Tokens& tokens, const SignIn& sign_in);

  const std::string redirect_uri_;
  const Parts parts_;
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_OIDC_SIGN_IN_H_
