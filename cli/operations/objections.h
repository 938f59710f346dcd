// Loads a file of objections (docs/formats.md, "Objections").
#ifndef SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_
#define SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/session.h"
#include "libs/base/revision.h"
#include "libs/ingest/csv.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

struct ObjectionFile {
  std::vector<consent::v1::Objection> objections;
  std::vector<RowFault> faults;  // rows that were not taken
};

// INVALID_ARGUMENT with the reasons of CsvReader, or OBJECTION_COLUMNS.
absl::StatusOr<ObjectionFile> ParseObjections(absl::string_view csv);

// The NHS numbers of the file, for screening at the source.
std::set<uint64_t> NumbersOf(const ObjectionFile& file);

// Sends them; returns consent's revision with the last of them, which is then in force
// for every decision. `load` names the load, so that a repeated one is known again.
absl::StatusOr<Revision> SendObjections(Session& session, const std::string& set, const std::string& load,
                                        const ObjectionFile& file, const std::string& person);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_OBJECTIONS_H_
