#include "services/gateway/rpc/gateway_handlers.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"
#include "tests/unit/services/gateway/rpc/fake_backends.h"

namespace safehaven::gateway {
namespace {

class GatewayHandlersTest : public testing::Test {
 protected:
  GatewayHandlersTest() { request_.mutable_question()->set_operation("aggregate"); }

  Asker AskerWith(const std::string& token) const {
    return {.token = Sensitive<std::string>(token), .deadline = clock_.Now() + absl::Minutes(1)};
  }

  FakeClock clock_;
  FakeBackends backends_;
  GatewayHandlers handlers_{{.interval = absl::Seconds(1), .burst = 3, .callers_max = 100}, backends_, clock_};
  v1::QueryRequest request_;
};

TEST_F(GatewayHandlersTest, APermittedQuestionIsAnsweredWithItsReceipt) {
  const auto response = handlers_.Query(AskerWith("token"), request_);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->decision().effect(), "permitted");
  EXPECT_EQ(response->table().rows_size(), 2);
  costing::v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(response->receipt()));
  EXPECT_EQ(receipt.release().index(), 7u);
}

TEST_F(GatewayHandlersTest, TheCallersOwnTokenIsTheEvidenceUnchanged) {
  request_.mutable_environment()->set_signer("environments/finance");
  ASSERT_TRUE(handlers_.Query(AskerWith("header.payload.signature"), request_).ok());
  ASSERT_EQ(backends_.decides.size(), 1u);
  EXPECT_EQ(backends_.decides[0].evidence().token(), "header.payload.signature");
  EXPECT_EQ(backends_.decides[0].evidence().environment().signer(), "environments/finance");
}

TEST_F(GatewayHandlersTest, CostingGetsTheWarrantsAndTheSameQuestion) {
  request_.mutable_question()->set_operation("records");
  backends_.decide = [] {
    consent::v1::DecideResponse response = Permitted();
    response.mutable_linkage_warrant()->set_body("for linkage");
    return response;
  };
  ASSERT_TRUE(handlers_.Query(AskerWith("token"), request_).ok());
  ASSERT_EQ(backends_.answers.size(), 1u);
  EXPECT_EQ(backends_.answers[0].warrant().proof().body(), "warrant");
  EXPECT_EQ(backends_.answers[0].linkage_warrant().proof().body(), "for linkage");
  EXPECT_EQ(backends_.answers[0].question().SerializeAsString(), request_.question().SerializeAsString());
}

TEST_F(GatewayHandlersTest, ARefusalIsAnAnswerAndCostingIsNotAsked) {
  backends_.decide = [] { return Refused(); };
  const auto response = handlers_.Query(AskerWith("token"), request_);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->decision().effect(), "refused");
  EXPECT_FALSE(response->has_table());
  EXPECT_TRUE(response->receipt().empty());
  EXPECT_TRUE(backends_.answers.empty());
}

TEST_F(GatewayHandlersTest, APermissionWithoutAWarrantIsNotActedOn) {
  backends_.decide = [] {
    consent::v1::DecideResponse response = Permitted();
    response.clear_warrant();
    return response;
  };
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "DECISION_MALFORMED");
  EXPECT_TRUE(backends_.answers.empty());
}

TEST_F(GatewayHandlersTest, AnAnswerWithoutAReceiptIsNotPassedOn) {
  backends_.answer = [] {
    costing::v1::AnswerResponse response = Answered();
    response.clear_receipt();
    return response;
  };
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "ANSWER_MALFORMED");
}

TEST_F(GatewayHandlersTest, ASupersededWarrantIsAskedForOnceMore) {
  int answers = 0;
  backends_.answer = [&answers]() -> absl::StatusOr<costing::v1::AnswerResponse> {
    if (++answers == 1) return PermissionDenied("WARRANT_SUPERSEDED", "the register has moved");
    return Answered();
  };
  EXPECT_TRUE(handlers_.Query(AskerWith("token"), request_).ok());
  EXPECT_EQ(backends_.decides.size(), 2u) << "a new warrant, not the old one again";
}

