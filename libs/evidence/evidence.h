// The caller's own evidence: tokens of people and signed requests of programs and
// environments, verified against keys that the caller of these functions took from
// its own register.
//
// What comes out says who signed, never what they may do: claims about
// organisations or roles are not even read. Pure but for ReplayWindow, which keeps
// nonces; no clock, no network (keys are given).
#ifndef SAFEHAVEN_LIBS_EVIDENCE_EVIDENCE_H_
#define SAFEHAVEN_LIBS_EVIDENCE_EVIDENCE_H_

#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/merkle/ed25519.h"

namespace safehaven {

// How far a caller's clock may be from ours (RFC 7519, 4.1.4: "a few minutes" at
// most; a minute is enough for machines that keep time at all).
inline constexpr absl::Duration kClockSkewMax = absl::Seconds(60);
inline constexpr size_t kTokenBytesMax = 8192;
// A token may live at most this long, whatever its issuer says.
inline constexpr absl::Duration kTokenLifeMax = absl::Hours(1);

// An issuer of tokens as the register names it.
struct TrustedIssuer {
  std::string url;       // compared with "iss" to the letter
  std::string audience;  // must be in "aud"
  std::string jwks;      // its keys: a JSON Web Key Set (RFC 7517); each key with kid and alg
};

// Who a token speaks of.
struct TokenSubject {
  std::string issuer;
  std::string subject;
  absl::Time expire_time;  // not accepted from then on
};

// Verifies a signed token (JWS compact form, RFC 7515; claims of RFC 7519).
// Algorithms: ES256, PS256, RS256, fixed by the key, never by the token.
// UNAUTHENTICATED with reason EVIDENCE_TOKEN_MALFORMED, EVIDENCE_ISSUER_UNKNOWN,
// EVIDENCE_KEY_UNKNOWN, EVIDENCE_SIGNATURE, EVIDENCE_AUDIENCE, EVIDENCE_EXPIRED or
// EVIDENCE_NOT_YET (issued in our future beyond the skew). Messages never quote the token.
absl::StatusOr<TokenSubject> VerifyToken(absl::string_view token, std::span<const TrustedIssuer> issuers,
                                         absl::Time now);

// One request signed by a program's or an environment's key.
struct SignedRequest {
  std::string signer;  // SPIFFE id, or environment id
  int64_t signed_unix_ms = 0;
  std::string nonce;      // 16 bytes
  std::string signature;  // 64 bytes
};

enum class SignerKind { kProgram, kEnvironment };

// The text that is signed:
//   safehaven-request/1\n<kind>\n<signer>\n<hex question digest>\n<unix ms>\n<hex nonce>\n
std::string SignedRequestText(SignerKind kind, absl::string_view question_digest, const SignedRequest& request);

// Signs; `request` has all but the signature.
SignedRequest SignRequest(SignerKind kind, absl::string_view question_digest, SignedRequest request,
                          const Ed25519PrivateKey& key);

// UNAUTHENTICATED with reason EVIDENCE_SIGNATURE, EVIDENCE_EXPIRED or
// EVIDENCE_NOT_YET (beyond the skew). The nonce is for the ReplayWindow.
absl::Status VerifySignedRequest(SignerKind kind, absl::string_view question_digest,
                                 const SignedRequest& request, const Ed25519PublicKey& key, absl::Time now);

// A nonce is remembered for this long after its use: a request may be a skew
// (kClockSkewMax) early and stays good for a skew.
inline constexpr absl::Duration kNonceKept = absl::Seconds(120);

// A signed request that was used up, as it is kept over a restart.
struct UsedRequest {
  SignerKind kind = SignerKind::kProgram;
  std::string signer;
  std::string nonce;
  absl::Time use_time;
};

// Whether a restart remembers the use: an act writes it into its log entry, a call that
// only reads writes nothing.
enum class UseKept { kInLog, kInMemory };

// What a signed request has to be of.
struct SignedAct {
  std::string digest;  // 32 bytes: of the question, or of what else is asked (libs/transport/act_digest.h)
  UseKept kept = UseKept::kInMemory;
};

// Remembers nonces for as long as their requests could be accepted. Thread-safe.
// Holds at most kNoncesMax; when full it refuses rather than forgets. Its memory is the
// process's, so it is made with what was used up before the process began; a use that no
// log keeps is refused if the request may have been signed before that.
class ReplayWindow {
 public:
  static constexpr size_t kNoncesMax = 1'000'000;

  // `begin_time`: of the process, by the clock that `now` comes from.
  ReplayWindow(std::span<const UsedRequest> used_before, absl::Time begin_time);

  // UNAUTHENTICATED with reason EVIDENCE_REPLAYED the second time a signer uses a
  // nonce, or EVIDENCE_BEFORE_START if only memory would keep the use and the request was
  // signed before kClockSkewMax after the begin (the signer's clock may be ahead by that);
  // RESOURCE_EXHAUSTED with reason EVIDENCE_WINDOW_FULL.
  absl::Status Use(SignerKind kind, const SignedRequest& request, UseKept kept, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Seen {
    std::string key;
    absl::Time forget_time;
  };
  void Remember(std::string key, absl::Time use_time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Time begin_time_;
  absl::Mutex mutex_;
  absl::flat_hash_set<std::string> keys_ ABSL_GUARDED_BY(mutex_);
  std::deque<Seen> order_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_EVIDENCE_EVIDENCE_H_
