// The real clock and the real randomness, for main.cc and for nobody else: whatever
// decides something takes them as arguments (libs/base/environment.h).
#ifndef SAFEHAVEN_LIBS_SERVER_SYSTEM_H_
#define SAFEHAVEN_LIBS_SERVER_SYSTEM_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "libs/base/environment.h"

namespace safehaven {

// The machine's wall clock. Thread-safe.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

// The kernel's generator (getrandom). Ends the program if the kernel refuses, because
// there is no safe way on without randomness. Thread-safe.
class SystemRandomness final : public Randomness {
 public:
  std::string Bytes(size_t count) override;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_SYSTEM_H_
