#include "libs/server/readiness.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(Readiness, NeedsEveryConditionThatWasRequired) {
  Readiness readiness([](const Readiness::Conditions&) {});
  EXPECT_TRUE(readiness.IsReady());
  readiness.Require("store");
  readiness.Require("consent");
  EXPECT_FALSE(readiness.IsReady());
  readiness.Met("store");
  EXPECT_FALSE(readiness.IsReady());
  readiness.Met("consent");
  EXPECT_TRUE(readiness.IsReady());
  readiness.NotMet("consent", "UNREACHABLE");
  EXPECT_FALSE(readiness.IsReady());
  EXPECT_EQ(readiness.Get().at("consent").reason, "UNREACHABLE");
}

TEST(Readiness, RequiringWhatIsMetChangesNothing) {
  Readiness readiness([](const Readiness::Conditions&) {});
  readiness.Met("store");
  readiness.Require("store");
  EXPECT_TRUE(readiness.IsReady());
}

TEST(Readiness, TellsOfChangesOnly) {
  int told = 0;
  Readiness readiness([&told](const Readiness::Conditions&) { ++told; });
  readiness.Met("store");
  readiness.Met("store");
  EXPECT_EQ(told, 1);
  readiness.NotMet("store", "WRITE_STALLED");
  EXPECT_EQ(told, 2);
}

// Goal: whatever threads do, the last thing that is told is the last state.
TEST(Readiness, TellsTheLastStateLast) {
  Readiness::Conditions last;
  {
    Readiness readiness([&last](const Readiness::Conditions& conditions) { last = conditions; });
    std::vector<std::thread> threads;
    for (const char* name : {"a", "b", "c", "d"}) {
      threads.emplace_back([&readiness, name] {
        for (int round = 0; round < 500; ++round) {
          readiness.NotMet(name, "NOT_NOW");
          readiness.Met(name);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(last, readiness.Get());
    EXPECT_TRUE(readiness.IsReady());
  }
}

}  // namespace
}  // namespace safehaven
