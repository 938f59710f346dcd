// The record of a decision as a file: all that is needed, beside the register's files, to
// evaluate it again and compare every byte (docs/formats-law.md). Values; single-threaded.
#ifndef SAFEHAVEN_CLI_LAW_RECORD_FILE_H_
#define SAFEHAVEN_CLI_LAW_RECORD_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/law/answer.h"
#include "cli/law/world.h"

namespace safehaven::cli {

struct RecordFile {
  CivilDay day;
  std::string known_at;  // of the command; or empty
  uint64_t known_size = 0;
  std::string known_digest;   // hexadecimal
  std::string text;           // CanonicalDecision()
  std::string question_text;  // the question file as it was
};

absl::Status WriteRecordFile(const std::string& path, const Answer& answer, const std::string& known_at);

// INVALID_ARGUMENT with reason RECORD_MALFORMED, or NOT_FOUND.
absl::StatusOr<RecordFile> ReadRecordFile(const std::string& path);

// Cuts `world` back to the register events that the record knew. DATA_LOSS with reason
// REGISTER_CHANGED if those are not the same any more.
absl::Status KeepKnown(const RecordFile& record, LawWorld& world);

// "line 7: 'gate:window=PASS ...' became '...'": the first line that differs.
std::string FirstDifference(absl::string_view before, absl::string_view after);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LAW_RECORD_FILE_H_
