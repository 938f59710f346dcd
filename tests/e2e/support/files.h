// Small dealings with files that several of the end-to-end tests need. Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_FILES_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace safehaven::testing_support {

// The number of `name` in a file of ports, {"grpc":1,"health":2}. NOT_FOUND with reason
// PORT_UNKNOWN.
absl::StatusOr<uint16_t> ReadPort(const std::string& path, const std::string& name);

// `to` becomes a copy of the folder `from`, whatever it was. UNAVAILABLE with reason
// FILE_UNWRITABLE.
absl::Status CopyFolder(const std::string& from, const std::string& to);

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_FILES_H_
