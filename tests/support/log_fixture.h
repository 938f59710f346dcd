// A log on a store of the test's choice, with a key, a clock and randomness that
// repeat. Single-threaded but for the log itself.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LOG_FIXTURE_H_
#define SAFEHAVEN_TESTS_SUPPORT_LOG_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/log/transparency_log.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/storage/store.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven::testing_support {

inline constexpr absl::Time kForever = absl::InfiniteFuture();

// What an opened log borrows.
struct LogSurroundings {
  FakeClock clock;
  FakeRandomness randomness{1};
};

inline LogOptions TestLogOptions() {
  LogOptions options;
  options.origin = kTestOrigin;
  return options;
}

inline absl::StatusOr<std::unique_ptr<TransparencyLog>> OpenTestLog(Store& store,
                                                                    LogSurroundings& around,
                                                                    LogOptions options) {
  return TransparencyLog::Open(std::move(options), TestSigner(kTestOrigin, 'a'), store,
                               around.clock, around.randomness);
}

inline AppendRequest BodyOnly(uint8_t kind, std::string body) {
  AppendRequest request;
  request.kind = kind;
  request.body = std::move(body);
  return request;
}

inline FollowRules TestFollowRules() {
  return {.origin = kTestOrigin,
          .log_keys = {TestSigner(kTestOrigin, 'a').verifier()},
          .witnesses = {},
          .witnesses_min = 0};
}

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_LOG_FIXTURE_H_
