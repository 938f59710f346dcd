// Goal: a captured signature is good for one use of one request, also after a restart.
#include "tests/unit/services/consent/rpc/look_back_fixture.h"

namespace safehaven::consent {
namespace {

class SignedActsTest : public LookBackTest {
 protected:
  SignedActsTest() {
    Decide(PioneerAggregate());
    Object("national", kSomebody, "2025-12-01", "2026-02-01");
  }

  v1::ImpactOfRequest Impact() {
    v1::ImpactOfRequest request;
    request.mutable_approval()->set_reference("CAG 9-01(a)/2025");
    *request.mutable_approval()->mutable_from() = DateToProto(Day("2025-12-31"));
    *request.mutable_evidence() = EvidenceOn(kOfficer, request);
    return request;
  }
  std::string ReasonFor(const v1::ImpactOfRequest& request) {
    return ReasonOf(handlers_->look_back->ImpactOf(CallFrom("tool"), request).status());
  }

  v1::ListDueRequest DueIn(int days) {
    v1::ListDueRequest request;
    request.set_horizon_days(days);
    *request.mutable_evidence() = EvidenceOn("auditor", request);
    return request;
  }
  std::string ReasonFor(const v1::ListDueRequest& request) {
    return ReasonOf(handlers_->look_back->ListDue(CallFrom("tool"), request).status());
  }

  // Does the log name the use of the signature, a program's or an environment's?
  bool IsInTheLog(const type::v1::Evidence& evidence) {
    const auto& signature = evidence.has_program() ? evidence.program() : evidence.environment();
    for (const UsedRequest& used : consent_->state().UsedRequests()) {
      if (used.signer == signature.signer() && used.nonce == signature.nonce()) return true;
    }
    return false;
  }
};

TEST_F(SignedActsTest, AnActIsNotRepeatedAfterARestartAndOneThatWasNotUsedIsDone) {
  const v1::ImpactOfRequest used = Impact(), unused = Impact();
  EXPECT_EQ(ReasonFor(used), "");
  EXPECT_EQ(ReasonFor(used), "EVIDENCE_REPLAYED");
  Restart();
  EXPECT_EQ(ReasonFor(used), "EVIDENCE_REPLAYED");
  EXPECT_EQ(ReasonFor(unused), "");
}

TEST_F(SignedActsTest, BothSignaturesUnderAPatientsAnswerAreInTheLog) {
  v1::AnswerPatientRequest request;
  request.set_nhs_number(kSomebody);
  request.set_request("SAR-2026-17");
  request.set_identity_proof("passport seen");
  *request.mutable_officer() = TokenInside(kOfficer, request);
  *request.mutable_second_officer() = TokenInside(kGuardian, request);
  ASSERT_TRUE(handlers_->patient->AnswerPatient(CallFrom("tool"), request).ok());
  Restart();
  EXPECT_TRUE(IsInTheLog(request.officer()));
  EXPECT_TRUE(IsInTheLog(request.second_officer()));
  EXPECT_EQ(ReasonOf(handlers_->patient->AnswerPatient(CallFrom("tool"), request).status()), "EVIDENCE_REPLAYED");
}

TEST_F(SignedActsTest, BothSignaturesUnderAnErasureAreInTheLogAndUnderAPlanOfOneAreNot) {
  v1::EraseEndedRequest request;
  request.set_validate_only(true);
  for (const bool only_said : {true, false}) {
    request.set_validate_only(only_said);
    *request.mutable_proposer() = TokenInside(kOfficer, request);
    *request.mutable_approver() = TokenInside(kGuardian, request);
    ASSERT_TRUE(handlers_->retention->EraseEnded(CallFrom("tool"), request).ok());
    EXPECT_EQ(IsInTheLog(request.proposer()), !only_said);
    EXPECT_EQ(IsInTheLog(request.approver()), !only_said);
  }
  Restart();
  EXPECT_EQ(ReasonOf(handlers_->retention->EraseEnded(CallFrom("tool"), request).status()), "EVIDENCE_REPLAYED");
}

TEST_F(SignedActsTest, BothSignaturesUnderAChangeOfTheRegisterAreInTheLogAlsoWhereItWaits) {
  AddFile("later.yaml",
          "format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: Later, kind: commissioner, from: 2025-04-01}\n");
  for (const absl::Duration delay : {absl::Hours(24), absl::ZeroDuration()}) {
    world_->widening_delay = delay;
    v1::ApplyRegisterRequest request;
    AddFilesTo(request);
    request.set_request_id(absl::FormatDuration(delay));
    *request.mutable_proposer() = TokenInside(kOfficer, request);
    *request.mutable_approver() = TokenInside(kGuardian, request);
    const auto applied = handlers_->registers.ApplyRegister(CallFrom("tool"), request);
    ASSERT_TRUE(applied.ok()) << applied.status();
    EXPECT_EQ(applied->pending_until_unix_ms() > 0, delay > absl::ZeroDuration());
    Restart();
    EXPECT_TRUE(IsInTheLog(request.proposer()));
    EXPECT_TRUE(IsInTheLog(request.approver()));
  }
}

TEST_F(SignedActsTest, AProgramsSignatureIsNoneOfTheTwoThatNobodyMayGiveAlone) {
  v1::EraseEndedRequest erase;
  *erase.mutable_proposer() = TokenOf(kOfficer);
  *erase.mutable_approver() = EvidenceOn(kGuardian, erase);
  EXPECT_EQ(ReasonOf(handlers_->retention->EraseEnded(CallFrom("tool"), erase).status()), "OFFICER_IS_PROGRAM");
  AddFile("later.yaml",
          "format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: Later, kind: commissioner, from: 2025-04-01}\n");
  v1::ApplyRegisterRequest request;
  AddFilesTo(request);
  request.set_request_id("later");
  *request.mutable_proposer() = EvidenceOn(kOfficer, request);
  *request.mutable_approver() = TokenOf(kGuardian);
  EXPECT_EQ(ReasonOf(handlers_->registers.ApplyRegister(CallFrom("tool"), request).status()), "SIGNATORY_IS_PROGRAM");
  EXPECT_TRUE(Apply("later").ok()) << "two people may";
  TakeOff("colleague");
  v1::ApplyRegisterRequest narrowing;
  AddFilesTo(narrowing);
  narrowing.set_request_id("narrowing");
  *narrowing.mutable_proposer() = EvidenceOn(kOfficer, narrowing);
  const auto applied = handlers_->registers.ApplyRegister(CallFrom("tool"), narrowing);
  EXPECT_TRUE(applied.ok()) << applied.status() << ": what narrows takes one signature, whosever";
  EXPECT_TRUE(IsInTheLog(narrowing.proposer()));
}

// One message of a load of objections.
class LoadStream final : public MessageStream {
 public:
  explicit LoadStream(v1::AppendObjectionsRequest request) : request_(std::move(request)) {}
  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (done_) return false;
    done_ = true;
    message.CopyFrom(request_);
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    answer.CopyFrom(message);
    return absl::OkStatus();
  }
  v1::AppendObjectionsResponse answer;

