// The OpenID Connect issuer that people sign in with: where it is, what it says of
// itself (discovery document) and its keys (JWKS), fetched and kept for a while.
//
// The gateway trusts it only to start and end a session. Whether its tokens count for
// anything is consent's own check, against its own register.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_OIDC_ISSUER_H_
#define SAFEHAVEN_SERVICES_GATEWAY_OIDC_ISSUER_H_

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/http/client.h"
#include "libs/http/url.h"

namespace safehaven::gateway {

// Names below this are for the demo profile alone (RFC 2606: ".invalid" never resolves).
inline constexpr char kReservedDomain[] = "demo.safehaven.invalid";

struct IssuerOptions {
  std::string issuer;        // its name: "iss" of its tokens, to the letter
  std::string address;       // where it really is; empty means at its name. Demo only.
  std::string client_id;     // ours, at the issuer
  std::string client_secret; // empty for a public client (PKCE alone)
  std::string audience;      // of the access token that goes to consent as evidence
  bool demo = false;         // the demo profile
};

// May this issuer be used in this profile? In the demo profile its name must be reserved
// and its address on loopback. Everywhere else neither may be: the issuer must be at
// its name, over https. FAILED_PRECONDITION with reason DEMO_FENCE or ISSUER_NOT_SECURE;
// INVALID_ARGUMENT with reason URL_MALFORMED or ISSUER_CLIENT_MISSING.
absl::Status CheckIssuer(const IssuerOptions& options);

struct IssuerMetadata {
  std::string authorization_endpoint;
  Url token_endpoint;
  Url jwks_uri;
};

// Reads a discovery document (OpenID Connect Discovery 1.0, section 3): its issuer must
// be ours to the letter, and its endpoints as secure as the profile demands (in the
// demo all at the issuer's address). UNAVAILABLE with reason ISSUER_METADATA_INVALID.
absl::StatusOr<IssuerMetadata> ReadMetadata(const std::string& document, const IssuerOptions& options);

// Thread-safe. Fetches when it must, which blocks.
class IssuerDirectory {
 public:
  // `options` have passed CheckIssuer(); `client` and `clock` must outlive it.
  IssuerDirectory(IssuerOptions options, HttpClient& client, const Clock& clock)
      : options_(std::move(options)), client_(client), clock_(clock) {}

  const IssuerOptions& options() const { return options_; }

  // What it says of itself, at most kMetadataAgeMax old; older if it cannot be reached.
  // UNAVAILABLE with reason ISSUER_UNREACHABLE if it was never reached, or
  // ISSUER_METADATA_INVALID.
  absl::StatusOr<IssuerMetadata> Metadata() ABSL_LOCKS_EXCLUDED(mutex_);

  // Its keys, as a JWKS, at most kKeysAgeMax old: a key that the issuer withdrew stops
  // counting after that, even if the issuer cannot be reached.
  absl::StatusOr<std::string> Keys() ABSL_LOCKS_EXCLUDED(mutex_);

  // Its keys after a token named one that is not among them: fetched again, but not more
  // than once in kKeysPause, so that made-up tokens do not make us a nuisance.
  absl::StatusOr<std::string> KeysAfterUnknown() ABSL_LOCKS_EXCLUDED(mutex_);

  static constexpr absl::Duration kMetadataAgeMax = absl::Hours(1);
  static constexpr absl::Duration kKeysAgeMax = absl::Minutes(15);
  static constexpr absl::Duration kKeysPause = absl::Seconds(30);

 private:
  absl::StatusOr<std::string> FetchKeys() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::string> FetchDocument(const Url& url);

  const IssuerOptions options_;
  HttpClient& client_;
  const Clock& clock_;
  absl::Mutex mutex_;  // never held while fetching
  IssuerMetadata metadata_ ABSL_GUARDED_BY(mutex_);
  absl::Time metadata_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::string keys_ ABSL_GUARDED_BY(mutex_);
  absl::Time keys_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time keys_attempt_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_OIDC_ISSUER_H_
