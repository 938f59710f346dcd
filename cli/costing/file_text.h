// A whole file in memory, with its SHA-256. For inputs of a run that may change on disk
// while they are read: what was hashed is what was costed. Values; thread-compatible.
#ifndef SAFEHAVEN_CLI_COSTING_FILE_TEXT_H_
#define SAFEHAVEN_CLI_COSTING_FILE_TEXT_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

// Largest file of a run.
inline constexpr size_t kRunFileBytesMax = size_t{32} << 30;

class FileText {
 public:
  // NOT_FOUND with reason FILE_UNREADABLE; INVALID_ARGUMENT with FILE_TOO_LARGE.
  static absl::StatusOr<FileText> Read(const std::string& path);

  absl::string_view text() const { return {bytes_.get(), size_}; }
  const std::string& path() const { return path_; }
  // 64 hex digits.
  std::string Sha256Hex() const;

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  FileText() = default;

  std::string path_;
  std::unique_ptr<char[], Free> bytes_;
  size_t size_ = 0;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_FILE_TEXT_H_
