// Goal: the past can be asked about, and only by whom it may be, and is never access.
#include "tests/unit/services/consent/rpc/look_back_fixture.h"

namespace safehaven::consent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

// Messages of one stream, and what they are answered.
class BatchStream final : public MessageStream {
 public:
  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (next == requests.size()) return false;
    message.CopyFrom(requests[next++]);
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    answers.emplace_back().CopyFrom(message);
    return absl::OkStatus();
  }
  std::vector<v1::DecideBatchRequest> requests;
  std::vector<v1::DecideBatchResponse> answers;
  size_t next = 0;
};

class DecideBatchTest : public LookBackTest {
 protected:
  v1::BatchedQuestion ToDecide(const Question& question, const std::string& digest) {
    v1::BatchedQuestion item;
    *item.mutable_decide()->mutable_question() = QuestionToProto(question);
    *item.mutable_decide()->mutable_evidence() = EvidenceOf(kAnalyst, digest);
    return item;
  }
  v1::BatchedQuestion ToEvaluate(const Question& question, absl::string_view day) {
    v1::BatchedQuestion item;
    *item.mutable_evaluate()->mutable_question() = QuestionToProto(question);
    *item.mutable_evaluate()->mutable_day() = DateToProto(Day(day));
    *item.mutable_evaluate()->mutable_evidence() = EvidenceOn(kAnalyst, item.evaluate());
    return item;
  }
  absl::Status Run(BatchStream& stream) {
    Reader<v1::DecideBatchRequest> reader(stream);
    Writer<v1::DecideBatchResponse> writer(stream);
    return handlers_->batch->DecideBatch(CallFrom("tool"), reader, writer);
  }
};

