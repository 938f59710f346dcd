// Audits both logs, and each against the other.
//
// `verify`: every leaf opens its commitment and the leaves give the signed root.
// `reconcile`: every warrant was used once (an opening entry at costing), or expired
// unused; every release names a warrant that consent logged, and every opened release
// was closed.
#ifndef SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_
#define SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/session.h"
#include "libs/merkle/log_auditor.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven::cli {

// A log as it was read: all its leaves, and the checkpoint that covers them.
struct LogCopy {
  std::string service;
  std::string checkpoint;  // signed note
  std::vector<log::v1::LogEntry> entries;
};

// Reads a whole log, as `person` (an information governance officer or auditor).
absl::StatusOr<LogCopy> ReadLog(Session& session, const std::string& service, const std::string& person);

// The copy, checked by itself. Fails only if the checkpoint's signature does not hold;
// a fault in the leaves is in the audit.
absl::StatusOr<LogAudit> VerifyLog(const Session& session, const LogCopy& copy);

struct Reconciliation {
  uint64_t warrant_count = 0;
  uint64_t used_count = 0;
  uint64_t unused_count = 0;      // expired without use
  uint64_t open_count = 0;        // unused and not yet expired
  uint64_t other_audience_count = 0;  // for linkage: used without a release
  uint64_t release_count = 0;
  uint64_t answered_count = 0;    // closed with an answer
  std::vector<std::string> faults;  // empty if the two logs agree
};

// `now` tells expired from open.
Reconciliation Reconcile(const LogCopy& consent, const LogCopy& costing, absl::Time now);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_AUDIT_H_
