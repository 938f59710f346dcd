#include "services/consent/store/consent_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "libs/warrant/verify.h"
#include "services/consent/core/entry_text.h"
#include "tests/support/gated_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven::consent {
namespace {

using testing_support::kForever;

storage::v1::RegisterChangeRecord NewOrganisation(const std::string& code, bool narrows = false) {
  storage::v1::RegisterChangeRecord record;
  const Organisation organisation = {.code = code,
                                     .name = "A body",
                                     .kind = OrganisationKind::kCommissioner,
                                     .period = {.first_day = *CivilDay::FromYmd(2025, 4, 1)}};
  storage::v1::RegisterEntryRecord* entry = record.add_entries();
  entry->set_key(KeyOf(organisation));
  entry->set_text(SerialiseEntry(organisation));
  record.set_proposer("gwen");
  record.set_proposer_role("information_governance");
  record.set_request_id("request-" + code);
  record.set_narrows(narrows);
  return record;
}

storage::v1::ObjectionBatchRecord Objections(uint64_t offset, std::vector<uint64_t> numbers, bool withdrawn = false) {
  storage::v1::ObjectionBatchRecord record;
  record.set_set("national");
  record.set_load("load");
  record.set_offset(offset);
  for (const uint64_t number : numbers) {
    record.add_nhs_numbers(number);
    record.add_effective_days(0);
    record.add_received_days(0);
    record.mutable_withdrawn()->push_back(withdrawn ? '\1' : '\0');
  }
  return record;
}

class ConsentStoreTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    consent_.reset();
    log_.reset();
    log_ = *testing_support::OpenTestLog(store_, around_, testing_support::TestLogOptions());
    absl::StatusOr<std::unique_ptr<ConsentStore>> opened = ConsentStore::Open(store_, *log_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    consent_ = *std::move(opened);
  }

  absl::Status DecideWith(const GuardedView& view, const std::vector<std::string>& warrants) {
    storage::v1::DecisionRecord record;
    record.set_effect("permitted");
    storage::v1::HoldingRecord* holding = record.add_holdings();
    holding->set_disclosure_domain("seahaven");
    holding->set_dataset("acute/apc");
    holding->set_mode("remove_record");
    holding->set_organisation("ZC1");
    return consent_->AppendDecision(warrants, record, view, kForever).status();
  }

  MemoryStore store_;
  testing_support::LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_;
  std::unique_ptr<ConsentStore> consent_;
};

TEST_F(ConsentStoreTest, WhatWasAppendedIsFoldedAgainAtTheNextStart) {
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), kForever).ok());
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018, 9990000026}), kForever).ok());
  ASSERT_TRUE(consent_->AppendObjections(Objections(2, {9990000018}, /*withdrawn=*/true), kForever).ok());
  ASSERT_TRUE(DecideWith(consent_->view(), {"warrant"}).ok());
  const View before = consent_->state().view();
  Reopen();
  const View after = consent_->state().view();
  EXPECT_EQ(after.register_size, before.register_size);
  EXPECT_EQ(after.objections_size, before.objections_size);
  EXPECT_NE(after.snapshot->FindOrganisation("ZC1"), nullptr);
  EXPECT_FALSE(consent_->state().objections().Contains("national", 9990000018)) << "withdrawn later";
  EXPECT_TRUE(consent_->state().objections().Contains("national", 9990000026));
  ASSERT_EQ(after.holdings->size(), 1u);
  EXPECT_EQ(after.holdings->front().organisation, "ZC1");
  EXPECT_EQ(consent_->state().AppliedAs("request-ZC1"), before.register_size);
}

TEST_F(ConsentStoreTest, AWarrantDecidedOnAnOlderRegisterIsNotLogged) {
  const GuardedView stale = consent_->view();
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), stale, kForever).ok());
  EXPECT_EQ(DecideWith(stale, {"warrant"}).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(DecideWith(consent_->view(), {"warrant"}).ok()) << "decided again on what is there now";
}

