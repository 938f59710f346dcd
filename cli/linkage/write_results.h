// Writes who was linked to whom. Columns: docs/formats.md, "Linking files".
#ifndef SAFEHAVEN_CLI_LINKAGE_WRITE_RESULTS_H_
#define SAFEHAVEN_CLI_LINKAGE_WRITE_RESULTS_H_

#include <string>

#include "absl/status/status.h"
#include "cli/linkage/link_files.h"

namespace safehaven::cli {

// Pairs of one pair of identities that are written out; more say nothing new.
inline constexpr size_t kPairsPerIdentityMax = 10'000;

// One row a record: source, row, record_id, cluster. Clusters are numbered from 1 in
// order of their first record. UNAVAILABLE with reason FILE_WRITE_FAILED.
absl::Status WriteClusters(const LinkFilesResult& result, const std::string& path);

// One row a pair of records that is linked or for review: both records, the weight in
// bits and as a probability, the decision, and whether both are in one cluster.
absl::Status WritePairs(const LinkFilesResult& result, const std::string& path);

// One row a fault of an input: source, line, row, reason, left_out.
absl::Status WriteRejects(const LinkFilesResult& result, const std::string& path);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_WRITE_RESULTS_H_
