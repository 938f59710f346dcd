// One extract on disk, from descriptor to visible load.
#ifndef SAFEHAVEN_CLI_OPERATIONS_EXTRACT_H_
#define SAFEHAVEN_CLI_OPERATIONS_EXTRACT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/operations/load.h"
#include "cli/operations/rejects.h"
#include "cli/session/session.h"

namespace safehaven::cli {

struct ExtractOptions {
  std::string descriptor;    // path of the YAML file
  std::string approval;      // relied on for collecting
  std::string source_key;    // path; empty: source/<source>.key of the keys folder
  std::string withhold;      // path of a type 1 file; required of practices' extracts
  std::string rejects_dir;   // where the rejects file goes; empty: beside the descriptor
  uint64_t fault_per_mille_max = kFaultPerMilleMax;
  std::vector<std::string> replaces;
};

struct ExtractOutcome {
  std::string dataset;
  std::string load;  // 32 hex digits
  uint64_t read_count = 0;
  uint64_t sent_count = 0;
  uint64_t rejected_count = 0;
  uint64_t withheld_count = 0;
  std::map<std::string, uint64_t> stripped_counts;
  std::map<std::string, uint64_t> fault_counts;  // by reason
  std::string rejects_file;                      // empty if there were no faults
  absl::Duration duration;
};

// Splits and sends. Nothing is sent of a file with a fault of its own or too many faulty
// rows. The rejects file is written in any case, also when the load fails. Reasons of
// ParseLoadDescriptor(), Split() and SendLoad(), with the file before the message,
// WITHHOLD_FILE_FAULTY, or WITHHOLD_MISSING for a practice's extract.
absl::StatusOr<ExtractOutcome> LoadExtract(Session& session, const ExtractOptions& options,
                                           const LoadProgress& progress);

// A source's secret (32 bytes as base64).
absl::StatusOr<SourceKeys> ReadSourceKeys(const Session& session, const std::string& source, const std::string& path);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_EXTRACT_H_
