#include "tests/e2e/support/files.h"

#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/session/context.h"
#include "libs/base/status.h"

namespace safehaven::testing_support {

absl::StatusOr<uint16_t> ReadPort(const std::string& path, const std::string& name) {
  SH_ASSIGN_OR_RETURN(const std::string text, cli::ReadFile(path, 4096));
  const std::string mark = absl::StrCat("\"", name, "\":");
  const size_t at = text.find(mark);
  const size_t begin = at == std::string::npos ? text.size() : at + mark.size();
  const size_t end = text.find_first_of(",}", begin);
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text.substr(begin, end - begin), &port) || port == 0 || port > 65535) {
    return NotFound("PORT_UNKNOWN", absl::StrCat(path, ": no port of ", name));
  }
  return static_cast<uint16_t>(port);
}

absl::Status CopyFolder(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::remove_all(to, error);
  if (!error) std::filesystem::create_directories(std::filesystem::path(to).parent_path(), error);
  if (!error) std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
  return error ? Unavailable("FILE_UNWRITABLE", absl::StrCat(to, ": ", error.message())) : absl::OkStatus();
}

}  // namespace safehaven::testing_support
