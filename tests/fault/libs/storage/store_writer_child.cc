// Writes batches to a RocksDB store from several threads until it is killed. Each
// batch that the store acknowledged is printed: "<thread> <number>". For
// store_kill_test.cc, which knows what a batch holds.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/fault/libs/storage/written_batches.h"

namespace safehaven {
namespace {

void Write(Store& store, uint64_t round, uint64_t thread) {
  for (uint64_t number = 0;; ++number) {
    const BatchName name = {round, thread, number};
    if (!store.Apply(BatchOf(name), absl::InfiniteFuture()).ok()) std::abort();
    const std::string line = absl::StrCat(thread, " ", number, "\n");
    // One write a line: lines of several threads do not mix below PIPE_BUF.
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
  }
}

}  // namespace
}  // namespace safehaven

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  safehaven::RocksDbOptions options;
  options.path = argv[1];
  const auto store = safehaven::RocksDbStore::Open(options);
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 1;
  }
  const uint64_t round = std::strtoull(argv[2], nullptr, 10);
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < safehaven::kWriterThreads; ++thread) {
    threads.emplace_back([&store, round, thread] { safehaven::Write(**store, round, thread); });
  }
  for (std::thread& thread : threads) thread.join();
}
