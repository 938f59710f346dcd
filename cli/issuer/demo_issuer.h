// The demonstration's own OpenID Connect issuer: it signs in made-up people who hold a
// one-time link, and gives their tokens to one gateway (authorisation code with PKCE)
// and to the command line (client credentials). A program apart from the four services,
// so that the demo's tokens come from outside as everybody else's do.
//
// It is for loopback and the reserved names only, and signs in whoever has a link; a
// server that is not in the demo profile refuses its tokens. Claims say who somebody is
// and nothing of what they may do. Thread-safe.
#ifndef SAFEHAVEN_CLI_ISSUER_DEMO_ISSUER_H_
#define SAFEHAVEN_CLI_ISSUER_DEMO_ISSUER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "cli/issuer/personas.h"
#include "cli/issuer/secret_table.h"
#include "cli/issuer/signing_key.h"
#include "libs/base/environment.h"
#include "libs/http/message.h"
#include "libs/http/url.h"

namespace safehaven::cli {

inline constexpr absl::Duration kTokenLife = absl::Minutes(10);
inline constexpr absl::Duration kCodeLife = absl::Minutes(1);
inline constexpr absl::Duration kLinkLife = absl::Hours(12);  // a demo may stand open for a day's work
inline constexpr absl::Duration kIssuerSessionLife = absl::Hours(12);

struct DemoIssuerOptions {
  std::string name = "https://issuer.demo.safehaven.invalid";  // "iss"
  std::string client_id = "safehaven-gateway";
  std::string audience = "safehaven";  // "aud" of access tokens
};

// FAILED_PRECONDITION with reason DEMO_FENCE unless the name is a reserved one.
absl::Status CheckIssuerName(const std::string& name);

// A one-time link for one persona.
struct SignInLink {
  Persona persona;
  std::string url;
};

class DemoIssuer {
 public:
  // Told the links that can be used now, whenever one was used up and another took its
  // place. Called without a lock, from the thread that served the request.
  using LinksListener = std::function<void(const std::vector<SignInLink>& links)>;

  // `clock` and `randomness` must outlive the issuer.
  DemoIssuer(const DemoIssuerOptions& options, std::vector<Persona> personas, SigningKey key, const Clock& clock,
             Randomness& randomness);

  // Begins to sign people in: now it is known where the issuer and its one gateway are.
  // Before that only tokens, keys and discovery are served. Both are on loopback.
  void Open(const Url& own_address, const Url& gateway_address, LinksListener listener)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Where the issuer itself is; enough for discovery and for tokens of the command line.
  void SetAddress(const Url& own_address) ABSL_LOCKS_EXCLUDED(mutex_);

  // Answers one request; never blocks for long.
  HttpResponse Handle(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string& Jwks() const { return key_.Jwks(); }

 private:
  // What a code stands for.
  struct Grant {
    size_t persona = 0;
    std::string code_challenge;
    std::string nonce;
  };

  HttpResponse Discovery() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse Home(const HttpRequest& request) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse Authorize(const HttpRequest& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse FollowLink(absl::string_view code) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse Token(const HttpRequest& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse ExchangeCode(const Form& form) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpResponse TokenForSecret(const Form& form) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<size_t> SignedInAt(const HttpRequest& request) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RenewLink(size_t persona) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string RedirectUri() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> AccessToken(const Persona& persona, absl::Time now);
  absl::StatusOr<std::string> IdToken(const Persona& persona, const std::string& nonce, absl::Time now);

  const DemoIssuerOptions options_;
  const std::vector<Persona> personas_;
  const SigningKey key_;
  const Clock& clock_;
  Randomness& randomness_;
  absl::Mutex mutex_;
  Url own_address_ ABSL_GUARDED_BY(mutex_);
  Url gateway_address_ ABSL_GUARDED_BY(mutex_);
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  bool links_changed_ ABSL_GUARDED_BY(mutex_) = false;
  LinksListener listener_ ABSL_GUARDED_BY(mutex_);
  std::vector<SignInLink> links_ ABSL_GUARDED_BY(mutex_);  // one a persona
  SecretTable<size_t> link_codes_ ABSL_GUARDED_BY(mutex_);
  SecretTable<size_t> sessions_ ABSL_GUARDED_BY(mutex_);
  SecretTable<Grant> grants_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_ISSUER_DEMO_ISSUER_H_
