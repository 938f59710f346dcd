#include "services/gateway/oidc/claims.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

TEST(JsonObject, TextsAreReadAndOtherMembersAreNoText) {
  const auto object = JsonObject::Parse(R"({"iss":"a\u0062","exp":12,"aud":["x"],"nonce":null})");
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(object->Text("iss"), "ab");
  EXPECT_EQ(object->Text("exp"), "");
  EXPECT_EQ(object->Text("aud"), "");
  EXPECT_EQ(object->Text("missing"), "");
}

TEST(JsonObject, AMemberThatStandsTwiceIsMalformed) {
  EXPECT_EQ(ReasonOf(JsonObject::Parse(R"({"nonce":"a","nonce":"b"})").status()), "JSON_MALFORMED");
}

TEST(JsonObject, WhatIsNoObjectOrTooLargeIsMalformed) {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{"), std::string("null"),
                                  "{\"a\":\"" + std::string(kJsonBytesMax, 'x') + "\"}"}) {
    EXPECT_EQ(ReasonOf(JsonObject::Parse(text).status()), "JSON_MALFORMED");
  }
}

TEST(ClaimsOfVerified, ATokenHasThreeParts) {
  EXPECT_EQ(ClaimsOfVerified("e30.eyJub25jZSI6Im4ifQ.c2ln")->Text("nonce"), "n");
  for (const char* token : {"", "a.b", "e30.!!.c2ln", "e30.e30.c2ln.e30"}) {
    EXPECT_EQ(ReasonOf(ClaimsOfVerified(token).status()), "JSON_MALFORMED") << token;
  }
}

}  // namespace
}  // namespace safehaven::gateway
