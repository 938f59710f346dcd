#include "cli/costing/file_text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

constexpr size_t kReadBytes = size_t{64} << 20;
constexpr size_t kPageBytes = size_t{2} << 20;

absl::Status Unreadable(const std::string& path) {
  return Failure(absl::StatusCode::kNotFound, "FILE_UNREADABLE", absl::StrCat(path, " cannot be read"));
}

}  // namespace

absl::StatusOr<FileText> FileText::Read(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Unreadable(path);
  struct stat facts {};
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(file);
    return Unreadable(path);
  }
  FileText result;
  result.path_ = path;
  result.size_ = static_cast<size_t>(facts.st_size);
  if (result.size_ > kRunFileBytesMax) {
    close(file);
    return InvalidArgument("FILE_TOO_LARGE", absl::StrCat(path, " is larger than ", kRunFileBytesMax, " bytes"));
  }
  // Not zeroed first, and in large pages where there are any: either would cost as much
  // as reading the file from the page cache.
  const size_t room = (std::max<size_t>(result.size_, 1) + kPageBytes - 1) / kPageBytes * kPageBytes;
  result.bytes_.reset(static_cast<char*>(std::aligned_alloc(kPageBytes, room)));
  SH_CHECK(result.bytes_ != nullptr);
  madvise(result.bytes_.get(), room, MADV_HUGEPAGE);
  for (size_t at = 0; at < result.size_;) {
    const ssize_t count = read(file, result.bytes_.get() + at, std::min(kReadBytes, result.size_ - at));
    if (count <= 0) {
      close(file);
      return Unreadable(path);
    }
    at += static_cast<size_t>(count);
  }
  close(file);
  return result;
}

std::string FileText::Sha256Hex() const { return ToHex(Sha256(text())); }

}  // namespace safehaven::cli
