// `safehaven link --input NAME=FILE.csv ...`: links CSV files in process, without any
// service. What is linked stays on this machine; the files written hold no identifying
// value but the record ids of the input.
#ifndef SAFEHAVEN_CLI_LINKAGE_LINK_FILES_H_
#define SAFEHAVEN_CLI_LINKAGE_LINK_FILES_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/linkage/read_table.h"
#include "cli/output/table.h"
#include "services/linkage/core/table/link_tables.h"

namespace safehaven::cli {

struct LinkFilesPlan {
  // "auto", or the path of a model.
  std::string model = "auto";
  // NAME=FILE.csv
  std::vector<std::string> inputs;
  std::string out;
  // Column with the label of the true person; "" for none.
  std::string truth;
  // Probability of a match from which records are linked; 0: the model's.
  double threshold = 0;
  // Names of inputs that hold one record a person, and of those that do not.
  std::vector<std::string> duplicate_free;
  std::vector<std::string> with_duplicates;
  // Columns that are no evidence.
  std::vector<std::string> ignored;
  // CSV of known pairs (columns a, b, same) for training; "" for none.
  std::string labels;
  // Columns by whose values expected errors are reported as well (ethnicity, deprivation).
  std::vector<std::string> by;
  CivilDay today;
  // 0: as many as there are processors.
  size_t threads = 0;
  // Rows with a fault (read_table.h) in a thousand, of each input, that are put up with.
  uint64_t fault_per_mille_max = 20;
  // How the report is printed.
  OutputFormat output = OutputFormat::kTable;
};

// What was read, how long each part took and what came of it.
struct LinkFilesResult {
  std::vector<ReadTableResult> inputs;
  linkage::TableLinkResult linked;
  double seconds_reading = 0;
  double seconds_linking = 0;
  // Expected errors by group (quality_report.h).
  TextTable quality;
  // Parts of the latter by stage, in order of first mention.
  std::vector<std::pair<std::string, double>> seconds_by_stage;
};

// An input whose rows are numbered as in its file: those left out (read_table.h) count.
struct NumberedRows {
  const linkage::Table& table;
  const std::vector<uint32_t>& left_out;
};

// "census:12" as the number of a record: rows count from 1, records through all inputs.
// INVALID_ARGUMENT with reason RECORD_UNKNOWN.
absl::StatusOr<uint32_t> RecordNumber(std::span<const NumberedRows> inputs, absl::string_view text);

// Reads and links. INVALID_ARGUMENT with reason INPUT_INVALID (not NAME=FILE, a name
// twice, an unknown name, an unknown column to ignore or to group by), TRUTH_UNKNOWN (no input has the column),
// or as ReadTable, CheckFaults, ThreadWorkers, LinkTables and reading a model.
absl::StatusOr<LinkFilesResult> LinkFiles(const LinkFilesPlan& plan);

// What the columns of the plan's inputs are used for. Fails as LinkFiles.
absl::StatusOr<linkage::Schema> RecogniseFiles(const LinkFilesPlan& plan);

// LinkFiles, then writes the files of `plan.out`, which appear together, and prints the
// report. ALREADY_EXISTS with reason OUTPUT_EXISTS: results are not overwritten.
absl::Status RunLinkFiles(const LinkFilesPlan& plan);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_LINK_FILES_H_
