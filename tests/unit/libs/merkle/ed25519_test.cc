// Ed25519: RFC 8032's own examples, key files both ways, and keys that are refused.
#include "libs/merkle/ed25519.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "libs/base/status.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::TestKey;

TEST(Ed25519, GivesTheSignaturesOfTheRfc) {
  // RFC 8032, 7.1, tests 1 (empty message) and 2 (one byte).
  const Ed25519PrivateKey first =
      Ed25519PrivateKey::FromSeed(
          absl::HexStringToBytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
          .value();
  EXPECT_EQ(absl::BytesToHexString(first.public_key().bytes()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(absl::BytesToHexString(first.Sign("")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const Ed25519PrivateKey second =
      Ed25519PrivateKey::FromSeed(
          absl::HexStringToBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
          .value();
  EXPECT_EQ(absl::BytesToHexString(second.Sign("\x72")),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Ed25519, ASignatureHoldsForItsMessageAndKeyOnly) {
  const Ed25519PrivateKey key = TestKey('a');
  const std::string signature = key.Sign("message");
  EXPECT_TRUE(key.public_key().Verifies("message", signature));
  EXPECT_FALSE(key.public_key().Verifies("Message", signature));
  EXPECT_FALSE(TestKey('b').public_key().Verifies("message", signature));
  for (size_t bit = 0; bit < signature.size() * 8; bit += 5) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(key.public_key().Verifies("message", flipped));
  }
}

TEST(Ed25519, SignaturesOfOtherLengthsDoNotHold) {
  const Ed25519PrivateKey key = TestKey('a');
  const std::string signature = key.Sign("message");
  EXPECT_FALSE(key.public_key().Verifies("message", ""));
  EXPECT_FALSE(key.public_key().Verifies("message", signature.substr(1)));
  EXPECT_FALSE(key.public_key().Verifies("message", signature + "x"));
}

TEST(Ed25519, KeysSurviveTheirFiles) {
  const Ed25519PrivateKey key = TestKey('a');
  const Ed25519PrivateKey read = Ed25519PrivateKey::FromPem(key.ToPem()).value();
  EXPECT_EQ(read.Sign("message"), key.Sign("message"));
  EXPECT_EQ(Ed25519PublicKey::FromPem(key.public_key().ToPem()).value(), key.public_key());
  EXPECT_EQ(Ed25519PublicKey::FromText(key.public_key().ToText()).value(), key.public_key());
  EXPECT_TRUE(absl::StartsWith(key.ToPem(), "-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(key.public_key().ToText().size(), 44u);
}

TEST(Ed25519, RefusesBytesThatAreNotAKey) {
  EXPECT_EQ(ReasonOf(Ed25519PrivateKey::FromSeed("short").status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(Ed25519PublicKey::FromBytes(std::string(33, 'x')).status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(Ed25519PublicKey::FromText("AAAA").status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(Ed25519PublicKey::FromText(TestKey('a').public_key().ToText() + "\n").status()),
            "KEY_MALFORMED");
  for (const std::string& pem : {std::string(), std::string("-----BEGIN PRIVATE KEY-----\n"),
                                 std::string(kPemBytesMax + 1, 'x')}) {
    EXPECT_EQ(ReasonOf(Ed25519PrivateKey::FromPem(pem).status()), "KEY_MALFORMED");
    EXPECT_EQ(ReasonOf(Ed25519PublicKey::FromPem(pem).status()), "KEY_MALFORMED");
  }
}

TEST(Ed25519, RefusesAKeyOfAnotherAlgorithm) {
  // An X25519 public key: the same 32 bytes, another algorithm in the PEM.
  constexpr char kX25519Pem[] =
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VuAyEAYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_EQ(ReasonOf(Ed25519PublicKey::FromPem(kX25519Pem).status()), "KEY_MALFORMED");
}

}  // namespace
}  // namespace safehaven
