// The one thread that appends: it takes every append that waits, computes the leaves,
// signs one checkpoint, writes everything in one atomic batch, and only then answers
// all of them. One signature and one fsync for a group; while they take their time
// the next group gathers by itself.
//
// The store decides what is true. When it is not known whether a batch was written
// (the answer was lost), nothing is answered with success, and before the next group
// the state is read back: no two different roots are ever signed for one size and
// written. Internal to libs/log. Thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_GROUP_COMMITTER_H_
#define SAFEHAVEN_LIBS_LOG_GROUP_COMMITTER_H_

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/log/append_queue.h"
#include "libs/log/commit_plan.h"
#include "libs/log/log_records.h"
#include "libs/log/published_log.h"
#include "libs/merkle/note.h"
#include "libs/storage/store.h"

namespace safehaven {

class GroupCommitter {
 public:
  struct Options {
    std::string key_prefix;
    absl::Duration commit_timeout;
    std::function<void(const SignedCheckpoint&)> on_published;  // may be null
  };
  // All outlive the committer.
  struct Parts {
    const std::vector<NoteSigner>& signers;  // all sign
    Store& store;
    const Clock& clock;
    Randomness& randomness;
    PublishedLog& published;
    AppendQueue& queue;
  };

  // `state_version` is that of the state record that `published` was made from.
  GroupCommitter(Options options, const Parts& parts, Version state_version);
  // Ends when the queue is closed and empty.
  ~GroupCommitter();

 private:
  using Group = std::vector<PendingAppend>;

  // A group's leaves and checkpoint on their way into the store.
  struct Attempt {
    std::vector<Digest> leaf_hashes;
    SignedCheckpoint checkpoint;
  };

  void Run();
  void CommitGroup(Group group);
  // The group without those whose deadline has passed; they are answered.
  Group DropExpired(Group group);
  // Reads back whether the attempt in doubt was written.
  absl::Status ResolveDoubt();
  absl::StatusOr<CommitPlan> Plan(const Group& group);
  // Leaves of the accepted appends: adds their records to `batch` and fills `results`.
  absl::StatusOr<Attempt> Prepare(const Group& group, const std::vector<size_t>& accepted,
                                  Batch& batch, std::vector<Appended>& results);
  absl::Status Write(const Batch& batch, const Attempt& attempt);
  absl::Time CommitDeadline() const;

  const Options options_;
  const log_records::Keys keys_;
  const Parts parts_;
  Version state_version_;           // the thread's own
  std::optional<Attempt> in_doubt_;  // the thread's own
  std::thread thread_;              // last: it uses all of the above
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_GROUP_COMMITTER_H_
