// Checkpoints: the exact text, and what is not one.
#include "libs/merkle/checkpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::TestSigner;

Checkpoint Example() {
  return {.origin = kTestOrigin,
          .size = 42,
          .root = Sha256("root"),
          .incarnation = kTestIncarnation,
          .extensions = {}};
}

TEST(Checkpoint, IsWrittenLineByLine) {
  EXPECT_EQ(CheckpointText(Example()),
            absl::StrCat("demo.safehaven.invalid/consent\n42\n",
                         absl::Base64Escape(AsBytes(Sha256("root"))),
                         "\nincarnation 00112233445566778899aabbccddeeff\n"));
}

TEST(Checkpoint, ReadsWhatItWrote) {
  Checkpoint checkpoint = Example();
  checkpoint.extensions = {"another line", "and one more"};
  EXPECT_EQ(ParseCheckpoint(CheckpointText(checkpoint)).value(), checkpoint);
}

TEST(Checkpoint, NamesTheRevisionOfTheService) {
  EXPECT_EQ(Example().revision(), (Revision{kTestIncarnation, 42}));
}

TEST(Checkpoint, OpensWithTheLogsKeyOnly) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  const std::string note = SignCheckpoint(Example(), signer).value();
  EXPECT_EQ(OpenCheckpoint(note, std::vector{signer.verifier()}).value(), Example());
  EXPECT_FALSE(OpenCheckpoint(note, std::vector{TestSigner(kTestOrigin, 'b').verifier()}).ok());
}

TEST(Checkpoint, RefusesEveryOtherForm) {
  const std::string root = absl::Base64Escape(AsBytes(Sha256("root")));
  const std::string incarnation = absl::StrCat("incarnation ", kTestIncarnation, "\n");
  const std::vector<std::string> bad = {
      "",
      "\n",
      "origin\n42\n",
      absl::StrCat("origin\n42\n", root, "\n"),
      absl::StrCat("\n42\n", root, "\n", incarnation),
      absl::StrCat("origin\n042\n", root, "\n", incarnation),
      absl::StrCat("origin\n-1\n", root, "\n", incarnation),
      absl::StrCat("origin\n+1\n", root, "\n", incarnation),
      absl::StrCat("origin\n 42\n", root, "\n", incarnation),
      absl::StrCat("origin\n18446744073709551616\n", root, "\n", incarnation),
      absl::StrCat("origin\n42\n", root.substr(4), "\n", incarnation),
      absl::StrCat("origin\n42\n ", root, "\n", incarnation),
      absl::StrCat("origin\n42\n", root, "\n", incarnation, incarnation),
      absl::StrCat("origin\n42\n", root, "\nincarnation 00\n"),
      absl::StrCat("origin\n42\n", root, "\nincarnation 00112233445566778899AABBCCDDEEFF\n"),
      absl::StrCat("origin\n42\n", root, "\n\n", incarnation),
      absl::StrCat("origin\n42\n", root, "\n", incarnation.substr(0, incarnation.size() - 1)),
  };
  for (const std::string& text : bad) {
    EXPECT_EQ(ReasonOf(ParseCheckpoint(text).status()), "CHECKPOINT_MALFORMED") << text;
  }
}

TEST(Checkpoint, AcceptsALimitedNumberOfOtherLines) {
  Checkpoint checkpoint = Example();
  checkpoint.extensions.assign(kCheckpointExtensionsMax, "line");
  const std::string text = CheckpointText(checkpoint);
  EXPECT_TRUE(ParseCheckpoint(text).ok());
  EXPECT_EQ(ReasonOf(ParseCheckpoint(text + "line\n").status()), "CHECKPOINT_MALFORMED");
}

}  // namespace
}  // namespace safehaven