 private:
  const v1::AppendObjectionsRequest request_;
  bool done_ = false;
};

TEST_F(SignedActsTest, ALoadOfObjectionsIsSignedForItsSetAndNameAndOnce) {
  const auto load = [&](const v1::AppendObjectionsRequest& request) {
    LoadStream stream(request);
    Reader<v1::AppendObjectionsRequest> reader(stream);
    Writer<v1::AppendObjectionsResponse> writer(stream);
    const absl::Status status = handlers_->objections.AppendObjections(CallFrom("tool"), reader, writer);
    return status.ok() ? stream.answer.error_reason() : ReasonOf(status);
  };
  v1::AppendObjectionsRequest request;
  request.set_set("national");
  request.set_load("january");
  *request.mutable_evidence() = EvidenceOn(kOfficer, request);
  request.add_objections()->set_nhs_number(kSomebodyElse);
  v1::AppendObjectionsRequest other = request;
  other.set_load("february");
  EXPECT_EQ(load(other), "EVIDENCE_SIGNATURE");
  EXPECT_EQ(load(request), "");
  Restart();
  EXPECT_EQ(load(request), "EVIDENCE_REPLAYED");
}

TEST_F(SignedActsTest, WhatOnlyReadsIsRefusedWhereItMayHaveBeenUsedBeforeARestartAndDoneAMinuteLater) {
  const v1::ListDueRequest used = DueIn(30), unused = DueIn(30);
  EXPECT_EQ(ReasonFor(used), "");
  EXPECT_EQ(ReasonFor(used), "EVIDENCE_REPLAYED");
  Restart();
  EXPECT_EQ(ReasonFor(used), "EVIDENCE_BEFORE_START");
  EXPECT_EQ(ReasonFor(unused), "EVIDENCE_BEFORE_START") << "nobody can tell it from the other";
  around_.clock.Advance(kClockSkewMax);
  EXPECT_EQ(ReasonFor(DueIn(30)), "");
}

TEST_F(SignedActsTest, ASignatureIsGoodForNoOtherRequest) {
  v1::ListDueRequest due = DueIn(30);
  due.set_horizon_days(31);
  EXPECT_EQ(ReasonFor(due), "EVIDENCE_SIGNATURE");
  v1::ImpactOfRequest impact = Impact();
  impact.set_after_leaf(1);
  EXPECT_EQ(ReasonFor(impact), "EVIDENCE_SIGNATURE");
  v1::ListDriftRequest drift;
  *drift.mutable_from() = DateToProto(Day("2025-12-01"));
  *drift.mutable_evidence() = DueIn(30).evidence();
  EXPECT_EQ(ReasonOf(handlers_->look_back->ListDrift(CallFrom("tool"), drift).status()), "EVIDENCE_SIGNATURE");
}

TEST_F(SignedActsTest, WhoSignedAnEvaluationHasNotSignedForAWarrant) {
  v1::EvaluateRequest evaluate;
  *evaluate.mutable_question() = QuestionToProto(PioneerAggregate());
  *evaluate.mutable_evidence() = EvidenceOn(kAnalyst, evaluate);
  v1::DecideRequest decide;
  *decide.mutable_question() = evaluate.question();
  *decide.mutable_evidence() = evaluate.evidence();
  EXPECT_EQ(ReasonOf(handlers_->decide.Decide(CallFrom("gateway"), decide).status()), "EVIDENCE_SIGNATURE");
  EXPECT_TRUE(handlers_->decide.Evaluate(CallFrom("gateway"), evaluate).ok());
}

}  // namespace
}  // namespace safehaven::consent
