// Which version runs: what the build was told. Constants; thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_BUILD_INFO_H_
#define SAFEHAVEN_LIBS_SERVER_BUILD_INFO_H_

#include "absl/strings/string_view.h"

namespace safehaven {

// Of the project: "0.1.0".
absl::string_view BuildVersion();

// The commit, twelve hex digits, or "unknown" where it was not built from a clone.
absl::string_view BuildRevision();

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_BUILD_INFO_H_
