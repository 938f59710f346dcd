// Signed notes: signing, several signatures, and everything that is refused.
#include "libs/merkle/note.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::TestKey;
using testing_support::TestSigner;
using testing_support::TestWitness;

constexpr char kText[] = "a text\n\nwith an empty line and an umlaut: \xC3\xBC\n";
const absl::Time kSeen = absl::FromUnixSeconds(1'767'225'600);

std::string ReasonOfOpening(absl::string_view note, const std::vector<NoteVerifier>& known) {
  return ReasonOf(OpenNote(note, known).status());
}

TEST(NoteKey, HasTheHashAndTextOfThePublishedExample) {
  // The example key of golang.org/x/mod/sumdb/note, as text: PeterNeumann's.
  const absl::StatusOr<NoteVerifier> key =
      NoteVerifier::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->name(), "PeterNeumann");
  EXPECT_EQ(key->key_hash(), 0xc74f20a3u);
  EXPECT_EQ(key->kind(), NoteKeyKind::kEd25519);
}

TEST(NoteKey, OpensThePublishedExample) {
  // The example note of the same package.
  const NoteVerifier key =
      NoteVerifier::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
          .value();
  const std::string note =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
      "KvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, std::vector<NoteVerifier>{key});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->signatures.size(), 1u);
}

TEST(NoteKey, ReadsWhatItWroteForBothKinds) {
  for (const NoteSigner& signer : {TestSigner("log.invalid/x", 'a'), TestWitness("witness", 'b')}) {
    const NoteVerifier read = NoteVerifier::Parse(signer.verifier().ToText()).value();
    EXPECT_EQ(read.ToText(), signer.verifier().ToText());
    EXPECT_EQ(read.kind(), signer.verifier().kind());
    EXPECT_EQ(read.key_hash(), signer.verifier().key_hash());
  }
}

TEST(NoteKey, RefusesNamesThatWouldBreakALine) {
  for (const char* name : {"", "a b", "a+b", "a\nb", "a\tb", "\xff", "\x7f", "a\xC3"}) {
    EXPECT_EQ(ReasonOf(NoteVerifier::Make(name, NoteKeyKind::kEd25519,
                                          TestKey('a').public_key()).status()),
              "KEY_NAME_MALFORMED");
  }
}

TEST(NoteKey, RefusesTextsThatAreNotAKey) {
  const std::string text = TestSigner("log", 'a').verifier().ToText();
  const std::string wrong_hash = absl::StrReplaceAll(text, {{"log+", "loh+"}});
  for (const std::string& bad : {std::string(), std::string("log"), std::string("log+00000000"),
                                 wrong_hash, text + "=", text.substr(0, text.size() - 4)}) {
    EXPECT_EQ(ReasonOf(NoteVerifier::Parse(bad).status()), "KEY_MALFORMED") << bad;
  }
}

TEST(Note, OpensWithTheKeyThatSigned) {
  const NoteSigner signer = TestSigner("log", 'a');
  const std::string note = SignNote(kText, signer).value();
  EXPECT_TRUE(absl::StartsWith(note, absl::StrCat(kText, "\n\xE2\x80\x94 log ")));
  const OpenedNote opened = OpenNote(note, std::vector{signer.verifier()}).value();
  EXPECT_EQ(opened.text, kText);
  ASSERT_EQ(opened.signatures.size(), 1u);
  EXPECT_EQ(opened.signatures[0].name, "log");
}

TEST(Note, CarriesSeveralSignaturesAndTheTimesOfWitnesses) {
  const NoteSigner log = TestSigner("log", 'a');
  const NoteSigner first = TestWitness("witness-1", 'b');
  const NoteSigner second = TestWitness("witness-2", 'c');
  std::string note = SignNote(kText, log).value();
  note = AddSignature(note, first, kSeen).value();
  note = AddSignature(note, second, kSeen + absl::Seconds(1)).value();
  const OpenedNote opened =
      OpenNote(note, std::vector{second.verifier(), first.verifier(), log.verifier()}).value();
  ASSERT_EQ(opened.signatures.size(), 3u);
  EXPECT_EQ(opened.signatures[1].time, kSeen);
  EXPECT_EQ(opened.signatures[2].time, kSeen + absl::Seconds(1));
  EXPECT_EQ(OpenNote(note, std::vector{first.verifier()}).value().signatures.size(), 1u);
}

TEST(Note, AWitnessSignsTheMessageThatTheFormatNames) {
  const NoteSigner witness = TestWitness("witness", 'b');
  const std::string signature = witness.SignatureOf(kText, absl::FromUnixSeconds(258));
  ASSERT_EQ(signature.size(), 72u);
  EXPECT_EQ(signature.substr(0, 8), std::string("\0\0\0\0\0\0\x01\x02", 8));
  EXPECT_TRUE(witness.verifier().key().Verifies(absl::StrCat("cosignature/v1\ntime 258\n", kText),
                                                signature.substr(8)));
}

