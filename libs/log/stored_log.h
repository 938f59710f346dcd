// Reading a log out of a store: its tree at start-up, its entries, and the audit of
// everything in it. Reads only. Functions; thread-safe as the store is.
#ifndef SAFEHAVEN_LIBS_LOG_STORED_LOG_H_
#define SAFEHAVEN_LIBS_LOG_STORED_LOG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/log/published_log.h"
#include "libs/merkle/log_auditor.h"
#include "libs/merkle/note.h"
#include "libs/merkle/tree.h"
#include "libs/storage/store.h"

namespace safehaven {

inline constexpr uint64_t kReadEntriesMax = 1024;
inline constexpr size_t kReadBytesMax = 32 * 1024 * 1024;

// A leaf with what lies beside it.
struct LogEntry {
  uint64_t index = 0;
  uint8_t kind = 0;
  Digest commitment{};
  bool erased = false;
  std::string salt;          // empty once erased
  std::string body;          // empty once erased
  std::string erase_reason;  // empty unless erased
};

// DATA_LOSS with reason CHAIN_BROKEN, naming `fault` in metadata "index" and "fault".
absl::Status ChainBroken(const LogFault& fault);

// Which log, and who may have signed its checkpoints.
struct StoredLogName {
  std::string key_prefix;
  std::string origin;
  std::vector<NoteVerifier> keys;
};

struct StoredLog {
  MerkleTree tree;
  SignedCheckpoint newest;
  Version state_version;
};

// The log in `store`; nothing if there is none yet. DATA_LOSS with reason
// CHAIN_BROKEN if the leaves do not fit the last signed checkpoint, or no known key
// signed it; the fault says where as far as it is known.
absl::StatusOr<std::optional<StoredLog>> LoadStoredLog(Store& store, const StoredLogName& name,
                                                       absl::Time deadline);

// Entries from `begin` on, at least one and at most `count`, fewer if they are large
// (kReadBytesMax) or many (kReadEntriesMax). Every body is checked against its
// commitment: DATA_LOSS with reason CHAIN_BROKEN. The entries must exist.
absl::StatusOr<std::vector<LogEntry>> ReadStoredEntries(Store& store, absl::string_view key_prefix,
                                                        uint64_t begin, uint64_t count,
                                                        absl::Time deadline);

// Reads everything, and reports the first fault instead of failing. `known_leaf` may
// be null; it gives the hash that a leaf should have, where that is known, so that a
// leaf and body that were replaced together are located too (LEAF_ALTERED).
absl::StatusOr<LogAudit> AuditStoredLog(
    Store& store, const StoredLogName& name,
    const std::function<std::optional<Digest>(uint64_t)>& known_leaf, absl::Time deadline);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_STORED_LOG_H_
