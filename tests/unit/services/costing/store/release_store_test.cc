// Goal: one warrant, one use, and what the log says was released can be sent again.
#include "services/costing/store/release_store.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven::costing {
namespace {

using safehaven::testing_support::kForever;
using safehaven::testing_support::LogSurroundings;
using safehaven::testing_support::OpenTestLog;
using safehaven::testing_support::TestFollowRules;
using safehaven::testing_support::TestLogOptions;

class ReleaseStoreTest : public testing::Test {
 protected:
  OpenedRelease Open(const std::string& warrant) {
    return *releases_.Open(warrant, around_.clock.Now(), "opening", kForever);
  }

  MemoryStore memory_;
  FaultyStore store_{FaultOptions{}, memory_};
  LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_ = *OpenTestLog(store_, around_, TestLogOptions());
  ReleaseStore releases_{store_, *log_};
};

TEST_F(ReleaseStoreTest, AWarrantIsUsedUpByItsOpeningEntry) {
  EXPECT_FALSE(releases_.FindUsed("warrant", kForever)->has_value());
  EXPECT_EQ(Open("warrant").opening_index, 0u);
  EXPECT_TRUE(releases_.FindUsed("warrant", kForever)->has_value());
  EXPECT_EQ(ReasonOf(releases_.Open("warrant", kForever, "again", kForever).status()), "WARRANT_USED");
  EXPECT_EQ(log_->revision().size, 1u) << "the second use leaves no entry";
}

TEST_F(ReleaseStoreTest, AnOpeningThatCannotBeLoggedUsesNothingUp) {
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(ReasonOf(releases_.Open("warrant", kForever, "opening", kForever).status()), "AUDIT_UNAVAILABLE");
  EXPECT_FALSE(releases_.FindUsed("warrant", kForever)->has_value());
}

// The write is there, the word of it was lost: rather no answer than one that was not asked for.
TEST_F(ReleaseStoreTest, AnOpeningInDoubtUsesTheWarrantUp) {
  store_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_FALSE(releases_.Open("warrant", kForever, "opening", kForever).ok());
  EXPECT_EQ(ReasonOf(releases_.Open("warrant", kForever, "opening", kForever).status()), "WARRANT_USED");
}

TEST_F(ReleaseStoreTest, AClosedAnswerIsKeptWithItsEntry) {
  const OpenedRelease release = Open("warrant");
  const auto leaf = releases_.Close(release, "closing", "answer", kForever);
  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_TRUE(CheckProvenLeaf(*leaf, TestFollowRules()).ok());
  const auto used = releases_.FindUsed("warrant", kForever);
  EXPECT_EQ((*used)->closed_answer(), "answer");
  EXPECT_EQ((*used)->opening_index(), 0u);
  const auto found = releases_.FindClosing(**used, kForever);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->index, leaf->index);
}

TEST_F(ReleaseStoreTest, AClosingEntryThatCannotBeLoggedKeepsNoAnswer) {
  const OpenedRelease release = Open("warrant");
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_FALSE(releases_.Close(release, "closing", "answer", kForever).ok());
  EXPECT_TRUE((*releases_.FindUsed("warrant", kForever))->closed_answer().empty());
}

TEST_F(ReleaseStoreTest, AClosingEntryIsFoundAmongManyOthers) {
  const OpenedRelease release = Open("warrant");
  for (int i = 0; i < 1500; ++i) {
    log_->AppendThen(safehaven::testing_support::BodyOnly(kCostRunLeaf, absl::StrCat(i)), [](const auto&) {});
  }
  ASSERT_TRUE(releases_.Close(release, "closing", "answer", kForever).ok());
  const auto found = releases_.FindClosing(**releases_.FindUsed("warrant", kForever), kForever);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->body, "closing");
}

TEST_F(ReleaseStoreTest, WhatWasOpenedAndNotClosedIsFoundAsCutOff) {
  ASSERT_TRUE(releases_.CutOff(kForever)->empty());
  const OpenedRelease closed = *releases_.Open("closed", kForever, "opening of closed", kForever);
  const OpenedRelease first = *releases_.Open("first", kForever, "opening of first", kForever);
  for (int i = 0; i < 1500; ++i) {
    log_->AppendThen(safehaven::testing_support::BodyOnly(kCostRunLeaf, absl::StrCat(i)), [](const auto&) {});
  }
  const OpenedRelease second = *releases_.Open("second", kForever, "opening of second", kForever);
  ASSERT_TRUE(releases_.Close(closed, "closing", "answer", kForever).ok());
  const auto cut_off = releases_.CutOff(kForever);
  ASSERT_TRUE(cut_off.ok()) << cut_off.status();
  ASSERT_EQ(cut_off->size(), 2u);
  EXPECT_EQ((*cut_off)[0].warrant, "first");
  EXPECT_EQ((*cut_off)[0].opening_index, first.opening_index);
  EXPECT_EQ((*cut_off)[1].opening_index, second.opening_index);
  for (const OpenedRelease& release : *cut_off) ASSERT_TRUE(releases_.Close(release, "why", "", kForever).ok());
  EXPECT_TRUE(releases_.CutOff(kForever)->empty());
}

TEST_F(ReleaseStoreTest, AClosingEntryThatCannotBeLoggedLeavesTheReleaseOpen) {
  const OpenedRelease release = Open("warrant");
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_FALSE(releases_.Close(release, "closing", "answer", kForever).ok());
  EXPECT_EQ(releases_.CutOff(kForever)->size(), 1u);
}

TEST_F(ReleaseStoreTest, WhoKeepsFirstGivesTheBytes) {
  const OpenedRelease release = Open("warrant");
  ASSERT_TRUE(releases_.Close(release, "closing", "answer", kForever).ok());
  EXPECT_EQ(*releases_.KeepAnswer("warrant", "with receipt", kForever), "with receipt");
  EXPECT_EQ(*releases_.KeepAnswer("warrant", "with another", kForever), "with receipt");
  const auto used = releases_.FindUsed("warrant", kForever);
  EXPECT_EQ((*used)->answer(), "with receipt");
  EXPECT_TRUE((*used)->closed_answer().empty());
}

TEST_F(ReleaseStoreTest, WarrantsAreForgottenLongAfterTheyExpired) {
  Open("old");
  around_.clock.Advance(absl::Minutes(5));
  Open("young");
  EXPECT_EQ(*releases_.PurgeExpired(around_.clock.Now(), kForever), 0u);
  around_.clock.Advance(kUsedWarrantKept - absl::Minutes(4));
  EXPECT_EQ(*releases_.PurgeExpired(around_.clock.Now(), kForever), 1u);
  EXPECT_FALSE(releases_.FindUsed("old", kForever)->has_value());
  EXPECT_TRUE(releases_.FindUsed("young", kForever)->has_value());
  EXPECT_EQ(log_->revision().size, 2u) << "the log keeps its entries";
  around_.clock.Advance(absl::Seconds(10));
  EXPECT_EQ(*releases_.PurgeExpired(around_.clock.Now() + kUsedWarrantKept, kForever), 1u) << "a minute later";
}

TEST_F(ReleaseStoreTest, TheFollowedCheckpointIsKept) {
  EXPECT_FALSE(releases_.Followed(kForever)->has_value());
  FollowedCheckpoint checkpoint = {.incarnation = std::string(32, '1'), .size = 7, .root = {}};
  checkpoint.root[3] = 9;
  ASSERT_TRUE(releases_.SaveFollowed(checkpoint, kForever).ok());
  EXPECT_EQ(**releases_.Followed(kForever), checkpoint);
}

}  // namespace
}  // namespace safehaven::costing