TEST_F(ConsentStoreTest, AWarrantDecidedBeforeAnObjectionIsNotLogged) {
  const GuardedView stale = consent_->view();
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018}), kForever).ok());
  EXPECT_EQ(DecideWith(stale, {"warrant"}).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(DecideWith(consent_->view(), {"warrant"}).ok());
}

TEST_F(ConsentStoreTest, ARefusalIsLoggedWhateverHasChanged) {
  const GuardedView stale = consent_->view();
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), stale, kForever).ok());
  const uint64_t size = log_->revision().size;
  EXPECT_TRUE(DecideWith(stale, {}).ok());
  EXPECT_EQ(log_->revision().size, size + 1);
}

TEST_F(ConsentStoreTest, TwoPlansOfOneRegisterCannotBothBeApplied) {
  const GuardedView planned = consent_->view();
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), planned, kForever).ok());
  EXPECT_EQ(consent_->AppendRegister(NewOrganisation("ZC2"), planned, kForever).status().code(),
            absl::StatusCode::kAborted);
}

TEST_F(ConsentStoreTest, OnlyWhatNarrowsRaisesTheFloor) {
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), kForever).ok());
  EXPECT_EQ(consent_->state().view().floor, 0u);
  const absl::StatusOr<uint64_t> size =
      consent_->AppendRegister(NewOrganisation("ZC2", /*narrows=*/true), consent_->view(), kForever);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(consent_->state().view().floor, *size);
}

TEST_F(ConsentStoreTest, ALoadOfObjectionsGoesOnWhereItWasCutOff) {
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018, 9990000026}), kForever).ok());
  Reopen();
  EXPECT_EQ(consent_->state().ObjectionOffset({.set = "national", .load = "load"}), 2u);
  const absl::Status again = consent_->AppendObjections(Objections(0, {9990000018}), kForever).status();
  EXPECT_EQ(ReasonOf(again), "OFFSET_WRITTEN");
  const absl::Status ahead = consent_->AppendObjections(Objections(3, {9990000034}), kForever).status();
  EXPECT_EQ(ReasonOf(ahead), "OFFSET_AHEAD");
  EXPECT_EQ(MetadataOf(ahead)["next_offset"], "2");
  EXPECT_TRUE(consent_->AppendObjections(Objections(2, {9990000034}), kForever).ok());
}

TEST_F(ConsentStoreTest, ALoadOfTheSameNameForAnotherSetIsAnotherLoad) {
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018, 9990000026}), kForever).ok());
  storage::v1::ObjectionBatchRecord other = Objections(0, {9990000034});
  other.set_set("type1");
  ASSERT_TRUE(consent_->AppendObjections(other, kForever).ok());
  EXPECT_TRUE(consent_->state().objections().Contains("type1", 9990000034));
  Reopen();
  EXPECT_EQ(consent_->state().ObjectionOffset({.set = "type1", .load = "load"}), 1u);
  EXPECT_EQ(consent_->state().ObjectionOffset({.set = "national", .load = "load"}), 2u);
}

TEST_F(ConsentStoreTest, OtherRowsUnderTheNameOfAKnownLoadAreRefusedAndTheSameOnesAreARetry) {
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018, 9990000026}), kForever).ok());
  ASSERT_TRUE(consent_->AppendObjections(Objections(2, {9990000034}), kForever).ok());
  const uint64_t size = log_->revision().size;
  const auto reason = [&](uint64_t offset, const std::vector<uint64_t>& numbers, bool withdrawn) {
    return ReasonOf(consent_->AppendObjections(Objections(offset, numbers, withdrawn), kForever).status());
  };
  EXPECT_EQ(reason(0, {9990000018, 9990000042}, false), "LOAD_DIFFERS");
  EXPECT_EQ(reason(0, {9990000018, 9990000026}, true), "LOAD_DIFFERS") << "withdrawals of them";
  EXPECT_EQ(reason(2, {9990000042}, false), "LOAD_DIFFERS");
  EXPECT_EQ(reason(0, {9990000018, 9990000026}, false), "OFFSET_WRITTEN");
  EXPECT_EQ(reason(1, {9990000026, 9990000034}, false), "OFFSET_WRITTEN") << "cut into other batches";
  EXPECT_EQ(log_->revision().size, size);
}

