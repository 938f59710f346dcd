// consent in a process of its own (bench_server.cc), with its certificates and clients
// that may call it. Single-threaded but for what says otherwise.
#ifndef SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_UNDER_TEST_H_
#define SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_UNDER_TEST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/client/client.h"
#include "libs/server/system.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "tests/bench/consent/service_world.h"
#include "tests/support/child_process.h"
#include "tests/support/echo_server.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certificates.h"

namespace safehaven::bench {

class ServiceUnderTest {
 public:
  // Starts it with a register of that many regions; returns when it takes calls.
  explicit ServiceUnderTest(int regions);

  // CPU seconds that the server has used so far.
  double ServerCpuSeconds() const;
  std::string FolderFile(const std::string& name) const { return folder_.File(name); }

  Client& gateway() { return *gateway_; }
  Client& acute() { return *acute_; }

  // What Amira asks of her pioneer, with her token.
  consent::v1::DecideRequest AmirasRequest() const;
  // Fresh evidence of the hospital's program for `digest`: of the question, or of the request.
  type::v1::Evidence AcuteEvidence(absl::string_view digest);

  // Loads `numbers` as objections of the set "type1", in batches of 8,192, each
  // acknowledged when durable; a few are on their way at once.
  absl::Status Load(const std::string& load, const std::vector<uint64_t>& numbers);

  // Screens `numbers` in columns over one stream; the verdicts in their order.
  absl::StatusOr<std::string> Screen(const std::vector<uint64_t>& numbers);

 private:
  std::unique_ptr<Client> ClientAs(absl::string_view program, int port);

  testing_support::TempDir folder_;
  TestCertificates certificates_;
  SystemClock real_clock_;
  SystemRandomness randomness_;
  RecordingSleeper sleeper_;
  absl::Time real_start_;
  consent::ShiftedClock clock_;
  std::string token_;
  std::unique_ptr<testing_support::ChildProcess> server_;
  int server_pid_ = 0;
  std::unique_ptr<Client> gateway_;
  std::unique_ptr<Client> acute_;
};

// `count` different numbers of the range that is kept for tests, from `seed`.
std::vector<uint64_t> TestNumbers(size_t count, uint64_t seed);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_CONSENT_SERVICE_UNDER_TEST_H_
