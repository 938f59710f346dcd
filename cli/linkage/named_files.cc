#include "cli/linkage/named_files.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

using linkage::DuplicateFree;

absl::Status InputInvalid(absl::string_view message) { return InvalidArgument("INPUT_INVALID", message); }

absl::Status MarkSources(const std::vector<std::string>& names, DuplicateFree mark,
                         const std::vector<NamedFile>& files, std::vector<DuplicateFree>& marks) {
  for (const std::string& name : names) {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const NamedFile& file) { return file.name == name; });
    if (found == files.end()) return InputInvalid(absl::StrCat("no input is called ", name));
    marks[static_cast<size_t>(found - files.begin())] = mark;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<NamedFile>> NamedFiles(const std::vector<std::string>& inputs) {
  std::vector<NamedFile> files;
  for (const std::string& input : inputs) {
    const size_t equal = input.find('=');
    if (equal == std::string::npos || equal == 0 || equal + 1 == input.size()) {
      return InputInvalid("--input is NAME=FILE.csv");
    }
    NamedFile file = {.name = input.substr(0, equal), .path = input.substr(equal + 1)};
    const bool known = std::any_of(files.begin(), files.end(),
                                   [&](const NamedFile& other) { return other.name == file.name; });
    if (known) return InputInvalid(absl::StrCat("two inputs are called ", file.name));
    files.push_back(std::move(file));
  }
  if (files.empty()) return InputInvalid("name at least one --input");
  return files;
}

absl::StatusOr<std::vector<DuplicateFree>> DuplicateMarks(const std::vector<NamedFile>& files,
                                                          const std::vector<std::string>& duplicate_free,
                                                          const std::vector<std::string>& with_duplicates) {
  std::vector<DuplicateFree> marks(files.size(), DuplicateFree::kFindOut);
  SH_RETURN_IF_ERROR(MarkSources(duplicate_free, DuplicateFree::kYes, files, marks));
  SH_RETURN_IF_ERROR(MarkSources(with_duplicates, DuplicateFree::kNo, files, marks));
  return marks;
}

}  // namespace safehaven::cli
