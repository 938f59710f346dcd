// Goal: kill -9 at any stage of a linkage run loses nothing, doubles nothing and leaves
// no revision by half; the run goes on at the next start and ends as if undisturbed.
// Method: a child runs the service and names the stages it enters; it is killed at each
// of them in turn, then started again, and the store is compared with that of a run that
// nobody disturbed.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "services/linkage/store/crosswalk_store.h"
#include "services/linkage/store/exclusion_store.h"
#include "services/linkage/store/run_store.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace safehaven::linkage {
namespace {

using testing_support::ChildProcess;
using testing_support::TempDir;

const absl::Time kForever = absl::InfiniteFuture();
constexpr char kReference[] = "CAG 9-01(a)/2025";

// Kills the child when it says `line`; returns the last line it said.
std::string RunUntil(const std::string& path, const std::string& line) {
  ChildProcess child({SAFEHAVEN_LINKAGE_RUN_CHILD, path});
  std::string last;
  while (const auto said = child.ReadLine()) {
    last = *said;
    if (last == line) child.KillAndWait();
  }
  return last;
}

struct Outcome {
  StoredCrosswalk stored;
  size_t keys = 0;
  size_t pending = 0;
};

Outcome Read(const std::string& path) {
  Outcome outcome;
  const auto store = RocksDbStore::Open({.path = path});
  EXPECT_TRUE(store.ok()) << store.status();
  CrosswalkStore crosswalks(**store);
  outcome.stored = *crosswalks.ReadNewest(kReference, kForever);
  RunStore runs(**store);
  outcome.pending = runs.Pending(kForever)->size();
  const auto snapshot = (*store)->TakeSnapshot(kForever);
  EXPECT_TRUE((*store)->Scan("", "", **snapshot, kForever, [&outcome](absl::string_view, const Entry&) {
                          return ++outcome.keys > 0;
                        }).ok());
  return outcome;
}

TEST(LinkageKill, ARunThatWasKilledAtAnyStageEndsAsIfUndisturbed) {
  const TempDir directory;
  const std::string undisturbed = directory.File("undisturbed");
  ASSERT_EQ(RunUntil(undisturbed, ""), "done 1");
  const Outcome expected = Read(undisturbed);
  ASSERT_GT(expected.stored.crosswalk.records.size(), 500u);
  const std::vector<std::string> moments = {"accepted",  "stage 10",  "stage 100", "stage 250", "stage 300", "stage 750",
                                            "stage 800", "stage 850", "stage 900", "stage 950"};
  for (size_t i = 0; i < moments.size(); ++i) {
    SCOPED_TRACE(moments[i]);
    const std::string path = directory.File(std::to_string(i));
    RunUntil(path, moments[i]);
    const bool committed = moments[i] == "stage 950";
    EXPECT_EQ(Read(path).stored.crosswalk.revision, committed ? 1u : 0u) << "whole or not at all";
    EXPECT_EQ(Read(path).pending, committed ? 0u : 1u);
    ASSERT_EQ(RunUntil(path, ""), "done 1");
    const Outcome outcome = Read(path);
    EXPECT_EQ(outcome.stored.crosswalk.records, expected.stored.crosswalk.records);
    EXPECT_EQ(outcome.stored.crosswalk.attributes, expected.stored.crosswalk.attributes);
    EXPECT_EQ(outcome.stored.crosswalk.model, expected.stored.crosswalk.model);
    EXPECT_EQ(outcome.stored.next_person, expected.stored.next_person);
    EXPECT_EQ(outcome.keys, expected.keys) << "nothing is left of the attempt before";
    EXPECT_EQ(outcome.pending, 0u);
  }
}

}  // namespace
}  // namespace safehaven::linkage
