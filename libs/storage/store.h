// The one interface to whatever keeps state: an ordered map of bytes with atomic,
// conditional batches and snapshots. No SQL above it and no interactive
// transactions, so that an embedded and a distributed engine can both be exact.
// Every engine and decorator passes tests/conformance/store_conformance_test.cc.
//
// Keys never hold an identifier of a person; they may reach an engine's own logs.
// Deadlines and expiry times are real times (absl::Now() and on), as gRPC gives them,
// not times of a Clock that a test moves.
#ifndef SAFEHAVEN_LIBS_STORAGE_STORE_H_
#define SAFEHAVEN_LIBS_STORAGE_STORE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven {

// Limits of every engine. Beyond them: INVALID_ARGUMENT with reason BATCH_INVALID.
inline constexpr size_t kKeyBytesMax = 1024;                // and at least 1
inline constexpr size_t kValueBytesMax = 64 * 1024 * 1024;
inline constexpr size_t kBatchBytesMax = 128 * 1024 * 1024;
inline constexpr size_t kBatchEntriesMax = 1'000'000;       // preconditions, puts and deletes
// A snapshot holds back the engine's cleaning up, so none lives longer.
inline constexpr absl::Duration kSnapshotLifeMax = absl::Hours(1);

// When a key was last put. Grows with every batch of a store; a key that was deleted
// and put again has another version than before. Starts anew in a new store.
struct Version {
  uint64_t value = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

struct Entry {
  std::string value;
  Version version;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// What must hold of `key` just before a batch: absent, or put last with `version`.
struct Precondition {
  std::string key;
  std::optional<Version> version;
};

struct KeyValue {
  std::string key;
  std::string value;
};

// No key may be put or deleted twice in one batch. Deleting an absent key is allowed.
struct Batch {
  std::vector<Precondition> preconditions;
  std::vector<KeyValue> puts;
  std::vector<std::string> deletes;
};

// A stable view of a store. Thread-safe. Ends with its last user or its time.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  // The newest version that it may show.
  virtual Version version() const = 0;
};

// Thread-safe. Every call may fail with UNAVAILABLE (reason STORE_UNAVAILABLE),
// DATA_LOSS (reason STORE_CORRUPT) or DEADLINE_EXCEEDED (reason DEADLINE_PASSED).
class Store {
 public:
  // Returns whether to go on.
  using Visitor = std::function<bool(absl::string_view key, const Entry& entry)>;

  virtual ~Store() = default;

  // NOT_FOUND with reason KEY_ABSENT if there is no such key.
  virtual absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) = 0;

  // One result a key, in their order, all from one moment; nothing where absent.
  virtual absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(
      std::span<const std::string> keys, absl::Time deadline) = 0;

  // A view of this moment that ends at `expire_time`, or after kSnapshotLifeMax.
  virtual absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) = 0;

  // Visits the keys in [begin, end) in byte order, all from `snapshot`, until `visit`
  // returns false. An empty `end` means no end. `visit` must not call this store.
  // FAILED_PRECONDITION with reason SNAPSHOT_EXPIRED. `snapshot` must be of this
  // store (a programmer error otherwise).
  virtual absl::Status Scan(absl::string_view begin, absl::string_view end,
                            const Snapshot& snapshot, absl::Time deadline,
                            const Visitor& visit) = 0;

  // All or nothing. ABORTED with reason PRECONDITION_FAILED, and nothing changed, if
  // a precondition fails; metadata "precondition" is its place in the batch.
  // RESOURCE_EXHAUSTED with reason STORE_QUEUE_FULL, and nothing changed. When this
  // returns a version, the batch survives a power cut, and every key that it put has
  // that version. After UNAVAILABLE it is not known whether the batch was applied;
  // after DEADLINE_EXCEEDED it was not and will not be.
  virtual absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) = 0;
};

// Every key that begins with `prefix`, as by Store::Scan.
absl::Status ScanPrefix(Store& store, absl::string_view prefix, const Snapshot& snapshot,
                        absl::Time deadline, const Store::Visitor& visit);

// One key as `snapshot` shows it, or NOT_FOUND with reason KEY_ABSENT.
absl::StatusOr<Entry> GetAt(Store& store, absl::string_view key, const Snapshot& snapshot,
                            absl::Time deadline);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_STORE_H_
