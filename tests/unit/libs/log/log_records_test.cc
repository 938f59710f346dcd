// The log's records: the exact keys and bytes, and what is refused.
#include "libs/log/log_records.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "libs/base/status.h"
#include "libs/merkle/commitment.h"

namespace safehaven::log_records {
namespace {

TEST(LogKeys, LieUnderThePrefixInOrderOfIndex) {
  const Keys keys("log");
  EXPECT_LT(keys.Leaf(1), keys.Leaf(2));
  EXPECT_LT(keys.Leaf(255), keys.Leaf(256));
  for (const std::string& key : {keys.State(), keys.Leaf(7), keys.Side(7)}) {
    EXPECT_TRUE(absl::StartsWith(key, keys.All()));
  }
  EXPECT_TRUE(absl::StartsWith(keys.Leaf(7), keys.Leaves()));
  EXPECT_FALSE(absl::StartsWith(keys.Side(7), keys.Leaves()));
  EXPECT_FALSE(absl::StartsWith(Keys("log2").State(), keys.All()));
}

TEST(LogKeys, TellTheirIndex) {
  EXPECT_EQ(IndexOf(Keys("log").Leaf(77)).value(), 77u);
  EXPECT_EQ(IndexOf(Keys("log").Side(78)).value(), 78u);
  EXPECT_EQ(ReasonOf(IndexOf(Keys("log").State()).status()), "RECORD_MALFORMED");
  EXPECT_EQ(ReasonOf(IndexOf("").status()), "RECORD_MALFORMED");
}

TEST(LogRecords, ReadWhatTheyWrote) {
  const StateRecord state = DecodeState(Encode(StateRecord{.size = 258, .checkpoint = "note"})).value();
  EXPECT_EQ(state.size, 258u);
  EXPECT_EQ(state.checkpoint, "note");
  EXPECT_EQ(DecodeLeaf(EncodeLeaf(Sha256("x"))).value(), Sha256("x"));
  const std::string salt(kSaltBytes, 's');
  const SideRecord side =
      DecodeSide(Encode(SideRecord{.kind = 200, .erased = false, .salt = salt, .body = "b", .erase_reason = ""}))
          .value();
  EXPECT_EQ(side.kind, 200);
  EXPECT_EQ(side.salt, salt);
  EXPECT_EQ(side.body, "b");
}

TEST(LogRecords, AnErasedRecordHoldsNeitherBodyNorSalt) {
  const SideRecord erased = {.kind = 3,
                             .erased = true,
                             .salt = std::string(kSaltBytes, 's'),
                             .body = "secret",
                             .erase_reason = "RETENTION_ENDED"};
  const std::string bytes = Encode(erased);
  EXPECT_FALSE(absl::StrContains(bytes, "secret"));
  EXPECT_FALSE(absl::StrContains(bytes, "sss"));
  EXPECT_EQ(DecodeSide(bytes)->erase_reason, "RETENTION_ENDED");
  EXPECT_TRUE(DecodeSide(bytes)->erased);
}

TEST(LogRecords, RefuseOtherFormsAndFormats) {
  for (const std::string& bytes : {std::string(), std::string("\x02" "123456789"), std::string("\x01")}) {
    EXPECT_EQ(ReasonOf(DecodeState(bytes).status()), "RECORD_MALFORMED");
    EXPECT_EQ(ReasonOf(DecodeLeaf(bytes).status()), "RECORD_MALFORMED");
    EXPECT_EQ(ReasonOf(DecodeSide(bytes).status()), "RECORD_MALFORMED");
  }
  EXPECT_FALSE(DecodeLeaf(EncodeLeaf(Sha256("x")) + "y").ok());
  EXPECT_FALSE(DecodeSide(std::string("\x01\x01\x02", 3)).ok());
  EXPECT_FALSE(DecodeSide(std::string("\x01\x01\x00short", 8)).ok());
}

}  // namespace
}  // namespace safehaven::log_records
