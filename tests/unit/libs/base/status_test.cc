// Statuses: reasons and metadata survive, and the macros pass failures on whole.
#include "libs/base/status.h"

#include <gtest/gtest.h>

#include <memory>

#include "libs/base/revision.h"
#include "libs/base/sensitive.h"

namespace safehaven {
namespace {

absl::Status Refuse() {
  return Failure(absl::StatusCode::kPermissionDenied, "WINDOW_CLOSED", "the approval has ended",
                 {{"approval", "demo"}});
}

absl::Status PassOn(const absl::Status& status) {
  SH_RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::StatusOr<int> AddOne(absl::StatusOr<int> value) {
  SH_ASSIGN_OR_RETURN(const int given, std::move(value));
  return given + 1;
}

absl::StatusOr<std::unique_ptr<int>> PassOwned(absl::StatusOr<std::unique_ptr<int>> value) {
  SH_ASSIGN_OR_RETURN(std::unique_ptr<int> owned, std::move(value));
  return owned;
}

TEST(Status, CarriesCodeReasonMessageAndMetadata) {
  const absl::Status status = Refuse();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(status.message(), "the approval has ended");
  EXPECT_EQ(ReasonOf(status), "WINDOW_CLOSED");
  EXPECT_EQ(MetadataOf(status).at("approval"), "demo");
}

TEST(Status, WithoutAReasonHasAnEmptyOne) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
  EXPECT_EQ(ReasonOf(absl::InternalError("plain")), "");
  EXPECT_TRUE(MetadataOf(absl::InternalError("plain")).empty());
}

TEST(Status, ADamagedPayloadGivesNoReason) {
  absl::Status status = absl::InternalError("plain");
  status.SetPayload(kErrorInfoTypeUrl, absl::Cord("\xff\xff\xff"));
  EXPECT_EQ(ReasonOf(status), "");
}

TEST(Status, ContextGoesBeforeTheMessageAndKeepsTheReason) {
  const absl::Status status = WithContext(Refuse(), "answering");
  EXPECT_EQ(status.message(), "answering: the approval has ended");
  EXPECT_EQ(ReasonOf(status), "WINDOW_CLOSED");
  EXPECT_TRUE(WithContext(absl::OkStatus(), "answering").ok());
}

TEST(Status, MacrosPassFailuresOnWhole) {
  EXPECT_TRUE(PassOn(absl::OkStatus()).ok());
  EXPECT_EQ(ReasonOf(PassOn(Refuse())), "WINDOW_CLOSED");
  EXPECT_EQ(AddOne(41).value(), 42);
  EXPECT_EQ(ReasonOf(AddOne(Refuse()).status()), "WINDOW_CLOSED");
}

TEST(Status, MacrosMoveValuesThatCannotBeCopied) {
  EXPECT_EQ(**PassOwned(std::make_unique<int>(7)), 7);
}

TEST(StatusDeathTest, ACheckThatFailsNamesItsCondition) {
  EXPECT_DEATH(SH_CHECK(1 + 1 == 3), "1 \\+ 1 == 3");
}

TEST(Revision, CoversOnlyWhatIsOfTheSameIncarnationAndNotNewer) {
  const Revision now = {"aa", 10};
  EXPECT_TRUE(now.Covers({"aa", 10}));
  EXPECT_TRUE(now.Covers({"aa", 9}));
  EXPECT_FALSE(now.Covers({"aa", 11}));
  EXPECT_FALSE(now.Covers({"bb", 1}));
}

TEST(Sensitive, ComparesWithoutRevealing) {
  EXPECT_TRUE(Sensitive<int>(5) == Sensitive<int>(5));
  EXPECT_FALSE(Sensitive<int>(5) == Sensitive<int>(6));
  EXPECT_EQ(Sensitive<int>(5).Reveal(), 5);
}

}  // namespace
}  // namespace safehaven
