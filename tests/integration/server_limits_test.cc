// Deadlines, limits, and how failures cross the wire.
#include <atomic>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"
#include "tests/support/echo_server.h"

namespace safehaven {
namespace {

class ServerLimits : public testing::Test {
 protected:
  ServerLimits() : server_(certificates_) {}

  absl::StatusOr<EchoResponse> Call(Client& client, const char* method,
                                    const CallOptions& options) {
    EchoRequest request;
    request.set_text("a question");
    return client.CallUnary<EchoResponse>(kEchoService, method, request, options);
  }

  TestCertificates certificates_;
  EchoServer server_;
  EchoHandlers handlers_;
};

TEST_F(ServerLimits, ACallWithoutADeadlineGetsTheMethodsLongest) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  const auto answer = CallWithoutDeadline(client->channel(), "Hasten", EchoRequest());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_LE(answer->deadline_ms(), 300);
  EXPECT_GT(CallWithoutDeadline(client->channel(), "Echo", EchoRequest())->deadline_ms(), 300);
}

TEST_F(ServerLimits, AShorterDeadlineOfTheCallerIsKept) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  CallOptions options;
  options.timeout = absl::Seconds(5);
  const auto answer = Call(*server_.ClientAs("gateway"), "Echo", options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_LE(answer->deadline_ms(), 5000);
}

// Goal: a handler that overstays learns of it, though its caller would wait for ever.
TEST_F(ServerLimits, AHandlerSeesThatItsDeadlineHasPassed) {
  handlers_.hasten = [](const class Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    const absl::Time give_up = absl::Now() + absl::Seconds(20);
    while (!call.IsCancelled() && absl::Now() < give_up) std::this_thread::yield();
    if (!call.IsCancelled()) return EchoResponse();
    return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED", "too late");
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  const auto answer = CallWithoutDeadline(client->channel(), "Hasten", EchoRequest());
  EXPECT_EQ(ReasonOf(answer.status()), "DEADLINE_PASSED");
}

// Goal: nobody works for a caller who has waited in the queue beyond the deadline.
// Method: one worker, kept busy for longer than the second method may take.
TEST_F(ServerLimits, ACallThatWaitedTooLongForAWorkerIsNotBegun) {
  server_.options().worker_threads = 1;
  std::atomic<int> hastened{0};
  absl::Notification running;
  handlers_.echo = [&](const class Call& call, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    running.Notify();
    const absl::Time until = absl::Now() + absl::Seconds(2);
    while (absl::Now() < until) std::this_thread::yield();
    return Describe(call, request);
  };
  handlers_.hasten = [&](const class Call& call, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    ++hastened;
    return Describe(call, request);
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  std::thread first([&] { EXPECT_TRUE(Call(*client, "Echo", {}).ok()); });
  running.WaitForNotification();
  const auto late = CallWithoutDeadline(client->channel(), "Hasten", EchoRequest());
  first.join();
  EXPECT_EQ(ReasonOf(late.status()), "DEADLINE_PASSED");
  EXPECT_EQ(hastened, 0);
}

TEST_F(ServerLimits, AHandlerSeesThatItsCallerHasGone) {
  absl::Notification running;
  absl::Notification seen;
  handlers_.echo = [&](const class Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    running.Notify();
    while (!call.IsCancelled()) std::this_thread::yield();
    seen.Notify();
    return EchoResponse();
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  Cancellation cancellation;
  std::thread canceller([&] {
    running.WaitForNotification();
    cancellation.Cancel();
  });
  CallOptions options;
  options.cancellation = &cancellation;
  const auto answer = Call(*client, "Echo", options);
  canceller.join();
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ReasonOf(answer.status()), "CALL_CANCELLED");
  EXPECT_TRUE(seen.WaitForNotificationWithTimeout(absl::Seconds(9)));
}

TEST_F(ServerLimits, CallsAboveTheLimitAreRefusedWithAHintAndThoseBelowAreNot) {
  server_.options().in_flight_max = 2;
  absl::BlockingCounter running(2);
  absl::Notification release;
  handlers_.echo = [&](const class Call& call, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    running.DecrementCount();
    release.WaitForNotification();
    return Describe(call, request);
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  std::atomic<int> answered{0};
  std::vector<std::thread> callers;
  for (int index = 0; index < 2; ++index) {
    callers.emplace_back([&] { answered += Call(*client, "Echo", {}).ok(); });
  }
  running.Wait();
  const auto refused = Call(*client, "Hasten", {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), "SERVER_BUSY");
  EXPECT_TRUE(RetryAfterOf(refused.status()).has_value());
  release.Notify();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 2);
}

TEST_F(ServerLimits, ReasonAndMetadataAndHintCrossTheWireWhole) {
  handlers_.echo = [](const class Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return WithRetryAfter(Failure(absl::StatusCode::kFailedPrecondition, "CROSSWALK_NOT_LOADED",
                                  "come again", {{"crosswalk", "one"}}),
                          absl::Milliseconds(1500));
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const absl::Status failure = Call(*server_.ClientAs("gateway"), "Echo", {}).status();
  EXPECT_EQ(failure.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(failure.message(), "come again");
  EXPECT_EQ(ReasonOf(failure), "CROSSWALK_NOT_LOADED");
  EXPECT_EQ(MetadataOf(failure)["crosswalk"], "one");
  EXPECT_EQ(RetryAfterOf(failure), absl::Milliseconds(1500));
}

TEST_F(ServerLimits, TheCauseOfAnInternalFailureIsNotSent) {
  handlers_.echo = [](const class Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return Internal("STORE_BROKEN", "a path that is nobody's business");
  };
  handlers_.hasten = [](const class Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    throw std::runtime_error("what a library said");
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  const absl::Status failure = Call(*client, "Echo", {}).status();
  EXPECT_EQ(failure.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ReasonOf(failure), "STORE_BROKEN");
  EXPECT_EQ(failure.message().find("nobody's"), absl::string_view::npos);
  const absl::Status thrown = Call(*client, "Hasten", {}).status();
  EXPECT_EQ(ReasonOf(thrown), "HANDLER_THREW");
  EXPECT_EQ(thrown.message().find("library"), absl::string_view::npos);
}

TEST_F(ServerLimits, AnUnavailableIdempotentCallIsSentAgainUntilItIsAnswered) {
  std::atomic<int> calls{0};
  handlers_.echo = [&calls](const class Call& call, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    if (++calls < 3) return Unavailable("STORE_UNAVAILABLE", "not now");
    return Describe(call, request);
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  EXPECT_TRUE(Call(*server_.ClientAs("gateway"), "Echo", {}).ok());
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(server_.sleeper().sleeps().size(), 2u);
}

TEST_F(ServerLimits, AnUnavailableCallThatIsNotIdempotentIsSentOnce) {
  std::atomic<int> calls{0};
  handlers_.write = [&calls](const class Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    ++calls;
    return Unavailable("STORE_UNAVAILABLE", "not now");
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  EXPECT_EQ(ReasonOf(Call(*server_.ClientAs("linkage"), "Write", {}).status()),
            "STORE_UNAVAILABLE");
  EXPECT_EQ(calls, 1);
}

TEST_F(ServerLimits, AMessageAboveTheLimitIsRefused) {
  server_.options().message_bytes_max = 1000;
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  EchoRequest request;
  request.set_text(std::string(2000, 'x'));
  const auto client = server_.ClientAs("gateway");
  EXPECT_EQ(client->CallUnary<EchoResponse>(kEchoService, "Echo", request, {}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Call(*client, "Echo", {}).ok());
}

}  // namespace
}  // namespace safehaven
