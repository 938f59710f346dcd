// Whole people's costs from runs on files and a crosswalk: tables across sectors that have
// passed disclosure control, for certain links and for all. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_ACROSS_SECTORS_H_
#define SAFEHAVEN_CLI_COSTING_ACROSS_SECTORS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/costing/output_folder.h"
#include "libs/disclosure/protect.h"
#include "services/costing/core/person_costs.h"

namespace safehaven::cli {

struct AcrossSectorsOptions {
  std::map<std::string, std::string> events;  // sector -> events.csv of a run
  std::string crosswalk;  // CSV: sector, record_id, person, certainty (certain or probable)
  std::string people;     // CSV: person, and as they are held segment, long_term_conditions, index_day
  std::string planned;    // CSV: segment, persons; empty: no budget
  int months = 12;        // before index days
  DisclosureRules rules;
};

// How much of each sector's cost the crosswalk finds a person for.
struct Coverage {
  std::string sector;
  int64_t events = 0, certain = 0, probable = 0, unlinked = 0;
  Money cost, cost_certain, cost_probable;
};

struct AcrossSectors {
  std::vector<costing::PersonEvent> events;
  costing::PersonCosts costs;
  std::vector<Coverage> coverage;
};

// The failures of its files; INVALID_ARGUMENT with reason CROSSWALK_INVALID or
// PEOPLE_INVALID (line and column in the message); those of PersonCosts::Make().
absl::StatusOr<AcrossSectors> ReadAcrossSectors(const AcrossSectorsOptions& options);

// segments.csv, sectors.csv, conditions.csv, concentration.csv, before_index.csv,
// coverage.csv and, if people are planned for, budget.csv. Every table of people has passed
// Protect(), once for certain links and once for all; coverage counts events, not people.
absl::Status WriteAcrossSectors(const AcrossSectors& data, const AcrossSectorsOptions& options, OutputFolder& folder);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_ACROSS_SECTORS_H_
