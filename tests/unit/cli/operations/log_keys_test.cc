// Goal: the command line believes the keys of a log that its context names, or the one
// in the keys folder, and no other.
#include "cli/operations/log_keys.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/merkle_fixtures.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing_support::TempDir;
using testing_support::TestKey;

class LogKeysTest : public testing::Test {
 protected:
  LogKeysTest() {
    std::filesystem::create_directories(folder_.File("keys/log"));
    for (const char letter : {'a', 'b', 'c'}) Write(absl::StrCat(std::string(1, letter), ".pub"), letter);
    Write("keys/log/consent.pub", 'a');
  }
  void Write(const std::string& name, char letter) {
    ASSERT_TRUE(WriteFile(folder_.File(name), TestKey(letter).public_key().ToText() + "\n").ok());
  }

  // Reads a context with these further lines.
  absl::StatusOr<Context> Read(const std::string& lines) {
    const std::string path = folder_.File("context.yaml");
    SH_RETURN_IF_ERROR(WriteFile(path, "trust_domain: demo.safehaven.invalid\nkeys: keys\n" + lines));
    return ReadContext(path);
  }
  // The letters of the keys that are believed of consent's log, or the reason.
  std::string Believed(const std::string& lines) {
    absl::StatusOr<Context> context = Read(lines);
    if (!context.ok()) return ReasonOf(context.status());
    const Session session(*std::move(context), clock_, randomness_);
    const absl::StatusOr<FollowRules> rules = LogRules(session, "consent");
    if (!rules.ok()) return ReasonOf(rules.status());
    std::string letters;
    for (const NoteVerifier& key : rules->log_keys) {
      EXPECT_EQ(key.name(), "demo.safehaven.invalid/consent");
      for (const char letter : {'a', 'b', 'c'}) {
        if (key.key() == TestKey(letter).public_key()) letters += letter;
      }
    }
    return letters;
  }

  TempDir folder_;
  testing_support::FakeClock clock_;
  testing_support::FakeRandomness randomness_{1};
};

TEST_F(LogKeysTest, TheKeysFolderHasTheKeyUnlessTheContextNamesSome) {
  EXPECT_EQ(Believed(""), "a");
  EXPECT_EQ(Believed("consent_log_keys: b.pub\n"), "b") << "and not the folder's too: it may have been dropped";
  EXPECT_EQ(Believed("consent_log_keys: [c.pub, b.pub]\n"), "cb") << "in their order";
  EXPECT_EQ(Believed("costing_log_keys: [c.pub, b.pub]\n"), "a") << "another log's";
}

TEST_F(LogKeysTest, AKeyThatCannotBeReadIsNotPassedOver) {
  EXPECT_EQ(Believed("consent_log_keys: [b.pub, missing.pub]\n"), "FILE_UNREADABLE");
  EXPECT_EQ(Believed("consent_log_keys: [b.pub, context.yaml]\n"), "KEY_MALFORMED");
  for (const char* wrong : {"consent_log_keys: {a: b.pub}\n", "consent_log_keys: [[b.pub]]\n", "consent_log_keys: ''\n",
                            "consent_log_keys: []\n"}) {
    EXPECT_EQ(Believed(wrong), "CONTEXT_INVALID") << wrong;
  }
}

}  // namespace
}  // namespace safehaven::cli