TEST_F(ConsentStoreTest, AChangeIsNotBegunAfterItsDeadline) {
  const absl::Time past = absl::Now() - absl::Seconds(1);
  EXPECT_EQ(ReasonOf(consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), past).status()),
            "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(consent_->AppendObjections(Objections(0, {9990000018}), past).status()), "DEADLINE_PASSED");
  EXPECT_EQ(log_->revision().size, 0u);
  EXPECT_TRUE(DecideWith(consent_->view(), {"warrant"}).ok()) << "nothing is in doubt";
}

TEST_F(ConsentStoreTest, EveryWarrantComesWithItsProof) {
  storage::v1::DecisionRecord record;
  const auto leaves = consent_->AppendDecision({"first", "second"}, record, consent_->view(), kForever);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), 2u);
  EXPECT_EQ((*leaves)[0].body, "first");
  for (const ProvenLeaf& leaf : *leaves) {
    EXPECT_EQ(leaf.kind, kWarrantLeafKind);
    EXPECT_TRUE(CheckProvenLeaf(leaf, testing_support::TestFollowRules()).ok());
  }
  EXPECT_EQ(log_->revision().size, (*leaves)[1].index + 2) << "and the decision";
}

TEST_F(ConsentStoreTest, ARefusalComesWithItsProof) {
  storage::v1::DecisionRecord record;
  record.set_effect("refused");
  const auto leaves = consent_->AppendDecision({}, record, consent_->view(), kForever);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), 1u);
  EXPECT_EQ(leaves->front().kind, kDecisionLeaf);
  EXPECT_EQ(leaves->front().body, record.SerializeAsString());
  EXPECT_TRUE(CheckProvenLeaf(leaves->front(), testing_support::TestFollowRules()).ok());
}

// Also where a group has no room for all of it, and the store fails between groups.
TEST(ConsentStoreFaults, NoWarrantIsLoggedWithoutTheDecisionThatNamesIt) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  testing_support::LogSurroundings around;
  LogOptions options = testing_support::TestLogOptions();
  options.queue.group_appends_max = 1;
  const auto log = *testing_support::OpenTestLog(store, around, options);
  const auto consent = *ConsentStore::Open(store, *log);
  const storage::v1::DecisionRecord record;
  for (int round = 0; round < 3; ++round) {
    store.FailNextApplies(ApplyFault::kBefore, 1);
    EXPECT_FALSE(consent->AppendDecision({"first", "second"}, record, consent->view(), kForever).ok());
    EXPECT_EQ(log->revision().size, 3u * round) << "nothing of it";
    EXPECT_TRUE(consent->AppendDecision({"first", "second"}, record, consent->view(), kForever).ok());
    EXPECT_EQ(log->revision().size, 3u * round + 3) << "all of it";
  }
}

// A store whose answers can be lost, and consent on it.
class LostAnswers : public testing::Test {
 protected:
  // Decides as a service does: again, on what is there now, when something has changed.
  absl::Status Decide() {
    absl::Status decided;
    for (int i = 0; i < 4; ++i) {
      decided = consent_->AppendDecision({"warrant"}, storage::v1::DecisionRecord(), consent_->view(), kForever).status();
      if (!absl::IsAborted(decided)) break;
    }
    return decided;
  }
  bool Objects(const std::string& set, uint64_t number) { return consent_->state().objections().Contains(set, number); }

  MemoryStore memory_;
  FaultyStore faulty_{FaultOptions{}, memory_};
  testing_support::GatedStore store_{faulty_};
  testing_support::LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_ =
      *testing_support::OpenTestLog(store_, around_, testing_support::TestLogOptions());
  std::unique_ptr<ConsentStore> consent_ = *ConsentStore::Open(store_, *log_);
};

