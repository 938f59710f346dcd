// The seed of a randomised test: from SAFEHAVEN_SEED, or fresh. Tests print it, so
// that a failure can be run again.
#ifndef SAFEHAVEN_TESTS_SUPPORT_SEED_H_
#define SAFEHAVEN_TESTS_SUPPORT_SEED_H_

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace safehaven {

inline uint64_t SeedFromEnvironment() {
  if (const char* text = std::getenv("SAFEHAVEN_SEED")) return std::stoull(text);
  return std::random_device()();
}

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_SEED_H_
