// Audits both logs, and each against the other.
//
// `verify`: every leaf opens its commitment, the leaves give the signed root, and the
// root is signed by the keys that the log itself announced, beginning with one we know.
// `reconcile`: every warrant was used once (an opening entry at costing), or expired
// unused; every release names a warrant that consent logged, and every opened release
// was closed: with an answer, with the reason why there was none, or, where costing was
// cut off between the two entries, at its next start.
#ifndef SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_
#define SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/session/session.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/log_auditor.h"
#include "libs/merkle/log_keys.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven::cli {

// A log as it was read: all its leaves, and the checkpoint that covers them.
struct LogCopy {
  std::string service;
  std::string checkpoint;  // signed note
  std::vector<log::v1::LogEntry> entries;
  LogKeyAudit keys;  // who signed the checkpoint, by the leaves
};

// What the log of `service` says of itself now; a key that we know signed it.
absl::StatusOr<Checkpoint> ReadNewest(Session& session, const std::string& service);

// Reads a whole log, as `person` (an information governance officer or auditor). Whom to
// believe is said by the keys that we know and, from there on, by the log's leaves; what
// is wrong with its keys is in the copy.
absl::StatusOr<LogCopy> ReadLog(Session& session, const std::string& service, const std::string& person);

// The copy, checked by itself: the first fault of its keys and leaves is in the audit.
// Fails only if the checkpoint cannot be read.
absl::StatusOr<LogAudit> VerifyLog(const LogCopy& copy);

// "2f1c09ab" or "2f1c09ab; leaf 41 2026-11-22 PLANNED +77d0e4c2; leaf 60 ... -2f1c09ab":
// the keys (by their hashes) that the log began with as far as its leaves tell, and how
// they changed.
std::string KeyHistory(const LogKeyAudit& keys);

struct Reconciliation {
  uint64_t warrant_count = 0;         // whose content is there
  uint64_t erased_count = 0;          // whose content was erased: past their time
  uint64_t used_count = 0;
  uint64_t unused_count = 0;      // expired without use
  uint64_t open_count = 0;        // unused and not yet expired
  uint64_t other_audience_count = 0;  // for linkage: used without a release
  uint64_t release_count = 0;
  uint64_t answered_count = 0;    // closed with an answer
  uint64_t failed_count = 0;      // closed with the reason why there was none
  uint64_t cut_off_count = 0;     // opened, not closed: closed at costing's next start
  uint64_t reading_count = 0;     // figures of costing runs that were explained, and comparisons
  uint64_t under_way_count = 0;   // opened so lately that somebody may still be at it
  std::vector<std::string> faults;  // empty if the two logs agree
};

// How long after its opening a release may still be closed: longer than the longest
// call. One that is open longer was cut off and is not explained, which is a fault.
inline constexpr absl::Duration kReleaseTimeMax = absl::Minutes(2);

// `now` tells expired from open, and under way from never closed.
Reconciliation Reconcile(const LogCopy& consent, const LogCopy& costing, absl::Time now);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_
