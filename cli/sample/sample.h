// The sample region: a synthetic, Southend-like place for the demonstration and the
// tests. Nobody in it exists. `safehaven sample` calls WriteSampleRegion and nothing
// else.
//
// What it makes and with which rates is in docs/formats.md ("The sample region"),
// written before anything was tuned against it. Everything follows from the options:
// the same options give the same bytes on every machine. Thread-compatible.
#ifndef SAFEHAVEN_CLI_SAMPLE_SAMPLE_H_
#define SAFEHAVEN_CLI_SAMPLE_SAMPLE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::sample {

// Of the 10^6 bases of the 999 range about 909,000 have a check digit, and a few are
// left to people from elsewhere.
inline constexpr int64_t kPersonsMax = 900'000;

// Under the folder: what any linkage could at best reach, as JSON; the command line
// prints it.
inline constexpr char kBoundFile[] = "truth/bound.json";

struct SampleOptions {
  // People, 1 to kPersonsMax.
  int64_t persons = 20'000;
  uint64_t seed = 1;
  // The folder to write into. It is created if absent. Files of earlier runs with the
  // same names are replaced; others are left alone.
  std::string out_dir;
  // The year in which the financial year begins on 1 April; 2000 to 2100.
  int reference_year = 2025;
};

// Told of each step ("people", "acute/apc", ...) when `done` of `total` units of the
// whole work are finished. May be empty.
using Progress = std::function<void(absl::string_view step, int64_t done, int64_t total)>;

// Writes the region. INVALID_ARGUMENT with reason SAMPLE_OPTIONS_INVALID if an option
// is out of range, or UNAVAILABLE with reason FILE_WRITE_FAILED, naming the file.
absl::Status WriteSampleRegion(const SampleOptions& options, const Progress& progress);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_SAMPLE_H_
