// The log in memory: the tree, and the newest signed checkpoint. Readers see a leaf
// only once it is published, that is once it is durable and signed. Thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_PUBLISHED_LOG_H_
#define SAFEHAVEN_LIBS_LOG_PUBLISHED_LOG_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/tree.h"

namespace safehaven {

struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

class PublishedLog {
 public:
  // `newest` is of all leaves of `tree`.
  PublishedLog(MerkleTree tree, SignedCheckpoint newest)
      : tree_(std::move(tree)), newest_(std::move(newest)) {}

  // The root that the log would have with `leaf_hashes` after what is published.
  // Changes nothing that readers see. Replaces what was staged before.
  Digest Stage(std::span<const Digest> leaf_hashes) ABSL_LOCKS_EXCLUDED(mutex_);

  // What is staged is durable: `newest` is its checkpoint.
  void Publish(SignedCheckpoint newest) ABSL_LOCKS_EXCLUDED(mutex_);

  SignedCheckpoint newest() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

  // As in MerkleTree, within what is published.
  absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t first, uint64_t second) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Digest> LeafHashAt(uint64_t index) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  // Also holds what is staged, after the first newest_.checkpoint.size leaves.
  MerkleTree tree_ ABSL_GUARDED_BY(mutex_);
  SignedCheckpoint newest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_PUBLISHED_LOG_H_
