// Goal: no bytes whatever break the parsers of notes, checkpoints and heartbeats, and
// nothing but what was signed opens. Method: random bytes, and real notes mutated.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/heartbeat.h"
#include "libs/merkle/note.h"
#include "tests/support/merkle_fixtures.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::RandomBytes;
using testing_support::TestSigner;
using testing_support::TestWitness;

constexpr int kRounds = 20'000;

std::string RealNote() {
  const Checkpoint checkpoint = {.origin = kTestOrigin,
                                 .size = 1234,
                                 .root = Sha256("root"),
                                 .incarnation = kTestIncarnation,
                                 .extensions = {"more"}};
  const std::string note = SignCheckpoint(checkpoint, TestSigner(kTestOrigin, 'a')).value();
  return AddSignature(note, TestWitness("witness", 'b'), absl::FromUnixSeconds(1)).value();
}

// One to three small changes: a flipped bit, a cut, a repeated or an inserted piece.
std::string Mutated(std::string text, std::mt19937_64& prng) {
  for (uint64_t changes = 1 + prng() % 3; changes > 0; --changes) {
    const size_t at = prng() % (text.size() + 1);
    const size_t length = prng() % 40;
    switch (prng() % 4) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << (prng() % 8)));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(prng() % (text.size() + 1), length));
        break;
      default:
        text.insert(at, RandomBytes(prng, length));
    }
  }
  return text;
}

TEST(NoteProperty, RandomBytesAreRefused) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::vector<NoteVerifier> known = {TestSigner(kTestOrigin, 'a').verifier()};
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = RandomBytes(prng, prng() % 300);
    ASSERT_FALSE(OpenNote(bytes, known).ok());
    ASSERT_FALSE(ParseCheckpoint(bytes).ok());
    ASSERT_FALSE(NoteVerifier::Parse(bytes).ok());
    ASSERT_FALSE(OpenHeartbeat(bytes, kTestOrigin, known).ok());
  }
}

TEST(NoteProperty, AMutatedNoteOpensOnlyWithTheTextThatWasSigned) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::string note = RealNote();
  const std::vector<NoteVerifier> known = {TestSigner(kTestOrigin, 'a').verifier()};
  const std::string text = OpenNote(note, known).value().text;
  for (int round = 0; round < kRounds; ++round) {
    // Lines of unknown keys may change freely; the text may not.
    const absl::StatusOr<OpenedNote> opened = OpenNote(Mutated(note, prng), known);
    if (opened.ok()) {
      ASSERT_EQ(opened->text, text);
    }
  }
}

TEST(NoteProperty, ACheckpointThatIsReadIsWrittenTheSame) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::vector<NoteVerifier> known = {TestSigner(kTestOrigin, 'a').verifier()};
  const std::string text = OpenNote(RealNote(), known).value().text;
  int read = 0;
  for (int round = 0; round < kRounds; ++round) {
    const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(Mutated(text, prng));
    if (!checkpoint.ok()) continue;
    ++read;
    ASSERT_EQ(ParseCheckpoint(CheckpointText(*checkpoint)).value(), *checkpoint);
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace safehaven
