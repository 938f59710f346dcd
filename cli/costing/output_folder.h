// A folder of results that exists whole or not at all: files are written beside it and
// appear together, by one rename, after all are durable. What a killed program leaves
// behind ends in ".partial" and is no result; the next run to the same place removes it. Two
// programs never write to one place: the first holds a lock on its folder until it ends.
// Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_OUTPUT_FOLDER_H_
#define SAFEHAVEN_CLI_COSTING_OUTPUT_FOLDER_H_

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

// One file being written, hashed on the way.
class OutputFile {
 public:
  // Buffers; a failure is kept and returned by Close().
  void Write(absl::string_view bytes);

  // Bytes of a column as they lie in memory.
  template <typename Number>
  void WriteColumn(const Number* values, size_t count) {
    Write({reinterpret_cast<const char*>(values), count * sizeof(Number)});
  }

 private:
  friend class OutputFolder;
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  OutputFile(std::string name, int file);

  void Flush(absl::string_view bytes);
  // Durable; returns the hex digits of the SHA-256.
  absl::StatusOr<std::string> Close();

  std::string name_;
  int file_ = -1;
  bool failed_ = false;
  std::string buffer_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

class OutputFolder {
 public:
  // ALREADY_EXISTS with reason OUTPUT_EXISTS if there is something at `path`: runs are
  // not overwritten. ABORTED with reason OUTPUT_BUSY if somebody else is writing it.
  // UNAVAILABLE with reason FILE_UNWRITABLE.
  static absl::StatusOr<OutputFolder> Make(const std::string& path);
  OutputFolder(OutputFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)), digests_(std::move(other.digests_)) {}
  // Removes what was not committed.
  ~OutputFolder();

  // A new file; `name` may lie in one subfolder.
  absl::StatusOr<OutputFile> Create(const std::string& name);
  // Ends a file of Create(). UNAVAILABLE with FILE_UNWRITABLE (a full disk, say).
  absl::Status Close(OutputFile file);
  // All of a small file.
  absl::Status Put(const std::string& name, absl::string_view bytes);

  // Files so far with the hex digits of their SHA-256, in the order of closing.
  const std::vector<std::pair<std::string, std::string>>& digests() const { return digests_; }

  // Makes the folder appear at its path, durably. OUTPUT_EXISTS if there is something by now.
  absl::Status Commit();

 private:
  explicit OutputFolder(std::string path) : path_(std::move(path)) {}
  std::string Partial() const { return path_ + ".partial"; }

  // Makes the partial folder, or takes over a killed program's, and locks it.
  absl::Status Lock();

  std::string path_;  // empty once committed or moved from
  int lock_ = -1;     // the partial folder, open and locked
  std::vector<std::pair<std::string, std::string>> digests_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_OUTPUT_FOLDER_H_
