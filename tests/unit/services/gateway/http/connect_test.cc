#include "services/gateway/http/connect.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/unit/services/gateway/rpc/fake_backends.h"

namespace safehaven::gateway {
namespace {

constexpr char kQuery[] = "/safehaven.gateway.v1.GatewayService/Query";
constexpr char kAggregate[] = R"({"question":{"operation":"aggregate","approval":"CAG 9-01(a)/2025"}})";

class ConnectEndpointTest : public testing::Test {
 protected:
  HttpRequest Request(const std::string& body, HttpHeaders headers = {{"content-type", "application/json"}}) {
    return {.method = "POST", .target = kQuery, .headers = std::move(headers), .body = body, .peer_address = ""};
  }
  std::string ReasonOfHeaders(HttpHeaders headers) {
    return ReasonOf(endpoint_.CheckHeaders(Request("{}", std::move(headers))));
  }
  absl::StatusOr<std::string> Serve(const HttpRequest& request) {
    return endpoint_.Serve(request, Sensitive<std::string>("token"), clock_.Now());
  }

  FakeClock clock_;
  FakeBackends backends_;
  GatewayHandlers handlers_{{}, backends_, clock_};
  ConnectEndpoint endpoint_ = *ConnectEndpoint::Make(handlers_);
};

TEST_F(ConnectEndpointTest, AQuestionInJsonIsAnsweredInJson) {
  const auto json = Serve(Request(kAggregate));
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_TRUE(absl::StrContains(*json, "\"effect\":\"permitted\""));
  EXPECT_TRUE(absl::StrContains(*json, "suppressed"));
  EXPECT_EQ(backends_.decides[0].question().approval(), "CAG 9-01(a)/2025");
}

TEST_F(ConnectEndpointTest, OnlyTheSixMethodsAreThere) {
  for (const char* method : {"Query", "Preview", "GetEntitlements", "Explain", "WhatIf", "NearestLawful"}) {
    EXPECT_TRUE(endpoint_.Has(absl::StrCat(kConnectPrefix, method)));
  }
  EXPECT_FALSE(endpoint_.Has(absl::StrCat(kConnectPrefix, "Answer")));
  EXPECT_FALSE(endpoint_.Has(kConnectPrefix));
  EXPECT_FALSE(endpoint_.Has("/"));
}

TEST_F(ConnectEndpointTest, AFieldThatIsNotKnownIsRefusedAndNotRepeated) {
  const auto json = Serve(Request(R"({"question":{},"as_of":"9990000018"})"));
  EXPECT_EQ(ReasonOf(json.status()), "FIELD_INVALID");
  EXPECT_FALSE(absl::StrContains(json.status().message(), "9990000018"));
}

TEST_F(ConnectEndpointTest, WhatIsNoJsonIsRefused) {
  for (const char* body : {"", "nonsense", "[]", "{\"question\":", "\"text\""}) {
    EXPECT_EQ(ReasonOf(Serve(Request(body)).status()), "FIELD_INVALID") << body;
  }
}

TEST_F(ConnectEndpointTest, JsonThatIsDeeperThanAnyRequestIsRefused) {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "{\"question\":";
  EXPECT_EQ(ReasonOf(Serve(Request(deep)).status()), "FIELD_INVALID");
}

TEST_F(ConnectEndpointTest, HeadersOutsideTheProtocolAreRefused) {
  EXPECT_EQ(ReasonOfHeaders({{"content-type", "application/json; charset=utf-8"}}), "");
  EXPECT_EQ(ReasonOfHeaders({}), "CONTENT_TYPE_UNKNOWN");
  EXPECT_EQ(ReasonOfHeaders({{"content-type", "text/plain"}}), "CONTENT_TYPE_UNKNOWN");
  EXPECT_EQ(ReasonOfHeaders({{"content-type", "application/x-www-form-urlencoded"}}), "CONTENT_TYPE_UNKNOWN");
  EXPECT_EQ(ReasonOfHeaders({{"content-type", "application/json"}, {"content-encoding", "gzip"}}),
            "CONTENT_ENCODING_UNKNOWN");
  EXPECT_EQ(ReasonOfHeaders({{"content-type", "application/json"}, {"connect-protocol-version", "2"}}),
            "PROTOCOL_VERSION_UNKNOWN");
  for (const char* timeout : {"-1", "1.5", "10000000000", "x"}) {
    EXPECT_EQ(ReasonOfHeaders({{"content-type", "application/json"}, {"connect-timeout-ms", timeout}}),
              "TIMEOUT_INVALID")
        << timeout;
  }
}

TEST_F(ConnectEndpointTest, TheCallersTimeIsCutToTheMethodsLongest) {
  // Entitlements may take five seconds at most; the fake does not look, the policy does.
  const HttpRequest request = {.method = "POST",
                               .target = "/safehaven.gateway.v1.GatewayService/GetEntitlements",
                               .headers = {{"content-type", "application/json"}, {"connect-timeout-ms", "9999999999"}},
                               .body = "{}", .peer_address = ""};
  ASSERT_TRUE(Serve(request).ok());
  EXPECT_EQ(backends_.last_deadline(), clock_.Now() + absl::Seconds(5));
}

}  // namespace
}  // namespace safehaven::gateway
