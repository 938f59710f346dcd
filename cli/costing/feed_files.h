// The two kinds of feed files. Internal to loading feeds (feeds.h). Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_FEED_FILES_H_
#define SAFEHAVEN_CLI_COSTING_FEED_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/costing/feeds.h"
#include "cli/costing/record_index.h"
#include "services/costing/core/matching.h"

namespace safehaven::cli {

// What loading fills: the result, and what matching needs beside it.
struct LoadState {
  const costing::CostModel& model;
  LoadedFeeds loaded = {};
  RecordIndex index = {};
  std::vector<uint8_t> feed_of_event = {};  // by event: feed of the model
  std::vector<costing::MatchableEvent> patients = {};  // of feeds that a rule by patient targets
};

// 0 for an empty text.
costing::PatientHash HashPatient(absl::string_view text);

// The events of one data set's master feeds. `dataset` is its number in the run.
absl::Status LoadMasterFile(absl::string_view csv, const std::string& dataset, uint8_t dataset_number,
                            const InputFile& input, LoadState& state, DatasetReport& report);

// The rows of one auxiliary feed, matched. `dataset_numbers`: by feed of the model.
absl::Status LoadAuxiliaryFile(absl::string_view csv, size_t feed, const InputFile& input,
                               const std::vector<uint8_t>& dataset_numbers, const costing::PatientIndex& patients,
                               LoadState& state, DatasetReport& report);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_FEED_FILES_H_
