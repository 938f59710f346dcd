#include "cli/costing/run_book.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/costing/file_text.h"
#include "cli/costing/run_signer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kFormat[] = "safehaven-cost-publication/1";

std::string NoteName(uint64_t number) { return absl::StrFormat("%06d.txt", number); }

// "name value" lines.
std::map<std::string, std::string> Lines(absl::string_view text) {
  std::map<std::string, std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    lines.insert(parts);
  }
  return lines;
}

absl::Status Corrupt(uint64_t number) {
  return DataLoss("BOOK_CORRUPT", absl::StrCat("publication ", number, " is not there, or is not what it should be"));
}

std::string TextOf(const Publication& publication) {
  return absl::StrCat(kFormat, "\nnumber ", publication.number, "\nprovider ", publication.provider, "\nperiod ",
                      publication.period, "\nrun ", publication.run, "\nsupersedes ",
                      publication.supersedes.empty() ? "none" : publication.supersedes, "\npublished ", publication.time, "\n");
}

absl::StatusOr<Publication> Read(const std::string& path, uint64_t number, absl::string_view public_key) {
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(path));
  Publication publication = {.number = number};
  std::string text(file.text().substr(0, file.text().find("\n\n") + 1));
  if (!public_key.empty()) {
    SH_ASSIGN_OR_RETURN(const NoteVerifier verifier, NoteVerifier::Parse(absl::StripSuffix(public_key, "\n")));
    SH_ASSIGN_OR_RETURN(OpenedNote opened, OpenNote(file.text(), std::vector<NoteVerifier>{verifier}));
    text = std::move(opened.text);
    publication.signer = opened.signatures.front().name;
  }
  std::map<std::string, std::string> lines = Lines(text);
  publication.provider = lines["provider"];
  publication.period = lines["period"];
  publication.run = lines["run"];
  publication.supersedes = lines["supersedes"] == "none" ? "" : lines["supersedes"];
  publication.time = lines["published"];
  if (text != TextOf(publication)) return Corrupt(number);
  return publication;
}

// Durable, and never over another file: a name is taken by a link, which fails if there is
// one, of a file that nobody else writes.
absl::Status WriteOnce(const fs::path& folder, const std::string& name, absl::string_view bytes) {
  const std::string path = (folder / name).string();
  std::string partial = path + ".partial-XXXXXX";
  const absl::Status unwritable =
      Failure(absl::StatusCode::kUnavailable, "FILE_UNWRITABLE", absl::StrCat(path, " cannot be written"));
  const int file = mkostemp(partial.data(), O_CLOEXEC);
  if (file < 0) return unwritable;
  const bool is_written =
      fchmod(file, 0644) == 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(file) == 0;
  close(file);
  const bool is_linked = is_written && link(partial.c_str(), path.c_str()) == 0;
  const bool was_there = is_written && !is_linked && fs::exists(path);
  unlink(partial.c_str());
  if (was_there) return Failure(absl::StatusCode::kAborted, "BOOK_CHANGED", "somebody published at the same time: look again");
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_durable = is_linked && directory >= 0 && fsync(directory) == 0;
  if (directory >= 0) close(directory);
  return is_durable ? absl::OkStatus() : unwritable;
}

}  // namespace

absl::StatusOr<std::vector<Publication>> ReadRunBook(const std::string& book, absl::string_view public_key) {
  uint64_t last = 0;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(book, error)) {
    if (entry.path().extension() == ".txt") ++last;
  }
  std::vector<Publication> publications;
  std::map<std::pair<std::string, std::string>, size_t> current;
  for (uint64_t number = 1; number <= last; ++number) {
    const std::string path = (fs::path(book) / NoteName(number)).string();
    absl::StatusOr<Publication> publication = Read(path, number, public_key);
    if (absl::IsNotFound(publication.status())) return Corrupt(number);
    SH_RETURN_IF_ERROR(publication);
    const auto [at, is_new] = current.emplace(std::pair(publication->provider, publication->period), publications.size());
    if (publication->supersedes != (is_new ? "" : publications[at->second].run)) return Corrupt(number);
    if (!is_new) publications[std::exchange(at->second, publications.size())].is_current = false;
    publication->is_current = true;
    publications.push_back(*std::move(publication));
  }
  return publications;
}

absl::StatusOr<Publication> PublishRun(const std::string& folder, absl::string_view public_key, const std::string& book,
                                       const NoteSigner& signer, absl::Time now) {
  if (public_key.empty()) return InvalidArgument("FIELD_INVALID", "--public-key: say who must have signed the run");
  SH_ASSIGN_OR_RETURN(const RunCheck check, CheckRunFolder(folder, public_key));
  if (!check.changed.empty()) {
    return DataLoss("RUN_CHANGED", absl::StrCat(folder, "/", check.changed.front(), " is not what the certificate says"));
  }
  std::map<std::string, std::string> lines = Lines(check.text);
  std::error_code error;
  fs::create_directories(book, error);
  SH_ASSIGN_OR_RETURN(const std::vector<Publication> before, ReadRunBook(book, signer.verifier().ToText()));
  Publication publication = {.number = before.size() + 1,
                             .provider = lines["provider"],
                             .period = lines["period"],
                             .run = lines["run"],
                             .time = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", now, absl::UTCTimeZone()),
                             .signer = signer.verifier().name(),
                             .is_current = true};
  for (const Publication& other : before) {
    if (!other.is_current || other.provider != publication.provider || other.period != publication.period) continue;
    publication.supersedes = other.run;
  }
  if (publication.supersedes == publication.run) {
    return Failure(absl::StatusCode::kAlreadyExists, "RUN_PUBLISHED", "this run is the published one already");
  }
  SH_ASSIGN_OR_RETURN(const std::string note, SignNote(TextOf(publication), signer));
  SH_RETURN_IF_ERROR(WriteOnce(book, NoteName(publication.number), note));
  return publication;
}

}  // namespace safehaven::cli
