// The file that a source sends instead of identifiers: docs/formats.md, "Encoded records".
#ifndef SAFEHAVEN_CLI_LINKAGE_ENCODED_FILE_H_
#define SAFEHAVEN_CLI_LINKAGE_ENCODED_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/encoded/filter.h"

namespace safehaven::cli {

inline constexpr absl::string_view kEncodedMark = "#safehaven-encoded/1 ";

struct EncodedFile {
  // FilterEncoder::comparability(): files are compared only where it is equal.
  std::string comparability;
  std::string epoch;
  std::string salt;
  std::vector<std::string> fields;
  // A random name of each record, which its source can turn back.
  std::vector<std::string> records;
  std::vector<linkage::Filter> filters;
  // The column kept in clear for judging made-up data; "" and empty if there is none.
  std::string truth_column;
  std::vector<std::string> truth;
};

std::string EncodedFileText(const EncodedFile& file);

// INVALID_ARGUMENT with reason ENCODED_MALFORMED and the line.
absl::StatusOr<EncodedFile> ParseEncodedFile(absl::string_view text);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_ENCODED_FILE_H_
