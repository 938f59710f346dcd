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

SignedRequest By(const std::string& signer, const std::string& nonce, absl::Time signed_time = kNow) {
  return {.signer = signer, .signed_unix_ms = absl::ToUnixMillis(signed_time), .nonce = nonce, .signature = ""};
}

TEST(ReplayWindow, RefusesTheSecondUseAndForgetsWhenItMay) {
  ReplayWindow window({}, absl::InfinitePast());
  EXPECT_TRUE(window.Use(SignerKind::kProgram, By("a", "n1"), UseKept::kInLog, kNow).ok());
  EXPECT_TRUE(window.Use(SignerKind::kProgram, By("a", "n2"), UseKept::kInLog, kNow).ok());
  EXPECT_TRUE(window.Use(SignerKind::kProgram, By("b", "n1"), UseKept::kInMemory, kNow).ok());
  EXPECT_EQ(ReasonOf(window.Use(SignerKind::kProgram, By("a", "n1"), UseKept::kInLog, kNow + absl::Seconds(119))),
            "EVIDENCE_REPLAYED");
  EXPECT_EQ(ReasonOf(window.Use(SignerKind::kProgram, By("a", "n1"), UseKept::kInMemory, kNow + absl::Seconds(119))),
            "EVIDENCE_REPLAYED") << "whatever it was used for";
  // By then the signature itself is too old.
  EXPECT_TRUE(window.Use(SignerKind::kProgram, By("a", "n1"), UseKept::kInLog, kNow + absl::Seconds(121)).ok());
}

TEST(ReplayWindow, RefusesWhatWasUsedBeforeTheProcessBegan) {
  const std::vector<UsedRequest> used = {
      {.kind = SignerKind::kEnvironment, .signer = "a", .nonce = "n1", .use_time = kNow}};
  ReplayWindow window(used, kNow + absl::Seconds(1));
  EXPECT_EQ(ReasonOf(window.Use(SignerKind::kEnvironment, By("a", "n1"), UseKept::kInLog, kNow + absl::Seconds(59))),
            "EVIDENCE_REPLAYED");
  EXPECT_TRUE(window.Use(SignerKind::kProgram, By("a", "n1"), UseKept::kInLog, kNow).ok())
      << "a program of the same name is another signer";
}

TEST(ReplayWindow, RefusesWhatMayHaveBeenUsedBeforeTheProcessBeganWhereNoLogKeepsIt) {
  ReplayWindow window({}, kNow);
  const auto reason = [&](const std::string& nonce, absl::Duration signed_after, UseKept kept) {
    return ReasonOf(window.Use(SignerKind::kProgram, By("a", nonce, kNow + signed_after), kept, kNow + absl::Seconds(90)));
  };
  EXPECT_EQ(reason("n1", -absl::Seconds(1), UseKept::kInMemory), "EVIDENCE_BEFORE_START");
  EXPECT_EQ(reason("n2", absl::Seconds(59), UseKept::kInMemory), "EVIDENCE_BEFORE_START")
      << "by a clock that is a minute ahead it was before";
  EXPECT_EQ(reason("n3", absl::Seconds(60), UseKept::kInMemory), "");
  EXPECT_EQ(reason("n4", -absl::Seconds(1), UseKept::kInLog), "") << "the log would tell";
}

}  // namespace
}  // namespace safehaven