TEST(Note, CountsASignatureThatIsThereTwiceOnce) {
  const NoteSigner log = TestSigner("log", 'a');
  std::string note = SignNote(kText, log).value();
  note = AddSignature(note, log, kSeen).value();
  EXPECT_EQ(OpenNote(note, std::vector{log.verifier()}).value().signatures.size(), 1u);
}

TEST(Note, IsRefusedWithoutASignatureOfAKnownKey) {
  const std::string note = SignNote(kText, TestSigner("log", 'a')).value();
  EXPECT_EQ(ReasonOfOpening(note, {}), "NOTE_UNSIGNED");
  // Same name, other key; same key, other name.
  EXPECT_EQ(ReasonOfOpening(note, {TestSigner("log", 'b').verifier()}), "NOTE_UNSIGNED");
  EXPECT_EQ(ReasonOfOpening(note, {TestSigner("gol", 'a').verifier()}), "NOTE_UNSIGNED");
}

TEST(Note, IsRefusedWholeIfAKnownKeysSignatureDoesNotHold) {
  const NoteSigner log = TestSigner("log", 'a');
  const NoteSigner witness = TestWitness("witness", 'b');
  std::string note = SignNote(kText, log).value();
  note = AddSignature(note, witness, kSeen).value();
  const std::string altered = absl::StrReplaceAll(note, {{"umlaut", "Umlaut"}});
  EXPECT_EQ(ReasonOfOpening(altered, {log.verifier()}), "NOTE_SIGNATURE");
  EXPECT_EQ(ReasonOfOpening(altered, {log.verifier(), witness.verifier()}), "NOTE_SIGNATURE");
}

TEST(Note, ASignatureOfOneKindDoesNotPassForTheOther) {
  // A witness's key used as a log's key: its hash differs, so the line is not found.
  const std::string note = SignNote(kText, TestSigner("one", 'a')).value();
  EXPECT_EQ(ReasonOfOpening(note, {TestWitness("one", 'a').verifier()}), "NOTE_UNSIGNED");
}

TEST(Note, RefusesTextsThatCannotBeSigned) {
  const NoteSigner log = TestSigner("log", 'a');
  for (const std::string& text :
       {std::string(), std::string("no newline"), std::string("tab\t\n"), std::string("nul\0\n", 5),
        std::string("\xff\n"), std::string("\xED\xA0\x80\n"), std::string("\xC0\xAF\n"),
        std::string("\xF4\x90\x80\x80\n"), absl::StrCat(std::string(kNoteBytesMax, 'x'), "\n")}) {
    EXPECT_EQ(ReasonOf(SignNote(text, log).status()), "NOTE_MALFORMED");
  }
}

TEST(Note, RefusesLinesOfAnotherForm) {
  const NoteSigner log = TestSigner("log", 'a');
  const std::string note = SignNote("text\n", log).value();
  const std::string line = note.substr(note.find("\n\n") + 2);
  const std::vector<std::string> bad = {
      "",
      "text\n",
      "text\n\n",
      "text\n" + line,
      "text\n\n" + line.substr(0, line.size() - 1),
      "text\n\n" + line + "\n",
      "text\n\n- log AAAAAAAA\n",
      "text\n\n\xE2\x80\x94 log\n",
      "text\n\n\xE2\x80\x94 log \n",
      "text\n\n\xE2\x80\x94  AAAAAAAA\n",
      "text\n\n\xE2\x80\x94 log AAAAA===\n",
      "text\n\n\xE2\x80\x94 log AAAA\n",
      "text\n\n\xE2\x80\x94 log AAAA AAAA\n",
      "te\rxt\n\n" + line,
      std::string(kNoteBytesMax, 'x') + note,
  };
  for (const std::string& text : bad) {
    EXPECT_EQ(ReasonOfOpening(text, {log.verifier()}), "NOTE_MALFORMED") << text.substr(0, 100);
  }
}

TEST(Note, HasRoomForALimitedNumberOfSignatures) {
  const NoteSigner log = TestSigner("log", 'a');
  std::string note = SignNote(kText, log).value();
  for (size_t i = 1; i < kNoteSignaturesMax; ++i) note = AddSignature(note, log, kSeen).value();
  EXPECT_TRUE(OpenNote(note, std::vector{log.verifier()}).ok());
  EXPECT_EQ(ReasonOf(AddSignature(note, log, kSeen).status()), "NOTE_MALFORMED");
  const std::string line = note.substr(note.rfind("\n\xE2\x80\x94") + 1);
  EXPECT_EQ(ReasonOfOpening(note + line, {log.verifier()}), "NOTE_MALFORMED");
}

}  // namespace
}  // namespace safehaven
