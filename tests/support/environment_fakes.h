// Time and randomness under a test's control. Thread-safe.
#ifndef SAFEHAVEN_TESTS_SUPPORT_ENVIRONMENT_FAKES_H_
#define SAFEHAVEN_TESTS_SUPPORT_ENVIRONMENT_FAKES_H_

#include <cstdint>
#include <random>
#include <string>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"

namespace safehaven::testing_support {

// Stands still until it is moved; begins on 1 January 2026.
class FakeClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'767'225'600);
};

// Repeatable bytes: never outside tests.
class FakeRandomness : public Randomness {
 public:
  explicit FakeRandomness(uint64_t seed) : prng_(seed) {}
  std::string Bytes(size_t count) override {
    absl::MutexLock lock(&mutex_);
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(prng_() & 0xFF);
    return bytes;
  }

 private:
  absl::Mutex mutex_;
  std::mt19937_64 prng_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_ENVIRONMENT_FAKES_H_
