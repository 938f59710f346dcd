// Starting consent with 5,000 approvals and four million objections in its store: the
// store is opened, the log verified, and everything folded from it.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "services/consent/core/entry_text.h"
#include "services/consent/store/consent_store.h"
#include "tests/bench/consent/large_register.h"
#include "tests/bench/support/comparison.h"
#include "tests/support/log_fixture.h"
#include "tests/support/temp_dir.h"

namespace safehaven::bench {
namespace {

using consent::ConsentStore;

struct Sizes {
  int regions;
  uint32_t objections;
};
constexpr Sizes kSizes = {.regions = 1250, .objections = 4'000'000};
constexpr Sizes kSizesQuick = {.regions = 3, .objections = 20'000};
constexpr size_t kBatch = 8192;
constexpr size_t kEntriesPerChange = 2'000;
// Numbers of the range that is kept for tests.
constexpr uint32_t kFirstBase = 900'000'000;
constexpr uint32_t kBases = 99'000'000;

// A service's durable side, opened as main.cc does.
struct Opened {
  explicit Opened(const std::string& path) {
    auto opened = RocksDbStore::Open({.path = path});
    SH_CHECK(opened.ok());
    store = *std::move(opened);
    auto opened_log = testing_support::OpenTestLog(*store, around, testing_support::TestLogOptions());
    SH_CHECK(opened_log.ok());
    log = *std::move(opened_log);
    auto opened_consent = ConsentStore::Open(*store, *log);
    SH_CHECK(opened_consent.ok());
    consent_store = *std::move(opened_consent);
  }

  testing_support::LogSurroundings around;
  std::unique_ptr<RocksDbStore> store;
  std::unique_ptr<TransparencyLog> log;
  std::unique_ptr<ConsentStore> consent_store;
};

// The n-th objector: spread over the range, so that neighbours are not.
NhsNumber Objector(uint32_t n) {
  for (uint32_t base = static_cast<uint32_t>(uint64_t{n} * 24'749'983 % kBases);; base = (base + 1) % kBases) {
    const auto number = NhsNumber::FromBase(kFirstBase + base);
    if (number.ok()) return *number;
  }
}

void Fill(ConsentStore& store, const Sizes& sizes) {
  const std::vector<consent::Entry> entries = consent::LargeRegister(sizes.regions);
  for (size_t begin = 0; begin < entries.size(); begin += kEntriesPerChange) {
    storage::v1::RegisterChangeRecord record;
    for (size_t i = begin; i < std::min(begin + kEntriesPerChange, entries.size()); ++i) {
      storage::v1::RegisterEntryRecord* out = record.add_entries();
      out->set_key(consent::KeyOf(entries[i]));
      out->set_text(consent::SerialiseEntry(entries[i]));
    }
    SH_CHECK(store.AppendRegister(record, store.view(), absl::InfiniteFuture()).ok());
  }
  for (uint32_t begin = 0; begin < sizes.objections; begin += kBatch) {
    storage::v1::ObjectionBatchRecord record;
    record.set_set("national");
    record.set_load("load");
    record.set_offset(begin);
    for (uint32_t i = begin; i < std::min<uint32_t>(begin + kBatch, sizes.objections); ++i) {
      record.add_nhs_numbers(Objector(i).value());
      record.add_effective_days(20'000);
      record.add_received_days(20'001);
      record.mutable_withdrawn()->push_back('\0');
    }
    SH_CHECK(store.AppendObjections(record, absl::InfiniteFuture()).ok());
  }
}

struct World {
  explicit World(const Sizes& the_sizes) : sizes(the_sizes) {
    const Opened opened(folder.File("state"));
    Fill(*opened.consent_store, sizes);
    size = opened.log->revision().size;
    approvals = opened.consent_store->state().view().snapshot->All<consent::Approval>().size();
  }

  testing_support::TempDir folder;
  Sizes sizes;
  uint64_t size = 0;
  size_t approvals = 0;
};

void Start(const World& world, benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Opened(world.folder.File("state")).log->revision().size);
}

absl::Status Agrees(const World& world) {
  const Opened opened(world.folder.File("state"));
  const consent::ConsentState& state = opened.consent_store->state();
  if (opened.log->revision().size != world.size ||
      state.view().snapshot->All<consent::Approval>().size() != world.approvals) {
    return Internal("START_WRONG", "the log or the register is not what it was");
  }
  for (uint32_t i = 0; i < world.sizes.objections; i += 997) {
    if (!state.objections().Contains("national", Objector(i).value())) {
      return Internal("START_WRONG", "an objection was forgotten");
    }
  }
  return state.objections().Contains("national", 9'990'000'018) ? Internal("START_WRONG", "an objection from nowhere")
                                                                : absl::OkStatus();
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<const World>(quick ? kSizesQuick : kSizes);
  Comparison start;
  start.name = "consent/start";
  start.sides = {{.name = "start", .body = [world](benchmark::State& state) { Start(*world, state); },
                  .iterations = 1}};
  start.figures = {{.name = "start with 5,000 approvals, 4 million objections", .unit = "s", .of = CpuSeconds(0),
                    .bound = AtMost(2), .physical_limit = "80 MB from the store, 0.1 s; SHA-256 of them, 0.05 s"},
                   {.name = "  wall time", .unit = "s", .of = WallSeconds(0), .bound = AtMost(2),
                    .needs_two_cores = true}};
  start.agrees = [world] { return Agrees(*world); };
  return {start};
}

}  // namespace safehaven::bench
