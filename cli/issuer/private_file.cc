#include "cli/issuer/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> ReadPrivateFile(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  if (!input) return NotFound("FILE_UNREADABLE", absl::StrCat(path, " cannot be read"));
  std::string text(kPrivateFileBytesMax + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(input.gcount()));
  if (text.size() > kPrivateFileBytesMax) return InvalidArgument("FILE_TOO_LARGE", absl::StrCat(path, " is too large"));
  return text;
}

absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes) {
  const std::string draft = absl::StrCat(path, ".new");
  // A draft that somebody left may have other rights; the new one has ours.
  unlink(draft.c_str());
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written = file >= 0 && WriteAll(file, bytes);
  if (file >= 0) written = close(file) == 0 && written;
  if (written && std::rename(draft.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return Unavailable("FILE_UNWRITABLE", absl::StrCat(path, " cannot be written"));
}

absl::StatusOr<uint16_t> HttpPortOf(absl::string_view text) {
  constexpr absl::string_view kMember = "\"http\":";
  const size_t at = text.find(kMember);
  uint32_t port = 0;
  if (at != absl::string_view::npos) {
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(text.substr(at + kMember.size()));
    if (absl::SimpleAtoi(rest.substr(0, rest.find_first_not_of("0123456789")), &port) && port > 0 && port <= 65535) {
      return static_cast<uint16_t>(port);
    }
  }
  return InvalidArgument("PORT_FILE_INVALID", "the port file names no HTTP port");
}

}  // namespace safehaven::cli
