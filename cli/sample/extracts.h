// Writes extracts and their load descriptors (docs/formats.md, "Extract" and "Load
// descriptor").
#ifndef SAFEHAVEN_CLI_SAMPLE_EXTRACTS_H_
#define SAFEHAVEN_CLI_SAMPLE_EXTRACTS_H_

#include <string>

#include "absl/status/status.h"
#include "cli/sample/activity.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

// Writes extracts/<source>/<dataset>.csv and .yaml under `out_dir`. `activity` is the
// source that `dataset` belongs to.
absl::Status WriteExtract(const std::string& out_dir, const Population& population,
                          const SourceActivity& activity, const Dataset& dataset);

// "acute-apc-2025": the flow of a data set in the year that begins in `year`.
std::string FlowName(const Dataset& dataset, int year);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_EXTRACTS_H_
