// Splits an extract at the source into its two halves (docs/architecture.md,
// "Loading"): identity rows for linkage, payload rows for costing, each with a key of
// its own and sorted by it, so that nothing of the file's order is left.
//
// Nothing is lost silently: every row is sent, withheld (type 1), or rejected and in the
// list of faults with its line, column and reason, to be mended at the source. Pure.
#ifndef SAFEHAVEN_CLI_LOAD_SPLIT_H_
#define SAFEHAVEN_CLI_LOAD_SPLIT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/load/descriptor.h"
#include "libs/ingest/csv.h"
#include "libs/separation/record_keys.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {

struct SplitOptions {
  // NHS numbers (ten digits as integer) of type 1 objectors: their rows are withheld.
  std::set<uint64_t> withheld;
  // Only numbers of the never-issued 999 range are accepted (demo), or none of them.
  bool demo = false;
  // The load fails if more rows than this share have a fault, in per mille.
  uint64_t fault_per_mille_max = 20;
};

struct SplitExtract {
  std::vector<linkage::v1::IdentityRow> identities;  // ascending by token
  std::vector<costing::v1::PayloadRow> payloads;     // ascending by record key
  std::vector<RowFault> faults;                      // one a rejected row, in the order of lines
  uint64_t read_count = 0;
  uint64_t rejected_count = 0;
  uint64_t withheld_count = 0;
  std::map<std::string, uint64_t> stripped_counts;  // by legal restriction
};

// INVALID_ARGUMENT with the reasons of CsvReader for a fault of the file, and
// EXTRACT_COLUMNS (the header is not as described), EXTRACT_ROW_COUNT or
// EXTRACT_TOO_MANY_FAULTS (with the faults' number; `faults` then receives them).
absl::StatusOr<SplitExtract> Split(absl::string_view csv, const LoadDescriptor& descriptor, const SourceKeys& keys,
                                   const SplitOptions& options, std::vector<RowFault>& faults);

// The rejects file: line,column,reason,message. Never a value.
std::string RejectsCsv(const std::vector<RowFault>& faults);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LOAD_SPLIT_H_
