// Who may call what, over real mutual TLS on loopback.
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/support/echo_server.h"

namespace safehaven {
namespace {

class ServerIdentity : public testing::Test {
 protected:
  ServerIdentity() : server_(certificates_) {}

  void SetUp() override { ASSERT_TRUE(server_.Start(RegistryOf(EchoHandlers())).ok()); }

  // Who the server says the caller is, or why it does not answer.
  absl::StatusOr<EchoResponse> CallWith(const TlsFiles& files, const char* method) {
    return server_.ClientWith(files)->CallUnary<EchoResponse>(kEchoService, method, EchoRequest(),
                                                              {});
  }

  TestCertificates certificates_;
  EchoServer server_;
};

TEST_F(ServerIdentity, ACallerThatThePolicyNamesIsAnswered) {
  const auto answer = CallWith(certificates_.Issue("gateway"), "Echo");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->caller(), "gateway");
}

TEST_F(ServerIdentity, ACallerThatThePolicyDoesNotNameIsRefused) {
  const TlsFiles gateway = certificates_.Issue("gateway");
  const auto refused = CallWith(gateway, "Write");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(refused.status()), "CALLER_NOT_ALLOWED");
  EXPECT_EQ(MetadataOf(refused.status())["permission"], "test.write");
  // The twin: linkage may, and the gateway may do what is its own.
  EXPECT_TRUE(CallWith(certificates_.Issue("linkage"), "Write").ok());
  EXPECT_TRUE(CallWith(gateway, "Echo").ok());
}

TEST_F(ServerIdentity, AStarNamesAllBelowAndNothingElse) {
  EXPECT_TRUE(CallWith(certificates_.Issue("source/acute"), "Echo").ok());
  for (const char* stranger : {"source", "sources/acute", "other/source/acute"}) {
    EXPECT_EQ(ReasonOf(CallWith(certificates_.Issue(stranger), "Echo").status()),
              "CALLER_NOT_ALLOWED")
        << stranger;
  }
}

TEST_F(ServerIdentity, AProgramOfAnotherTrustDomainIsRefusedThoughItsAuthorityIsTrusted) {
  const auto refused = CallWith(
      certificates_.IssueOdd("gateway", {.trust_domain = "elsewhere.invalid"}), "Echo");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(refused.status()), "IDENTITY_FOREIGN");
}

TEST_F(ServerIdentity, AClientWithoutACertificateGetsNoConnection) {
  const auto refused = CallWith(certificates_.AuthorityOnly(), "Echo");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused.status()), "UNREACHABLE");
}

TEST_F(ServerIdentity, AClientOfAnotherAuthorityGetsNoConnection) {
  TestCertificates others;
  TlsFiles files = others.Issue("gateway");
  files.authorities = certificates_.AuthorityOnly().authorities;
  EXPECT_EQ(ReasonOf(CallWith(files, "Echo").status()), "UNREACHABLE");
}

TEST_F(ServerIdentity, TheHandlerSeesTheThumbprintOfTheCertificateThatWasShown) {
  const TlsFiles files = certificates_.Issue("gateway");
  const auto answer = CallWith(files, "Echo");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->thumbprint().size(), 32u);
  EXPECT_EQ(answer->thumbprint(), TestCertificates::ThumbprintOf(files));
}

TEST_F(ServerIdentity, AnUnknownMethodIsUnimplemented) {
  const auto refused = server_.ClientAs("gateway")->CallUnary<EchoResponse>(
      kOpenService, "Echo", EchoRequest(), {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(ReasonOf(refused.status()), "METHOD_UNKNOWN");
}

TEST_F(ServerIdentity, AClientDoesNotTalkToAnotherProgramAtTheAddress) {
  SystemClock clock;
  SystemRandomness randomness;
  RecordingSleeper sleeper;
  const auto client = Client::Make(
      {.address = absl::StrCat("127.0.0.1:", server_.server().ports().grpc),
       .server = {kTestTrustDomain, "linkage"},  // but consent answers there
       .tls = certificates_.Issue("gateway")},
      {.clock = clock, .sleeper = sleeper, .jitter = randomness});
  ASSERT_TRUE(client.ok());
  const auto refused =
      (*client)->CallUnary<EchoResponse>(kEchoService, "Write", EchoRequest(), {});
  EXPECT_EQ(ReasonOf(refused.status()), "UNREACHABLE");
}

TEST_F(ServerIdentity, TheAuthorizationReachesTheHandler) {
  CallOptions options;
  options.authorization = Sensitive<std::string>("Bearer of-a-test");
  const auto answer = server_.ClientAs("gateway")->CallUnary<EchoResponse>(
      kEchoService, "Echo", EchoRequest(), options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->authorization(), "Bearer of-a-test");
}

TEST(ServerTransport, AServerThatAsksForNoCertificateServesMethodsForAnyone) {
  TestCertificates certificates;
  EchoServer server(certificates);
  server.options().transport = TransportMode::kServerTls;
  ASSERT_TRUE(server.Start(OpenRegistry()).ok());
  const auto answer = server.ClientWith(certificates.AuthorityOnly())
                          ->CallUnary<EchoResponse>(kOpenService, "Echo", EchoRequest(), {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->caller(), "");
  EXPECT_EQ(answer->thumbprint(), "");
}

TEST(ServerTransport, AServerThatAsksForNoCertificateRefusesMethodsThatNeedOne) {
  TestCertificates certificates;
  EchoServer server(certificates);
  server.options().transport = TransportMode::kServerTls;
  EXPECT_EQ(ReasonOf(server.Start(RegistryOf(EchoHandlers()))), "METHOD_UNREACHABLE");
}

TEST(ServerTransport, WithoutTlsOnlyLoopbackIsServed) {
  TestCertificates certificates;
  EchoServer server(certificates);
  server.options().transport = TransportMode::kInsecure;
  server.options().listen = "0.0.0.0:0";
  EXPECT_EQ(ReasonOf(server.Start(OpenRegistry())), "INSECURE_NOT_LOOPBACK");
  server.options().listen = "127.0.0.1:0";
  ASSERT_TRUE(server.Start(OpenRegistry()).ok());
  EXPECT_TRUE(server.ClientWith({})
                  ->CallUnary<EchoResponse>(kOpenService, "Echo", EchoRequest(), {})
                  .ok());
}

}  // namespace
}  // namespace safehaven
