// Goal: kill -9 at any moment of loading, costing or answering loses nothing that was
// acknowledged, doubles nothing, and leaves no answer without its entries.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "libs/merkle/sha256.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/child_process.h"
#include "tests/support/costing_world.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace safehaven::costing {
namespace {

using safehaven::testing_support::ChildProcess;
using safehaven::testing_support::TempDir;

constexpr int kKills = 12;
constexpr uint64_t kAcknowledgedMax = 40;
constexpr absl::Time kForever = absl::InfiniteFuture();

using Line = std::vector<std::string>;

// What the child acknowledged before it was gone.
std::vector<Line> RunUntilKilled(const std::string& path, int round, uint64_t acknowledgements) {
  std::vector<Line> lines;
  ChildProcess child({SAFEHAVEN_COSTING_WORK_CHILD, path, absl::StrCat(round)});
  const auto read = [&child, &lines] {
    const auto line = child.ReadLine();
    if (line.has_value()) lines.push_back(absl::StrSplit(*line, ' '));
    return line.has_value();
  };
  for (uint64_t i = 0; i < acknowledgements; ++i) EXPECT_TRUE(read());
  child.KillAndWait();
  while (read()) {
  }
  return lines;
}

void ExpectKept(CostingService& service, const Line& line) {
  if (line[0] == "rows" || line[0] == "visible") {
    const auto load = service.activity.loads().Get(line[1], kForever);
    ASSERT_TRUE(load.ok()) << load.status();
    if (line[0] == "visible") {
      EXPECT_EQ(load->phase(), storage::v1::LOAD_PHASE_VISIBLE);
    } else {
      EXPECT_GE(load->row_count(), std::stoull(line[2]));
    }
  } else if (line[0] == "run") {
    const auto run = service.runs.FindRequest(line[1], kForever);
    ASSERT_TRUE(run.ok() && run->has_value());
    EXPECT_EQ((*run)->run(), std::stoull(line[2]));
    EXPECT_EQ(absl::BytesToHexString((*run)->certificate()), line[3]);
  } else {
    const auto used = service.releases.FindUsed(line[1], kForever);
    ASSERT_TRUE(used.ok() && used->has_value());
    EXPECT_EQ(absl::BytesToHexString(ToBytes(Sha256((*used)->answer()))), line[2]);
  }
}

// Every load has exactly the rows that it counts; visible ones are live, once.
void ExpectLoadsWhole(CostingService& service) {
  const auto loads = service.activity.loads().List(kForever);
  ASSERT_TRUE(loads.ok());
  std::set<std::string> visible;
  for (const storage::v1::LoadRecord& load : *loads) {
    uint64_t rows = 0;
    ASSERT_TRUE(service.activity.loads().ReadBatches(load.load(), kForever, [&](absl::string_view bytes) {
      const auto batch = ParseBatch(bytes);
      EXPECT_TRUE(batch.ok()) << batch.status();
      if (!batch.ok()) return false;
      rows += batch->segment.events.row_count();
      if (load.phase() != storage::v1::LOAD_PHASE_VISIBLE) return true;
      for (const RecordKey& key : batch->segment.events.keys) visible.emplace(key.begin(), key.end());
      return true;
    }).ok());
    EXPECT_EQ(rows, load.row_count());
  }
  EXPECT_EQ(LiveEvents(service).size(), visible.size());
}

// Every run in the log is in the store under its request, once.
void ExpectRunsLogged(CostingService& service) {
  std::set<std::string> requests;
  for (const LogEntry& leaf : service.Leaves(kCostRunLeaf)) {
    storage::v1::CostRunRecord logged;
    ASSERT_TRUE(logged.ParseFromString(leaf.body));
    EXPECT_TRUE(requests.insert(logged.request_id()).second);
    const auto run = service.runs.FindRequest(logged.request_id(), kForever);
    ASSERT_TRUE(run.ok() && run->has_value());
    EXPECT_EQ((*run)->SerializeAsString(), leaf.body);
  }
  EXPECT_TRUE(service.runs.CurrentCosts(kForever).ok());
}

// Every warrant has one opening, at most one closing after it, and an answer exactly if
// it is closed; those that were cut off are known as such.
void ExpectReleasesPaired(CostingService& service) {
  std::map<std::string, uint64_t> opened;
  for (const LogEntry& leaf : service.Leaves(kReleaseOpeningLeaf)) {
    v1::ReleaseOpening opening;
    ASSERT_TRUE(opening.ParseFromString(leaf.body));
    EXPECT_TRUE(opened.emplace(opening.warrant(), 0).second);
  }
  for (const LogEntry& leaf : service.Leaves(kReleaseClosingLeaf)) {
    v1::ReleaseClosing closing;
    ASSERT_TRUE(closing.ParseFromString(leaf.body));
    ASSERT_TRUE(opened.contains(closing.warrant()));
    EXPECT_EQ(++opened[closing.warrant()], 1u);
  }
  size_t cut_off = 0;
  for (const auto& [warrant, closings] : opened) {
    if (closings == 0) ++cut_off;
    const auto used = service.releases.FindUsed(warrant, kForever);
    ASSERT_TRUE(used.ok() && used->has_value());
    EXPECT_EQ(!(*used)->answer().empty() || !(*used)->closed_answer().empty(), closings == 1);
    if ((*used)->closed_answer().empty()) continue;
    EXPECT_TRUE(service.releases.FindClosing(**used, kForever).ok());
  }
  EXPECT_EQ(service.releases.CutOff(kForever)->size(), cut_off);
}

TEST(CostingKill, NothingAcknowledgedIsLostAndNothingIsDoubled) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const TempDir directory;
  const std::string path = directory.File("store");
  std::vector<Line> acknowledged;
  for (int round = 0; round < kKills; ++round) {
    const std::vector<Line> lines = RunUntilKilled(path, round, 1 + prng() % kAcknowledgedMax);
    acknowledged.insert(acknowledged.end(), lines.begin(), lines.end());
    const auto store = RocksDbStore::Open({.path = path});
    ASSERT_TRUE(store.ok()) << store.status();
    WorldClock clock;
    safehaven::testing_support::FakeRandomness randomness(1);
    ConsentInMemory consent(clock, '0');
    LinkageInMemory linkage;
    CostingService service(**store, consent, linkage, clock, randomness);
    for (const Line& line : acknowledged) ASSERT_NO_FATAL_FAILURE(ExpectKept(service, line));
    ASSERT_NO_FATAL_FAILURE(ExpectLoadsWhole(service));
    ASSERT_NO_FATAL_FAILURE(ExpectRunsLogged(service));
    ASSERT_NO_FATAL_FAILURE(ExpectReleasesPaired(service));
    EXPECT_FALSE(service.log->VerifyAll(kForever)->first_fault.has_value());
  }
}

}  // namespace
}  // namespace safehaven::costing
