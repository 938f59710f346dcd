#include "libs/server/log_key_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "libs/base/status.h"
#include "tests/support/merkle_fixtures.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

using testing_support::kTestOrigin;
using testing_support::TempDir;
using testing_support::TestKey;

class LogKeyFilesTest : public testing::Test {
 protected:
  std::string Private(char letter) { return Write(std::string(1, letter) + ".key", TestKey(letter).ToPem()); }
  std::string Public(char letter) {
    return Write(std::string(1, letter) + ".pub", TestKey(letter).public_key().ToText() + "\n");
  }

 private:
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.File(name), std::ios::binary) << text;
    return folder_.File(name);
  }
  TempDir folder_;
};

TEST_F(LogKeyFilesTest, ReadsThePresentTheNextAndTheEarlierKeys) {
  const LogKeys alone = ReadLogKeys({.key = Private('a'), .next_key = "", .earlier_public_keys = {}}, kTestOrigin).value();
  EXPECT_EQ(alone.signer.verifier().name(), kTestOrigin);
  EXPECT_TRUE(alone.next_signers.empty());
  EXPECT_EQ(alone.reason, LogKeyReason::kPlanned);
  const LogKeys keys = ReadLogKeys({.key = Private('a'),
                                    .next_key = Private('b'),
                                    .earlier_public_keys = {Public('c'), Public('d')},
                                    .reason = "COMPROMISED"},
                                   kTestOrigin).value();
  EXPECT_EQ(keys.signer.verifier().key(), TestKey('a').public_key());
  EXPECT_EQ(keys.next_signers.at(0).verifier().key(), TestKey('b').public_key());
  EXPECT_EQ(keys.earlier_keys.at(1).key(), TestKey('d').public_key());
  EXPECT_EQ(keys.reason, LogKeyReason::kCompromised);
}

TEST_F(LogKeyFilesTest, RefusesWhatIsNoKeyOrTheSameOneTwice) {
  const auto reason = [](const LogKeyFiles& files) { return ReasonOf(ReadLogKeys(files, kTestOrigin).status()); };
  EXPECT_EQ(reason({.key = "/no/such/file"}), "TLS_KEYS_MISSING");
  EXPECT_EQ(reason({.key = Public('a')}), "KEY_MALFORMED");
  EXPECT_EQ(reason({.key = Private('a'), .next_key = Private('a')}), "KEY_MALFORMED");
  EXPECT_EQ(reason({.key = Private('a'), .next_key = Public('b')}), "KEY_MALFORMED");
  EXPECT_EQ(reason({.key = Private('a'), .next_key = "", .earlier_public_keys = {Private('b')}}), "KEY_MALFORMED");
}

TEST_F(LogKeyFilesTest, AFollowerBelievesEachKeyThatItIsGivenAndNeedsOne) {
  const FollowRules rules = ReadFollowRules({Public('a'), Public('b')}, kTestOrigin).value();
  EXPECT_EQ(rules.origin, kTestOrigin);
  EXPECT_EQ(rules.log_keys.size(), 2u);
  EXPECT_EQ(rules.log_keys.at(1).key(), TestKey('b').public_key());
  EXPECT_EQ(ReasonOf(ReadFollowRules({}, kTestOrigin).status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(ReadFollowRules({Public('a'), "/no/such/file"}, kTestOrigin).status()), "TLS_KEYS_MISSING");
}

}  // namespace
}  // namespace safehaven