TEST_F(DecideBatchTest, EachItemIsDecidedOrEvaluatedByItselfAndOneThatFailsStopsNoOther) {
  const uint64_t size = log_->revision().size;
  BatchStream stream;
  stream.requests.resize(2);
  *stream.requests[0].add_items() = ToDecide(PioneerAggregate(), QuestionDigest(PioneerAggregate()));
  *stream.requests[0].add_items() = ToDecide(PioneerAggregate(), QuestionDigest(PioneerRecords()));
  *stream.requests[1].add_items() = ToEvaluate(PioneerAggregate(), "2025-06-01");
  *stream.requests[1].add_items() = ToEvaluate(PioneerAggregate(), "2035-06-01");
  ASSERT_TRUE(Run(stream).ok());
  ASSERT_THAT(stream.answers, SizeIs(2));
  EXPECT_EQ(stream.answers[0].answers(0).decided().decision().effect(), v1::EFFECT_PERMITTED);
  EXPECT_TRUE(stream.answers[0].answers(0).decided().has_warrant());
  EXPECT_EQ(stream.answers[0].answers(1).error_reason(), "EVIDENCE_SIGNATURE") << "signed for another question";
  EXPECT_EQ(stream.answers[1].answers(0).evaluated().decision().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(stream.answers[1].answers(1).evaluated().decision().effect(), v1::EFFECT_REFUSED);
  EXPECT_EQ(log_->revision().size, size + 2) << "one warrant and its decision; what is evaluated leaves nothing";
}

TEST_F(DecideBatchTest, NoWarrantIsMadeWithoutANamedApprovalAndOnesOwnEvidence) {
  const uint64_t size = log_->revision().size;
  BatchStream stream;
  v1::DecideBatchRequest& request = stream.requests.emplace_back();
  *request.add_items() = ToDecide(PioneerAggregate(), QuestionDigest(PioneerAggregate()));
  request.mutable_items(0)->mutable_decide()->mutable_question()->clear_approval();
  *request.add_items() = ToDecide(PioneerAggregate(), QuestionDigest(PioneerAggregate()));
  request.mutable_items(1)->mutable_decide()->clear_evidence();
  request.add_items();
  ASSERT_TRUE(Run(stream).ok());
  EXPECT_EQ(stream.answers[0].answers(0).error_reason(), "APPROVAL_MISSING");
  EXPECT_EQ(stream.answers[0].answers(1).error_reason(), "EVIDENCE_MISSING");
  EXPECT_EQ(stream.answers[0].answers(2).error_reason(), "FIELD_INVALID");
  EXPECT_EQ(log_->revision().size, size);
}

class ImpactTest : public LookBackTest {
 protected:
  absl::StatusOr<v1::ImpactOfResponse> Late(const std::string& set, absl::string_view who = kOfficer,
                                            absl::string_view second = kGuardian, uint64_t after_leaf = 0) {
    v1::ImpactOfRequest request;
    request.mutable_objections()->set_set(set);
    request.set_after_leaf(after_leaf);
    *request.mutable_evidence() = TokenOf(who);
    if (!second.empty()) *request.mutable_second_officer() = TokenOf(second);
    return handlers_->look_back->ImpactOf(CallFrom("tool"), request);
  }
  absl::StatusOr<v1::ReadInquiryResponse> Read(const std::string& inquiry) {
    v1::ReadInquiryRequest request;
    request.set_inquiry(inquiry);
    return handlers_->patient->ReadInquiry(CallFrom("linkage"), request);
  }
  std::string ReasonForTelling(const std::string& inquiry, absl::string_view who) {
    v1::AuthoriseInquiryRequest request;
    request.set_inquiry(inquiry);
    *request.mutable_evidence() = TokenOf(who);
    return ReasonOf(handlers_->patient->AuthoriseInquiry(CallFrom("costing"), request).status());
  }
};

TEST_F(ImpactTest, AnObjectionThatComesLateListsTheReleasesBetweenItsEffectAndItself) {
  const std::string released = ParseWarrant(Decide(PioneerAggregate()).warrant().body())->id;
  const uint64_t size = Object("national", kSomebody, "2025-12-01", "2026-02-01");
  Decide(PioneerAggregate());  // knows of it already
  const auto impact = Late("national");
  ASSERT_TRUE(impact.ok()) << impact.status();
  EXPECT_TRUE(impact->complete());
  ASSERT_EQ(impact->candidates_size(), 1);
  EXPECT_EQ(impact->candidates(0).warrant(), released);
  EXPECT_EQ(impact->candidates(0).organisation(), "ZC1");
  EXPECT_EQ(impact->candidates(0).why(), "RECEIVED_LATE");
  EXPECT_EQ(DateFromProto(impact->candidates(0).day(), "day")->ToString(), "2026-01-01");
  const auto people = Read(impact->inquiry());
  ASSERT_TRUE(people.ok()) << people.status();
  EXPECT_THAT(people->nhs_numbers(), testing::ElementsAre(kSomebody));
  EXPECT_THAT(people->sizes(), testing::ElementsAre(size));
  EXPECT_EQ(people->set(), "national");
}

TEST_F(ImpactTest, OneThatWasReceivedInTimeAndNotPutIntoEffectIsSaidToBe) {
  Decide(PioneerAggregate());
  Object("national", kSomebody, "2025-12-01", "2025-12-20");
  EXPECT_EQ(Late("national")->candidates(0).why(), "NOT_ACTIONED");
}

TEST_F(ImpactTest, ObjectionsThatBeganLaterOrThatNobodyHonoursTouchNothing) {
  Decide(PioneerAggregate());
  Object("national", kSomebody, "2026-01-02", "2026-01-02");
  Object("programme:CAG 9-77(a)/2025", kSomebody, "2025-01-02", "2026-01-02", "other");
  EXPECT_EQ(Late("national")->candidates_size(), 0);
  EXPECT_EQ(Late("programme:CAG 9-77(a)/2025")->candidates_size(), 0);
  EXPECT_EQ(ReasonOf(Late("type1").status()), "OBJECTIONS_UNKNOWN");
}

TEST_F(ImpactTest, OnlyOfficersAskAndTheInquiryIsLoggedAndEndsAfterAnHour) {
  Decide(PioneerAggregate());
  Object("national", kSomebody, "2025-12-01", "2026-02-01");
  EXPECT_EQ(ReasonOf(Late("national", kAnalyst).status()), "ROLE_REFUSED");
  EXPECT_EQ(ReasonOf(Late("national", "auditor").status()), "ROLE_REFUSED");
  const uint64_t size = log_->revision().size;
  const std::string inquiry = Late("national")->inquiry();
  EXPECT_EQ(log_->Read(size, testing_support::kForever)->kind, kInquiryLeaf);
  EXPECT_TRUE(Read(inquiry).ok());
  EXPECT_EQ(ReasonOf(Read("none").status()), "INQUIRY_UNKNOWN");
  around_.clock.Advance(absl::Hours(1) + absl::Seconds(1));
  EXPECT_EQ(ReasonOf(Read(inquiry).status()), "INQUIRY_UNKNOWN");
}

TEST_F(ImpactTest, NobodyLooksAlreadyKnownPeopleUpAloneByAnObjectionOfTheirs) {
  Decide(PioneerAggregate());
  Object("national", kSomebody, "1970-01-02", "2026-02-01");
  const uint64_t size = log_->revision().size;
  EXPECT_EQ(ReasonOf(Late("national", kOfficer, "").status()), "SECOND_OFFICER_MISSING");
  EXPECT_EQ(ReasonOf(Late("national", kOfficer, kOfficer).status()), "SECOND_OFFICER_IS_FIRST");
  v1::ImpactOfRequest request;
  request.mutable_objections()->set_set("national");
  *request.mutable_evidence() = TokenOf(kOfficer);
  *request.mutable_second_officer() = EvidenceOn("second", request);
  EXPECT_EQ(ReasonOf(handlers_->look_back->ImpactOf(CallFrom("tool"), request).status()), "OFFICER_IS_PROGRAM");
  EXPECT_EQ(log_->revision().size, size) << "nothing was looked up";
  EXPECT_TRUE(Late("national").ok());
}

TEST_F(ImpactTest, WhatAnInquiryComesToIsForItsOfficersAlone) {
  Decide(PioneerAggregate());
  Object("national", kSomebody, "2025-12-01", "2026-02-01");
  const std::string inquiry = Late("national")->inquiry();
  EXPECT_EQ(ReasonForTelling(inquiry, kOfficer), "");
  EXPECT_EQ(ReasonForTelling(inquiry, kGuardian), "");
  EXPECT_EQ(ReasonForTelling(inquiry, "second"), "INQUIRY_OF_OTHERS");
  EXPECT_EQ(ReasonForTelling(inquiry, "auditor"), "INQUIRY_OF_OTHERS");
  EXPECT_EQ(ReasonForTelling("none", kOfficer), "INQUIRY_UNKNOWN");
  around_.clock.Advance(kInquiryLife + absl::Seconds(1));
  EXPECT_EQ(ReasonForTelling(inquiry, kOfficer), "INQUIRY_UNKNOWN");
}

TEST_F(ImpactTest, ReleasesAfterALeafAreNamedWithoutThoseBefore) {
  const uint64_t first = Decide(PioneerAggregate()).warrant().index();
  const uint64_t second = Decide(PioneerAggregate()).warrant().index();
  Object("national", kSomebody, "2025-12-01", "2026-02-01");
  const auto named_after = [this](uint64_t leaf) {
    const auto impact = Late("national", kOfficer, kGuardian, leaf);
    std::vector<uint64_t> leaves;
    for (const v1::CandidateRelease& candidate : impact->candidates()) {
      leaves.push_back(candidate.leaf());
    }
    return leaves;
  };
  EXPECT_THAT(named_after(0), testing::ElementsAre(first, second));
  EXPECT_THAT(named_after(first), testing::ElementsAre(second));
  EXPECT_THAT(named_after(second), testing::IsEmpty());
}

TEST_F(ImpactTest, AnApprovalFoundInvalidListsWhatRestedOnIt) {
  const std::string released = ParseWarrant(Decide(PioneerAggregate()).warrant().body())->id;
  v1::ImpactOfRequest request;
  request.mutable_approval()->set_reference("CAG 9-01 (a)/2025");
  *request.mutable_approval()->mutable_from() = DateToProto(Day("2025-12-31"));
  *request.mutable_evidence() = EvidenceOn(kOfficer, request);
  const auto impact = handlers_->look_back->ImpactOf(CallFrom("tool"), request);
  ASSERT_TRUE(impact.ok()) << impact.status();
  ASSERT_EQ(impact->candidates_size(), 1);
  EXPECT_EQ(impact->candidates(0).warrant(), released);
  EXPECT_EQ(impact->candidates(0).why(), "RESTS_ON_THE_APPROVAL");
  *request.mutable_approval()->mutable_from() = DateToProto(Day("2026-01-02"));
  *request.mutable_evidence() = EvidenceOn(kOfficer, request);
  EXPECT_EQ(handlers_->look_back->ImpactOf(CallFrom("tool"), request)->candidates_size(), 0);
}

class PatientTest : public LookBackTest {
 protected:
  v1::AnswerPatientRequest Request() {
    v1::AnswerPatientRequest request;
    request.set_nhs_number(kSomebody);
    request.set_request("SAR-2026-17");
    request.set_identity_proof("passport seen, record 4411");
    return request;
  }
  // By two officers.
  absl::StatusOr<v1::AnswerPatientResponse> Answer(v1::AnswerPatientRequest request,
                                                   absl::string_view second = kGuardian) {
    *request.mutable_officer() = TokenOf(kOfficer);
    if (!second.empty()) *request.mutable_second_officer() = TokenOf(second);
    return handlers_->patient->AnswerPatient(CallFrom("tool"), request);
  }
};

TEST_F(PatientTest, NobodyIsLookedUpWithoutTheirRequestProofAndASecondOfficer) {
  const uint64_t size = log_->revision().size;
  v1::AnswerPatientRequest request = Request();
  request.clear_request();
  EXPECT_EQ(ReasonOf(Answer(request).status()), "REQUEST_MISSING");
  request = Request();
  request.clear_identity_proof();
  EXPECT_EQ(ReasonOf(Answer(request).status()), "IDENTITY_PROOF_MISSING");
  EXPECT_EQ(ReasonOf(Answer(Request(), "").status()), "SECOND_OFFICER_MISSING");
  EXPECT_EQ(ReasonOf(Answer(Request(), kOfficer).status()), "SECOND_OFFICER_IS_FIRST");
  EXPECT_EQ(ReasonOf(Answer(Request(), kAnalyst).status()), "ROLE_REFUSED");
  request = Request();
  request.set_nhs_number(9990000019);
  EXPECT_FALSE(Answer(request).ok()) << "no NHS number";
  EXPECT_EQ(log_->revision().size, size) << "nothing was looked up";
}

TEST_F(PatientTest, TheAnswerKeepsItsTwoPromisesApartAndShowsWhoLooked) {
  Object("national", kSomebody, "2025-06-01", "2025-06-02");
  Decide(PioneerAggregate());
  const uint64_t size = log_->revision().size;
  const auto answer = Answer(Request());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->leaf(), size);
  EXPECT_EQ(log_->Read(size, testing_support::kForever)->kind, kInquiryLeaf) << "logged before it is answered";
  bool removed = false, kept = false;
  for (const v1::PossibleUse& use : answer->uses()) {
    EXPECT_FALSE(use.controllers().empty());
    if (use.approval() == "CAG 9-01(a)/2025") removed = removed || use.reason() == "OBJECTION_NATIONAL";
    if (use.approval() == "CAG 9-03(a)/2025") kept = kept || use.treatment() == "include";
  }
  EXPECT_TRUE(removed) << "the pioneer's approval honours the objection";
  EXPECT_TRUE(kept) << "it is waived for invoices";
  ASSERT_EQ(answer->candidates_size(), 1);
  EXPECT_EQ(answer->candidates(0).why(), "MAY_HOLD_MY_RECORD");
  ASSERT_EQ(answer->looks_size(), 1);
  EXPECT_EQ(answer->looks(0).request(), "SAR-2026-17");
  EXPECT_THAT(answer->looks(0).officers(), testing::ElementsAre(PersonOf(kOfficer), PersonOf(kGuardian)));
}