TEST_F(GatewayHandlersTest, ASecondSupersededWarrantIsTheCallersToKnow) {
  backends_.answer = []() -> absl::StatusOr<costing::v1::AnswerResponse> {
    return PermissionDenied("WARRANT_SUPERSEDED", "the register has moved");
  };
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "WARRANT_SUPERSEDED");
  EXPECT_EQ(backends_.decides.size(), 2u);
}

TEST_F(GatewayHandlersTest, ASignatureForOneUseIsNotSentTwice) {
  request_.mutable_environment()->set_signer("environments/finance");
  backends_.answer = []() -> absl::StatusOr<costing::v1::AnswerResponse> {
    return PermissionDenied("WARRANT_SUPERSEDED", "the register has moved");
  };
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "WARRANT_SUPERSEDED");
  EXPECT_EQ(backends_.decides.size(), 1u);
}

TEST_F(GatewayHandlersTest, NoOtherRefusalOfAWarrantIsTriedAgain) {
  backends_.answer = []() -> absl::StatusOr<costing::v1::AnswerResponse> {
    return PermissionDenied("WARRANT_USED", "once only");
  };
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "WARRANT_USED");
  EXPECT_EQ(backends_.answers.size(), 1u);
}

TEST_F(GatewayHandlersTest, APreviewIsDecidedAndReleasedLikeAQueryAndShowsNoValue) {
  v1::PreviewRequest request;
  *request.mutable_question() = request_.question();
  const auto response = handlers_.Preview(AskerWith("token"), request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->row_count(), 2u);
  EXPECT_EQ(response->suppressed_cell_count(), 1u);
  EXPECT_FALSE(response->receipt().empty());
  EXPECT_EQ(backends_.answers.size(), 1u);
  EXPECT_EQ(response->SerializeAsString().find("412.50"), std::string::npos);
}

TEST_F(GatewayHandlersTest, ACallerWhoAsksTooOftenIsToldWhenToComeBack) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(handlers_.Query(AskerWith("token"), request_).ok());
  const auto refused = handlers_.Query(AskerWith("token"), request_);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), "RATE_LIMITED");
  EXPECT_EQ(RetryAfterOf(refused.status()), absl::Seconds(1));
  EXPECT_TRUE(handlers_.Query(AskerWith("another"), request_).ok());
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(handlers_.Query(AskerWith("token"), request_).ok());
}

TEST_F(GatewayHandlersTest, PreviewsAndQueriesShareOneLimit) {
  v1::PreviewRequest preview;
  *preview.mutable_question() = request_.question();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(handlers_.Preview(AskerWith("token"), preview).ok());
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith("token"), request_).status()), "RATE_LIMITED");
}

TEST_F(GatewayHandlersTest, WhoBringsNoTokenIsNobody) {
  EXPECT_EQ(ReasonOf(handlers_.Query(AskerWith(""), request_).status()), "IDENTITY_MISSING");
  EXPECT_TRUE(backends_.decides.empty());
}

TEST_F(GatewayHandlersTest, AnExplanationAsksForNoWarrantAndPassesTheDayOn) {
  v1::ExplainRequest request;
  *request.mutable_question() = request_.question();
  request.set_day("2025-04-01");
  const auto response = handlers_.Explain(AskerWith("token"), request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->decision().effect(), "needs_more");
  EXPECT_EQ(backends_.evaluates[0].day().year(), 2025);
  EXPECT_TRUE(backends_.decides.empty());
  request.set_day("1 April");
  EXPECT_EQ(ReasonOf(handlers_.Explain(AskerWith("token"), request).status()), "FIELD_INVALID");
}

