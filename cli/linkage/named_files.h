// Inputs as they are named on the command line: NAME=FILE.csv. Pure.
#ifndef SAFEHAVEN_CLI_LINKAGE_NAMED_FILES_H_
#define SAFEHAVEN_CLI_LINKAGE_NAMED_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/table/link_tables.h"

namespace safehaven::cli {

struct NamedFile {
  std::string name;
  std::string path;
};

// INVALID_ARGUMENT with reason INPUT_INVALID: not NAME=FILE, a name twice, or no input.
absl::StatusOr<std::vector<NamedFile>> NamedFiles(const std::vector<std::string>& inputs);

// By input: what --duplicate-free and --with-duplicates say of it. INVALID_ARGUMENT with
// reason INPUT_INVALID for a name that no input has.
absl::StatusOr<std::vector<linkage::DuplicateFree>> DuplicateMarks(const std::vector<NamedFile>& files,
                                                                   const std::vector<std::string>& duplicate_free,
                                                                   const std::vector<std::string>& with_duplicates);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_NAMED_FILES_H_
