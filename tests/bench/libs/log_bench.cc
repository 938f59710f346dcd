// Durable appends to a transparency log on RocksDB, with 1, 16, 64 and 256 in flight,
// beside one fdatasync per record on the same disk. What is measured is mostly waiting
// for the disk, so these are the only figures of wall time.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/bench/support/comparison.h"
#include "tests/support/log_fixture.h"
#include "tests/support/temp_dir.h"

namespace safehaven::bench {
namespace {

constexpr size_t kBodyBytes = 256;  // about a refusal's body

struct Log {
  Log() {
    auto opened = RocksDbStore::Open({.path = folder.File("store")});
    SH_CHECK(opened.ok());
    store = *std::move(opened);
    auto log_opened = testing_support::OpenTestLog(*store, around, testing_support::TestLogOptions());
    SH_CHECK(log_opened.ok());
    log = *std::move(log_opened);
  }

  testing_support::TempDir folder;
  testing_support::LogSurroundings around;
  std::unique_ptr<RocksDbStore> store;
  std::unique_ptr<TransparencyLog> log;
};

// Keeps a number of appends in flight until all are answered.
class Pump {
 public:
  Pump(TransparencyLog& log, size_t count) : log_(log), to_send_(count), to_answer_(count) {}

  absl::Status Run(size_t in_flight) {
    for (size_t i = 0; i < in_flight; ++i) SendNext();
    done_.WaitForNotification();
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  void SendNext() {
    {
      absl::MutexLock lock(&mutex_);
      if (to_send_ == 0) return;
      --to_send_;
    }
    log_.AppendThen(testing_support::BodyOnly(2, std::string(kBodyBytes, 'b')), [this](absl::StatusOr<Appended> done) {
      SendNext();
      absl::MutexLock lock(&mutex_);
      if (status_.ok()) status_ = done.status();
      if (--to_answer_ == 0) done_.Notify();
    });
  }

  TransparencyLog& log_;
  absl::Notification done_;
  absl::Mutex mutex_;
  size_t to_send_ ABSL_GUARDED_BY(mutex_);
  size_t to_answer_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

void Append(Log& log, size_t in_flight, size_t count, benchmark::State& state) {
  for (auto _ : state) {
    if (!Pump(*log.log, count).Run(in_flight).ok()) state.SkipWithError("an append failed");
  }
  state.counters[kItems] = static_cast<double>(count) * static_cast<double>(state.iterations());
}

// The yardstick: a file, a record, an fdatasync, again and again.
void SyncEach(const std::string& path, size_t count, benchmark::State& state) {
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const std::string record(kBodyBytes, 'r');
  for (auto _ : state) {
    for (size_t i = 0; i < count; ++i) {
      if (write(file, record.data(), record.size()) != static_cast<ssize_t>(record.size()) || fdatasync(file) != 0) {
        state.SkipWithError("cannot write");
      }
    }
  }
  close(file);
  state.counters[kItems] = static_cast<double>(count) * static_cast<double>(state.iterations());
}

absl::Status Agrees(Log& log) {
  const uint64_t before = log.log->revision().size;
  SH_RETURN_IF_ERROR(Pump(*log.log, 1000).Run(64));
  if (log.log->revision().size != before + 1000) return Internal("LOG_WRONG", "the log lost or doubled an append");
  SH_ASSIGN_OR_RETURN(const LogAudit audit, log.log->VerifyAll(absl::InfiniteFuture()));
  return audit.first_fault.has_value() ? Internal("LOG_WRONG", audit.first_fault->reason) : absl::OkStatus();
}

std::function<double(const Round&)> PerWallSecond(size_t side) {
  return [side](const Round& round) { return round[side].items / round[side].wall_seconds; };
}

std::function<double(const Round&)> RateRatio(size_t subject, size_t yardstick) {
  return [subject, yardstick](const Round& round) {
    return PerWallSecond(subject)(round) / PerWallSecond(yardstick)(round);
  };
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto log = std::make_shared<Log>();
  const size_t few = quick ? 5 : 200;
  Comparison appends;
  appends.name = "log/appends";
  appends.sides.push_back({.name = "fdatasync",
                           .body = [log, few](benchmark::State& state) { SyncEach(log->folder.File("raw"), few, state); },
                           .iterations = 1});
  appends.figures.push_back({.name = "fdatasync of one record", .unit = "ms", .of = [](const Round& round) {
                               return round[0].wall_seconds / round[0].items * 1e3;
                             }});
  for (const size_t in_flight : {1, 16, 64, 256}) {
    const size_t side = appends.sides.size();
    const size_t count = in_flight == 1 ? few : few * in_flight / 2;
    appends.sides.push_back({.name = absl::StrCat(in_flight, " in flight"),
                             .body = [log, in_flight, count](benchmark::State& state) {
                               Append(*log, in_flight, count, state);
                             },
                             .iterations = 1});
    appends.figures.push_back({.name = absl::StrCat("durable appends, ", in_flight, " in flight"),
                               .unit = "1/s", .of = PerWallSecond(side)});
    appends.figures.push_back({.name = absl::StrCat("  against one fdatasync a record"), .unit = "ratio",
                               .of = RateRatio(side, 0)});
    appends.figures.push_back({.name = "  CPU of an append", .unit = "us", .of = CpuMicrosPerItem(side)});
  }
  appends.figures[1].physical_limit = "one fsync each";
  appends.figures.back().physical_limit = "three SHA-256 of small inputs, 0.6 us, and a share of a signature, 40 us";
  appends.agrees = [log] { return Agrees(*log); };
  return {appends};
}

}  // namespace safehaven::bench
