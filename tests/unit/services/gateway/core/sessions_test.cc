#include "services/gateway/core/sessions.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/unit/services/gateway/core/counting_randomness.h"

namespace safehaven::gateway {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

Session SomeSession() {
  return {.token = Sensitive<std::string>("token"), .display_name = "Ada",
          .token_expire_time = kStart + absl::Hours(24)};
}

class SessionTableTest : public testing::Test {
 protected:
  CountingRandomness randomness_;
  SessionTable table_{{.sessions_max = 2, .idle_max = absl::Minutes(15), .absolute_max = absl::Hours(8)}};
};

TEST_F(SessionTableTest, ASessionIsFoundByItsSecretAlone) {
  const auto secret = table_.Open(SomeSession(), kStart, randomness_);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(table_.Use(*secret, kStart)->token.Reveal(), "token");
  EXPECT_FALSE(table_.Use("guess", kStart).has_value());
  EXPECT_FALSE(table_.Use("", kStart).has_value());
}

TEST_F(SessionTableTest, AnIdleSessionRunsOutAndAUsedOneDoesNot) {
  const std::string secret = *table_.Open(SomeSession(), kStart, randomness_);
  EXPECT_TRUE(table_.Use(secret, kStart + absl::Minutes(14)).has_value());
  EXPECT_TRUE(table_.Use(secret, kStart + absl::Minutes(28)).has_value());
  EXPECT_FALSE(table_.Use(secret, kStart + absl::Minutes(43)).has_value());
}

TEST_F(SessionTableTest, LookingDoesNotKeepASessionAlive) {
  const std::string secret = *table_.Open(SomeSession(), kStart, randomness_);
  EXPECT_TRUE(table_.Look(secret, kStart + absl::Minutes(14)).has_value());
  EXPECT_FALSE(table_.Look(secret, kStart + absl::Minutes(15)).has_value());
}

TEST_F(SessionTableTest, HoweverMuchItIsUsedASessionEnds) {
  const std::string secret = *table_.Open(SomeSession(), kStart, randomness_);
  for (int minutes = 10; minutes < 480; minutes += 10) {
    ASSERT_TRUE(table_.Use(secret, kStart + absl::Minutes(minutes)).has_value()) << minutes;
  }
  EXPECT_FALSE(table_.Use(secret, kStart + absl::Hours(8)).has_value());
}

TEST_F(SessionTableTest, ASessionDoesNotOutliveItsToken) {
  Session session = SomeSession();
  session.token_expire_time = kStart + absl::Minutes(10);
  const std::string secret = *table_.Open(session, kStart, randomness_);
  EXPECT_EQ(table_.ExpireTime(secret, kStart), kStart + absl::Minutes(10));
  EXPECT_FALSE(table_.Use(secret, kStart + absl::Minutes(10)).has_value());
}

TEST_F(SessionTableTest, AClosedSessionIsGone) {
  const std::string secret = *table_.Open(SomeSession(), kStart, randomness_);
  table_.Close(secret);
  EXPECT_FALSE(table_.Use(secret, kStart).has_value());
  EXPECT_EQ(table_.size(), 0u);
}

TEST_F(SessionTableTest, AFullTableRefusesANewcomerAndKeepsWhoIsIn) {
  const std::string first = *table_.Open(SomeSession(), kStart, randomness_);
  ASSERT_TRUE(table_.Open(SomeSession(), kStart, randomness_).ok());
  EXPECT_EQ(ReasonOf(table_.Open(SomeSession(), kStart, randomness_).status()), "SESSIONS_FULL");
  EXPECT_TRUE(table_.Use(first, kStart).has_value());
}

TEST_F(SessionTableTest, SessionsThatHaveRunOutMakePlace) {
  ASSERT_TRUE(table_.Open(SomeSession(), kStart, randomness_).ok());
  ASSERT_TRUE(table_.Open(SomeSession(), kStart, randomness_).ok());
  EXPECT_TRUE(table_.Open(SomeSession(), kStart + absl::Minutes(15), randomness_).ok());
  EXPECT_EQ(table_.size(), 1u);
}

SignIn SomeSignIn(const std::string& state) { return {.state = state, .nonce = "n", .code_verifier = "v"}; }

TEST(SignInTable, ASignInIsTakenOnce) {
  CountingRandomness randomness;
  SignInTable table(10);
  const std::string secret = table.Begin(SomeSignIn("s"), kStart, randomness);
  EXPECT_EQ(table.Take(secret, kStart)->state, "s");
  EXPECT_FALSE(table.Take(secret, kStart).has_value());
}

TEST(SignInTable, ASignInThatTookTooLongIsGone) {
  CountingRandomness randomness;
  SignInTable table(10);
  const std::string secret = table.Begin(SomeSignIn("s"), kStart, randomness);
  EXPECT_FALSE(table.Take(secret, kStart + kSignInTimeMax).has_value());
}

TEST(SignInTable, AFloodPutsOutTheOldestAndGrowsNothing) {
  CountingRandomness randomness;
  SignInTable table(3);
  const std::string first = table.Begin(SomeSignIn("first"), kStart, randomness);
  std::string last;
  for (int i = 0; i < 100; ++i) last = table.Begin(SomeSignIn("last"), kStart, randomness);
  EXPECT_LE(table.size(), 3u);
  EXPECT_FALSE(table.Take(first, kStart).has_value());
  EXPECT_TRUE(table.Take(last, kStart).has_value());
}

}  // namespace
}  // namespace safehaven::gateway
