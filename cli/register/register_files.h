// A register as a directory of YAML files under version control, for `safehaven
// register plan|apply`; and for judging on the files alone, without a service.
//
// Reading is strict and a fault anywhere refuses the directory: a register half read
// could permit what the other half forbids. Format: docs/formats-register.md. The
// parsing itself is consent's own (services/consent/core/register_yaml.h), so that
// files mean the same to the service and here. Single-threaded.
#ifndef SAFEHAVEN_CLI_REGISTER_REGISTER_FILES_H_
#define SAFEHAVEN_CLI_REGISTER_REGISTER_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/consent/core/people_yaml.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/snapshot.h"

namespace safehaven {

inline constexpr size_t kRegisterFilesMax = 10'000;

// The paths of every *.yaml and *.yml file below `directory`, in order. NOT_FOUND with
// reason REGISTER_DIRECTORY_MISSING, UNAVAILABLE with FILE_READ_FAILED, INVALID_ARGUMENT
// with REGISTER_FILE_MALFORMED if there are too many.
absl::StatusOr<std::vector<std::string>> RegisterFilesBelow(const std::string& directory);

// Every entry of every *.yaml and *.yml file below `directory`, in order of file and
// place. Each entry is valid by itself; every reference from the latest versions is to
// an entry that is there; one key has one version a moment ("recorded_at").
// NOT_FOUND with reason REGISTER_DIRECTORY_MISSING, UNAVAILABLE with FILE_READ_FAILED,
// INVALID_ARGUMENT as ParseRegisterFile() or with REGISTER_ENTRY_DUPLICATE, or
// FAILED_PRECONDITION as CheckReferences(); always with "file", "line" and "field".
absl::StatusOr<std::vector<consent::FileEntry>> LoadRegisterDirectory(const std::string& directory);

// A directory with everything that a question on files is judged by: the register, what
// people have said about their data, and past releases. The format line of each file says
// which it is.
struct LawDirectory {
  std::vector<consent::FileEntry> entries;
  std::vector<consent::PeopleFile> people;
  std::vector<consent::ReleasesFile> releases;
};

// As LoadRegisterDirectory(), with files of the other formats (docs/formats-law.md) too.
absl::StatusOr<LawDirectory> LoadLawDirectory(const std::string& directory);

// The latest version of each entry, in order of key: what a plan compares.
std::vector<consent::Entry> LatestEntries(const std::vector<consent::FileEntry>& entries);

// The entries as register events, in the order in which they were recorded; those of
// files without "recorded_at" come first, at `default_time`. Indices count from 0.
std::vector<consent::RegisterEvent> EventsOf(const std::vector<consent::FileEntry>& entries, absl::Time default_time);

}  // namespace safehaven

#endif  // SAFEHAVEN_CLI_REGISTER_REGISTER_FILES_H_
