// A witness of a log: looks at the log's newest checkpoint, signs it if it extends what
// was signed before, and brings it back. What it signed last lies in a file of its own,
// written durably before the signature leaves; so a crash, a restart or a second process
// on the same file never makes it sign two histories. Single-threaded.
#ifndef SAFEHAVEN_CLI_OPERATIONS_WITNESS_H_
#define SAFEHAVEN_CLI_OPERATIONS_WITNESS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/environment.h"
#include "libs/client/client.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/note.h"

namespace safehaven::cli {

// How the log is reached. Each fails with UNAVAILABLE when it cannot be.
struct WitnessCalls {
  std::function<absl::StatusOr<std::string>()> checkpoint;
  std::function<absl::StatusOr<std::vector<Digest>>(uint64_t first_size, uint64_t second_size)> prove;
  std::function<absl::Status(const std::string& note)> give;
};

// `log` outlives the calls.
WitnessCalls MakeWitnessCalls(Client& log);

// What a witness's file holds: "safehaven-witness/1", then origin, incarnation, size and
// root, a line each. DATA_LOSS with reason WITNESS_STATE_MALFORMED, also if it is of
// another log: without its past a witness must not sign.
std::string WitnessStateText(absl::string_view origin, const FollowedCheckpoint& kept);
absl::StatusOr<FollowedCheckpoint> ParseWitnessState(absl::string_view text, absl::string_view origin);

class LogWitness {
 public:
  struct Options {
    FollowRules rules;       // the log's origin and keys
    std::string state_file;  // made at the first round; nobody else's
    // The operator's word that this new incarnation of the log is to be signed from
    // nothing; empty otherwise.
    std::string reconciled_incarnation;
  };

  // `signer` is of kind cosignature. `clock` outlives the witness.
  LogWitness(Options options, NoteSigner signer, WitnessCalls calls, const Clock& clock);

  // Once: what was signed and brought back. PERMISSION_DENIED with reason LOG_FORKED or
  // LOG_ROLLED_BACK, FAILED_PRECONDITION with INCARNATION_CHANGED: not signed, and
  // somebody has to look. The other failures of AcceptCheckpoint, of the calls and of
  // ParseWitnessState; UNAVAILABLE with reason FILE_UNWRITABLE, or WITNESS_BUSY if
  // another process uses the file.
  absl::StatusOr<FollowedCheckpoint> Round();

 private:
  absl::StatusOr<std::optional<FollowedCheckpoint>> Last() const;

  const Options options_;
  const NoteSigner signer_;
  const WitnessCalls calls_;
  const Clock& clock_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_WITNESS_H_
