#include "cli/issuer/signing_key.h"

#include <array>

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"

namespace safehaven::cli {
namespace {

constexpr char kClaims[] = R"({"iss":"i","sub":"s","aud":"a","iat":1000,"exp":1600})";
const absl::Time kNow = absl::FromUnixSeconds(1100);

absl::StatusOr<TokenSubject> Verify(const std::string& token, const std::string& jwks) {
  const std::array<TrustedIssuer, 1> issuers = {{{.url = "i", .audience = "a", .jwks = jwks}}};
  return VerifyToken(token, issuers, kNow);
}

TEST(SigningKey, ItsTokensVerifyAgainstItsPublishedKeys) {
  const auto key = SigningKey::Generate();
  ASSERT_TRUE(key.ok()) << key.status();
  const auto token = key->Sign(kClaims);
  ASSERT_TRUE(token.ok()) << token.status();
  const auto subject = Verify(*token, key->Jwks());
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->subject, "s");
}

TEST(SigningKey, AnotherKeysTokensDoNot) {
  const auto key = SigningKey::Generate();
  const auto other = SigningKey::Generate();
  EXPECT_EQ(ReasonOf(Verify(*other->Sign(kClaims), key->Jwks()).status()), "EVIDENCE_KEY_UNKNOWN");
}

TEST(SigningKey, AKeptKeyIsTheSameKey) {
  const auto key = SigningKey::Generate();
  const auto kept = SigningKey::FromPrivateJson(key->PrivateJson());
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->Jwks(), key->Jwks());
  EXPECT_TRUE(Verify(*kept->Sign(kClaims), key->Jwks()).ok());
}

TEST(SigningKey, WhatIsPublishedHoldsNoSecret) {
  const auto key = SigningKey::Generate();
  EXPECT_EQ(key->Jwks().find("\"d\""), std::string::npos);
  EXPECT_NE(key->PrivateJson().find("\"d\""), std::string::npos);
}

TEST(SigningKey, AFileWithoutAKeyOnP256IsRefused) {
  for (const char* json : {"", "{}", "nonsense", R"({"kty":"oct","k":"AAAA"})"}) {
    EXPECT_EQ(ReasonOf(SigningKey::FromPrivateJson(json).status()), "KEY_MALFORMED") << json;
  }
}

}  // namespace
}  // namespace safehaven::cli
