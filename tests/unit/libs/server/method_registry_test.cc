#include "libs/server/method_registry.h"

#include <deque>

#include "gtest/gtest.h"
#include "tests/support/echo_server.h"

namespace safehaven {
namespace {

// A stream that holds what the client sent and keeps what the handler writes.
class FakeStream final : public MessageStream {
 public:
  std::deque<EchoRequest> requests;
  std::vector<EchoResponse> responses;

  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (requests.empty()) return false;
    static_cast<EchoRequest&>(message) = requests.front();
    requests.pop_front();
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    responses.push_back(static_cast<const EchoResponse&>(message));
    return absl::OkStatus();
  }
};

class CallInMethodRegistry : public testing::Test {
 protected:
  CallInMethodRegistry() : registry_(RegistryOf(EchoHandlers())) {}

  const RegisteredMethod& Method(const std::string& name) {
    return registry_.methods().at(absl::StrCat("/", kEchoService, "/", name));
  }
  Call CallOf(const RegisteredMethod& method) {
    return Call({.id = "call", .terms = &method.terms, .deadline = absl::InfiniteFuture(),
                 .peer = {"gateway", ""}, .authorization = {}},
                [] { return false; });
  }

  MethodRegistry registry_;
};

TEST_F(CallInMethodRegistry, AUnaryHandlerAnswers) {
  const RegisteredMethod& method = Method("Echo");
  EchoRequest request;
  request.set_text("a question");
  EchoResponse response;
  ASSERT_TRUE(method.unary(CallOf(method), request, response).ok());
  EXPECT_EQ(response.text(), "a question");
  EXPECT_EQ(response.caller(), "gateway");
}

TEST_F(CallInMethodRegistry, AServerStreamHandlerGetsItsOneRequest) {
  const RegisteredMethod& method = Method("Count");
  FakeStream stream;
  EXPECT_EQ(ReasonOf(method.stream(CallOf(method), stream)), "MESSAGE_MISSING");
  stream.requests.emplace_back().set_count(3);
  ASSERT_TRUE(method.stream(CallOf(method), stream).ok());
  EXPECT_EQ(stream.responses.size(), 3u);
}

TEST_F(CallInMethodRegistry, ABidirectionalHandlerReadsToTheEnd) {
  const RegisteredMethod& method = Method("Exchange");
  FakeStream stream;
  stream.requests.resize(5);
  ASSERT_TRUE(method.stream(CallOf(method), stream).ok());
  EXPECT_EQ(stream.responses.size(), 5u);
}

TEST(MethodRegistryCheck, IsContentWithAllMethodsOfAService) {
  EXPECT_TRUE(RegistryOf(EchoHandlers()).Check().ok());
}

TEST(MethodRegistryCheck, MissesAMethodWithoutHandler) {
  MethodRegistry registry;
  EXPECT_EQ(ReasonOf(registry.Check()), "NO_SERVICES");
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Echo", Describe);
  EXPECT_EQ(ReasonOf(registry.Check()), "METHOD_UNHANDLED");
}

TEST(MethodRegistryCheck, RefusesASecondHandler) {
  MethodRegistry registry = RegistryOf(EchoHandlers());
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Echo", Describe);
  EXPECT_EQ(ReasonOf(registry.Check()), "METHOD_HANDLED_TWICE");
}

TEST(MethodRegistryCheck, RefusesAHandlerOfOtherTypesOrShape) {
  MethodRegistry types;
  types.Unary<EchoResponse, EchoResponse>(
      kEchoService, "Echo",
      [](const Call&, const EchoResponse& request) -> absl::StatusOr<EchoResponse> {
        return request;
      });
  EXPECT_EQ(ReasonOf(types.Check()), "METHOD_TYPE_MISMATCH");
  MethodRegistry shape;
  shape.Unary<EchoRequest, EchoResponse>(kEchoService, "Count", Describe);
  EXPECT_EQ(ReasonOf(shape.Check()), "METHOD_TYPE_MISMATCH");
}

TEST(MethodRegistryCheck, RefusesWhatNoProtoNames) {
  MethodRegistry registry;
  registry.Unary<EchoRequest, EchoResponse>("safehaven.test.v1.NoService", "Echo", Describe);
  EXPECT_EQ(ReasonOf(registry.Check()), "SERVICE_UNKNOWN");
}

}  // namespace
}  // namespace safehaven
