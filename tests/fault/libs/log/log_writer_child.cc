// Appends to a log on RocksDB from several threads until it is killed. Each append
// that was acknowledged is printed: "<index> <body>". For log_kill_test.cc.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven {
namespace {

constexpr int kThreads = 4;

void AppendForever(TransparencyLog& log, uint64_t round, int thread) {
  for (uint64_t number = 0;; ++number) {
    AppendRequest request;
    request.body = absl::StrCat(round, "-", thread, "-", number);
    // A key of its own in the same batch, to be there exactly if the leaf is.
    request.batch.puts.push_back({absl::StrCat("key ", request.body), ""});
    const absl::StatusOr<Appended> appended = log.Append(request);
    if (!appended.ok()) std::abort();
    const std::string line = absl::StrCat(appended->index, " ", request.body, "\n");
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
  }
}

int Run(const std::string& path, uint64_t round) {
  RocksDbOptions options;
  options.path = path;
  const auto store = RocksDbStore::Open(options);
  if (!store.ok()) return 1;
  testing_support::FakeClock clock;
  testing_support::FakeRandomness randomness(round);
  const auto log = TransparencyLog::Open(
      testing_support::TestLogOptions(),
      testing_support::TestSigner(testing_support::kTestOrigin, 'a'), **store, clock, randomness);
  if (!log.ok()) {
    std::fprintf(stderr, "%s\n", log.status().ToString().c_str());
    return 1;
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&log, round, thread] { AppendForever(**log, round, thread); });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace safehaven

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return safehaven::Run(argv[1], std::strtoull(argv[2], nullptr, 10));
}
