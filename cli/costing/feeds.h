// Loads the data sets of a costing run from files: master feeds into event columns,
// auxiliary feeds into rows that are matched to the events. Only the columns that the
// model uses are read; names, addresses and numbers of patients are not, but for the
// one column that a matching rule by patient needs, which is hashed at once.
//
// Nothing is lost silently: a row with a fault is left out, counted and listed with its
// line, column and reason. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_FEEDS_H_
#define SAFEHAVEN_CLI_COSTING_FEEDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/inputs.h"
#include "libs/ingest/csv.h"
#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"
#include "services/costing/core/model.h"

namespace safehaven::cli {

// What was read of one data set.
struct DatasetReport {
  std::string dataset;
  std::string file;
  std::string sha256;  // hex digits, of the bytes that were read
  uint64_t byte_count = 0;
  uint64_t row_count = 0;
  uint64_t rejected_count = 0;
  uint64_t other_feed_count = 0;  // rows of feeds that the model does not have
  std::vector<RowFault> faults;   // the first kFaultsKept
};
inline constexpr size_t kFaultsKept = 10'000;

// The record ids of a run's events, one after the other. Values.
class RecordIds {
 public:
  void Add(absl::string_view id) {
    bytes_.append(id.data(), id.size());
    ends_.push_back(bytes_.size());
  }
  absl::string_view at(size_t event) const {
    const size_t begin = event == 0 ? 0 : ends_[event - 1];
    return absl::string_view(bytes_).substr(begin, ends_[event] - begin);
  }
  size_t size() const { return ends_.size(); }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

struct LoadedFeeds {
  std::vector<costing::EventColumns> batches;
  std::vector<costing::FeedRows> rows;
  RecordIds record_ids;
  std::vector<DatasetReport> datasets;
};

std::vector<const costing::EventColumns*> BatchesOf(const LoadedFeeds& feeds);

struct FeedOptions {
  std::string input_dir;
  // The run fails if more rows of a data set than this have a fault, in per mille.
  uint64_t fault_per_mille_max = 20;
};

// NOT_FOUND with FILE_UNREADABLE; the reasons of CsvRows; INVALID_ARGUMENT with reason
// COLUMN_MISSING (metadata "column"), EXTRACT_ROW_COUNT (another number of rows than the
// inputs, or a load descriptor beside the file, say: cut short, or another file) or
// TOO_MANY_FAULTS (message: how many, and the first). Messages begin with the file.
absl::StatusOr<LoadedFeeds> LoadFeeds(const costing::CostModel& model, const CostInputs& inputs,
                                      const FeedOptions& options);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_FEEDS_H_
