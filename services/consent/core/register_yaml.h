// Reads register files (docs/formats-register.md), strictly.
//
// A register decides who may see what, so nothing in a file is passed over: an
// unknown or repeated field, a value of another type, a missing field, dates that
// contradict each other, an alias or a second document refuse the file. The failure
// names file, line, field and why. Text in, entries out; no files. Pure;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_REGISTER_YAML_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_REGISTER_YAML_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/consent/core/entry.h"

namespace safehaven::consent {

// First field of every register file.
inline constexpr absl::string_view kRegisterFormat = "safehaven-register/1";

inline constexpr size_t kRegisterFileBytesMax = 8u << 20;
inline constexpr size_t kRegisterEntriesMax = 50'000;  // in one file
inline constexpr size_t kRegisterTextMax = 64u << 10;  // one text field

// Where an entry stands in a file.
struct FilePlace {
  std::string file;
  int line = 0;                            // of the entry, from 1
  std::map<std::string, int> field_lines;  // "flows[1].to" -> line
};

struct FileEntry {
  Entry entry;
  FilePlace place;
  // When the register recorded it, if the file says so ("recorded_at"): for asking
  // what was allowed as known earlier. One moment for the whole file.
  std::optional<absl::Time> recorded_time;
};

// All entries of one file, each valid by itself (validate.h). `file` is only named in
// failures. INVALID_ARGUMENT, with metadata "file", "line", "field", and a reason:
// REGISTER_FILE_MALFORMED (not one YAML map, too long, an alias), REGISTER_FIELD_UNKNOWN,
// REGISTER_FIELD_REPEATED, REGISTER_FIELD_MISSING, REGISTER_FIELD_TYPE, or one of
// ValidateEntry().
absl::StatusOr<std::vector<FileEntry>> ParseRegisterFile(absl::string_view file, absl::string_view text);

// The entry whose canonical text this is (entry_text.h). Fails as ParseRegisterFile().
absl::StatusOr<Entry> ParseEntry(absl::string_view canonical);

// `status` with file, line and field before its message and in its metadata, the line
// looked up by the metadata "field" that it carries.
absl::Status AtPlace(const absl::Status& status, const FilePlace& place);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_REGISTER_YAML_H_
