#include "libs/separation/record_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

SourceKeys Keys(char byte = 's') { return *SourceKeys::Make(std::string(kSourceSecretBytes, byte)); }

TEST(RecordKeys, CostingTurnsTokensIntoItsOwnRecordKeys) {
  const SourceKeys keys = Keys();
  const TokenOpener opener = *TokenOpener::Make(keys.join_key());
  std::string tokens, record_keys;
  for (int i = 0; i < 100; ++i) {
    record_keys += keys.RecordKey(absl::StrCat("episode-", i));
    tokens += keys.Token(keys.RecordKey(absl::StrCat("episode-", i)));
  }
  EXPECT_EQ(*opener.RecordKeys(tokens), record_keys);
}

TEST(RecordKeys, AreTheSameForTheSameIdAndDifferForEveryOtherIdAndSource) {
  EXPECT_EQ(Keys().RecordKey("1"), Keys().RecordKey("1"));
  EXPECT_NE(Keys().RecordKey("1"), Keys().RecordKey("2"));
  EXPECT_NE(Keys().RecordKey("1"), Keys('t').RecordKey("1"));
}

TEST(RecordKeys, WrongSizesAreRefused) {
  EXPECT_EQ(ReasonOf(SourceKeys::Make("short").status()), "SOURCE_SECRET_MALFORMED");
  EXPECT_EQ(ReasonOf(TokenOpener::Make("short").status()), "JOIN_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(TokenOpener::Make(Keys().join_key())->RecordKeys("12345").status()), "TOKEN_MALFORMED");
}

// Goal: who sees both halves but not the join key joins them no better than chance.
// Method: both halves sorted as they are sent; a record's place in one is compared
// with its place in the other, and its key with its token.
TEST(RecordKeys, TheHalvesAreRejoinedByOrderOrKeyNoBetterThanByChance) {
  constexpr int kRecords = 20'000;
  const SourceKeys keys = Keys();
  std::vector<std::pair<std::string, int>> payload, identity;
  std::set<std::string> record_keys;
  for (int i = 0; i < kRecords; ++i) {
    const std::string record_key = keys.RecordKey(absl::StrCat(i));
    payload.emplace_back(record_key, i);
    identity.emplace_back(keys.Token(record_key), i);
    record_keys.insert(record_key);
  }
  for (const auto& [token, i] : identity) EXPECT_FALSE(record_keys.contains(token));

  std::sort(payload.begin(), payload.end());
  std::sort(identity.begin(), identity.end());
  std::vector<double> place(kRecords);
  for (int i = 0; i < kRecords; ++i) place[static_cast<size_t>(payload[static_cast<size_t>(i)].second)] = i;
  int same_place = 0;
  double product = 0;
  const double mean = (kRecords - 1) / 2.0;
  const double variance = (static_cast<double>(kRecords) * kRecords - 1) / 12.0;
  for (int i = 0; i < kRecords; ++i) {
    const double other = place[static_cast<size_t>(identity[static_cast<size_t>(i)].second)];
    same_place += other == i ? 1 : 0;
    product += (i - mean) * (other - mean);
  }
  // By chance one record keeps its place (Poisson), and the rank correlation has a
  // standard deviation of 1/sqrt(n); five of these are one in three million.
  EXPECT_LT(same_place, 12);
  EXPECT_LT(std::abs(product / kRecords / variance), 5 / std::sqrt(kRecords));
}

}  // namespace
}  // namespace safehaven
