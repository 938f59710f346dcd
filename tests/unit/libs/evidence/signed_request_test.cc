#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/evidence/evidence.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'780'000'000);
const std::string kDigest(32, 'd');

Ed25519PrivateKey Key(char seed) { return *Ed25519PrivateKey::FromSeed(std::string(32, seed)); }

SignedRequest Signed(SignerKind kind = SignerKind::kProgram) {
  return SignRequest(kind, kDigest,
                     {.signer = "spiffe://demo.safehaven.invalid/source/acute",
                      .signed_unix_ms = absl::ToUnixMillis(kNow),
                      .nonce = std::string(16, 'n'),
                      .signature = ""},
                     Key('a'));
}

std::string ReasonFor(const SignedRequest& request, absl::Time now = kNow,
                      SignerKind kind = SignerKind::kProgram, const std::string& digest = kDigest) {
  return ReasonOf(VerifySignedRequest(kind, digest, request, Key('a').public_key(), now));
}

TEST(SignedRequest, HoldsForItsQuestionKindAndMinute) {
  EXPECT_EQ(ReasonFor(Signed()), "");
  EXPECT_EQ(ReasonFor(Signed(), kNow + absl::Seconds(59)), "");
}

TEST(SignedRequest, AnyChangeIsRefused) {
  EXPECT_EQ(ReasonFor(Signed(), kNow, SignerKind::kEnvironment), "EVIDENCE_SIGNATURE");
  EXPECT_EQ(ReasonFor(Signed(), kNow, SignerKind::kProgram, std::string(32, 'e')), "EVIDENCE_SIGNATURE");
  SignedRequest changed = Signed();
  changed.signer += "x";
  EXPECT_EQ(ReasonFor(changed), "EVIDENCE_SIGNATURE");
  changed = Signed();
  changed.signed_unix_ms += 1;
  EXPECT_EQ(ReasonFor(changed), "EVIDENCE_SIGNATURE");
  changed = Signed();
  changed.nonce[0] ^= 1;
  EXPECT_EQ(ReasonFor(changed), "EVIDENCE_SIGNATURE");
  changed = Signed();
  changed.signature[0] = static_cast<char>(changed.signature[0] ^ 1);
  EXPECT_EQ(ReasonFor(changed), "EVIDENCE_SIGNATURE");
}

TEST(SignedRequest, ClocksAnHourOffAreRefused) {
  EXPECT_EQ(ReasonFor(Signed(), kNow + absl::Hours(1)), "EVIDENCE_EXPIRED");
  EXPECT_EQ(ReasonFor(Signed(), kNow - absl::Hours(1)), "EVIDENCE_NOT_YET");
}

TEST(ReplayWindow, RefusesTheSecondUseAndForgetsWhenItMay) {
  ReplayWindow window({});
  EXPECT_TRUE(window.Use(SignerKind::kProgram, "a", "n1", kNow).ok());
  EXPECT_TRUE(window.Use(SignerKind::kProgram, "a", "n2", kNow).ok());
  EXPECT_TRUE(window.Use(SignerKind::kProgram, "b", "n1", kNow).ok());
  EXPECT_EQ(ReasonOf(window.Use(SignerKind::kProgram, "a", "n1", kNow + absl::Seconds(119))), "EVIDENCE_REPLAYED");
  // By then the signature itself is too old.
  EXPECT_TRUE(window.Use(SignerKind::kProgram, "a", "n1", kNow + absl::Seconds(121)).ok());
}

TEST(ReplayWindow, RefusesWhatWasUsedBeforeTheProcessBegan) {
  const std::vector<UsedRequest> used = {
      {.kind = SignerKind::kEnvironment, .signer = "a", .nonce = "n1", .use_time = kNow}};
  ReplayWindow window(used);
  EXPECT_EQ(ReasonOf(window.Use(SignerKind::kEnvironment, "a", "n1", kNow + absl::Seconds(59))), "EVIDENCE_REPLAYED");
  EXPECT_TRUE(window.Use(SignerKind::kProgram, "a", "n1", kNow).ok()) << "a program of the same name is another signer";
}

}  // namespace
}  // namespace safehaven
