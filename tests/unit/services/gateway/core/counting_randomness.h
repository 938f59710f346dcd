// Bytes that differ at every call and are the same in every run.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_CORE_COUNTING_RANDOMNESS_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_CORE_COUNTING_RANDOMNESS_H_

#include <atomic>
#include <string>

#include "libs/base/environment.h"
#include "libs/merkle/sha256.h"

namespace safehaven::gateway {

// Thread-safe. At most 32 bytes a call.
class CountingRandomness : public Randomness {
 public:
  std::string Bytes(size_t count) override {
    return ToBytes(Sha256(std::to_string(++calls_))).substr(0, count);
  }

 private:
  std::atomic<int> calls_{0};
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_CORE_COUNTING_RANDOMNESS_H_
