// Heartbeats: the exact text, and what is not one.
#include "libs/merkle/heartbeat.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "libs/merkle/checkpoint.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::TestSigner;

Heartbeat Example() {
  return {.origin = kTestOrigin,
          .incarnation = kTestIncarnation,
          .size = 42,
          .root = Sha256("root"),
          .time = absl::FromUnixMillis(1'767'225'600'123),
          .floor = 17,
          .objections_size = 40};
}

TEST(Heartbeat, ReadsWhatItWrote) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  const std::string note = SignHeartbeat(Example(), signer).value();
  EXPECT_TRUE(absl::StartsWith(note, "demo.safehaven.invalid/consent/heartbeat\nincarnation "));
  EXPECT_TRUE(absl::StrContains(note, "\ntime 1767225600123\nfloor 17\nobjections 40\n"));
  EXPECT_EQ(OpenHeartbeat(note, kTestOrigin, std::vector{signer.verifier()}).value(), Example());
}

TEST(Heartbeat, OfAnotherLogIsRefused) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  const std::string note = SignHeartbeat(Example(), signer).value();
  EXPECT_EQ(ReasonOf(OpenHeartbeat(note, "demo.safehaven.invalid/costing",
                                   std::vector{signer.verifier()}).status()),
            "HEARTBEAT_ORIGIN");
}

TEST(Heartbeat, OfAnotherKeyIsRefused) {
  const std::string note = SignHeartbeat(Example(), TestSigner(kTestOrigin, 'a')).value();
  EXPECT_EQ(ReasonOf(OpenHeartbeat(note, kTestOrigin,
                                   std::vector{TestSigner(kTestOrigin, 'b').verifier()}).status()),
            "NOTE_UNSIGNED");
}

TEST(Heartbeat, AndCheckpointDoNotPassForOneAnother) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  const std::string heartbeat = SignHeartbeat(Example(), signer).value();
  const std::string checkpoint = SignCheckpoint({.origin = kTestOrigin,
                                                 .size = 42,
                                                 .root = Sha256("root"),
                                                 .incarnation = kTestIncarnation,
                                                 .extensions = {}},
                                                signer).value();
  EXPECT_FALSE(OpenCheckpoint(heartbeat, std::vector{signer.verifier()}).ok());
  EXPECT_EQ(ReasonOf(OpenHeartbeat(checkpoint, kTestOrigin, std::vector{signer.verifier()}).status()),
            "HEARTBEAT_MALFORMED");
}

TEST(Heartbeat, IsNotSignedWithFieldsOutOfRange) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  std::vector<Heartbeat> bad(6, Example());
  bad[0].floor = 43;
  bad[1].objections_size = 43;
  bad[2].incarnation = "no";
  bad[3].time = absl::FromUnixMillis(-1);
  bad[4].time += absl::Microseconds(1);
  bad[5].origin = "two\nlines";
  for (const Heartbeat& heartbeat : bad) {
    EXPECT_EQ(ReasonOf(SignHeartbeat(heartbeat, signer).status()), "HEARTBEAT_MALFORMED");
  }
}

TEST(Heartbeat, SignedButMalformedIsRefused) {
  const NoteSigner signer = TestSigner(kTestOrigin, 'a');
  const std::string note = SignHeartbeat(Example(), signer).value();
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"floor 17", "floor 017"}, {"floor 17\n", ""}, {"size 42", "size 10"},
           {"objections 40", "objections 40\nmore 1"}, {"time 1", "time -1"}, {"root ", "root  "}}) {
    const std::string altered = SignNote(absl::StrReplaceAll(text, {{from, to}}), signer).value();
    EXPECT_EQ(ReasonOf(OpenHeartbeat(altered, kTestOrigin, std::vector{signer.verifier()}).status()),
              "HEARTBEAT_MALFORMED") << to;
  }
}

}  // namespace
}  // namespace safehaven
