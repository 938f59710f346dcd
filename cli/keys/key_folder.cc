#include "cli/keys/key_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr size_t kFileSizeMax = 64 << 10;
constexpr mode_t kOwnerOnly = 0600;

absl::Status Unusable(absl::string_view path, absl::string_view why) {
  return FailedPrecondition("KEY_FILE_UNUSABLE", absl::StrCat(path, ": ", why));
}

// Makes the folder with its missing parents, each for the owner only.
absl::Status MakeFolder(const std::filesystem::path& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return absl::OkStatus();
  if (path.has_parent_path() && path.parent_path() != path) {
    SH_RETURN_IF_ERROR(MakeFolder(path.parent_path()));
  }
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return FailedPrecondition("KEY_FOLDER_UNUSABLE",
                            absl::StrCat("cannot make the folder ", path.string()));
}

// The whole content to a descriptor, and to the disk.
bool WriteAll(int descriptor, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(descriptor) == 0;
}

}  // namespace

absl::StatusOr<KeyFolder> KeyFolder::Open(const std::string& path) {
  SH_RETURN_IF_ERROR(MakeFolder(path));
  std::error_code failed;
  if (!std::filesystem::is_directory(path, failed)) {
    return FailedPrecondition("KEY_FOLDER_UNUSABLE", absl::StrCat(path, " is not a folder"));
  }
  return KeyFolder(path);
}

std::string KeyFolder::PathOf(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::StatusOr<std::optional<std::string>> KeyFolder::Read(absl::string_view name) const {
  const std::string path = PathOf(name);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return std::nullopt;
    return Unusable(path, "cannot be opened");
  }
  struct stat facts {};
  std::string content(kFileSizeMax + 1, '\0');
  const bool known = fstat(descriptor, &facts) == 0;
  const ssize_t size = read(descriptor, content.data(), content.size());
  close(descriptor);
  if (!known || size < 0 || static_cast<size_t>(size) > kFileSizeMax) {
    return Unusable(path, "cannot be read, or is larger than 64 KiB");
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Unusable(path, "others than its owner may use it; chmod 600");
  }
  content.resize(static_cast<size_t>(size));
  return content;
}

absl::Status KeyFolder::Write(absl::string_view name, absl::string_view content) const {
  const std::string path = PathOf(name);
  SH_RETURN_IF_ERROR(MakeFolder(std::filesystem::path(path).parent_path()));
  const std::string partial = absl::StrCat(path, ".partial");
  unlink(partial.c_str());  // of a run that was interrupted
  const int descriptor =
      open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
  if (descriptor < 0) return Unusable(partial, "cannot be made");
  const bool written = WriteAll(descriptor, content);
  close(descriptor);
  if (!written || std::rename(partial.c_str(), path.c_str()) != 0) {
    unlink(partial.c_str());
    return Unusable(path, "cannot be written");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
