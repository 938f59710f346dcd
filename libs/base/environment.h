// What core code takes from the world as arguments: time and randomness. The real
// ones are made in main.cc (libs/server/system.h); tests make their own.
#ifndef SAFEHAVEN_LIBS_BASE_ENVIRONMENT_H_
#define SAFEHAVEN_LIBS_BASE_ENVIRONMENT_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace safehaven {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// Unpredictable bytes, fit for keys and salts. Thread-safe.
class Randomness {
 public:
  virtual ~Randomness() = default;
  // Exactly `count` bytes.
  virtual std::string Bytes(size_t count) = 0;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_ENVIRONMENT_H_
