// The command line's connections and identities: which certificate goes to which
// service, whose token, whose signature. A client like any other; no back door.
// Single-threaded.
#ifndef SAFEHAVEN_CLI_SESSION_SESSION_H_
#define SAFEHAVEN_CLI_SESSION_SESSION_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/context.h"
#include "libs/base/environment.h"
#include "libs/client/client.h"
#include "libs/client/retry.h"
#include "libs/evidence/evidence.h"
#include "libs/warrant/question.h"
#include "safehaven/type/v1/evidence.pb.h"

namespace safehaven::cli {

// Programs of the command line, by SPIFFE path.
inline constexpr char kToolProgram[] = "tool";

class Session {
 public:
  // `clock` and `randomness` are borrowed and outlive the session.
  Session(Context context, const Clock& clock, Randomness& randomness);

  const Context& context() const { return context_; }
  const Clock& clock() const { return clock_; }
  Randomness& randomness() { return randomness_; }

  // A connection of `program` ("tool", "source/acute", "gateway" in hostile tests) to
  // `service` ("consent", "linkage", "costing", "gateway"); made once, then reused.
  // INVALID_ARGUMENT with reason CONTEXT_INVALID if the context has no address for it.
  absl::StatusOr<Client*> Connect(absl::string_view program, absl::string_view service);

  // A person's token: SAFEHAVEN_TOKEN if it is set, else the issuer's for a persona of
  // the demo; kept until shortly before it expires. UNAUTHENTICATED with reason
  // TOKEN_UNAVAILABLE and what to do.
  absl::StatusOr<std::string> Token(absl::string_view person);

  // Evidence of a person, for any question.
  absl::StatusOr<type::v1::Evidence> PersonEvidence(absl::string_view person);

  // Evidence of a program, signed for this one question.
  absl::StatusOr<type::v1::Evidence> ProgramEvidence(absl::string_view program, const Question& question);

  // The signature of a registered environment over this one question.
  absl::StatusOr<type::v1::SignedRequest> EnvironmentProof(absl::string_view environment, const Question& question);

  // A file of the keys folder.
  absl::StatusOr<std::string> KeyFile(absl::string_view name) const;

 private:
  absl::StatusOr<type::v1::SignedRequest> Sign(SignerKind kind, absl::string_view signer,
                                               absl::string_view key_file, const Question& question);
  absl::StatusOr<std::string> FetchToken(absl::string_view person);

  const Context context_;
  const Clock& clock_;
  Randomness& randomness_;
  SystemSleeper sleeper_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Client>> clients_;
  struct KeptToken {
    std::string token;
    absl::Time use_until;
  };
  std::map<std::string, KeptToken> tokens_;
};

// A UUID of random bytes (RFC 9562, version 4), for request ids.
std::string NewUuid(Randomness& randomness);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_SESSION_SESSION_H_
