// Goal: what would be can be asked by whom it may be, is evaluated and never decided; and
// a plan of the register says which questions it would flip.
#include "services/consent/rpc/suppose.h"

#include "services/consent/rpc/register_flips.h"

#include "tests/unit/services/consent/rpc/look_back_fixture.h"

namespace safehaven::consent {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class SupposeTest : public LookBackTest {
 protected:
  absl::StatusOr<v1::WhatIfResponse> WhatIf(v1::WhatIfRequest request, absl::string_view who = kAnalyst) {
    *request.mutable_evidence() = EvidenceOn(who, request);
    return handlers_->suppose->WhatIf(CallFrom("gateway"), request);
  }
  absl::StatusOr<v1::NearestLawfulResponse> Nearest(v1::NearestLawfulRequest request, absl::string_view who) {
    *request.mutable_evidence() = EvidenceOn(who, request);
    return handlers_->suppose->NearestLawful(CallFrom("gateway"), request);
  }
  static v1::WhatIfRequest Supposing(const Question& question) {
    v1::WhatIfRequest request;
    *request.mutable_question() = QuestionToProto(question);
    return request;
  }
  static v1::NearestLawfulRequest Near(const Question& question) {
    v1::NearestLawfulRequest request;
    *request.mutable_question() = QuestionToProto(question);
    return request;
  }
  template <typename Changes>
  static std::vector<std::string> Gates(const Changes& changes) {
    std::vector<std::string> gates;
    for (const v1::VerdictChange& change : changes) gates.push_back(absl::StrCat(change.gate(), " ", change.then()));
    return gates;
  }
};

TEST_F(SupposeTest, AnotherDayIsEvaluatedBesideTodayAndLeavesNothingInTheLog) {
  const uint64_t size = log_->revision().size;
  v1::WhatIfRequest request = Supposing(PioneerAggregate());
  *request.mutable_then()->mutable_day() = DateToProto(Day("2030-04-01"));
  const auto supposed = WhatIf(request);
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  EXPECT_EQ(supposed->now().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(supposed->then().effect(), v1::EFFECT_REFUSED);
  EXPECT_EQ(DateFromProto(supposed->then().day(), "day")->ToString(), "2030-04-01");
  EXPECT_THAT(Gates(supposed->changes()), Contains("window FAIL WINDOW_CLOSED"));
  EXPECT_EQ(log_->revision().size, size);
  EXPECT_THAT(*consent_->state().view().holdings, IsEmpty());
}

TEST_F(SupposeTest, AnotherQuestionIsEvaluatedInItsPlace) {
  v1::WhatIfRequest request = Supposing(PioneerAggregate());
  Question other = PioneerAggregate();
  other.purpose = Purpose::kInvoiceValidation;
  *request.mutable_then()->mutable_question() = QuestionToProto(other);
  const auto supposed = WhatIf(request);
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  EXPECT_EQ(supposed->then().effect(), v1::EFFECT_REFUSED);
  EXPECT_THAT(Gates(supposed->changes()), Contains(testing::StartsWith("purpose FAIL")));
  request.clear_then();
  const auto same = WhatIf(request);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->then().effect(), v1::EFFECT_PERMITTED);
  EXPECT_THAT(Gates(same->changes()), IsEmpty());
}

TEST_F(SupposeTest, AnotherRegisterIsTriedByWhoKeepsItForThoseWhoAskAndChangesNothing) {
  EndThePioneer();
  v1::WhatIfRequest request = Supposing(PioneerAggregate());
  AddFilesTo(*request.mutable_then());
  request.mutable_caller()->set_organisation("ZC1");
  request.mutable_caller()->set_role(kAnalyst);
  const uint64_t size = log_->revision().size;
  const auto supposed = WhatIf(request, kOfficer);
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  EXPECT_EQ(supposed->now().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(supposed->then().effect(), v1::EFFECT_REFUSED);
  ASSERT_EQ(supposed->register_changes_size(), 1);
  EXPECT_EQ(supposed->register_changes(0).entry(), "approvals/CAG 9-01(a)/2025");
  EXPECT_TRUE(supposed->now().has_known());
  EXPECT_FALSE(supposed->then().has_known()) << "nobody has known that register";
  EXPECT_EQ(log_->revision().size, size);
  EXPECT_EQ(Decide(PioneerAggregate()).decision().effect(), v1::EFFECT_PERMITTED);

  EXPECT_EQ(ReasonOf(WhatIf(request, kAnalyst).status()), "ROLE_REFUSED");
  EXPECT_EQ(ReasonOf(WhatIf(request, "auditor").status()), "ROLE_REFUSED");
  request.clear_caller();
  EXPECT_EQ(ReasonOf(WhatIf(request, kAnalyst).status()), "ROLE_REFUSED") << "another register alone, too";
  request.clear_then();
  request.mutable_caller()->set_organisation("ZC2");
  EXPECT_EQ(ReasonOf(WhatIf(request, kAnalyst).status()), "ROLE_REFUSED") << "another asker alone, too";
}

TEST_F(SupposeTest, OnlyAnEnvironmentOfOnesOwnIsSupposed) {
  v1::WhatIfRequest request = Supposing(InvoiceRecords());
  request.mutable_then()->set_environment("cef-zc1");
  const auto supposed = WhatIf(request, kValidator);
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  EXPECT_NE(supposed->now().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(supposed->then().effect(), v1::EFFECT_PERMITTED);
  request.mutable_then()->set_environment("cef-zc2");
  EXPECT_EQ(ReasonOf(WhatIf(request, kValidator).status()), "ENVIRONMENT_NOT_REGISTERED");
  request.mutable_then()->set_environment("cef-zc1");
  request.mutable_caller()->set_organisation("ZC2");
  request.mutable_caller()->set_role(kValidator);
  EXPECT_EQ(ReasonOf(WhatIf(request, kOfficer).status()), "ENVIRONMENT_NOT_REGISTERED") << "it is ZC1's";
}

TEST_F(SupposeTest, NobodySupposesWithoutEvidence) {
  EXPECT_EQ(ReasonOf(handlers_->suppose->WhatIf(CallFrom("gateway"), Supposing(PioneerAggregate())).status()),
            "EVIDENCE_MISSING");
  EXPECT_EQ(ReasonOf(handlers_->suppose->NearestLawful(CallFrom("gateway"), Near(PioneerAggregate())).status()),
            "EVIDENCE_MISSING");
}

TEST_F(SupposeTest, TheNearestLawfulQuestionIsPermittedWhenItIsAsked) {
  Question question = PioneerRecords();
  question.identifiability = Identifiability::kIdentifiable;
  ASSERT_EQ(Decide(question).decision().effect(), v1::EFFECT_REFUSED);
  const uint64_t size = log_->revision().size;
  const auto nearest = Nearest(Near(question), kAnalyst);
  ASSERT_TRUE(nearest.ok()) << nearest.status();
  ASSERT_TRUE(nearest->found());
  EXPECT_THAT(nearest->changes(), ElementsAre("ask for pseudonymised data"));
  EXPECT_EQ(nearest->decision().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(log_->revision().size, size);
  followers_.Heard("costing", std::string(32, 'c'), 0);  // it presents the warrant for records
  EXPECT_EQ(Decide(*QuestionFromProto(nearest->question())).decision().effect(), v1::EFFECT_PERMITTED);
}

TEST_F(SupposeTest, TheNearestMayBeAPlaceAndFromInsideItIsTheQuestionItself) {
  v1::NearestLawfulRequest request = Near(InvoiceRecords());
  const auto outside = Nearest(request, kValidator);
  ASSERT_TRUE(outside.ok()) << outside.status();
  EXPECT_THAT(outside->changes(), ElementsAre("ask from inside cef-zc1"));
  EXPECT_EQ(outside->environment(), "cef-zc1");
  request.mutable_caller()->set_environment("cef-zc1");
  const auto inside = Nearest(request, kValidator);
  ASSERT_TRUE(inside.ok()) << inside.status();
  EXPECT_TRUE(inside->found());
  EXPECT_THAT(inside->changes(), IsEmpty());
}

TEST_F(SupposeTest, WhatIsOverIsNotOfferedAsAnythingNear) {
  around_.clock.Advance(absl::Hours(24) * 365 * 6);  // every approval has ended
  const auto nearest = Nearest(Near(PioneerAggregate()), kAnalyst);
  ASSERT_TRUE(nearest.ok()) << nearest.status();
  EXPECT_FALSE(nearest->found()) << nearest->DebugString();
}

class PlanFlipsTest : public LookBackTest {
 protected:
  absl::StatusOr<v1::PlanRegisterResponse> Plan(absl::string_view who) {
    v1::PlanRegisterRequest request;
    AddFilesTo(request);
    if (!who.empty()) *request.mutable_evidence() = EvidenceOn(who, request);
    return handlers_->registers.PlanRegister(CallFrom("tool"), request);
  }
};

TEST_F(PlanFlipsTest, APlanNamesTheQuestionsThatItWouldRefuseWithWhoAskedThem) {
  Decide(PioneerAggregate());
  Decide(PioneerAggregate());
  Decide(PioneerAggregate(), "colleague");
  Decide(DisseminationRecords());
  EndThePioneer();
  const uint64_t size = log_->revision().size;
  const auto plan = Plan(kOfficer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->changes_size(), 1);
  ASSERT_EQ(plan->flips().flips_size(), 1) << plan->DebugString();
  const v1::QuestionFlip& flip = plan->flips().flips(0);
  EXPECT_EQ(flip.organisation(), "ZC1");
  EXPECT_EQ(flip.role(), kAnalyst);
  EXPECT_EQ(flip.approval(), "CAG 9-01(a)/2025");
  EXPECT_EQ(flip.question(),
            "aggregate for commissioning planning under CAG 9-01(a)/2025, aggregate suppressed, of acute/apc, "
            "social_care/services, 2025-04-01 to 2026-03-31, people of ZC1");
  EXPECT_EQ(flip.before(), "permitted");
  EXPECT_EQ(flip.after(), "refused");
  EXPECT_EQ(flip.gate(), "window");
  EXPECT_EQ(flip.reason(), "WINDOW_CLOSED");
  EXPECT_EQ(flip.asker_count(), 2u);
  EXPECT_EQ(plan->flips().decision_count(), 4u);
  EXPECT_EQ(plan->flips().question_count(), 3u);
  EXPECT_EQ(DateFromProto(plan->flips().since(), "since")->ToString(), "2025-10-03");
  EXPECT_TRUE(plan->flips().complete());
  EXPECT_EQ(log_->revision().size, size);
}

TEST_F(PlanFlipsTest, APlanNamesTheQuestionsThatItWouldPermitAgain) {
  const std::map<std::string, std::string> before = files_;
  EndThePioneer();
  ASSERT_TRUE(Apply("end").ok());
  ASSERT_EQ(Decide(PioneerAggregate()).decision().effect(), v1::EFFECT_REFUSED);
  files_ = before;
  const auto plan = Plan(kGuardian);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->flips().flips_size(), 1);
  EXPECT_EQ(plan->flips().flips(0).before(), "refused");
  EXPECT_EQ(plan->flips().flips(0).after(), "permitted");
  EXPECT_EQ(plan->flips().flips(0).reason(), "WINDOW_CLOSED");
}

TEST_F(PlanFlipsTest, WhoIsTakenOffTheRegisterFlipsWhatTheyAsked) {
  Decide(PioneerAggregate());
  TakeOff(kAnalyst);
  const auto plan = Plan(kOfficer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->flips().flips_size(), 1);
  EXPECT_EQ(plan->flips().flips(0).gate(), "caller");
  EXPECT_EQ(plan->flips().flips(0).reason(), "PROGRAM_NOT_REGISTERED");
}

TEST_F(PlanFlipsTest, WhoAskedWhatIsToldToWhoKeepsTheRegisterAlone) {
  Decide(PioneerAggregate());
  EndThePioneer();
  EXPECT_EQ(ReasonOf(Plan(kAnalyst).status()), "ROLE_REFUSED");
  EXPECT_EQ(ReasonOf(Plan("auditor").status()), "ROLE_REFUSED");
  const auto without = Plan("");
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->changes_size(), 1);
  EXPECT_FALSE(without->has_flips());
  EXPECT_TRUE(Plan(kOfficer)->has_flips());
}

TEST_F(PlanFlipsTest, OnlyQuestionsOfTheLastNinetyDaysAreLookedAt) {
  Decide(PioneerAggregate());
  TakeOff(kAnalyst);
  around_.clock.Advance(absl::Hours(24) * kFlipDays);
  EXPECT_EQ(Plan(kOfficer)->flips().question_count(), 1u);
  around_.clock.Advance(absl::Hours(24));
  const auto plan = Plan(kOfficer);
  EXPECT_EQ(plan->flips().question_count(), 0u);
  EXPECT_EQ(plan->flips().flips_size(), 0);
  EXPECT_TRUE(plan->flips().complete()) << "all that were asked since";
}

}  // namespace
}  // namespace safehaven::consent
