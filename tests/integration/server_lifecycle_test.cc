// Starting, refusing to start, reloading keys, draining; health and metrics ports.
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/support/echo_server.h"
#include "tests/support/http_get.h"

namespace safehaven {
namespace {

// The serving status of grpc.health.v1 (1 serving, 2 not), or -1 if it has none. The two
// messages have one field each, so they are written and read by hand.
int HealthOf(int port, const std::string& service) {
  grpc::GenericStub stub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  std::string request = std::string("\x0a") + static_cast<char>(service.size()) + service;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer request_bytes(&slice, 1);
  grpc::ByteBuffer response_bytes;
  absl::Notification done;
  grpc::Status outcome;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request_bytes,
                 &response_bytes, [&](grpc::Status status) {
                   outcome = std::move(status);
                   done.Notify();
                 });
  done.WaitForNotification();
  std::vector<grpc::Slice> slices;
  if (!outcome.ok() || !response_bytes.Dump(&slices).ok() || slices.empty()) return -1;
  return slices[0].size() == 2 ? slices[0].begin()[1] : -1;
}

// Unary call by name, dropping the answer.
absl::Status Echo(Client& client) {
  return client.CallUnary<EchoResponse>(kEchoService, "Echo", EchoRequest(), {}).status();
}

class ServerLifecycle : public testing::Test {
 protected:
  ServerLifecycle() : server_(certificates_) {}

  TestCertificates certificates_;
  EchoServer server_;
  EchoHandlers handlers_;
};

TEST_F(ServerLifecycle, AServiceWithAMethodWithoutPolicyDoesNotStart) {
  MethodRegistry registry = RegistryOf(handlers_);
  registry.Unary<EchoRequest, EchoResponse>("safehaven.test.v1.UnguardedService", "Echo", Describe);
  EXPECT_EQ(ReasonOf(server_.Start(std::move(registry))), "METHOD_POLICY_MISSING");
}

TEST_F(ServerLifecycle, AServiceWithAnIncompletePolicyDoesNotStart) {
  MethodRegistry registry = RegistryOf(handlers_);
  registry.Unary<EchoRequest, EchoResponse>("safehaven.test.v1.HalfGuardedService", "Echo",
                                            Describe);
  EXPECT_EQ(ReasonOf(server_.Start(std::move(registry))), "METHOD_POLICY_INCOMPLETE");
}

TEST_F(ServerLifecycle, AServiceWithAMethodWithoutHandlerDoesNotStart) {
  MethodRegistry registry;
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Echo", Describe);
  EXPECT_EQ(ReasonOf(server_.Start(std::move(registry))), "METHOD_UNHANDLED");
}

TEST_F(ServerLifecycle, WithoutKeysNothingStarts) {
  server_.options().tls.key = certificates_.folder() + "/nobody.key";
  EXPECT_EQ(ReasonOf(server_.Start(RegistryOf(handlers_))), "TLS_KEYS_MISSING");
}

TEST_F(ServerLifecycle, WithTheKeyOfAnotherProgramNothingStarts) {
  server_.options().tls.key = certificates_.Issue("linkage").key;
  EXPECT_EQ(ReasonOf(server_.Start(RegistryOf(handlers_))), "TLS_KEY_MISMATCH");
  server_.options().tls = certificates_.Issue("linkage");
  EXPECT_EQ(ReasonOf(server_.Start(RegistryOf(handlers_))), "IDENTITY_MISMATCH");
}

TEST_F(ServerLifecycle, WithACertificateThatHasEndedNothingStarts) {
  server_.options().tls = certificates_.IssueOdd("consent", {.life = -absl::Minutes(1)});
  EXPECT_EQ(ReasonOf(server_.Start(RegistryOf(handlers_))), "TLS_CERTIFICATE_EXPIRED");
}

TEST_F(ServerLifecycle, APortThatIsTakenIsNotShared) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  EchoServer second(certificates_);
  second.options().listen = absl::StrCat("127.0.0.1:", server_.server().ports().grpc);
  EXPECT_EQ(ReasonOf(second.Start(RegistryOf(handlers_))), "ADDRESS_UNUSABLE");
}

TEST_F(ServerLifecycle, ThePortFileHoldsTheRealPorts) {
  server_.options().port_file = certificates_.folder() + "/ports.json";
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  std::stringstream text;
  text << std::ifstream(server_.options().port_file).rdbuf();
  const Ports ports = server_.server().ports();
  EXPECT_GT(ports.grpc, 0);
  EXPECT_EQ(text.str(), absl::StrCat("{\"grpc\":", ports.grpc, ",\"health\":", ports.health,
                                     ",\"metrics\":", ports.metrics, "}\n"));
}

TEST_F(ServerLifecycle, APortFileThatCannotBeWrittenEndsTheServerBeforeItsHandlersGo) {
  server_.options().port_file = certificates_.folder() + "/no/such/folder/ports.json";
  EXPECT_EQ(ReasonOf(server_.Start(RegistryOf(handlers_))), "PORT_FILE_UNWRITABLE");
  EXPECT_EQ(ReasonOf(Echo(*server_.ClientAs("gateway"))), "UNREACHABLE");
}

TEST_F(ServerLifecycle, HealthFollowsReadinessAndLivenessDoesNot) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const int port = server_.server().ports().health;
  EXPECT_EQ(HealthOf(port, "readiness"), 1);
  EXPECT_EQ(HealthOf(port, "liveness"), 1);
  server_.server().readiness().NotMet("consent", "UNREACHABLE");
  EXPECT_EQ(HealthOf(port, "readiness"), 2);
  EXPECT_EQ(HealthOf(port, ""), 2);
  EXPECT_EQ(HealthOf(port, "liveness"), 1);
  server_.server().readiness().Met("consent");
  EXPECT_EQ(HealthOf(port, "readiness"), 1);
  EXPECT_EQ(HealthOf(port, "nonsense"), -1);
}

