#include "cli/costing/output_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 1 << 20;
constexpr int kLockAttemptsMax = 16;

absl::Status Unwritable(const std::string& path) {
  return Failure(absl::StatusCode::kUnavailable, "FILE_UNWRITABLE", absl::StrCat(path, " cannot be written"));
}

absl::Status Exists(const std::string& path) {
  return Failure(absl::StatusCode::kAlreadyExists, "OUTPUT_EXISTS", absl::StrCat(path, " is there already; a run is not overwritten"));
}

// Is `file` what is at `path` now?
bool IsAt(int file, const std::string& path) {
  struct stat open_one = {}, named = {};
  return fstat(file, &open_one) == 0 && stat(path.c_str(), &named) == 0 && open_one.st_dev == named.st_dev &&
         open_one.st_ino == named.st_ino;
}

// Never over another folder, not even an empty one.
bool RenameToNew(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  std::error_code error;
  // A file system that cannot tell: the lock keeps out other runs.
  if (errno != EINVAL || fs::exists(to, error)) return false;
  fs::rename(from, to, error);
  return !error;
}

// A rename is durable once its folder is.
bool SyncFolder(const fs::path& folder) {
  const int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = fsync(file) == 0;
  close(file);
  return synced;
}

}  // namespace

OutputFile::OutputFile(std::string name, int file)
    : name_(std::move(name)), file_(file), context_(EVP_MD_CTX_new()) {
  SH_CHECK(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void OutputFile::Write(absl::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    Flush(buffer_);
    buffer_.clear();
  }
  if (bytes.size() > kBufferBytes) {
    // Piece by piece, so that what is hashed is still in the cache when it is written.
    while (!bytes.empty()) {
      Flush(bytes.substr(0, kBufferBytes));
      bytes.remove_prefix(std::min(bytes.size(), kBufferBytes));
    }
    return;
  }
  buffer_.append(bytes.data(), bytes.size());
}

void OutputFile::Flush(absl::string_view bytes) {
  SH_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  while (!bytes.empty() && !failed_) {
    const ssize_t count = write(file_, bytes.data(), bytes.size());
    if (count < 0) {
      failed_ = true;
    } else {
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }
}

absl::StatusOr<std::string> OutputFile::Close() {
  Flush(buffer_);
  buffer_.clear();
  if (fsync(file_) != 0) failed_ = true;
  if (close(file_) != 0) failed_ = true;
  if (failed_) return Unwritable(name_);
  std::string digest(32, '\0');
  SH_CHECK(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return absl::BytesToHexString(digest);
}

absl::StatusOr<OutputFolder> OutputFolder::Make(const std::string& path) {
  std::string clean = path;
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  std::error_code error;
  if (fs::exists(clean, error)) return Exists(clean);
  OutputFolder folder(clean);
  SH_RETURN_IF_ERROR(folder.Lock());
  return folder;
}

absl::Status OutputFolder::Lock() {
  const std::string partial = Partial();
  for (int attempt = 0; attempt < kLockAttemptsMax; ++attempt) {
    std::error_code error;
    fs::create_directories(partial, error);
    const int folder = open(partial.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder < 0 && errno == ENOENT) continue;  // another run's end has taken it away
    if (folder < 0) return Unwritable(partial);
    if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
      close(folder);
      return Failure(absl::StatusCode::kAborted, "OUTPUT_BUSY", absl::StrCat(path_, " is being written by another command"));
    }
    if (!IsAt(folder, partial)) {
      close(folder);
      continue;
    }
    lock_ = folder;
    bool is_empty = true;
    for (fs::directory_iterator at(partial, error); !error && at != fs::directory_iterator(); at.increment(error)) {
      std::error_code failure;
      fs::remove_all(at->path(), failure);
      is_empty = is_empty && !failure;
    }
    return is_empty && !error ? absl::OkStatus() : Unwritable(partial);
  }
  return Unwritable(partial);
}

// Only who holds the lock may remove the folder.
OutputFolder::~OutputFolder() {
  std::error_code error;
  if (!path_.empty() && lock_ >= 0) fs::remove_all(Partial(), error);
  if (lock_ >= 0) close(lock_);
}

absl::StatusOr<OutputFile> OutputFolder::Create(const std::string& name) {
  const fs::path path = fs::path(Partial()) / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return Unwritable(path.string());
  return OutputFile(name, file);
}

absl::Status OutputFolder::Close(OutputFile file) {
  const std::string name = file.name_;
  SH_ASSIGN_OR_RETURN(std::string digest, file.Close());
  digests_.emplace_back(name, std::move(digest));
  return absl::OkStatus();
}

absl::Status OutputFolder::Put(const std::string& name, absl::string_view bytes) {
  SH_ASSIGN_OR_RETURN(OutputFile file, Create(name));
  file.Write(bytes);
  return Close(std::move(file));
}

absl::Status OutputFolder::Commit() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(Partial(), error)) {
    if (entry.is_directory() && !SyncFolder(entry.path())) return Unwritable(entry.path().string());
  }
  if (error || !SyncFolder(Partial())) return Unwritable(Partial());
  if (!RenameToNew(Partial(), path_)) return fs::exists(path_, error) ? Exists(path_) : Unwritable(path_);
  if (!SyncFolder(fs::path(path_).parent_path())) return Unwritable(path_);
  path_.clear();
  return absl::OkStatus();
}

}  // namespace safehaven::cli
