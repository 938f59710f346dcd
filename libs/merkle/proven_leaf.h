// One leaf of a log with everything that proves it: what a warrant and a receipt are
// made of. Anybody with the log's public key can check it offline.
// Values and pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_PROVEN_LEAF_H_
#define SAFEHAVEN_LIBS_MERKLE_PROVEN_LEAF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

struct ProvenLeaf {
  uint8_t kind = 0;
  uint64_t index = 0;
  std::string salt;               // 32 bytes
  std::string body;               // as it was hashed
  std::vector<Digest> inclusion;  // from the leaf to the root of `checkpoint`
  std::string checkpoint;         // a signed note
};

// Is the leaf in the tree of the checkpoint? Looks at salt, body and path, not at
// signatures. PERMISSION_DENIED with reason LEAF_NOT_IN_LOG.
absl::Status CheckLeafInTree(const ProvenLeaf& leaf, const Checkpoint& checkpoint);

// Reads the checkpoint by `rules` and checks the leaf against it. Returns the
// checkpoint, whose place in the log's history the caller may ask further
// (checkpoint_follower.h). The failures of ReadCheckpoint; LEAF_NOT_IN_LOG.
absl::StatusOr<Checkpoint> CheckProvenLeaf(const ProvenLeaf& leaf, const FollowRules& rules);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_PROVEN_LEAF_H_
