// Small files that only their owner may read: keys, secrets, one-time links.
// Thread-safe.
#ifndef SAFEHAVEN_CLI_ISSUER_PRIVATE_FILE_H_
#define SAFEHAVEN_CLI_ISSUER_PRIVATE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

inline constexpr size_t kPrivateFileBytesMax = 1 << 20;

// The whole file. NOT_FOUND with reason FILE_UNREADABLE; INVALID_ARGUMENT with reason
// FILE_TOO_LARGE.
absl::StatusOr<std::string> ReadPrivateFile(const std::string& path);

// Writes it whole, renamed into place, mode 0600. UNAVAILABLE with reason FILE_UNWRITABLE.
absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes);

// The port in the text of a port file, {"http":8080}. INVALID_ARGUMENT with reason
// PORT_FILE_INVALID.
absl::StatusOr<uint16_t> HttpPortOf(absl::string_view text);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_ISSUER_PRIVATE_FILE_H_
