// What the benchmark's server and its client have to agree on: the service's time, its
// register and its keys. Both make them from the same few lines. Header only.
#ifndef SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_WORLD_H_
#define SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_WORLD_H_

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/merkle/ed25519.h"
#include "tests/bench/consent/large_register.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {

inline constexpr char kAcuteProgram[] = "spiffe://demo.safehaven.invalid/source/acute";
inline constexpr char kAmiraSubject[] = "amira.analyst";

// A day of the sample register's life, at the pace of real time.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(absl::Time real_start)
      : shift_(ContextAt("2026-06-01").now - real_start) {}
  absl::Time Now() const override { return absl::Now() + shift_; }

 private:
  const absl::Duration shift_;
};

inline Ed25519PrivateKey AcuteKey() { return Ed25519PrivateKey::FromSeed(std::string(32, 's')).value(); }

// The large register with `jwks` as its issuer's keys and AcuteKey() as the hospital's.
inline std::vector<Entry> ServiceRegister(int regions, const std::string& jwks) {
  std::vector<Entry> entries = LargeRegister(regions);
  for (Entry& entry : entries) {
    if (Issuer* issuer = std::get_if<Issuer>(&entry)) issuer->jwks = jwks;
    Program* program = std::get_if<Program>(&entry);
    if (program != nullptr && program->spiffe_id == kAcuteProgram) {
      program->public_key.bytes = AcuteKey().public_key().bytes();
    }
  }
  return entries;
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_WORLD_H_
