// Protected identities, two officers' acts, maps of pseudonyms and tracing, through the real
// handlers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "services/linkage/core/pseudonym.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing_support::FakeClock;
using testing_support::FakeRandomness;

constexpr char kDomain[] = "CAG 9-01(a)/2025|ZC1|1";
constexpr char kOtherAuthority[] = "CAG 9-02(a)/2025";
constexpr char kOtherDomain[] = "CAG 9-02(a)/2025|ZC1|1";
constexpr char kGuardian[] = "caldicott_guardian";
constexpr char kGovernance[] = "information_governance";

// One human being is on the register by number 5 and, under another name, by number 105.
class CustodyHandlersTest : public testing::Test {
 protected:
  CustodyHandlersTest() {
    EXPECT_TRUE(service_->Follow().ok());
    std::vector<v1::IdentityRow> registered, acute;
    for (uint32_t person = 0; person < 20; ++person) registered.push_back(RegisterRow(1000 + person, person));
    v1::IdentityRow row = RegisterRow(1105, 105);
    row.set_nhs_number_verified(false);
    registered.push_back(row);
    for (uint32_t person = 6; person < 12; ++person) acute.push_back(RowOf(2000 + person, PersonIdentity(person)));
    Load(*service_, "gp", registered, 'a');
    Load(*service_, "acute", acute, 'b');
    EXPECT_TRUE(service_->runner.Start().ok());
  }

  // Two clerks have said that the two records are one person's.
  void SaySame(uint64_t a, uint64_t b) {
    Review review = {.id = ReviewIdOf(kAuthority, TokenOf(a), TokenOf(b)), .a = TokenOf(a), .b = TokenOf(b), .verdicts = {}};
    for (const char clerk : {'p', 'q'}) {
      ASSERT_TRUE(service_->reviews
                      .Add(kAuthority, review, {.reviewer = std::string(32, clerk), .verdict = Verdict::kSame, .time_unix_ms = 1},
                           absl::InfiniteFuture()).ok());
    }
  }

  // Fills in an officer's warrant of a person and role.
  template <typename Request>
  Request As(char person, const std::string& role, Request request, const std::string& authority = kAuthority) {
    const Question question = LinkQuestion();
    *request.mutable_warrant() = consent_.Permit(question, "tool", [&](Warrant& warrant) {
      warrant.caller_digest = std::string(32, person);
      warrant.role = role;
      warrant.crosswalk = authority;
    });
    *request.mutable_question() = QuestionToProto(question);
    return request;
  }

  absl::StatusOr<v1::ProtectIdentitiesResponse> Protect(const std::string& role = kGuardian, int request = 1) {
    v1::ProtectIdentitiesRequest protect;
    protect.set_request_id(RequestId(request));
    protect.set_former_nhs_number(TestNumber(5).ToDigits());
    protect.set_present_nhs_number(TestNumber(105).ToDigits());
    protect.set_ground("adoption");
    return service_->handlers.custody.ProtectIdentities(service_->CallFrom("tool"), As('c', role, protect));
  }

  absl::StatusOr<v1::ProposeCustodyResponse> Propose(v1::CustodyKind kind, const std::string& subject, int request,
                                                     const std::string& other = "") {
    v1::ProposeCustodyRequest act;
    act.set_request_id(RequestId(request));
    act.set_kind(kind);
    act.set_reason("minute 7");
    (kind == v1::CUSTODY_KIND_LIFT ? *act.mutable_protection() : *act.mutable_domain()) = subject;
    act.set_other_domain(other);
    return service_->handlers.custody.ProposeCustody(service_->CallFrom("tool"), As('c', kGuardian, act));
  }
  absl::Status Approve(const std::string& custody, char person = 'g', const std::string& role = kGovernance,
                       const std::string& authority = kAuthority) {
    v1::ApproveCustodyRequest approve;
    approve.set_custody(custody);
    return service_->handlers.custody.ApproveCustody(service_->CallFrom("tool"), As(person, role, approve, authority))
        .status();
  }
  absl::StatusOr<v1::ReadPseudonymMapResponse> Map(const std::string& custody) {
    v1::ReadPseudonymMapRequest map;
    map.set_custody(custody);
    return service_->handlers.custody.ReadPseudonymMap(service_->CallFrom("tool"), As('g', kGovernance, map));
  }
  absl::StatusOr<v1::TracePseudonymsResponse> Trace(const std::vector<std::string>& pseudonyms, uint64_t revision) {
    v1::TracePseudonymsRequest trace;
    trace.set_domain(kDomain);
    trace.set_crosswalk_revision(revision);
    for (const std::string& pseudonym : pseudonyms) trace.add_pseudonyms(pseudonym);
    return service_->handlers.traces.TracePseudonyms(service_->CallFrom("tool"), As('d', "data_engineer", trace));
  }
  std::string PseudonymOf(PersonNumber person, const std::string& domain = kDomain) {
    return Pseudonym(*service_->domain_keys.Get(domain, absl::InfiniteFuture()), person);
  }

