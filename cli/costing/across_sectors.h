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
#include "cli/costing/care_files.h"
#include "cli/costing/output_folder.h"
#include "libs/disclosure/protect.h"
#include "services/costing/core/person_costs.h"

namespace safehaven::cli {

struct AcrossSectorsOptions {
  std::map<std::string, std::string> events;  // sector -> events.csv of a run
  // CSV: sector, record_id, person, certainty (certain or probable), feed (where a sector has
  // an id in two feeds)
  std::string crosswalk;
  std::string people;     // CSV: person, and as they are held segment, long_term_conditions, index_day
  std::string planned;    // CSV: segment, persons; empty: no budget
  int months = 12;        // before index days
  CareOptions care;
  DisclosureRules rules;
};

// How much of a sector's cost the crosswalk finds a person for: exact, not to be shown. Of
// an event without a person nobody knows whose it is: each counts as a person of its own.
struct Coverage {
  std::string sector;
  CostCell certain, probable, unlinked;
  int64_t event_count() const { return certain.activity + probable.activity + unlinked.activity; }
};

struct AcrossSectors {
  std::vector<costing::PersonEvent> events;
  std::vector<costing::CareKind> kinds;  // of the events
  costing::PersonCosts costs;
  std::vector<Coverage> coverage;
};

// The failures of its files; INVALID_ARGUMENT with reason CROSSWALK_INVALID or
// PEOPLE_INVALID (line and column in the message), or EVENT_AMBIGUOUS for a linked id that
// two feeds of a sector have, without the feed in the crosswalk; those of PersonCosts::Make().
absl::StatusOr<AcrossSectors> ReadAcrossSectors(const AcrossSectorsOptions& options);

// segments.csv, sectors.csv, conditions.csv, concentration.csv, before_index.csv,
// coverage.csv, if people are planned for budget.csv, and what of care_files.h is asked for. Every table has passed Protect(),
// those of people once for certain links and once for all, and none gives back what another
// withholds (shown_tables.h).
absl::Status WriteAcrossSectors(const AcrossSectors& data, const AcrossSectorsOptions& options, OutputFolder& folder);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_ACROSS_SECTORS_H_