TEST_F(GatewayHandlersTest, ASuppositionIsPassedOnWithTheCallersOwnEvidence) {
  v1::WhatIfRequest request;
  *request.mutable_question() = request_.question();
  request.set_then_day("2027-04-01");
  request.set_then_environment("cef-zc1");
  const auto response = handlers_.WhatIf(AskerWith("token"), request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->now().effect(), "permitted");
  EXPECT_EQ(response->then().effect(), "refused");
  EXPECT_EQ(response->changes(0).then(), "FAIL WINDOW_CLOSED");
  const consent::v1::WhatIfRequest& passed = backends_.what_ifs[0];
  EXPECT_EQ(passed.evidence().token(), "token");
  EXPECT_EQ(passed.then().day().year(), 2027);
  EXPECT_EQ(passed.then().environment(), "cef-zc1");
  EXPECT_FALSE(passed.then().has_question());
  request.set_then_day("soon");
  EXPECT_EQ(ReasonOf(handlers_.WhatIf(AskerWith("token"), request).status()), "FIELD_INVALID");
}

TEST_F(GatewayHandlersTest, TheNearestLawfulQuestionIsOneThatConsentWouldPermit) {
  v1::NearestLawfulRequest request;
  *request.mutable_question() = request_.question();
  const auto none = handlers_.NearestLawful(AskerWith("token"), request);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE(none->found());
  backends_.nearest.set_found(true);
  backends_.nearest.add_changes("ask for pseudonymised data");
  backends_.nearest.mutable_decision()->set_effect(consent::v1::EFFECT_REFUSED);
  EXPECT_EQ(ReasonOf(handlers_.NearestLawful(AskerWith("token"), request).status()), "DECISION_MALFORMED");
  backends_.nearest.mutable_decision()->set_effect(consent::v1::EFFECT_PERMITTED);
  backends_.nearest.mutable_decision()->mutable_day()->set_year(2026);
  backends_.nearest.mutable_decision()->mutable_day()->set_month(2);
  backends_.nearest.mutable_decision()->mutable_day()->set_day(1);
  const auto found = handlers_.NearestLawful(AskerWith("token"), request);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->changes(0), "ask for pseudonymised data");
  EXPECT_EQ(found->day(), "2026-02-01");
  EXPECT_EQ(found->decision().effect(), "permitted");
  EXPECT_EQ(backends_.nearests[0].evidence().token(), "token");
}

TEST_F(GatewayHandlersTest, SuppositionsAndQueriesShareOneLimit) {
  v1::NearestLawfulRequest nearest;
  *nearest.mutable_question() = request_.question();
  v1::WhatIfRequest what_if;
  *what_if.mutable_question() = request_.question();
  EXPECT_TRUE(handlers_.NearestLawful(AskerWith("token"), nearest).ok());
  EXPECT_TRUE(handlers_.WhatIf(AskerWith("token"), what_if).ok());
  EXPECT_TRUE(handlers_.Query(AskerWith("token"), request_).ok());
  EXPECT_EQ(ReasonOf(handlers_.NearestLawful(AskerWith("token"), nearest).status()), "RATE_LIMITED");
  EXPECT_EQ(ReasonOf(handlers_.WhatIf(AskerWith("token"), what_if).status()), "RATE_LIMITED");
  EXPECT_EQ(backends_.nearests.size(), 1u);
}

TEST_F(GatewayHandlersTest, EntitlementsAreThoseThatConsentNames) {
  const auto response = handlers_.GetEntitlements(AskerWith("token"), {});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->organisation(), "ZC1");
  EXPECT_EQ(response->entitlements(0).valid_from(), "2025-04-01");
  EXPECT_EQ(backends_.lists[0].evidence().token(), "token");
}

TEST(BearerToken, OnlyABearerTokenOfSaneSizeIsRead) {
  EXPECT_EQ(BearerToken("Bearer abc")->Reveal(), "abc");
  EXPECT_EQ(BearerToken("bearer abc")->Reveal(), "abc");
  for (const std::string& header : {std::string(), std::string("Bearer"), std::string("Bearer "),
                                    std::string("Basic abc"), "Bearer " + std::string(9000, 'a')}) {
    EXPECT_EQ(ReasonOf(BearerToken(header).status()), "IDENTITY_MISSING");
  }
}

}  // namespace
}  // namespace safehaven::gateway
