// Goal: leaves that are appended together are in the log together or not at all,
// however groups are cut and whatever fails.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/gated_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven {
namespace {

using testing_support::BodyOnly;
using testing_support::GatedStore;
using testing_support::kForever;
using testing_support::LogSurroundings;
using testing_support::OpenTestLog;
using testing_support::TestLogOptions;

std::vector<AppendRequest> Three(const std::string& name) {
  return {BodyOnly(1, name + " first"), BodyOnly(1, name + " second"), BodyOnly(2, name + " third")};
}

class AppendTogetherTest : public ::testing::Test {
 protected:
  // A group has room for two leaves, fewer than are appended together.
  AppendTogetherTest() {
    LogOptions options = TestLogOptions();
    options.queue.group_appends_max = 2;
    log_ = OpenTestLog(faulty_, around_, options).value();
  }

  std::string Refusal(std::vector<AppendRequest> requests) {
    return ReasonOf(log_->AppendTogether(std::move(requests)).status());
  }

  MemoryStore store_;
  GatedStore gated_{store_};
  FaultyStore faulty_{FaultOptions{}, gated_};
  LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_;
};

TEST_F(AppendTogetherTest, TheyAreNeighboursInOneCheckpoint) {
  // One batch stands at the gate, so that what follows waits in the queue with others.
  gated_.CloseGate();
  log_->AppendThen(BodyOnly(1, "at the gate"), [](absl::StatusOr<Appended>) {});
  gated_.AwaitWaiting();
  log_->AppendThen(BodyOnly(1, "before them"), [](absl::StatusOr<Appended>) {});
  gated_.OpenGate();
  const auto appended = log_->AppendTogether(Three("a"));
  ASSERT_TRUE(appended.ok()) << appended.status();
  ASSERT_EQ(appended->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*appended)[i].index, (*appended)[0].index + i);
    EXPECT_EQ((*appended)[i].revision, (*appended)[0].revision);
  }
  EXPECT_EQ(log_->Read((*appended)[2].index, kForever)->body, "a third");
}

TEST_F(AppendTogetherTest, AStoreThatFailsLeavesNoneOfThem) {
  faulty_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(Refusal(Three("a")), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(log_->revision().size, 0u);
  EXPECT_TRUE(log_->AppendTogether(Three("a")).ok());
  EXPECT_EQ(log_->revision().size, 3u);
}

TEST_F(AppendTogetherTest, AConditionThatFailsRefusesAllOfThem) {
  const auto with_condition = [](const std::string& name) {
    std::vector<AppendRequest> requests = Three(name);
    for (AppendRequest& request : requests) request.batch.preconditions = {{.key = "guard", .version = std::nullopt}};
    return requests;
  };
  ASSERT_TRUE(log_->AppendTogether(with_condition("a")).ok());
  AppendRequest change = BodyOnly(1, "change");
  change.batch.puts = {{.key = "guard", .value = ""}};
  ASSERT_TRUE(log_->Append(change).ok());
  EXPECT_EQ(Refusal(with_condition("b")), "PRECONDITION_FAILED");
  EXPECT_EQ(log_->revision().size, 4u);
}

TEST_F(AppendTogetherTest, WhatCouldHoldInPartIsNotTaken) {
  EXPECT_EQ(Refusal({}), "LOG_APPEND_INVALID");
  EXPECT_EQ(Refusal(std::vector<AppendRequest>(kAppendsTogetherMax + 1, BodyOnly(1, "x"))), "LOG_APPEND_INVALID");
  std::vector<AppendRequest> requests = Three("a");
  requests[1].deadline = around_.clock.Now() + absl::Seconds(1);
  EXPECT_EQ(Refusal(requests), "LOG_APPEND_INVALID") << "one could expire alone";
  requests = Three("a");
  requests[1].batch.preconditions = {{.key = "guard", .version = std::nullopt}};
  EXPECT_EQ(Refusal(requests), "LOG_APPEND_INVALID") << "one could be refused alone";
  requests = Three("a");
  for (AppendRequest& request : requests) {
    request.batch.preconditions = {{.key = "guard", .version = std::nullopt}};
    request.batch.puts = {{.key = "guard", .value = ""}};
  }
  EXPECT_EQ(Refusal(requests), "LOG_APPEND_INVALID") << "the first would refuse the second";
  EXPECT_EQ(log_->revision().size, 0u);
}

}  // namespace
}  // namespace safehaven
