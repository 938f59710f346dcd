// Goal: what nothing keeps any longer is erased, and nothing else, with the tree intact;
// and what widens access waits outside the demo.
#include "services/consent/rpc/due_metrics.h"
#include "tests/unit/services/consent/rpc/look_back_fixture.h"

namespace safehaven::consent {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

constexpr char kPioneerKey[] = "approvals/CAG 9-01(a)/2025";

class RetentionTest : public LookBackTest {
 protected:
  // Until every approval of the sample has been over for more than a year.
  void LetTimePass() { around_.clock.Advance(absl::Hours(24) * 365 * 8); }

  absl::StatusOr<v1::EraseEndedResponse> Erase(bool validate_only, absl::string_view approver = kGuardian) {
    v1::EraseEndedRequest request;
    request.set_validate_only(validate_only);
    *request.mutable_proposer() = TokenOf(kOfficer);
    *request.mutable_approver() = TokenOf(approver);
    return handlers_->retention->EraseEnded(CallFrom("tool"), request);
  }

  std::vector<std::string> Due() {
    v1::ListDueRequest request;
    *request.mutable_evidence() = EvidenceOn("auditor", request);
    const auto due = handlers_->look_back->ListDue(CallFrom("tool"), request);
    EXPECT_TRUE(due.ok()) << due.status();
    std::vector<std::string> found;
    for (const v1::DueItem& item : due->items()) found.push_back(absl::StrCat(item.kind(), " ", item.subject()));
    return found;
  }

  std::string ReasonOfReconstructing(uint64_t leaf) {
    v1::ReconstructRequest request;
    request.set_leaf(leaf);
    *request.mutable_evidence() = EvidenceOn("auditor", request);
    return ReasonOf(handlers_->look_back->Reconstruct(CallFrom("tool"), request).status());
  }

  std::vector<std::string> Keys(const ConsentStore& store) {
    std::vector<std::string> keys;
    for (const auto& [key, entry] : store.state().view().snapshot->Entries()) keys.push_back(key);
    return keys;
  }

  // No body that is left in the side store names the approval's title.
  bool IsInSideStore(absl::string_view text) {
    bool found = false;
    EXPECT_TRUE(consent_->Scan(0, testing_support::kForever, [&](const LogEntry& entry) {
      found = found || entry.body.find(std::string(text)) != std::string::npos;
      return absl::OkStatus();
    }).ok());
    return found;
  }
};

TEST_F(RetentionTest, ADutyToEraseIsListedDoneAndGone) {
  const v1::DecideResponse decided = Decide(PioneerAggregate());
  EXPECT_THAT(Due(), Not(Contains(absl::StrCat("erase_register_entry ", kPioneerKey))));
  LetTimePass();
  EXPECT_THAT(Due(), Contains(absl::StrCat("erase_register_entry ", kPioneerKey)));
  const size_t holdings = consent_->state().view().holdings->size();
  const uint64_t size = log_->revision().size;
  const auto planned = Erase(/*validate_only=*/true);
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_THAT(planned->entries(), Contains(kPioneerKey));
  EXPECT_EQ(log_->revision().size, size) << "only said";

  const auto erased = Erase(/*validate_only=*/false);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_TRUE(erased->complete());
  EXPECT_EQ(erased->register_leaf_count(), 1u);
  EXPECT_EQ(erased->decision_leaf_count(), 2u) << "the warrant and its decision";
  EXPECT_THAT(Keys(*consent_), Not(Contains(kPioneerKey)));
  EXPECT_THAT(Keys(*consent_), Contains("organisations/ZC1"));
  EXPECT_THAT(Due(), Not(Contains(absl::StrCat("erase_register_entry ", kPioneerKey))));
  EXPECT_FALSE(IsInSideStore("CAG 9-01(a)/2025\n")) << "no canonical text of it is left";
  EXPECT_EQ(ReasonOfReconstructing(decided.warrant().index()), "LEAF_ERASED");
  EXPECT_EQ(ReasonOfReconstructing(decided.warrant().index() + 1), "LEAF_ERASED");
  EXPECT_EQ(consent_->state().view().holdings->size(), holdings) << "the overlap rule goes on knowing";
  const auto audit = log_->VerifyAll(testing_support::kForever);
  ASSERT_TRUE(audit.ok());
  EXPECT_FALSE(audit->first_fault.has_value());
  EXPECT_EQ(audit->erased_count, 3u);
}

TEST_F(RetentionTest, AfterARestartTheRestOfAnErasedChangeIsThereAsItWas) {
  Decide(PioneerAggregate());
  LetTimePass();
  ASSERT_TRUE(Erase(false).ok());
  const std::vector<std::string> keys = Keys(*consent_);
  const uint64_t version = consent_->state().view().snapshot->FindOrganisation("ZC1")->version;
  const size_t holdings = consent_->state().view().holdings->size();
  const auto reopened = ConsentStore::Open(store_, *log_);
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  EXPECT_EQ(Keys(**reopened), keys);
  EXPECT_EQ((*reopened)->state().view().snapshot->FindOrganisation("ZC1")->version, version) << "and as old as it was";
  EXPECT_EQ((*reopened)->state().view().holdings->size(), holdings);
  const auto again = Erase(false);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->register_leaf_count(), 0u) << "done once";
}

