#include "libs/evidence/verified_tokens.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);

class VerifiedTokensTest : public testing::Test {
 protected:
  VerifiedTokensTest() { tokens_.Keep("token", 7, Subject(kNow + absl::Seconds(90)), kNow); }

  static TokenSubject Subject(absl::Time expire_time) {
    return {.issuer = "https://issuer.demo.safehaven.invalid", .subject = "amira", .expire_time = expire_time};
  }

  VerifiedTokens tokens_;
};

TEST_F(VerifiedTokensTest, ATokenThatWasVerifiedIsKnownForAMinute) {
  ASSERT_TRUE(tokens_.Find("token", 7, kNow + kTokenMemoryMax).has_value());
  EXPECT_EQ(tokens_.Find("token", 7, kNow)->subject, "amira");
  EXPECT_FALSE(tokens_.Find("token", 7, kNow + kTokenMemoryMax + absl::Milliseconds(1)).has_value());
  EXPECT_FALSE(tokens_.Find("token", 7, kNow).has_value()) << "forgotten by then";
}

TEST_F(VerifiedTokensTest, AnotherTokenIsNotKnown) {
  EXPECT_FALSE(tokens_.Find("token ", 7, kNow).has_value());
  EXPECT_FALSE(tokens_.Find("", 7, kNow).has_value());
}

TEST_F(VerifiedTokensTest, AnExpiredTokenIsNotBelieved) {
  tokens_.Keep("short", 7, Subject(kNow + absl::Seconds(5)), kNow);
  EXPECT_TRUE(tokens_.Find("short", 7, kNow + absl::Seconds(4)).has_value());
  EXPECT_FALSE(tokens_.Find("short", 7, kNow + absl::Seconds(5)).has_value());
}

TEST_F(VerifiedTokensTest, AClockThatWasSetBackProlongsNothing) {
  EXPECT_FALSE(tokens_.Find("token", 7, kNow - absl::Seconds(1)).has_value());
}

TEST_F(VerifiedTokensTest, AnotherRegisterMayHaveOtherKeysSoAllAreForgotten) {
  EXPECT_FALSE(tokens_.Find("token", 8, kNow).has_value());
  tokens_.Keep("other", 8, Subject(kNow + absl::Seconds(90)), kNow);
  EXPECT_FALSE(tokens_.Find("token", 7, kNow).has_value());
  EXPECT_TRUE(tokens_.Find("other", 8, kNow).has_value());
}

TEST_F(VerifiedTokensTest, TheMemoryIsLimited) {
  for (size_t i = 0; i < VerifiedTokens::kTokensMax; ++i) {
    tokens_.Keep(absl::StrCat("t", i), 7, Subject(kNow + absl::Hours(1)), kNow);
  }
  EXPECT_FALSE(tokens_.Find("token", 7, kNow).has_value());
}

}  // namespace
}  // namespace safehaven
