// What costing and linkage know of consent: its newest heartbeat, the last
// checkpoint they accepted, and whether a presented warrant is one that consent
// logged, in the one history they have seen (docs/architecture.md, rules 4 and 6).
//
// Does not know gRPC: the two calls it makes are given as functions, so that tests
// can play a forked, rolled-back or silent consent. Thread-safe.
#ifndef SAFEHAVEN_LIBS_FOLLOW_CONSENT_FOLLOWER_H_
#define SAFEHAVEN_LIBS_FOLLOW_CONSENT_FOLLOWER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/revision.h"
#include "libs/follow/witness_watch.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/heartbeat.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"

namespace safehaven {

// The answer to one Watch call.
struct ConsentNews {
  std::string heartbeat;            // signed note
  std::string checkpoint;           // signed note
  std::vector<Digest> consistency;  // from the follower's size to the checkpoint's
};

// How the follower reaches consent. Each fails with UNAVAILABLE when it cannot.
struct ConsentCalls {
  // Waits at most a second for news beyond `have`; tells consent up to which size
  // narrowing changes are in force here (`applied`).
  std::function<absl::StatusOr<ConsentNews>(const Revision& have, const Revision& applied)> watch;
  // RFC 9162 proof between two sizes; OUT_OF_RANGE beyond consent's log.
  std::function<absl::StatusOr<std::vector<Digest>>(uint64_t first_size, uint64_t second_size)> prove;
  // What witnesses have cosigned; asked only by who requires witnesses.
  std::function<absl::StatusOr<std::vector<std::string>>()> cosigned;
};

// A presented warrant that was admitted. One use is for the caller to enforce.
struct AdmittedWarrant {
  Warrant warrant;
  uint64_t leaf_index = 0;      // in consent's log
  std::string warrant_digest;   // SHA-256 of the warrant's bytes
};

// What a warrant is presented for.
struct Presentation {
  const Question* question = nullptr;  // not null; normalised
  Operation operation = Operation::kUnspecified;
  absl::string_view presenter_thumbprint;
};

class ConsentFollower {
 public:
  struct Options {
    FollowRules rules;     // consent's origin and keys
    std::string audience;  // who we are: "costing"
    absl::Time start_time;
    // An operator's word that this new incarnation of consent is to be followed from
    // nothing; empty otherwise.
    std::string reconciled_incarnation;
    // Whose word on consent's log must be how fresh; asks for none by default.
    WitnessRules witnesses;
  };
  // Keeps `checkpoint` durably before it returns.
  using Save = std::function<absl::Status(const FollowedCheckpoint& checkpoint)>;

  // `clock` is borrowed and outlives the follower. `last` is what was saved before.
  ConsentFollower(Options options, ConsentCalls calls, const Clock& clock, Save save,
                  std::optional<FollowedCheckpoint> last);

  // One exchange with consent; to be called again and again by one thread. It confirms
  // the revocation floor of the last heartbeat, which is then in force. A failure of INCARNATION_CHANGED, LOG_ROLLED_BACK or
  // LOG_FORKED halts the follower: every later call of Admit() and Fresh() fails
  // until an operator reconciles. CLOCK_SKEW does not halt, but nothing is fresh until a
  // poll finds the clocks together again. Neither does CONSENT_KEY_REFUSED: no key that we
  // believe signed what consent says, and nothing is fresh until one has. A checkpoint
  // that a witness signed and that is not of our history is LOG_FORKED: consent showed two.
  absl::Status Poll() ABSL_LOCKS_EXCLUDED(mutex_);

  // The newest heartbeat, if it is at most one warrant's life old. UNAVAILABLE with
  // reason CLOCK_SKEW, or CONSENT_STALE, also if our clock was set back;
  // FAILED_PRECONDITION with the reason of the halt, or CONSENT_KEY_REFUSED. UNAVAILABLE
  // with reason WITNESSES_MISSING if too few witnesses have signed lately.
  absl::StatusOr<Heartbeat> Fresh() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Is the leaf a warrant that consent logged, in the history that we follow, for
  // this call, now? PERMISSION_DENIED with reason WARRANT_MALFORMED (as
  // INVALID_ARGUMENT), WARRANT_CHECKPOINT, WARRANT_UNPROVEN, WARRANT_INCARNATION,
  // WARRANT_LOG_ROLLED_BACK, WARRANT_LOG_FORKED, or those of CheckWarrantTerms();
  // UNAVAILABLE with reason CONSENT_STALE, CLOCK_SKEW, WITNESSES_MISSING or CONSENT_UNREACHABLE;
  // FAILED_PRECONDITION as Fresh().
  absl::StatusOr<AdmittedWarrant> Admit(const ProvenLeaf& leaf, const Presentation& presentation)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Milliseconds since the last good exchange began; -1 before the first.
  int64_t HeartbeatAgeMs() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Roots seen lately, so that most warrants need no proof from consent.
  static constexpr size_t kRecentMax = 4096;
  // Notes whose signatures were verified: all warrants of one group commit share one.
  static constexpr size_t kNotesMax = 256;

  // The checkpoint of `note`; its signatures are verified the first time only.
  absl::StatusOr<Checkpoint> Read(const std::string& note) ABSL_LOCKS_EXCLUDED(mutex_);
  // One exchange with consent itself.
  absl::Status Exchange() ABSL_LOCKS_EXCLUDED(mutex_);
  // Asks what the witnesses say, if it is time to.
  absl::Status HearWitnesses() ABSL_LOCKS_EXCLUDED(mutex_);
  // One cosigned checkpoint: is it of our history? Passed over if it cannot be told.
  absl::Status HearWords(absl::string_view note) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Accept(absl::string_view note, const std::vector<Digest>& proof) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Place(const ProvenLeaf& leaf, const Checkpoint& checkpoint) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status PlaceNewer(const ProvenLeaf& leaf, const FollowedCheckpoint& last, uint64_t size)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status PlaceOlder(const ProvenLeaf& leaf, const FollowedCheckpoint& last, uint64_t size)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  const ConsentCalls calls_;
  const Clock& clock_;
  const Save save_;

  mutable absl::Mutex mutex_;
  std::optional<FollowedCheckpoint> last_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, Digest> recent_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Checkpoint> notes_ ABSL_GUARDED_BY(mutex_);
  std::optional<Heartbeat> heartbeat_ ABSL_GUARDED_BY(mutex_);
  absl::Time heard_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Status halt_ ABSL_GUARDED_BY(mutex_);
  WitnessWatch witnesses_ ABSL_GUARDED_BY(mutex_);
  bool clocks_apart_ ABSL_GUARDED_BY(mutex_) = false;  // at the last heartbeat
  bool key_refused_ ABSL_GUARDED_BY(mutex_) = false;   // of the last heartbeat
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_FOLLOW_CONSENT_FOLLOWER_H_