TEST_F(RetentionTest, DecisionsOfAnApprovalThatWasTakenOffTheRegisterGoWithIt) {
  const v1::DecideResponse decided = Decide(PioneerAggregate());
  storage::v1::RegisterChangeRecord removal;
  removal.add_entries()->set_key(kPioneerKey);
  removal.set_record_unix_ms(absl::ToUnixMillis(around_.clock.Now()));
  ASSERT_TRUE(consent_->AppendRegister(removal, consent_->view(), testing_support::kForever).ok());
  const auto at_once = Erase(false);
  ASSERT_TRUE(at_once.ok()) << at_once.status();
  EXPECT_EQ(at_once->decision_leaf_count(), 0u) << "the twin: it is kept for a year";
  LetTimePass();
  const auto erased = Erase(false);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_THAT(erased->entries(), Contains(kPioneerKey));
  EXPECT_EQ(erased->decision_leaf_count(), 2u);
  EXPECT_EQ(ReasonOfReconstructing(decided.warrant().index()), "LEAF_ERASED");
  EXPECT_FALSE(IsInSideStore("CAG 9-01(a)/2025\n"));
}

TEST_F(RetentionTest, AProposalDoesNotKeepWhatTheRegisterErases) {
  storage::v1::ProposalRecord proposal;
  storage::v1::RegisterEntryRecord* entry = proposal.mutable_change()->add_entries();
  entry->set_key(kPioneerKey);
  entry->set_text("the pioneer as it was proposed");
  proposal.mutable_change()->set_request_id("old");
  ASSERT_TRUE(consent_->AppendProposal(proposal, testing_support::kForever).ok());
  entry->set_key("organisations/ZC1");
  entry->set_text("the commissioner as it was proposed");
  proposal.mutable_change()->set_request_id("other");
  ASSERT_TRUE(consent_->AppendProposal(proposal, testing_support::kForever).ok());
  LetTimePass();
  ASSERT_TRUE(Erase(false).ok());
  EXPECT_FALSE(IsInSideStore("the pioneer as it was proposed"));
  EXPECT_TRUE(IsInSideStore("the commissioner as it was proposed")) << "the twin: it is on the register";
}

TEST_F(RetentionTest, WhoWasLookedForIsKeptForAYear) {
  const auto inquire = [this](const std::string& id, int people) {
    storage::v1::InquiryRecord inquiry;
    inquiry.set_id(id);
    inquiry.set_kind("objections");
    inquiry.set_record_unix_ms(absl::ToUnixMillis(around_.clock.Now()));
    if (people > 0) inquiry.add_nhs_numbers(9990000018);
    return consent_->AppendInquiry(inquiry, testing_support::kForever).value();
  };
  const auto is_erased = [this](uint64_t leaf) { return log_->Read(leaf, testing_support::kForever)->erased; };
  const uint64_t earlier = inquire("earlier", 1);
  const uint64_t of_nobody = inquire("of nobody", 0);
  LetTimePass();
  const uint64_t later = inquire("later", 1);
  ASSERT_TRUE(Erase(false).ok());
  EXPECT_TRUE(is_erased(earlier));
  EXPECT_FALSE(is_erased(later));
  EXPECT_FALSE(is_erased(of_nobody)) << "who did something stays known";
}

