#include "libs/server/build_info.h"

namespace safehaven {

absl::string_view BuildVersion() { return SAFEHAVEN_BUILD_VERSION; }

absl::string_view BuildRevision() { return SAFEHAVEN_BUILD_REVISION; }

}  // namespace safehaven
