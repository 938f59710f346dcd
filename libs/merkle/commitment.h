// What a leaf of a Safehaven log holds: a salted commitment to a body that lies
// beside the tree. Whoever has salt and body can check them; once both are erased
// the leaf says nothing about them and the tree stays whole.
// Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_COMMITMENT_H_
#define SAFEHAVEN_LIBS_MERKLE_COMMITMENT_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

// Random bytes of a commitment: enough that a guessed body cannot be tried.
inline constexpr size_t kSaltBytes = 32;

// Kind 0 is the log's own: a leaf that says that a new incarnation began. Services
// number theirs from 1 (docs/formats.md, "Log leaves").
inline constexpr uint8_t kIncarnationKind = 0;

// What is committed to. A view: the owner of the bytes outlives it.
struct LeafContent {
  uint8_t kind = kIncarnationKind;
  absl::string_view salt;  // exactly kSaltBytes
  absl::string_view body;
};

// SHA-256("safehaven-leaf/1" || kind || salt || body). All but the last part have
// fixed lengths, so no two contents give the same text. `content.salt` must have
// kSaltBytes bytes (a programmer error otherwise; check what comes from outside).
Digest Commitment(const LeafContent& content);

// PERMISSION_DENIED with reason COMMITMENT_MISMATCH unless `content` opens
// `commitment`; also if its salt has another length. Safe for hostile input.
absl::Status CheckCommitment(const Digest& commitment, const LeafContent& content);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_COMMITMENT_H_