  // Until the runner has published a revision above `revision`.
  void AwaitRevision(uint64_t revision) {
    while (service_->publications.Find(kAuthority)->crosswalk->crosswalk.revision <= revision) {
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  std::unique_ptr<LinkageService> service_ = std::make_unique<LinkageService>(store_, consent_, clock_, randomness_);
};

TEST_F(CustodyHandlersTest, ProtectedIdentitiesAreTakenApartAtOnceAndNeverRejoin) {
  SaySame(1005, 1105);
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  auto persons = PersonsByToken(*service_);
  const PersonNumber joined = persons.at(1005);
  ASSERT_EQ(joined, persons.at(1105));
  const auto kept = Protect();
  ASSERT_TRUE(kept.ok()) << kept.status();
  AwaitRevision(1);
  persons = PersonsByToken(*service_);
  EXPECT_NE(persons.at(1005), persons.at(1105));
  EXPECT_NE(persons.at(1005), joined) << "nor does one of them go on as the person of before";
  EXPECT_NE(persons.at(1105), joined);
  for (const bool train : {false, true}) {
    v1::RunLinkageRequest run = LinkRequest(*service_, train ? 3 : 2);
    run.set_train(train);
    const auto started = service_->handlers.runs.RunLinkage(service_->CallFrom("tool"), run);
    ASSERT_TRUE(started.ok()) << started.status();
    ASSERT_EQ(service_->AwaitRun(started->run()).error_reason(), "");
    EXPECT_EQ(PersonsByToken(*service_).at(1005), persons.at(1005)) << "the new numbers last";
    EXPECT_EQ(PersonsByToken(*service_).at(1105), persons.at(1105));
  }
  EXPECT_EQ((*service_->live.Find(kAuthority))->revision(), 4u) << "and single records are asked about again";
  EXPECT_EQ(Protect()->custody(), kept->custody()) << "a retry";
}

TEST_F(CustodyHandlersTest, AProtectionHoldsAfterARestartAndInEveryCrosswalk) {
  ASSERT_TRUE(Protect().ok());
  service_->runner.Stop();
  service_ = std::make_unique<LinkageService>(store_, consent_, clock_, randomness_);
  ASSERT_TRUE(service_->Follow().ok());
  ASSERT_TRUE(service_->runner.Start().ok());
  SaySame(1005, 1105);
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  EXPECT_NE(PersonsByToken(*service_).at(1005), PersonsByToken(*service_).at(1105));
  const auto run = service_->handlers.runs.RunLinkage(
      service_->CallFrom("tool"), LinkRequest(*service_, 2, [](Warrant& w) { w.crosswalk = kOtherAuthority; }));
  ASSERT_EQ(service_->AwaitRun(run->run()).error_reason(), "");
  EXPECT_EQ(service_->protections.ShieldedIn(service_->publications.Find(kOtherAuthority)->crosswalk)->size(), 2u);
}

TEST_F(CustodyHandlersTest, ProtectedPeopleAnswerLikeNobodyInAskingReviewAndAudit) {
  const std::string review = ReviewIdOf(kAuthority, TokenOf(1005), TokenOf(1105));
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  SaySame(1005, 1105);
  const auto session_of = [&](char person, int request) {
    const v1::RunLinkageRequest link =
        LinkRequest(*service_, request, [person](Warrant& w) { w.caller_digest = std::string(32, person); });
    v1::OpenSessionRequest open;
    *open.mutable_warrant() = link.warrant();
    *open.mutable_question() = link.question();
    open.set_request_id(link.request_id());
    return service_->handlers.matches.OpenSession(service_->CallFrom("tool"), open)->session();
  };
  const std::string session = session_of('p', 2);
  const auto ask = [&] {
    v1::MatchRequest request;
    request.set_session(session);
    request.set_source("gp");
    for (const uint32_t person : {5u, 900u}) *request.add_records() = RowOf(1, PersonIdentity(person));
    return *service_->handlers.matches.Match(service_->CallFrom("tool"), request);
  };
  const auto audited = [&] {
    v1::ReadReviewAuditRequest request;
    request.set_session(session);
    return service_->handlers.reviews.ReadReviewAudit(service_->CallFrom("tool"), request)->entries_size();
  };
  const auto say = [&](const std::string& id) {
    v1::DecideReviewRequest request;
    request.set_session(session);
    request.set_review(id);
    request.set_verdict(v1::REVIEW_VERDICT_DIFFERENT);
    return service_->handlers.reviews.DecideReview(service_->CallFrom("tool"), request).status();
  };
  ASSERT_NE(ask().answers(0).outcome(), v1::MATCH_OUTCOME_NO_MATCH);
  ASSERT_EQ(audited(), 2);
  ASSERT_EQ(ReasonOf(say(review)), "REVIEW_DECIDED") << "what one said oneself is known";

  ASSERT_TRUE(Protect().ok());
  EXPECT_EQ(ask().answers(0).SerializeAsString(), ask().answers(1).SerializeAsString());
  EXPECT_EQ(audited(), 0);
  EXPECT_EQ(say(review).ToString(), say(std::string(32, '0')).ToString());
  v1::ListReviewsRequest list;
  list.set_session(session);
  const auto queue = service_->handlers.reviews.ListReviews(service_->CallFrom("tool"), list);
  ASSERT_TRUE(queue.ok()) << queue.status();
  for (const v1::ReviewItem& item : queue->items()) EXPECT_NE(item.review(), review);
}

TEST_F(CustodyHandlersTest, OfficersKeepAndEngineersLink) {
  EXPECT_EQ(ReasonOf(Protect("data_engineer").status()), "ROLE_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Protect("csu_tool").status()), "ROLE_NOT_ALLOWED");
  for (const char* role : {kGuardian, kGovernance}) {
    const v1::RunLinkageRequest link = LinkRequest(*service_, 1, [role](Warrant& w) { w.role = role; });
    EXPECT_EQ(ReasonOf(service_->handlers.runs.RunLinkage(service_->CallFrom("tool"), link).status()), "ROLE_NOT_ALLOWED");
    v1::OpenSessionRequest open;
    *open.mutable_warrant() = link.warrant();
    *open.mutable_question() = link.question();
    open.set_request_id(link.request_id());
    EXPECT_EQ(ReasonOf(service_->handlers.matches.OpenSession(service_->CallFrom("tool"), open).status()),
              "ROLE_NOT_ALLOWED");
  }
  EXPECT_TRUE(Protect(kGovernance).ok());
}

TEST_F(CustodyHandlersTest, LiftingTakesTwoPeopleOfDifferentRoles) {
  SaySame(1005, 1105);
  const std::string protection = Protect()->custody();
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  EXPECT_EQ(ReasonOf(Propose(v1::CUSTODY_KIND_LIFT, std::string(32, '0'), 2).status()), "CUSTODY_UNKNOWN");
  const auto lift = Propose(v1::CUSTODY_KIND_LIFT, protection, 3);
  ASSERT_TRUE(lift.ok()) << lift.status();
  EXPECT_EQ(lift->state(), v1::CUSTODY_STATE_PROPOSED);
  EXPECT_EQ(ReasonOf(Approve(lift->custody(), 'c', kGovernance)), "APPROVER_IS_PROPOSER");
  EXPECT_EQ(ReasonOf(Approve(lift->custody(), 'g', kGuardian)), "APPROVER_OF_SAME_ROLE");
  EXPECT_EQ(ReasonOf(Approve(lift->custody(), 'g', kGovernance, kOtherAuthority)), "CUSTODY_UNKNOWN");
  ASSERT_EQ(LinkAll(*service_, 4).error_reason(), "");
  EXPECT_NE(PersonsByToken(*service_).at(1005), PersonsByToken(*service_).at(1105)) << "proposed is not done";
  ASSERT_TRUE(Approve(lift->custody()).ok());
  EXPECT_TRUE(Approve(lift->custody()).ok()) << "a retry";
  ASSERT_EQ(LinkAll(*service_, 5).error_reason(), "");
  EXPECT_EQ(PersonsByToken(*service_).at(1005), PersonsByToken(*service_).at(1105));

  const auto list = service_->handlers.custody.ListCustody(service_->CallFrom("tool"),
                                                           As('g', kGovernance, v1::ListCustodyRequest()));
  ASSERT_EQ(list->entries_size(), 2);
  EXPECT_EQ(list->DebugString().find(TestNumber(5).ToDigits()), std::string::npos);
  const auto others = service_->handlers.custody.ListCustody(
      service_->CallFrom("tool"), As('g', kGovernance, v1::ListCustodyRequest(), kOtherAuthority));
  EXPECT_EQ(others->entries_size(), 0);
}

TEST_F(CustodyHandlersTest, ARotationMakesNewPseudonymsAndAMapForWhoMayBeNamed) {
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  consent_.Object(kProgrammeSet, {TestNumber(7)});
  ASSERT_TRUE(service_->Follow().ok());
  ASSERT_TRUE(Protect().ok());
  const auto persons = PersonsByToken(*service_);
  const auto old_of = [&, key = *service_->domain_keys.Get(kDomain, absl::InfiniteFuture())](uint64_t token) {
    return Pseudonym(key, persons.at(token));
  };
  const auto rotation = Propose(v1::CUSTODY_KIND_ROTATE, kDomain, 2);
  ASSERT_TRUE(rotation.ok()) << rotation.status();
  EXPECT_EQ(ReasonOf(Map(rotation->custody()).status()), "CUSTODY_NOT_DONE");
  EXPECT_EQ(PseudonymOf(persons.at(1003)), old_of(1003)) << "proposed is not done";
  ASSERT_TRUE(Approve(rotation->custody()).ok());
  EXPECT_NE(PseudonymOf(persons.at(1003)), old_of(1003));
  const auto map = Map(rotation->custody());
  ASSERT_TRUE(map.ok()) << map.status();
  std::map<std::string, std::string> pairs;
  for (const v1::PseudonymPair& pair : map->pairs()) pairs[pair.from()] = pair.to();
  EXPECT_EQ(pairs[old_of(1003)], PseudonymOf(persons.at(1003)));
  EXPECT_FALSE(pairs.contains(old_of(1007))) << "who objected is not carried over";
  EXPECT_FALSE(pairs.contains(old_of(1005))) << "nor is who is protected";
  EXPECT_EQ(pairs.size(), 18u);

  ASSERT_TRUE(Propose(v1::CUSTODY_KIND_DESTROY_FORMER_KEYS, kDomain, 3).ok());
  EXPECT_EQ(ReasonOf(Map(rotation->custody()).status()), "PSEUDONYM_KEY_DESTROYED");
  EXPECT_EQ(Propose(v1::CUSTODY_KIND_DESTROY_DOMAIN, kDomain, 4)->state(), v1::CUSTODY_STATE_DONE);
  EXPECT_EQ(ReasonOf(service_->domain_keys.Get(kDomain, absl::InfiniteFuture()).status()), "PSEUDONYM_DOMAIN_ENDED");
}

TEST_F(CustodyHandlersTest, AMapIsThereForThirtyDays) {
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  const std::string rotation = Propose(v1::CUSTODY_KIND_ROTATE, kDomain, 2)->custody();
  ASSERT_TRUE(Approve(rotation).ok());
  ASSERT_TRUE(Map(rotation).ok());
  clock_.Advance(absl::Hours(24 * 31));
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_EQ(ReasonOf(Map(rotation).status()), "MAP_EXPIRED");
}

TEST_F(CustodyHandlersTest, ABridgeTakesTheAuthoritiesOfBothDomains) {
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  const auto run = service_->handlers.runs.RunLinkage(
      service_->CallFrom("tool"), LinkRequest(*service_, 2, [](Warrant& w) { w.crosswalk = kOtherAuthority; }));
  ASSERT_EQ(service_->AwaitRun(run->run()).error_reason(), "");
  EXPECT_EQ(ReasonOf(Propose(v1::CUSTODY_KIND_BRIDGE, kOtherDomain, 3, kDomain).status()), "DOMAIN_OF_ANOTHER");
  const auto bridge = Propose(v1::CUSTODY_KIND_BRIDGE, kDomain, 4, kOtherDomain);
  ASSERT_TRUE(bridge.ok()) << bridge.status();
  EXPECT_EQ(ReasonOf(Approve(bridge->custody())), "BRIDGE_AUTHORITY_MISSING");
  EXPECT_EQ(ReasonOf(Map(bridge->custody()).status()), "CUSTODY_NOT_DONE");
  ASSERT_TRUE(Approve(bridge->custody(), 'g', kGovernance, kOtherAuthority).ok());
  const auto map = Map(bridge->custody());
  ASSERT_TRUE(map.ok()) << map.status();
  const PersonNumber person = PersonsByToken(*service_).at(1003);
  PersonNumber other = kNoPerson;
  const auto published = service_->publications.Find(kOtherAuthority);
  for (const RecordPerson& record : published->crosswalk->crosswalk.records) {
    if (record.token == TokenOf(1003)) other = record.person;
  }
  std::map<std::string, std::string> pairs;
  for (const v1::PseudonymPair& pair : map->pairs()) pairs[pair.from()] = pair.to();
  EXPECT_EQ(pairs[PseudonymOf(person)], PseudonymOf(other, kOtherDomain));
}

TEST_F(CustodyHandlersTest, WhatBecameOfPeopleIsToldByTheirRecords) {
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  const auto then = PersonsByToken(*service_);
  ASSERT_NE(then.at(1003), then.at(1004));
  SaySame(1005, 1105);
  ASSERT_EQ(LinkAll(*service_, 2).error_reason(), "");
  const auto now = PersonsByToken(*service_);
  ASSERT_EQ(now.at(1005), now.at(1105));
  const PersonNumber merged = now.at(1005) == then.at(1005) ? then.at(1105) : then.at(1005);
  const auto traced = Trace({PseudonymOf(then.at(1003)), PseudonymOf(merged), std::string(32, 'a')}, 1);
  ASSERT_TRUE(traced.ok()) << traced.status();
  EXPECT_EQ(traced->from_revision(), 1u);
  EXPECT_EQ(traced->to_revision(), 2u);
  EXPECT_EQ(traced->traced(0).outcome(), v1::TRACE_OUTCOME_UNCHANGED);
  EXPECT_EQ(traced->traced(1).outcome(), v1::TRACE_OUTCOME_MERGED);
  EXPECT_THAT(traced->traced(1).pseudonyms(), ElementsAre(PseudonymOf(now.at(1005))));
  EXPECT_EQ(traced->traced(2).outcome(), v1::TRACE_OUTCOME_NOT_FOUND);
  // Of revision 2 the person that was merged never had a pseudonym.
  EXPECT_EQ(Trace({PseudonymOf(merged)}, 2)->traced(0).outcome(), v1::TRACE_OUTCOME_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Trace({PseudonymOf(merged)}, 3).status()), "REVISION_UNKNOWN");

  // Protected or objecting, it answers like one that was never given.
  ASSERT_TRUE(Protect().ok());
  consent_.Object(kProgrammeSet, {TestNumber(3)});
  ASSERT_TRUE(service_->Follow().ok());
  const auto hidden = Trace({PseudonymOf(then.at(1003)), PseudonymOf(merged), std::string(32, 'a')}, 1);
  ASSERT_TRUE(hidden.ok()) << hidden.status();
  for (const v1::TracedPseudonym& one : hidden->traced()) {
    EXPECT_EQ(one.SerializeAsString(), hidden->traced(2).SerializeAsString());
  }
}

TEST_F(CustodyHandlersTest, AFlowThatEndsTakesItsEdgesAlongAndItsPeopleAreTracedApart) {
  // Two registered people without numbers whom a social care record ties together.
  std::vector<v1::IdentityRow> registered;
  for (const uint32_t person : {30u, 31u}) {
    v1::IdentityRow row = RegisterRow(1000 + person, person);
    row.clear_nhs_number();
    row.set_nhs_number_verified(false);
    registered.push_back(row);
  }
  Load(*service_, "gp", registered, 'd');
  RawIdentity tie = PersonIdentity(30);
  tie.nhs_number.clear();
  tie.nhs_number_verified = false;
  Load(*service_, "social_care", {RowOf(3000, tie)}, 'e');
  SaySame(1030, 3000);
  SaySame(1031, 3000);
  ASSERT_EQ(LinkAll(*service_, 1).error_reason(), "");
  const PersonNumber tied = PersonsByToken(*service_).at(1030);
  ASSERT_EQ(PersonsByToken(*service_).at(1031), tied);
  const auto run = service_->handlers.runs.RunLinkage(
      service_->CallFrom("tool"), LinkRequest(*service_, 2, [](Warrant& w) { std::erase(w.flows, "social-2025"); }));
  ASSERT_EQ(service_->AwaitRun(run->run()).error_reason(), "");
  const auto now = PersonsByToken(*service_);
  EXPECT_NE(now.at(1030), now.at(1031));
  EXPECT_FALSE(now.contains(3000));
  const auto traced = Trace({PseudonymOf(tied)}, 1);
  ASSERT_TRUE(traced.ok()) << traced.status();
  EXPECT_EQ(traced->traced(0).outcome(), v1::TRACE_OUTCOME_SPLIT);
  EXPECT_THAT(traced->traced(0).pseudonyms(), Contains(PseudonymOf(now.at(1031))));
}

}  // namespace
}  // namespace safehaven::linkage