TEST_F(LostAnswers, AChangeOfTheRegisterThatWasWrittenIsInTheNextPermitsView) {
  faulty_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_EQ(consent_->AppendRegister(NewOrganisation("ZC1", /*narrows=*/true), consent_->view(), kForever).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(Decide().ok());
  EXPECT_NE(consent_->state().view().snapshot->FindOrganisation("ZC1"), nullptr);
  EXPECT_EQ(consent_->state().view().floor, 1u);
  EXPECT_EQ(consent_->state().AppliedAs("request-ZC1"), 1u);
}

TEST_F(LostAnswers, AChangeThatWasNotWrittenHoldsNothingUp) {
  faulty_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_FALSE(consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), kForever).ok());
  EXPECT_TRUE(Decide().ok());
  EXPECT_EQ(consent_->state().view().snapshot->FindOrganisation("ZC1"), nullptr);
  EXPECT_TRUE(consent_->AppendRegister(NewOrganisation("ZC2"), consent_->view(), kForever).ok());
  EXPECT_TRUE(Decide().ok());
}

TEST_F(LostAnswers, ObjectionsThatWereWrittenAreThereBeforeOthersFollow) {
  storage::v1::ObjectionBatchRecord other = Objections(0, {9990000026});
  other.set_load("another");
  faulty_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_FALSE(consent_->AppendObjections(Objections(0, {9990000018}), kForever).ok());
  ASSERT_TRUE(consent_->AppendObjections(other, kForever).ok());
  EXPECT_TRUE(Objects("national", 9990000018));
  EXPECT_TRUE(Objects("national", 9990000026));
  EXPECT_TRUE(Decide().ok());
  EXPECT_EQ(ReasonOf(consent_->AppendObjections(Objections(0, {9990000018}), kForever).status()), "OFFSET_WRITTEN");
}

TEST_F(LostAnswers, ABatchThatIsHandedInAgainIsFoundToBeWritten) {
  faulty_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_FALSE(consent_->AppendObjections(Objections(0, {9990000018}), kForever).ok());
  EXPECT_EQ(ReasonOf(consent_->AppendObjections(Objections(0, {9990000018}), kForever).status()), "OFFSET_WRITTEN");
  EXPECT_TRUE(Objects("national", 9990000018));
  EXPECT_EQ(log_->revision().size, 1u);
}

TEST_F(LostAnswers, ARedactionThatWasWrittenIsInTheNextPermitsView) {
  ASSERT_TRUE(consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), kForever).ok());
  storage::v1::RedactionRecord redaction;
  redaction.set_index(0);
  redaction.set_reason("RETENTION_OVER");
  redaction.mutable_change();
  faulty_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_FALSE(consent_->Redact(redaction, kForever).ok());
  EXPECT_TRUE(Decide().ok());
  EXPECT_EQ(consent_->state().view().snapshot->FindOrganisation("ZC1"), nullptr);
}

TEST_F(LostAnswers, AChangeThatWasBegunIsWaitedForPastItsDeadline) {
  store_.CloseGate();
  const absl::Time deadline = absl::Now() + absl::Milliseconds(50);
  absl::StatusOr<uint64_t> size;
  std::thread writer([&] { size = consent_->AppendRegister(NewOrganisation("ZC1"), consent_->view(), deadline); });
  store_.AwaitWaiting();
  while (absl::Now() < deadline + absl::Milliseconds(50)) std::this_thread::yield();
  store_.OpenGate();
  writer.join();
  EXPECT_TRUE(size.ok()) << size.status();
  EXPECT_TRUE(Decide().ok());
}

TEST_F(ConsentStoreTest, NoKeyOfTheStoreHoldsAnNhsNumber) {
  ASSERT_TRUE(consent_->AppendObjections(Objections(0, {9990000018}), kForever).ok());
  const auto snapshot = store_.TakeSnapshot(kForever);
  ASSERT_TRUE(snapshot.ok());
  ASSERT_TRUE(store_.Scan("", "", **snapshot, kForever, [](absl::string_view key, const safehaven::Entry&) {
                      EXPECT_EQ(key.find("9990000018"), absl::string_view::npos);
                      return true;
                    }).ok());
}

}  // namespace
}  // namespace safehaven::consent
