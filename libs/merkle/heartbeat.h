// Heartbeats: signed statements that a log is alive and how far it is, so that those
// who follow it can prove their own freshness without asking on each call.
//
//     demo.safehaven.invalid/consent/heartbeat
//     incarnation <32 lower-case hex digits>
//     size 42
//     root <base64 of the root>
//     time 1767225600000             milliseconds since 1970, UTC
//     floor 17                       warrants from before this log size are void
//     objections 40                  log size of the last objection
//
// The first line differs from a checkpoint's, so that neither passes for the other.
// Values and pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_HEARTBEAT_H_
#define SAFEHAVEN_LIBS_MERKLE_HEARTBEAT_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/revision.h"
#include "libs/merkle/note.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

struct Heartbeat {
  std::string origin;       // of the log, without "/heartbeat"
  std::string incarnation;  // 32 lower-case hex digits
  uint64_t size = 0;        // leaves
  Digest root{};
  absl::Time time;          // whole milliseconds, not before 1970
  uint64_t floor = 0;       // revocation floor: a log size, at most `size`
  uint64_t objections_size = 0;  // log size just after the last objection, at most `size`

  Revision revision() const { return {incarnation, size}; }
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

// A note with the heartbeat, signed with the log's key, or with all of its keys.
// INVALID_ARGUMENT with reason HEARTBEAT_MALFORMED if a field is out of its range.
absl::StatusOr<std::string> SignHeartbeat(const Heartbeat& heartbeat, const NoteSigner& signer);
absl::StatusOr<std::string> SignHeartbeat(const Heartbeat& heartbeat, std::span<const NoteSigner> signers);

// The heartbeat of a note that one of `log_keys` signed. The failures of OpenNote;
// INVALID_ARGUMENT with reason HEARTBEAT_MALFORMED; PERMISSION_DENIED with reason
// HEARTBEAT_ORIGIN if it is another log's. Whether `time` is recent is for the
// caller, who has a clock.
absl::StatusOr<Heartbeat> OpenHeartbeat(absl::string_view note, absl::string_view origin,
                                        std::span<const NoteVerifier> log_keys);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_HEARTBEAT_H_
