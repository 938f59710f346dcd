// Cost lines on disk, in two forms with the same content: CSV, and columns as they lie in
// memory (docs/formats.md, "Cost lines"), a twentieth of the work for millions of lines.
#ifndef SAFEHAVEN_CLI_COSTING_LINES_FILE_H_
#define SAFEHAVEN_CLI_COSTING_LINES_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"

namespace safehaven::cli {

inline constexpr char kLinesCsv[] = "cost_lines.csv";
inline constexpr char kLinesColumns[] = "cost_lines.columns";
inline constexpr char kLinesHeader[] =
    "provider,event,feed,point_of_delivery,currency,treatment_function,start_date,end_date,activity,resource,cost_group,"
    "weight,matched_by,cost\n";

void WriteLinesCsv(const FileRun& run, OutputFile& file);
void WriteLinesColumns(const FileRun& run, OutputFile& file);

// What reference costs need of a lines file: its events with their cost.
struct LinesEvent {
  std::string point_of_delivery;
  std::string currency;
  int32_t stay_days = 0;  // last day less first day
  Money cost;
};
struct LinesFile {
  std::string provider;
  std::vector<LinesEvent> events;
};

// Reads either form, by its first bytes. INVALID_ARGUMENT with reason LINES_MALFORMED,
// the reasons of CsvRows, or OUT_OF_RANGE with MONEY_OVERFLOW.
absl::StatusOr<LinesFile> ReadLines(absl::string_view bytes);

// The run's event by its index over all batches.
struct EventView {
  absl::string_view feed, point_of_delivery, currency, treatment_function;
  CivilDay start, end;
};
EventView ViewOf(const FileRun& run, size_t event);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_LINES_FILE_H_
