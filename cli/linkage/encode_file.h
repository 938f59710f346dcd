// `safehaven encode`: run at a source that may not send identifiers. What it writes holds
// neither an identifier nor a hash of one, and remains pseudonymous personal data.
#ifndef SAFEHAVEN_CLI_LINKAGE_ENCODE_FILE_H_
#define SAFEHAVEN_CLI_LINKAGE_ENCODE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/linkage/encoded_file.h"
#include "libs/base/civil_day.h"
#include "libs/base/environment.h"

namespace safehaven::cli {

struct EncodePlan {
  std::string input;
  // File with the secret that all sources share; blanks and line ends around it go.
  std::string secret;
  std::string epoch;
  std::string salt = "none";
  std::string out;
  // File that tells which row each record is; "" for none. It stays at the source.
  std::string map;
  // "auto", or a model file whose columns are used: the same at every source.
  std::string model = "auto";
  std::vector<std::string> ignored;
  // A column that goes along in clear, for judging on made-up data; "" for none.
  std::string truth;
  uint64_t fault_per_mille_max = 20;
  CivilDay today;
};

// The records in an order of their own, under random names.
struct EncodedTable {
  EncodedFile file;
  // By record: its row in the input, from 1, and its id there, if it has one.
  std::vector<uint32_t> rows;
  std::vector<std::string> ids;
};

// INVALID_ARGUMENT with reason TRUTH_UNKNOWN or TRUTH_UNUSABLE (a value with a comma or a
// line end), COLUMNS_UNUSABLE, or as ReadTable, CheckFaults and FilterEncoder::Make.
absl::StatusOr<EncodedTable> EncodeTable(const EncodePlan& plan, Randomness& randomness);

// EncodeTable, then writes `out` and `map`, and prints what was done.
absl::Status RunEncode(const EncodePlan& plan, Randomness& randomness);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_ENCODE_FILE_H_
