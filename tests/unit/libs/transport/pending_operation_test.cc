#include "libs/transport/pending_operation.h"

#include <thread>

#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(PendingOperation, IsWaitedForUntilAnotherThreadEndsIt) {
  for (const bool succeeded : {true, false}) {
    PendingOperation operation;
    operation.Begin();
    std::thread reactor([&operation, succeeded] { operation.End(succeeded); });
    EXPECT_EQ(operation.Wait(absl::InfiniteFuture()), succeeded);
    reactor.join();
  }
}

TEST(PendingOperation, HasNoOutcomeAtTheDeadlineAndOneLater) {
  PendingOperation operation;
  operation.Begin();
  EXPECT_EQ(operation.Wait(absl::InfinitePast()), std::nullopt);
  operation.End(true);
  EXPECT_EQ(operation.Wait(absl::InfinitePast()), true);
}

TEST(PendingOperation, ForgetsTheLastOneWhenItBeginsAnew) {
  PendingOperation operation;
  operation.Begin();
  operation.End(true);
  operation.Begin();
  EXPECT_EQ(operation.Wait(absl::InfinitePast()), std::nullopt);
}

}  // namespace
}  // namespace safehaven
