// The collection's files on disk: exported from a run, checked, and imported.
//
// The national XML schema is not public, so the files here are Safehaven's own: a CSV
// file a feed and month with the dictionary's fields (collection_fields.h), and
// headers.csv with a header each. Identity fields exist only on the trust's side: export
// joins them by record id from the trust's own extract, import splits them off again and
// leaves a keyed token in their place (docs/costing.md, "The collection").
#ifndef SAFEHAVEN_CLI_COSTING_COLLECTION_FILES_H_
#define SAFEHAVEN_CLI_COSTING_COLLECTION_FILES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"
#include "libs/separation/record_keys.h"
#include "services/costing/core/collection_check.h"

namespace safehaven::cli {

// How one feed of the model becomes a feed of the collection (collection.yaml).
struct CollectedFeed {
  costing::CollectionFeed feed = costing::CollectionFeed::kApc;
  std::string details;      // file of the input folder with more columns by record_id; may be empty
  std::string details_key;  // its column with the record id
  // Field id -> "=text" for a constant, "details.COLUMN", or a fact of the event:
  // record_id, point_of_delivery, currency, treatment_function, start_date, end_date,
  // completion_status, days.
  std::map<std::string, std::string> fields;
};

struct CollectionPlan {
  std::string submitting_organisation;
  std::string financial_year;
  std::map<std::string, CollectedFeed> feeds;  // by id of the model's feed
  std::string accounts_identifier;             // of the ledger's total in REC
  std::map<std::string, std::string> exclusions;  // cost group, excluded, unmatched, undistributed -> identifier
};

// INVALID_ARGUMENT with reason COLLECTION_INVALID, metadata "line" and "field".
absl::StatusOr<CollectionPlan> ParseCollectionPlan(absl::string_view yaml, const costing::CostModel& model);

// Writes the files of `run`, and headers.csv with exact totals; does not commit.
// `created` is the time for the headers. The failures of files and of CsvRows;
// INVALID_ARGUMENT with reason COLUMN_MISSING, or DETAILS_INVALID for a row of details with
// another number of fields or the key of another one.
absl::Status ExportCollection(const FileRun& run, const CollectionPlan& plan, const std::string& input_dir,
                              absl::string_view created, OutputFolder& folder);

// What a check of a folder found, by file.
struct CollectionReport {
  struct File {
    std::string name;
    std::string feed;
    int64_t record_count = 0;
    std::string total;
    int64_t fault_count = 0;
    std::vector<costing::CollectionFault> faults;
  };
  std::vector<File> files;
  std::string difference;  // accounts less exclusions less all feeds; empty without REC
  int64_t fault_count = 0;
};

// Reads headers.csv and every file that it names. COLLECTION_INVALID if a file cannot be
// read as what its header says; broken rules are in the report.
absl::StatusOr<CollectionReport> CheckCollection(const std::string& folder);

// Checks, then writes each file without its identity fields but with `patient_token`
// (32 hex digits under the source's key, empty without an NHS number) and the identity
// fields beside it, in a file that is the trust's own. FAILED_PRECONDITION with reason
// COLLECTION_FAULTY, and nothing written, if a rule is broken.
absl::Status ImportCollection(const std::string& folder, const SourceKeys& keys, OutputFolder& out);

// file,record,field,rule,message.
std::string FaultsCsv(const CollectionReport& report);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_COLLECTION_FILES_H_
