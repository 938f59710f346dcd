#include "libs/merkle/proven_leaf.h"

#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"

namespace safehaven {

absl::Status CheckLeafInTree(const ProvenLeaf& leaf, const Checkpoint& checkpoint) {
  if (leaf.salt.size() != kSaltBytes) {
    return PermissionDenied("LEAF_NOT_IN_LOG", "a salt has 32 bytes");
  }
  const Digest commitment = Commitment({.kind = leaf.kind, .salt = leaf.salt, .body = leaf.body});
  const absl::Status included = VerifyInclusion({.leaf_hash = LeafHash(AsBytes(commitment)),
                                                 .index = leaf.index,
                                                 .size = checkpoint.size,
                                                 .root = checkpoint.root},
                                                leaf.inclusion);
  if (!included.ok()) return PermissionDenied("LEAF_NOT_IN_LOG", included.message());
  return absl::OkStatus();
}

absl::StatusOr<Checkpoint> CheckProvenLeaf(const ProvenLeaf& leaf, const FollowRules& rules) {
  SH_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(leaf.checkpoint, rules));
  SH_RETURN_IF_ERROR(CheckLeafInTree(leaf, checkpoint));
  return checkpoint;
}

}  // namespace safehaven
