// The durable transparency log of a service: an append-only, signed record of
// everything that matters, and the clock of its revisions.
//
// An append is durable, in the tree and covered by a signed checkpoint before it is
// answered. The tree holds salted commitments only; bodies and salts lie beside it in
// the store and can be erased. How it lies in the store: log_records.h. Proofs are
// from memory; bodies are read from the store. Thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_TRANSPARENCY_LOG_H_
#define SAFEHAVEN_LIBS_LOG_TRANSPARENCY_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/revision.h"
#include "libs/log/append.h"
#include "libs/log/append_queue.h"
#include "libs/log/group_committer.h"
#include "libs/log/published_log.h"
#include "libs/log/stored_log.h"
#include "libs/merkle/log_auditor.h"
#include "libs/merkle/log_keys.h"
#include "libs/merkle/note.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/storage/store.h"

namespace safehaven {

// Longest reason of an erasure.
inline constexpr size_t kEraseReasonBytesMax = 64;

struct LogOptions {
  std::string origin;              // "demo.safehaven.invalid/consent"; the signer's name
  std::string key_prefix = "log";  // the log's own keys begin with this text
  // After a restore: begin a new incarnation, and say so in a leaf.
  bool new_incarnation = false;
  // Keys that sign beside the log's own, while one takes over from the other.
  std::vector<NoteSigner> next_signers;
  // That may have signed the last checkpoint: one that did, and is not among the
  // signers any more, is removed.
  std::vector<NoteVerifier> earlier_keys;
  LogKeyReason key_reason = LogKeyReason::kPlanned;  // why keys change at this start
  AppendQueue::Limits queue;
  absl::Duration commit_timeout = absl::Seconds(10);
  // Called after each group, on the committing thread, with the newest checkpoint; must
  // be quick. May be null. For those who wait for the log to grow.
  std::function<void(const SignedCheckpoint&)> on_published;
};

class TransparencyLog {
 public:
  // Opens the log in `store`, or begins it there. Reads all leaves and compares their
  // root with the last signed checkpoint. `signer` is of kind Ed25519 and named as
  // the origin, and so are those beside it: INVALID_ARGUMENT with reason
  // LOG_ORIGIN_MALFORMED. DATA_LOSS with reason CHAIN_BROKEN as in LoadStoredLog. If the
  // keys are not those that signed the last checkpoint, a leaf says so
  // (libs/merkle/log_keys.h) before anything else is appended: FAILED_PRECONDITION with
  // reason LOG_KEY_MISSING or LOG_KEY_UNCHAINED as in GoOn. Else the store's failures.
  // The borrowed dependencies outlive the log.
  static absl::StatusOr<std::unique_ptr<TransparencyLog>> Open(LogOptions options,
                                                               NoteSigner signer, Store& store,
                                                               const Clock& clock,
                                                               Randomness& randomness);
  // Appends what waits, then ends.
  ~TransparencyLog();

  // Appends one leaf and waits for it, at most until its deadline. ABORTED with reason
  // PRECONDITION_FAILED: nothing of this append was written. UNAVAILABLE with reason
  // AUDIT_UNAVAILABLE, or DEADLINE_EXCEEDED with reason DEADLINE_PASSED: not
  // acknowledged; it may be in the log nevertheless. RESOURCE_EXHAUSTED with reason
  // LOG_QUEUE_FULL. INVALID_ARGUMENT with reason LOG_APPEND_INVALID (size or kind),
  // LOG_KEY_RESERVED, or as Store::Apply.
  absl::StatusOr<Appended> Append(AppendRequest request);

  // Appends several leaves as one and waits for them as Append() does: neighbours in
  // the log, in the order given, all of them or none, also after a crash. They have one
  // deadline and the same preconditions, none of which they write themselves, so that
  // they hold or fail together. Fails as Append(); INVALID_ARGUMENT with reason
  // LOG_APPEND_INVALID also if they do not, are none, or more than kAppendsTogetherMax.
  absl::StatusOr<std::vector<Appended>> AppendTogether(std::vector<AppendRequest> requests);