TEST_F(RetentionTest, NobodyErasesAlone) {
  LetTimePass();
  EXPECT_EQ(ReasonOf(Erase(false, kOfficer).status()), "SECOND_OFFICER_IS_FIRST");
  EXPECT_EQ(ReasonOf(Erase(false, "second").status()), "APPROVER_OF_SAME_ROLE");
  EXPECT_EQ(ReasonOf(Erase(false, kAnalyst).status()), "ROLE_REFUSED");
}

TEST_F(RetentionTest, DueItemsAreCountedByKindForPrometheus) {
  DueMetrics metrics(*consent_, around_.clock);
  const auto overdue = [&metrics](const std::string& kind) {
    double count = -1;
    const std::vector<prometheus::MetricFamily> families = metrics.Collect();
    for (const prometheus::ClientMetric& sample : families.at(0).metric) {
      if (sample.label.at(0).value == kind && sample.label.at(1).value == "overdue") count = sample.gauge.value;
    }
    return count;
  };
  EXPECT_EQ(overdue("erase_register_entry"), 0);
  LetTimePass();
  EXPECT_GE(overdue("erase_register_entry"), 4);
  metrics.Detach();
  EXPECT_THAT(metrics.Collect(), IsEmpty());
}

TEST_F(RetentionTest, WhoErasedIsInTheLogBeforeAnythingIsGone) {
  Decide(PioneerAggregate());
  LetTimePass();
  const uint64_t size = log_->revision().size;
  ASSERT_TRUE(Erase(false).ok());
  const auto entry = log_->Read(size, testing_support::kForever);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->kind, kInquiryLeaf);
  storage::v1::InquiryRecord record;
  ASSERT_TRUE(record.ParseFromString(entry->body));
  EXPECT_EQ(record.kind(), kErasureInquiry);
  EXPECT_THAT(record.officers(), testing::ElementsAre(PersonOf(kOfficer), PersonOf(kGuardian)));
  v1::ReadInquiryRequest request;
  request.set_inquiry(record.id());
  EXPECT_EQ(ReasonOf(handlers_->patient->ReadInquiry(CallFrom("linkage"), request).status()), "INQUIRY_UNKNOWN");
}

class WideningDelayTest : public LookBackTest {
 protected:
  WideningDelayTest() {
    world_->widening_delay = absl::Hours(24);
    AddFile("later.yaml",
            "format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: Later, kind: commissioner, from: 2025-04-01}\n");
  }
  bool TheAnalystIsThere() const { return consent_->state().view().snapshot->FindProgram(IdOf(kAnalyst)) != nullptr; }
  bool IsThere() const { return consent_->state().view().snapshot->FindOrganisation("ZC9") != nullptr; }
};

TEST_F(WideningDelayTest, WhatWidensIsProposedFirstAndAppliedByTheSameRequestADayLater) {
  const auto proposed = Apply("widen");
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->pending_until_unix_ms(), absl::ToUnixMillis(around_.clock.Now() + absl::Hours(24)));
  EXPECT_FALSE(IsThere());
  around_.clock.Advance(absl::Hours(23));
  EXPECT_GT(Apply("widen")->pending_until_unix_ms(), 0) << "not yet";
  EXPECT_FALSE(IsThere());
  around_.clock.Advance(absl::Hours(1));
  const auto applied = Apply("widen");
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->pending_until_unix_ms(), 0);
  EXPECT_TRUE(IsThere());
}

