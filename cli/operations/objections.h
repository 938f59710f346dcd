// Loads a file of objections (docs/formats.md, "Objections").
#ifndef SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_
#define SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/operations/rejects.h"
#include "cli/session/session.h"
#include "libs/base/revision.h"
#include "libs/ingest/csv.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

struct ObjectionFile {
  std::vector<consent::v1::Objection> objections;
  std::vector<RowFault> faults;  // rows that were not taken
};

// INVALID_ARGUMENT with the reasons of CsvReader, or OBJECTION_COLUMNS with the line and
// the field. In the demo (`demo`) a number outside its range is a row's fault, and in
// production one of the test ranges: consent would refuse the batch it is in.
absl::StatusOr<ObjectionFile> ParseObjections(absl::string_view csv, bool demo);

// The NHS numbers of the file, for screening at the source.
std::set<uint64_t> NumbersOf(const ObjectionFile& file);

struct ObjectionOptions {
  std::string file;         // path of the CSV
  std::string set;          // "type1", "national" or "programme:<reference>"
  std::string person;       // who hands it in
  std::string rejects_dir;  // where the rejects file goes; empty: beside the file
  uint64_t fault_per_mille_max = kFaultPerMilleMax;
};

struct ObjectionOutcome {
  uint64_t acknowledged_count = 0;
  uint64_t rejected_count = 0;
  std::string rejects_file;  // empty if there were no faults
  Revision revision;
};

// Reads, checks and sends one file. Nothing is sent of a file with a fault of its own or,
// OBJECTION_TOO_MANY_FAULTS, too many faulty rows. FIELD_INVALID or
// OBJECTION_SET_UNKNOWN for the set's name.
absl::StatusOr<ObjectionOutcome> LoadObjections(Session& session, const ObjectionOptions& options);

// Sends them; returns consent's revision with the last of them, which is then in force
// for every decision. `load` names the load, so that a repeated one is known again.
absl::StatusOr<Revision> SendObjections(Session& session, const std::string& set, const std::string& load,
                                        const ObjectionFile& file, const std::string& person);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_
