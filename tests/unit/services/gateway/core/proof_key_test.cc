#include "services/gateway/core/proof_key.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/unit/services/gateway/core/counting_randomness.h"

namespace safehaven::gateway {
namespace {

TEST(ProofKey, TheChallengeIsTheOneOfTheStandardsExample) {
  // RFC 7636, appendix B.
  EXPECT_EQ(CodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(ProofKey, AFreshSecretMayBeAVerifier) {
  CountingRandomness randomness;
  const std::string first = NewSecret(randomness);
  EXPECT_TRUE(IsCodeVerifier(first));
  EXPECT_NE(first, NewSecret(randomness));
}

TEST(ProofKey, WhatIsTooShortTooLongOrReservedIsNoVerifier) {
  EXPECT_FALSE(IsCodeVerifier(std::string(42, 'a')));
  EXPECT_TRUE(IsCodeVerifier(std::string(43, 'a')));
  EXPECT_TRUE(IsCodeVerifier(std::string(128, 'a')));
  EXPECT_FALSE(IsCodeVerifier(std::string(129, 'a')));
  EXPECT_FALSE(IsCodeVerifier(absl::StrCat(std::string(42, 'a'), "+")));
}

TEST(ProofKey, OnlyTheSameSecretIsTheSame) {
  EXPECT_TRUE(SameSecret("abc", "abc"));
  EXPECT_FALSE(SameSecret("abc", "abd"));
  EXPECT_FALSE(SameSecret("abc", "ab"));
  EXPECT_FALSE(SameSecret("", "")) << "a secret that is missing must match nothing";
}

}  // namespace
}  // namespace safehaven::gateway
