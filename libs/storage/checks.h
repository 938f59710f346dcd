// What all engines check alike, and the statuses that they share. For engines,
// decorators and the log. Pure but for the clock that deadlines are compared with.
#ifndef SAFEHAVEN_LIBS_STORAGE_CHECKS_H_
#define SAFEHAVEN_LIBS_STORAGE_CHECKS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"

namespace safehaven::storage_checks {

// A long scan looks at its deadline every so many keys.
inline constexpr size_t kKeysPerDeadlineCheck = 1024;

absl::Status KeyAbsent();
absl::Status QueueFull();
// `position` is the failed precondition's place in its batch.
absl::Status PreconditionFailed(size_t position);

// DEADLINE_EXCEEDED with reason DEADLINE_PASSED if it is past `deadline`.
absl::Status CheckDeadline(absl::Time deadline);

// FAILED_PRECONDITION with reason SNAPSHOT_EXPIRED if it is past `expire_time`.
absl::Status CheckSnapshot(absl::Time expire_time);

// The end of a snapshot's life that was asked for until `expire_time`.
absl::Time SnapshotEnd(absl::Time expire_time);

// INVALID_ARGUMENT with reason KEY_INVALID unless the key has 1 to kKeyBytesMax bytes.
absl::Status CheckKey(absl::string_view key);

// INVALID_ARGUMENT with reason BATCH_INVALID if a limit of store.h is passed or a key
// is written twice.
absl::Status CheckBatch(const Batch& batch);

// Bytes of all keys and values.
size_t BatchBytes(const Batch& batch);

}  // namespace safehaven::storage_checks

#endif  // SAFEHAVEN_LIBS_STORAGE_CHECKS_H_
