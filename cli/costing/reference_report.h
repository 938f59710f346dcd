// Reference costs of one or more providers from their cost lines, and their index against
// a standard (costing.md 3).
#ifndef SAFEHAVEN_CLI_COSTING_REFERENCE_REPORT_H_
#define SAFEHAVEN_CLI_COSTING_REFERENCE_REPORT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::cli {

struct ReferenceOptions {
  std::vector<std::string> lines;        // files of cost lines, one or more a provider
  std::string schedule;                  // in place of lines: a schedule to compare
  std::string standard;                  // schedule to compare with; empty: only make the schedule
  std::string market_forces;             // file of factors by provider; empty: none
  std::string departments;               // point_of_delivery,department: the standard's names for ours
  costing::IndexOptions index;
};

struct CurrencyTrim {
  std::string department;
  std::string currency;
  costing::TrimPoint trim;
};

struct ReferenceReport {
  costing::Schedule schedule;                  // of the lines, or the given one
  std::optional<costing::Schedule> standard;
  std::vector<costing::IndexLine> departments;  // against the standard
  std::vector<costing::IndexLine> providers;
  std::vector<costing::IndexLine> providers_adjusted;  // without the market forces factor
  std::vector<CurrencyTrim> trims;             // of currencies with stays, from lines only
};

// The failures of its files; INVALID_ARGUMENT with reason MARKET_FORCES_MISSING if a
// provider has no factor, FIELD_INVALID unless there are lines or a schedule.
absl::StatusOr<ReferenceReport> MakeReferenceReport(const ReferenceOptions& options);

// schedule.csv, index.csv, providers.csv, trim_points.csv and, for national use, the
// comparison of each currency, in a new folder.
absl::Status WriteReferenceReport(const ReferenceReport& report, const std::string& out);

// "108.058724".
std::string IndexText(const std::optional<int128>& index_e6);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_REFERENCE_REPORT_H_