// Goal: a renewed certificate is used without a restart. Method: new connections until
// one of them meets the new one.
TEST_F(ServerLifecycle, ARenewedCertificateIsUsedWithoutARestart) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  ASSERT_TRUE(Echo(*server_.ClientAs("gateway")).ok());
  // The new certificate is of another program, so that clients can tell it from the old.
  const TlsFiles renewed = certificates_.Issue("linkage");
  std::rename(renewed.key.c_str(), server_.options().tls.key.c_str());
  std::rename(renewed.certificate.c_str(), server_.options().tls.certificate.c_str());
  server_.options().program = "linkage";  // whom the clients expect from now on
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  absl::Status outcome;
  do {
    outcome = Echo(*server_.ClientAs("gateway"));
  } while (!outcome.ok() && absl::Now() < give_up);
  EXPECT_TRUE(outcome.ok()) << outcome;
}

TEST_F(ServerLifecycle, DrainingLetsRunningCallsEndAndRefusesNewOnes) {
  absl::Notification running;
  absl::Notification release;
  handlers_.echo = [&](const Call& call, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    running.Notify();
    release.WaitForNotification();
    return Describe(call, request);
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  absl::Status first;
  std::thread caller([&] { first = Echo(*client); });
  running.WaitForNotification();
  std::vector<std::string> closed;
  absl::Status run;
  std::thread runner([&] {
    run = server_.server().RunUntilTerminated(
        {{"log", [&] { closed.push_back("log"); return absl::OkStatus(); }},
         {"store", [&] { closed.push_back("store"); return absl::OkStatus(); }}});
  });
  std::raise(SIGTERM);
  const int health = server_.server().ports().health;
  while (HealthOf(health, "readiness") != 2) std::this_thread::yield();
  EXPECT_EQ(HealthOf(health, "liveness"), 1);
  EXPECT_TRUE(closed.empty());
  release.Notify();
  caller.join();
  runner.join();
  EXPECT_TRUE(first.ok()) << first;
  EXPECT_TRUE(run.ok()) << run;
  EXPECT_EQ(closed, (std::vector<std::string>{"log", "store"}));
  EXPECT_EQ(ReasonOf(Echo(*client)), "UNREACHABLE");
}

TEST_F(ServerLifecycle, DrainingCancelsWhatDoesNotEnd) {
  server_.options().drain_time_max = absl::Milliseconds(100);
  absl::Notification running;
  handlers_.echo = [&](const Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    running.Notify();
    while (!call.IsCancelled()) std::this_thread::yield();
    return EchoResponse();
  };
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const auto client = server_.ClientAs("gateway");
  absl::Status outcome;
  std::thread caller([&] { outcome = Echo(*client); });
  running.WaitForNotification();
  server_.server().Drain();
  caller.join();
  EXPECT_FALSE(outcome.ok());
}

TEST_F(ServerLifecycle, MetricsShowEveryMethodAndCodeFromTheStartAndNobodyInTheirLabels) {
  ASSERT_TRUE(server_.Start(RegistryOf(handlers_)).ok());
  const int port = server_.server().ports().metrics;
  const std::string before = HttpGet(port, "/metrics");
  for (const char* line :
       {"grpc_server_started_total{grpc_method=\"Echo\",grpc_service=\"safehaven.test.v1.EchoService\",grpc_type=\"unary\"} 0",
        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Exchange\",grpc_service=\"safehaven.test.v1.EchoService\",grpc_type=\"bidi_stream\"} 0",
        "grpc_server_handled_total{grpc_code=\"DataLoss\",grpc_method=\"Count\",grpc_service=\"safehaven.test.v1.EchoService\",grpc_type=\"server_stream\"} 0",
        "safehaven_auth_failures_total{reason=\"CALLER_NOT_ALLOWED\"} 0",
        "safehaven_requests_shed_total{reason=\"SERVER_BUSY\"} 0",
        "safehaven_ready 1", "safehaven_build_info{", "process_resident_memory_bytes",
        "safehaven_tls_certificate_expiry_timestamp_seconds{use=\"server\"}",
        "safehaven_threads_busy{pool=\"workers\"}"}) {
    EXPECT_TRUE(absl::StrContains(before, line)) << line;
  }
  ASSERT_TRUE(Echo(*server_.ClientAs("gateway")).ok());
  ASSERT_FALSE(Echo(*server_.ClientAs("linkage")).ok());
  const std::string after = HttpGet(port, "/metrics");
  for (const char* line :
       {"grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Echo\",grpc_service=\"safehaven.test.v1.EchoService\",grpc_type=\"unary\"} 1",
        "grpc_server_handled_total{grpc_code=\"PermissionDenied\",grpc_method=\"Echo\",grpc_service=\"safehaven.test.v1.EchoService\",grpc_type=\"unary\"} 1",
        "safehaven_auth_failures_total{reason=\"CALLER_NOT_ALLOWED\"} 1"}) {
    EXPECT_TRUE(absl::StrContains(after, line)) << line;
  }
  for (const char* word : {"organisation", "person", "approval", "caller=", "linkage", "gateway"}) {
    EXPECT_FALSE(absl::StrContains(after, word)) << word;
  }
}

}  // namespace
}  // namespace safehaven