TEST_F(PatientTest, EarlierLooksAreShownToThePersonAlsoAfterARestartAndToNobodyElse) {
  ASSERT_TRUE(Answer(Request()).ok());
  Restart();
  const auto second = Answer(Request());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->looks_size(), 2);
  v1::AnswerPatientRequest request = Request();
  request.set_nhs_number(kSomebodyElse);
  EXPECT_EQ(Answer(request)->looks_size(), 1);
}

class ReconstructTest : public LookBackTest {
 protected:
  absl::StatusOr<v1::ReconstructResponse> Reconstruct(uint64_t leaf, absl::string_view who = "auditor") {
    v1::ReconstructRequest request;
    request.set_leaf(leaf);
    *request.mutable_evidence() = EvidenceOn(who, request);
    return handlers_->look_back->Reconstruct(CallFrom("tool"), request);
  }
};

TEST_F(ReconstructTest, APastDecisionComesOutTheSameThoughRegisterAndHoldingsHaveChanged) {
  const v1::DecideResponse permitted = Decide(PioneerAggregate());
  ASSERT_EQ(permitted.decision().effect(), v1::EFFECT_PERMITTED);
  // The same data without objections applied: refused, because of the first.
  const v1::DecideResponse refused = Decide(DisseminationRecords());
  ASSERT_EQ(refused.decision().effect(), v1::EFFECT_REFUSED);
  AddFile("later.yaml",
          "format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: Later, kind: commissioner, from: 2025-04-01}\n");
  ASSERT_TRUE(Apply("later").ok());
  for (const uint64_t leaf : {permitted.warrant().index(), permitted.warrant().index() + 1, refused.refusal().index()}) {
    const auto again = Reconstruct(leaf);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->same()) << again->DebugString();
    EXPECT_EQ(again->logged_size(), 14) << "the effect and thirteen gates";
    EXPECT_EQ(again->evaluator(), again->evaluator_now());
  }
  EXPECT_EQ(ReasonOf(Reconstruct(0).status()), "DECISION_UNKNOWN") << "a change of the register";
  EXPECT_EQ(ReasonOf(Reconstruct(10'000).status()), "DECISION_UNKNOWN");
  EXPECT_EQ(ReasonOf(Reconstruct(1, kAnalyst).status()), "ROLE_REFUSED");
}

TEST_F(LookBackTest, DriftTellsWhatWasAskedBeyondTheApprovalAndReleasesBeyondTheVolume) {
  for (auto& [name, text] : files_) {
    const std::string flow = "source: acute";
    const size_t at = text.find("reference: CAG 9-01(a)/2025");
    const size_t flows = at == std::string::npos ? at : text.find(flow, at);
    if (flows != std::string::npos) text.insert(flows + flow.size(), ", releases_per_month_max: 1");
  }
  const auto applied = Apply("second");
  ASSERT_TRUE(applied.ok()) << applied.status();
  ASSERT_EQ(applied->changes_size(), 1) << "a volume narrows";
  Question beyond = RiskAggregate();
  beyond.datasets = {"social_care/services"};
  Decide(beyond);
  Decide(PioneerAggregate());
  Decide(PioneerAggregate());
  v1::ListDriftRequest request;
  *request.mutable_from() = DateToProto(Day("2025-12-01"));
  *request.mutable_evidence() = EvidenceOn("auditor", request);
  const auto drift = handlers_->look_back->ListDrift(CallFrom("tool"), request);
  ASSERT_TRUE(drift.ok()) << drift.status();
  std::vector<std::string> found;
  for (const v1::DriftItem& item : drift->items()) {
    found.push_back(absl::StrCat(item.gate(), " ", item.reason(), " ", item.question_count(), " ",
                                 item.beyond().empty() ? "" : item.beyond(0)));
  }
  EXPECT_THAT(found, Contains(HasSubstr("social_care/services")));
  EXPECT_THAT(found, Contains("volume RELEASES_BEYOND_APPROVED_VOLUME 2 acute/apc in 2026-01: 1 foreseen"));
}

}  // namespace
}  // namespace safehaven::consent
