// Salted commitments: what opens them and what does not.
#include "libs/merkle/commitment.h"

#include <gtest/gtest.h>

#include <string>

#include "libs/base/status.h"

namespace safehaven {
namespace {

const std::string& Salt() {
  static const std::string salt(kSaltBytes, 's');
  return salt;
}

TEST(Commitment, IsTheDigestThatTheFormatNames) {
  EXPECT_EQ(Commitment({.kind = 3, .salt = Salt(), .body = "body"}),
            Sha256("safehaven-leaf/1\x03" + Salt() + "body"));
}

TEST(Commitment, OpensWithItsOwnContentOnly) {
  const Digest commitment = Commitment({.kind = 3, .salt = Salt(), .body = "body"});
  EXPECT_TRUE(CheckCommitment(commitment, {.kind = 3, .salt = Salt(), .body = "body"}).ok());
  const std::string other_salt(kSaltBytes, 't');
  for (const LeafContent& other :
       {LeafContent{.kind = 4, .salt = Salt(), .body = "body"},
        LeafContent{.kind = 3, .salt = other_salt, .body = "body"},
        LeafContent{.kind = 3, .salt = Salt(), .body = "bodY"},
        LeafContent{.kind = 3, .salt = Salt(), .body = ""},
        LeafContent{.kind = 3, .salt = "", .body = "body"}}) {
    EXPECT_EQ(ReasonOf(CheckCommitment(commitment, other)), "COMMITMENT_MISMATCH");
  }
}

TEST(Commitment, ABodyCannotLendBytesToItsSalt) {
  const std::string longer_salt = Salt() + "b";
  const Digest commitment = Commitment({.kind = 3, .salt = Salt(), .body = "body"});
  EXPECT_EQ(ReasonOf(CheckCommitment(commitment, {.kind = 3, .salt = longer_salt, .body = "ody"})),
            "COMMITMENT_MISMATCH");
}

}  // namespace
}  // namespace safehaven
