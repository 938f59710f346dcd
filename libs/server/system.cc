#include "libs/server/system.h"

#include <sys/random.h>

#include <cerrno>

#include "absl/time/clock.h"
#include "libs/base/status.h"

namespace safehaven {

absl::Time SystemClock::Now() const { return absl::Now(); }

std::string SystemRandomness::Bytes(size_t count) {
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const ssize_t got = getrandom(bytes.data() + filled, count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    SH_CHECK(got > 0);
    filled += static_cast<size_t>(got);
  }
  return bytes;
}

}  // namespace safehaven
