// What is appended to a log, and what comes back. Values.
#ifndef SAFEHAVEN_LIBS_LOG_APPEND_H_
#define SAFEHAVEN_LIBS_LOG_APPEND_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/revision.h"
#include "libs/merkle/sha256.h"
#include "libs/storage/store.h"

namespace safehaven {

// Body and extra batch of one append together.
inline constexpr size_t kAppendBytesMax = 16 * 1024 * 1024;
// Entries of an extra batch: many appends share one batch of the store.
inline constexpr size_t kAppendEntriesMax = kBatchEntriesMax / 4;
// Leaves that are appended as one.
inline constexpr size_t kAppendsTogetherMax = 8;

struct AppendRequest {
  uint8_t kind = 1;  // 1 to 254; 0 and 255 are the log's own
  std::string body;  // any bytes
  // Written in the same atomic batch as the leaf; its preconditions are the leaf's.
  // Several appends may write the same key: the later one wins. The log's own keys
  // are not allowed.
  Batch batch;
  // Not begun later than this, by the clock that the log was opened with.
  absl::Time deadline = absl::InfiniteFuture();
};

// A leaf that is durable.
struct Appended {
  uint64_t index = 0;      // place in the log, from 0
  std::string salt;        // of the commitment
  Digest commitment{};     // what the tree holds
  Revision revision;       // the log just after the group that the leaf came with
  std::string checkpoint;  // signed note of that revision; the leaf is in it
};

using AppendCallback = std::function<void(absl::StatusOr<Appended>)>;

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_APPEND_H_
