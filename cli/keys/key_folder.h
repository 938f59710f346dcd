// A folder of secrets: files that only their owner may read (0600, folders 0700), that
// appear whole, and that are not overwritten by accident. Single-threaded.
#ifndef SAFEHAVEN_CLI_KEYS_KEY_FOLDER_H_
#define SAFEHAVEN_CLI_KEYS_KEY_FOLDER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

class KeyFolder {
 public:
  // Makes `path` (and its parents) if it is not there. FAILED_PRECONDITION with reason
  // KEY_FOLDER_UNUSABLE if it cannot be made or is not a folder.
  static absl::StatusOr<KeyFolder> Open(const std::string& path);

  // `name` ("log/consent.key") below the folder.
  std::string PathOf(absl::string_view name) const;

  // The whole file, at most 64 KiB, or nothing if there is none. FAILED_PRECONDITION
  // with reason KEY_FILE_UNUSABLE if it cannot be read, or if others may read it.
  absl::StatusOr<std::optional<std::string>> Read(absl::string_view name) const;

  // Writes a file, in place of one that is there; it appears whole or not at all.
  // FAILED_PRECONDITION with reason KEY_FILE_UNUSABLE.
  absl::Status Write(absl::string_view name, absl::string_view content) const;

 private:
  explicit KeyFolder(absl::string_view path) : path_(path) {}

  std::string path_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_CLI_KEYS_KEY_FOLDER_H_
