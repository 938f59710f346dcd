// Streams over the wire: order, back-pressure, limits, ends.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "grpcpp/channel.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/client/client_stream_reactor.h"
#include "tests/support/echo_server.h"

namespace safehaven {
namespace {

using Exchange = ClientStream<EchoRequest, EchoResponse>;

class ServerStream : public testing::Test {
 protected:
  ServerStream() : server_(certificates_) {}

  absl::StatusOr<Exchange> Open(Client& client, const char* method) {
    return client.OpenStream<EchoRequest, EchoResponse>(kEchoService, method, {});
  }

  TestCertificates certificates_;
  EchoServer server_;
  EchoHandlers handlers_;
};

TEST_F(ServerStream, AServerStreamDeliversAllMessagesInOrder) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  auto stream = Open(*client, "Count");
  ASSERT_TRUE(stream.ok());
  EchoRequest request;
  request.set_count(1000);
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->CloseWrites());
  EchoResponse response;
  uint32_t count = 0;
  while (true) {
    const auto arrived = stream->Read(response);
    ASSERT_TRUE(arrived.ok());
    if (!*arrived) break;
    EXPECT_EQ(response.number(), count++);
  }
  EXPECT_EQ(count, 1000u);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerStream, ABidirectionalStreamAnswersEachMessage) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  auto stream = Open(*client, "Exchange");
  ASSERT_TRUE(stream.ok());
  EchoRequest request;
  EchoResponse response;
  for (uint32_t number = 0; number < 50; ++number) {
    request.set_text(absl::StrCat("message ", number));
    ASSERT_TRUE(stream->Write(request));
    const auto arrived = stream->Read(response);
    ASSERT_TRUE(arrived.ok() && *arrived);
    EXPECT_EQ(response.text(), request.text());
    EXPECT_EQ(response.number(), number);
  }
  EXPECT_TRUE(stream->CloseWrites());
  EXPECT_TRUE(stream->Finish().ok());
}

// Goal: a handler that does not read stops its client. Method: the client writes 64 KiB
// messages until the transport's windows are full; were nothing holding it back it
// would write them all.
TEST_F(ServerStream, AHandlerThatDoesNotReadHoldsItsClientBack) {
  constexpr int kMessages = 1000;
  absl::Notification release;
  std::atomic<int> read{0};
  handlers_.exchange = [&](const Call&, Reader<EchoRequest>& reader,
                           Writer<EchoResponse>&) -> absl::Status {
    release.WaitForNotification();
    EchoRequest request;
    while (true) {
      SH_ASSIGN_OR_RETURN(const bool arrived, reader.Read(request));
      if (!arrived) return absl::OkStatus();
      ++read;
    }
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  auto stream = Open(*client, "Exchange");
  ASSERT_TRUE(stream.ok());
  std::atomic<int> written{0};
  std::thread writer([&] {
    EchoRequest request;
    request.set_text(std::string(64 << 10, 'x'));
    while (written < kMessages && stream->Write(request)) ++written;
    EXPECT_TRUE(stream->CloseWrites());
  });
  // The writer stands still once a whole second brings no progress.
  int before = -1;
  while (before != written) {
    before = written;
    absl::Notification never;
    never.WaitForNotificationWithTimeout(absl::Seconds(1));
  }
  EXPECT_LT(written, kMessages / 2);
  release.Notify();
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(written, kMessages);
  EXPECT_EQ(read, kMessages);
}

TEST_F(ServerStream, AFailureOfTheHandlerEndsTheStreamWithItsReason) {
  handlers_.exchange = [](const Call&, Reader<EchoRequest>& reader,
                          Writer<EchoResponse>&) -> absl::Status {
    EchoRequest request;
    SH_RETURN_IF_ERROR(reader.Read(request));
    return InvalidArgument("SCHEMA_UNKNOWN", "no such schema");
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  auto stream = Open(*client, "Exchange");
  ASSERT_TRUE(stream.ok());
  ASSERT_TRUE(stream->Write(EchoRequest()));
  EchoResponse response;
  EXPECT_FALSE(*stream->Read(response));
  EXPECT_EQ(ReasonOf(stream->Finish()), "SCHEMA_UNKNOWN");
}

TEST_F(ServerStream, AHandlerLearnsThatItsClientHasGone) {
  absl::Notification gone;
  handlers_.exchange = [&gone](const Call& call, Reader<EchoRequest>& reader,
                               Writer<EchoResponse>&) -> absl::Status {
    EchoRequest request;
    while (true) {
      const auto arrived = reader.Read(request);
      if (!arrived.ok() || !*arrived) break;
    }
    while (!call.IsCancelled()) std::this_thread::yield();
    gone.Notify();
    return absl::OkStatus();
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  {
    auto stream = Open(*client, "Exchange");
    ASSERT_TRUE(stream.ok());
    ASSERT_TRUE(stream->Write(EchoRequest()));
    // Destroyed without Finish(): cancelled.
  }
  EXPECT_TRUE(gone.WaitForNotificationWithTimeout(absl::Seconds(10)));
}

// Goal: a silent client that set no deadline does not keep a thread for ever.
TEST_F(ServerStream, AClientThatSaysNothingIsCutOffAtTheMethodsDeadline) {
  absl::Status seen;
  absl::Notification over;
  handlers_.exchange = [&](const Call&, Reader<EchoRequest>& reader,
                           Writer<EchoResponse>&) -> absl::Status {
    EchoRequest request;
    seen = reader.Read(request).status();
    over.Notify();
    return seen;
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  grpc::GenericStub stub(client->channel().grpc_channel());
  ClientStreamReactor stream(stub, absl::StrCat("/", kEchoService, "/Linger"),
                             std::make_unique<grpc::ClientContext>(), nullptr);
  EXPECT_TRUE(over.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_EQ(ReasonOf(seen), "DEADLINE_PASSED");
  EXPECT_FALSE(stream.Finish().ok());
}

TEST_F(ServerStream, StreamsAboveTheLimitAreRefusedAndUnaryCallsAreNot) {
  server_.options().streams_max = 1;
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  auto first = Open(*client, "Exchange");
  ASSERT_TRUE(first.ok());
  EchoResponse response;
  ASSERT_TRUE(first->Write(EchoRequest()));
  ASSERT_TRUE(*first->Read(response));  // so the first has its thread
  auto second = Open(*client, "Exchange");
  ASSERT_TRUE(second.ok());
  const absl::Status refused = second->Finish();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "STREAMS_FULL");
  EXPECT_TRUE(client->CallUnary<EchoResponse>(kEchoService, "Echo", EchoRequest(), {}).ok());
  EXPECT_TRUE(first->CloseWrites());
  EXPECT_TRUE(first->Finish().ok());
}

TEST_F(ServerStream, AStreamNeedsAnAllowedCallerToo) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("linkage");
  auto stream = Open(*client, "Exchange");
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(ReasonOf(stream->Finish()), "CALLER_NOT_ALLOWED");
}

}  // namespace
}  // namespace safehaven
