// Auditing a whole log: every leaf from first to last, what lies beside it, and the
// root that was signed. The same code runs inside a service, over its store, and in
// the command line, over leaves that came by wire or file.
// Pure, O(log n) memory; thread-compatible.
#ifndef SAFEHAVEN_LIBS_MERKLE_LOG_AUDITOR_H_
#define SAFEHAVEN_LIBS_MERKLE_LOG_AUDITOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/sha256.h"
#include "libs/merkle/tree.h"

namespace safehaven {

// What is wrong, and with which leaf. Reasons: LEAF_MISSING (a gap, or fewer leaves
// than were signed), LEAF_EXTRA (more than were signed), BODY_ALTERED (body, salt or
// kind do not open the commitment, or the commitment itself was changed),
// BODY_MISSING (neither there nor marked as erased), ROOT_MISMATCH (the leaves do not
// give the signed root; no leaf can be named, so `index` is the log's size),
// RECORD_MALFORMED, CHECKPOINT_REFUSED.
struct LogFault {
  uint64_t index = 0;
  std::string reason;
  friend bool operator==(const LogFault&, const LogFault&) = default;
};

struct LogAudit {
  uint64_t size = 0;          // leaves seen
  uint64_t erased_count = 0;  // of them, by a recorded erasure without a body
  std::optional<LogFault> first_fault;
};

class LogAuditor {
 public:
  // Leaf `index`, which must be the next one, with what lies beside it: nothing if
  // that is missing. `content` is looked at during the call only.
  void Add(uint64_t index, const Digest& commitment, const std::optional<LeafContent>& content);

  // The same for a leaf whose body was erased by a recorded erasure.
  void AddErased(uint64_t index, const Digest& commitment);

  // Records a fault that the caller found while reading leaf `index`.
  void Report(uint64_t index, absl::string_view reason);

  // All leaves were added: do they give the root that was signed?
  LogAudit Finish(const Checkpoint& signed_checkpoint);

 private:
  void AddLeaf(uint64_t index, const Digest& commitment);

  RootBuilder tree_;
  LogAudit audit_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_LOG_AUDITOR_H_
