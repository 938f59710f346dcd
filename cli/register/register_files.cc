#include "cli/register/register_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "services/consent/core/snapshot_check.h"

namespace safehaven {
namespace {

using consent::Entry;
using consent::FileEntry;
using consent::RegisterEvent;
using consent::RegisterSnapshot;

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // One byte more than allowed shows that there is too much.
  text.resize(consent::kRegisterFileBytesMax + 1);
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) return Unavailable("FILE_READ_FAILED", absl::StrCat(path, " cannot be read"));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// What the line "format: ..." says; empty if there is none.
absl::string_view FormatOf(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "format:")) continue;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find(" #")));
    if (line.size() >= 2 && (line.front() == '\'' || line.front() == '"')) line = line.substr(1, line.size() - 2);
    return line;
  }
  return "";
}

// Files without a time are older than any with one.
absl::Time MomentOf(const FileEntry& entry) { return entry.recorded_time.value_or(absl::InfinitePast()); }

// One version of a key at one moment.
absl::Status CheckDistinct(const std::vector<FileEntry>& entries) {
  std::map<std::pair<std::string, absl::Time>, const FileEntry*> seen;
  for (const FileEntry& entry : entries) {
    const std::string key = KeyOf(entry.entry);
    const auto [first, inserted] = seen.emplace(std::make_pair(key, MomentOf(entry)), &entry);
    if (inserted) continue;
    const consent::FilePlace& other = first->second->place;
    return AtPlace(Failure(absl::StatusCode::kInvalidArgument, "REGISTER_ENTRY_DUPLICATE",
                           absl::StrCat(key, " is also at ", other.file, ":", other.line), {{"entry", key}}),
                   entry.place);
  }
  return absl::OkStatus();
}

// CheckReferences() with file and line of the entry at fault.
absl::Status CheckTogether(const std::vector<FileEntry>& entries) {
  const std::vector<RegisterEvent> events = EventsOf(entries, absl::UnixEpoch());
  const absl::Status status = CheckReferences(RegisterSnapshot::Of(events));
  if (status.ok()) return status;
  const std::string key = MetadataOf(status)["entry"];
  const FileEntry* at_fault = nullptr;
  for (const FileEntry& entry : entries) {
    if (KeyOf(entry.entry) != key) continue;
    if (at_fault == nullptr || MomentOf(*at_fault) <= MomentOf(entry)) at_fault = &entry;
  }
  return at_fault == nullptr ? status : AtPlace(status, at_fault->place);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> RegisterFilesBelow(const std::string& directory) {
  std::error_code failed;
  if (!std::filesystem::is_directory(directory, failed)) {
    return NotFound("REGISTER_DIRECTORY_MISSING", absl::StrCat(directory, " is not a directory"));
  }
  std::vector<std::string> files;
  std::filesystem::recursive_directory_iterator walk(directory, failed);
  for (; !failed && walk != std::filesystem::recursive_directory_iterator(); walk.increment(failed)) {
    const std::string extension = walk->path().extension().string();
    if (!walk->is_regular_file(failed) || (extension != ".yaml" && extension != ".yml")) continue;
    files.push_back(walk->path().string());
    if (files.size() > kRegisterFilesMax) {
      return InvalidArgument("REGISTER_FILE_MALFORMED", absl::StrCat(directory, " holds too many files"));
    }
  }
  if (failed) return Unavailable("FILE_READ_FAILED", absl::StrCat(directory, ": ", failed.message()));
  std::sort(files.begin(), files.end());
  return files;
}

absl::StatusOr<LawDirectory> LoadLawDirectory(const std::string& directory) {
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> files, RegisterFilesBelow(directory));
  LawDirectory law;
  for (const std::string& file : files) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadWhole(file));
    const absl::string_view format = FormatOf(text);
    if (format == consent::kPeopleFormat) {
      SH_ASSIGN_OR_RETURN(consent::PeopleFile people, consent::ParsePeopleFile(file, text));
      law.people.push_back(std::move(people));
    } else if (format == consent::kReleasesFormat) {
      SH_ASSIGN_OR_RETURN(consent::ReleasesFile releases, consent::ParseReleasesFile(file, text));
      law.releases.push_back(std::move(releases));
    } else {
      SH_ASSIGN_OR_RETURN(std::vector<FileEntry> parsed, consent::ParseRegisterFile(file, text));
      std::move(parsed.begin(), parsed.end(), std::back_inserter(law.entries));
    }
  }
  SH_RETURN_IF_ERROR(CheckDistinct(law.entries));
  SH_RETURN_IF_ERROR(CheckTogether(law.entries));
  return law;
}

absl::StatusOr<std::vector<FileEntry>> LoadRegisterDirectory(const std::string& directory) {
  SH_ASSIGN_OR_RETURN(LawDirectory law, LoadLawDirectory(directory));
  return std::move(law.entries);
}

std::vector<Entry> LatestEntries(const std::vector<FileEntry>& entries) {
  std::map<std::string, const FileEntry*> latest;
  for (const FileEntry& entry : entries) {
    const FileEntry*& known = latest[KeyOf(entry.entry)];
    if (known == nullptr || MomentOf(*known) <= MomentOf(entry)) known = &entry;
  }
  std::vector<Entry> result;
  for (const auto& [key, entry] : latest) result.push_back(entry->entry);
  return result;
}

std::vector<RegisterEvent> EventsOf(const std::vector<FileEntry>& entries, absl::Time default_time) {
  std::vector<const FileEntry*> ordered;
  for (const FileEntry& entry : entries) ordered.push_back(&entry);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const FileEntry* a, const FileEntry* b) { return MomentOf(*a) < MomentOf(*b); });
  std::vector<RegisterEvent> events;
  for (const FileEntry* entry : ordered) {
    RegisterEvent event;
    event.index = events.size();
    event.recorded_time = entry->recorded_time.value_or(default_time);
    event.key = KeyOf(entry->entry);
    event.entry = entry->entry;
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace safehaven
