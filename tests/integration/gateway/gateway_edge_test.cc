// Goal: the web door over real sockets: limits, starvation, errors as Connect writes
// them, and what no answer may be without.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/integration/gateway/gateway_world.h"
#include "tests/support/raw_peer.h"

namespace safehaven::gateway {
namespace {

constexpr char kQuestion[] = R"({"question":{"operation":"aggregate"}})";

class GatewayEdgeTest : public testing::Test {
 protected:
  HttpResponse Ask(const std::string& body, const HttpHeaders& more = {}) {
    HttpHeaders headers = {{"content-type", "application/json"}, {"authorization", "Bearer token"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return browser_.Send("POST", world_.gateway_url() + "/safehaven.gateway.v1.GatewayService/Query", headers, body);
  }
  HttpResponse Get(const std::string& path, const HttpHeaders& headers = {}) {
    return browser_.Send("GET", world_.gateway_url() + path, headers, "");
  }

  GatewayWorld world_{{}};
  TestBrowser browser_;
};

TEST_F(GatewayEdgeTest, AProgramAsksWithItsTokenAndNeedsNoOrigin) {
  const HttpResponse answer = Ask(kQuestion);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Header("content-type"), "application/json");
  EXPECT_EQ(world_.backends().decides.at(0).evidence().token(), "token");
}

TEST_F(GatewayEdgeTest, ARefusalByTheGatesIsAnAnswer) {
  world_.backends().decide = [] { return Refused(); };
  const HttpResponse answer = Ask(kQuestion);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(absl::StrContains(answer.body, "NOT_A_RECIPIENT"));
}

TEST_F(GatewayEdgeTest, AFailureOfAServiceKeepsItsCodeAndReason) {
  world_.backends().answer = []() -> absl::StatusOr<costing::v1::AnswerResponse> {
    return PermissionDenied("WARRANT_USED", "good for one use");
  };
  const HttpResponse refused = Ask(kQuestion);
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(absl::StrContains(refused.body, "\"code\":\"permission_denied\""));
  EXPECT_TRUE(absl::StrContains(refused.body, "WARRANT_USED"));
}

TEST_F(GatewayEdgeTest, AnInternalCauseStaysInside) {
  world_.backends().answer = []() -> absl::StatusOr<costing::v1::AnswerResponse> {
    return Internal("STORE_BROKEN", "/var/lib/safehaven/costing is damaged");
  };
  const HttpResponse failed = Ask(kQuestion);
  EXPECT_EQ(failed.status, 500);
  EXPECT_FALSE(absl::StrContains(failed.body, "/var/lib"));
}

TEST_F(GatewayEdgeTest, WhoBringsNothingIsNobody) {
  const HttpResponse answer = browser_.Send(
      "POST", world_.gateway_url() + "/safehaven.gateway.v1.GatewayService/Query",
      {{"content-type", "application/json"}}, kQuestion);
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(absl::StrContains(answer.body, "\"code\":\"unauthenticated\""));
}

TEST_F(GatewayEdgeTest, OnlyJsonByPostIsAQuestion) {
  EXPECT_EQ(Get("/safehaven.gateway.v1.GatewayService/Query").status, 405);
  EXPECT_EQ(browser_.Send("POST", world_.gateway_url() + "/safehaven.gateway.v1.GatewayService/Query",
                          {{"content-type", "text/plain"}, {"authorization", "Bearer token"}}, kQuestion)
                .status,
            415);
  EXPECT_EQ(Get("/safehaven.gateway.v1.GatewayService/Nothing").status, 404);
  const HttpResponse unknown = browser_.Send("POST", world_.gateway_url() + "/safehaven.gateway.v1.GatewayService/Nothing",
                                             {{"content-type", "application/json"}}, "{}");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(absl::StrContains(unknown.body, "\"code\":\"unimplemented\"")) << unknown.body;
  EXPECT_TRUE(world_.backends().decides.empty());
}

TEST_F(GatewayEdgeTest, EveryKindOfAnswerHasTheSecurityHeaders) {
  for (const HttpResponse& response :
       {Get("/healthz"), Get("/"), Get("/nothing"), Get("/auth/session"), Get("/auth/login"), Get("/auth/callback"),
        Get("/catalogue.json"), Ask(kQuestion), Ask("nonsense")}) {
    EXPECT_TRUE(absl::StrContains(response.Header("content-security-policy"), "frame-ancestors 'none'"));
    EXPECT_EQ(response.Header("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.Header("cache-control"), "no-store");
    EXPECT_EQ(response.Header("access-control-allow-origin"), "") << "no other origin may read anything";
  }
}

TEST_F(GatewayEdgeTest, AnotherNameForOurAddressIsNotAnswered) {
  RawPeer peer(world_.gateway_port());
  peer.Send("GET /auth/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  const std::string answer = peer.ReadAll();
  EXPECT_TRUE(absl::StrContains(answer, "400 Bad Request"));
  EXPECT_TRUE(absl::StrContains(answer, "HOST_UNKNOWN"));
}

TEST_F(GatewayEdgeTest, ABodyBeyondTheLimitIsRefused) {
  EXPECT_EQ(Ask(std::string(300 * 1024, ' ')).status, 413);
  EXPECT_TRUE(world_.backends().decides.empty());
}

TEST_F(GatewayEdgeTest, AHeaderBeyondTheLimitIsRefused) {
  EXPECT_EQ(Ask(kQuestion, {{"x-long", std::string(20 * 1024, 'x')}}).status, 431);
}

TEST_F(GatewayEdgeTest, HealthAnswersWhileThreeHundredConnectionsIdle) {
  std::vector<RawPeer> idle;
  for (int i = 0; i < 300; ++i) {
    idle.emplace_back(world_.gateway_port());
    ASSERT_TRUE(idle.back().connected());
    if (i % 2 == 0) idle.back().Send("POST /safehaven.gateway.v1.GatewayService/Query HTTP/1.1\r\nHost: ");
  }
  RawPeer probe(world_.gateway_port());
  probe.Send("GET /healthz HTTP/1.1\r\nHost: probe\r\n\r\n");
  EXPECT_TRUE(absl::StrContains(probe.ReadUntil("ok\n"), "200 OK"));
}

// Sixteen questions hang in consent; health and pages must not care.
TEST_F(GatewayEdgeTest, HealthAnswersWhileEveryQuestionHangs) {
  absl::Notification release;
  world_.backends().answer = [&release]() -> absl::StatusOr<costing::v1::AnswerResponse> {
    release.WaitForNotification();
    return Answered();
  };
  std::vector<RawPeer> asking;
  for (int i = 0; i < 20; ++i) {
    asking.emplace_back(world_.gateway_port());
    asking.back().Send(absl::StrCat("POST /safehaven.gateway.v1.GatewayService/Query HTTP/1.1\r\nHost: 127.0.0.1:",
                                    world_.gateway_port(),
                                    "\r\nContent-Type: application/json\r\nAuthorization: Bearer t", i,
                                    "\r\nContent-Length: 38\r\nConnection: close\r\n\r\n", kQuestion));
  }
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/auth/session").status, 200);
  release.Notify();
  for (RawPeer& peer : asking) EXPECT_TRUE(absl::StrContains(peer.ReadAll(), "200 OK"));
}

TEST_F(GatewayEdgeTest, ACallerWhoAsksTooOftenIsToldWhenToComeBack) {
  int limited = 0;
  for (int i = 0; i < 40; ++i) {
    const HttpResponse answer = Ask(kQuestion);
    if (answer.status != 429) continue;
    ++limited;
    EXPECT_FALSE(answer.Header("retry-after").empty());
    EXPECT_TRUE(absl::StrContains(answer.body, "RATE_LIMITED"));
  }
  EXPECT_GT(limited, 0);
}

}  // namespace
}  // namespace safehaven::gateway