TEST_F(WideningDelayTest, AnotherRequestWaitsAnewAndAnotherChangeUnderTheSameIdIsRefused) {
  ASSERT_TRUE(Apply("widen").ok());
  around_.clock.Advance(absl::Hours(25));
  EXPECT_GT(Apply("other")->pending_until_unix_ms(), 0);
  EXPECT_FALSE(IsThere());
  AddFile("later.yaml",
          "format: safehaven-register/1\norganisations:\n  - {code: ZC8, name: Other, kind: commissioner, from: 2025-04-01}\n");
  EXPECT_EQ(ReasonOf(Apply("widen").status()), "REQUEST_ID_REUSED");
}

TEST_F(WideningDelayTest, AProposalFallsWhenTheRegisterChangesMeanwhile) {
  ASSERT_TRUE(Apply("widen").ok());
  storage::v1::RegisterChangeRecord record;
  storage::v1::RegisterEntryRecord* gone = record.add_entries();
  gone->set_key(absl::StrCat("programs/", IdOf("second")));
  ASSERT_TRUE(consent_->AppendRegister(record, consent_->view(), testing_support::kForever).ok());
  TakeOff("second");
  around_.clock.Advance(absl::Hours(25));
  EXPECT_EQ(ReasonOf(Apply("widen").status()), "PROPOSAL_OUT_OF_DATE");
  EXPECT_FALSE(IsThere());
}

TEST_F(WideningDelayTest, WhatNarrowsIsImmediate) {
  files_.erase("later.yaml");
  TakeOff(kAnalyst);
  const auto applied = Apply("narrow");
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->pending_until_unix_ms(), 0);
  EXPECT_FALSE(TheAnalystIsThere());
}

TEST_F(WideningDelayTest, WhatAMixedChangeTakesAwayIsGoneAtOnceAndOnlyTheRestWaits) {
  TakeOff(kAnalyst);
  const auto proposed = Apply("mixed");
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->changes_size(), 2);
  EXPECT_EQ(proposed->pending_until_unix_ms(), absl::ToUnixMillis(around_.clock.Now() + absl::Hours(24)));
  EXPECT_EQ(proposed->revision().size(), consent_->state().view().register_size) << "the part that narrows";
  EXPECT_FALSE(TheAnalystIsThere());
  EXPECT_FALSE(IsThere());
  around_.clock.Advance(absl::Hours(1));
  const auto asked_again = Apply("mixed");
  ASSERT_TRUE(asked_again.ok()) << asked_again.status();
  EXPECT_EQ(asked_again->pending_until_unix_ms(), proposed->pending_until_unix_ms()) << "asking does not begin anew";
  EXPECT_EQ(asked_again->changes_size(), 1);
  EXPECT_FALSE(IsThere());
  around_.clock.Advance(absl::Hours(23));
  const auto applied = Apply("mixed");
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->pending_until_unix_ms(), 0);
  EXPECT_TRUE(IsThere());
}

TEST_F(WideningDelayTest, AMixedChangeWhoseNarrowingPartCannotStandAloneIsRefusedAndNotHeldBackSilently) {
  const auto moving = [](const std::string& home, const std::string& organisations) {
    return absl::StrCat("format: safehaven-register/1\n", organisations, "programs:\n  - {spiffe_id: '", IdOf("mover"),
                        "', organisation: ", home, ", role: auditor, public_key: '",
                        absl::BytesToHexString(KeyOf("mover").public_key().bytes()), "', from: 2025-04-01}\n");
  };
  AddFile("moving.yaml",
          moving("ZC7", "organisations:\n  - {code: ZC7, name: Home, kind: commissioner, from: 2025-04-01}\n"));
  world_->widening_delay = absl::ZeroDuration();
  ASSERT_TRUE(Apply("home").ok());
  world_->widening_delay = absl::Hours(24);
  const uint64_t size = consent_->state().view().register_size;
  // The mover goes to ZC9 and ZC7 ends: ended alone, ZC7 would leave the mover nowhere.
  AddFile("moving.yaml", moving("ZC9", ""));
  AddFile("later.yaml",
          "format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: Newer, kind: commissioner, from: 2025-04-01}\n");
  const auto refused = Apply("move");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("apply them as two changes"));
  EXPECT_EQ(consent_->state().view().register_size, size) << "nothing of it was applied";
}

}  // namespace
}  // namespace safehaven::consent
