#include "services/gateway/http/replies.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"

namespace safehaven::gateway {
namespace {

google::protobuf::Struct Parsed(const HttpResponse& response) {
  google::protobuf::Struct json;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(response.body, &json).ok()) << response.body;
  return json;
}

TEST(ConnectError, CodeMessageAndReasonComeThroughWhole) {
  const HttpResponse response = ConnectError(Failure(absl::StatusCode::kPermissionDenied, "WARRANT_USED",
                                                     "a \"warrant\" is good once", {{"warrant", "ab12"}}));
  EXPECT_EQ(response.status, 403);
  const auto json = Parsed(response);
  EXPECT_EQ(json.fields().at("code").string_value(), "permission_denied");
  EXPECT_EQ(json.fields().at("message").string_value(), "a \"warrant\" is good once");
  const auto& detail = json.fields().at("details").list_value().values(0).struct_value();
  EXPECT_EQ(detail.fields().at("type").string_value(), "google.rpc.ErrorInfo");
  EXPECT_EQ(detail.fields().at("debug").struct_value().fields().at("reason").string_value(), "WARRANT_USED");
}

TEST(ConnectError, TheDetailIsTheMessageItselfInBase64WithoutPadding) {
  const HttpResponse response = ConnectError(InvalidArgument("FIELD_INVALID", "m"));
  const auto json = Parsed(response);
  std::string value =
      json.fields().at("details").list_value().values(0).struct_value().fields().at("value").string_value();
  EXPECT_FALSE(absl::StrContains(value, "="));
  while (value.size() % 4 != 0) value += "=";
  std::string bytes;
  ASSERT_TRUE(absl::Base64Unescape(value, &bytes));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(bytes));
  EXPECT_EQ(info.reason(), "FIELD_INVALID");
}

TEST(ConnectError, AWaitIsSaidInWholeSecondsRoundedUp) {
  const HttpResponse response = ConnectError(WithRetryAfter(
      Failure(absl::StatusCode::kResourceExhausted, "RATE_LIMITED", "wait"), absl::Milliseconds(1200)));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.Header("Retry-After"), "2");
}

TEST(ConnectError, EveryCodeGivesJson) {
  for (int code = 1; code <= 16; ++code) {
    const HttpResponse response = ConnectError(Failure(static_cast<absl::StatusCode>(code), "REASON", "\x01\xFF<b>"));
    EXPECT_GE(response.status, 400);
    EXPECT_EQ(Parsed(response).fields().count("code"), 1u);
  }
}

TEST(ErrorPage, WhatItSaysIsTextAndNeverMarkup) {
  const HttpResponse response = ErrorPage(InvalidArgument("REASON", "<script>alert(1)</script>"));
  EXPECT_FALSE(absl::StrContains(response.body, "<script>"));
}

TEST(AddSecurityHeaders, NothingIsStoredFramedOrLoadedFromElsewhere) {
  HttpResponse response;
  AddSecurityHeaders(response, true);
  const std::string policy = response.Header("Content-Security-Policy");
  for (const char* rule : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"}) {
    EXPECT_TRUE(absl::StrContains(policy, rule)) << rule;
  }
  EXPECT_FALSE(absl::StrContains(policy, "unsafe"));
  EXPECT_EQ(response.Header("Cache-Control"), "no-store");
  EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff");
  EXPECT_FALSE(response.Header("Strict-Transport-Security").empty());
}

}  // namespace
}  // namespace safehaven::gateway