  // Append() without waiting. `callback` is called exactly once: at once and from this
  // call if the request is refused, else later on the committing thread, where it
  // must be quick and must not wait for another append.
  void AppendThen(AppendRequest request, AppendCallback callback);

  // Takes no more appends (UNAVAILABLE, LOG_CLOSED) and returns when all are answered.
  // Reading goes on. To be called by the owner, from one thread.
  void Drain();

  SignedCheckpoint Newest() const { return published_.newest(); }
  Revision revision() const { return published_.newest().checkpoint.revision(); }
  // Of the log's own key, which Open() was given.
  const NoteVerifier& verifier() const { return signers_.front().verifier(); }

  // A signed heartbeat (libs/merkle/heartbeat.h) of the log as it is. `now` is cut to
  // milliseconds. INVALID_ARGUMENT with reason HEARTBEAT_MALFORMED if `floor` or
  // `objections_size` is beyond the log.
  struct HeartbeatClaims {
    uint64_t floor = 0;
    uint64_t objections_size = 0;
  };
  absl::StatusOr<std::string> SignedHeartbeat(absl::Time now, const HeartbeatClaims& claims) const;

  // As MerkleTree's, within what is published: OUT_OF_RANGE with reason
  // LOG_SIZE_UNKNOWN or LOG_INDEX_UNKNOWN.
  absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t first, uint64_t second) const;

  // One leaf with what lies beside it; its body was checked against its commitment.
  // OUT_OF_RANGE with reason LOG_INDEX_UNKNOWN; DATA_LOSS with reason CHAIN_BROKEN.
  absl::StatusOr<LogEntry> Read(uint64_t index, absl::Time deadline) const;

  // Leaves from `begin` on, as ReadStoredEntries; none if `begin` is the size.
  absl::StatusOr<std::vector<LogEntry>> ReadRange(uint64_t begin, uint64_t count,
                                                  absl::Time deadline) const;

  // A leaf with its proof in the newest checkpoint. As Read; FAILED_PRECONDITION with
  // reason LEAF_ERASED if its body is gone.
  absl::StatusOr<ProvenLeaf> Prove(uint64_t index, absl::Time deadline) const;

  // Erases body and salt of a leaf from the store; the leaf stays and the tree with
  // it. `reason` is UPPER_SNAKE and stays too. Erasing twice is one erasure. The
  // engine frees the bytes when it next rewrites their file (PurgeDeleted()).
  // OUT_OF_RANGE with reason LOG_INDEX_UNKNOWN; INVALID_ARGUMENT with reason
  // ERASE_REASON_MALFORMED; FAILED_PRECONDITION with reason LEAF_PERMANENT for the log's
  // own leaves, without which its keys could not be followed.
  absl::Status Erase(uint64_t index, absl::string_view reason, absl::Time deadline);

  // Reads everything in the store and reports the first fault.
  absl::StatusOr<LogAudit> VerifyAll(absl::Time deadline) const;

 private:
  TransparencyLog(LogOptions options, std::vector<NoteSigner> signers, Store& store, const Clock& clock,
                  Randomness& randomness, StoredLog stored);

  absl::Status CheckRequest(const AppendRequest& request) const;
  absl::Status CheckTogether(const std::vector<AppendRequest>& requests) const;
  absl::Status CheckIndex(uint64_t index) const;

  const LogOptions options_;
  const std::vector<NoteSigner> signers_;  // all sign each checkpoint and heartbeat
  const std::string own_keys_;  // prefix of the log's own keys
  Store& store_;
  PublishedLog published_;
  AppendQueue queue_;
  std::unique_ptr<GroupCommitter> committer_;  // last: it uses all of the above
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_TRANSPARENCY_LOG_H_
