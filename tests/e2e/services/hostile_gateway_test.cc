// Goal: whoever holds the gateway's own keys gets no more from costing and linkage than
// one answer to the question that consent permitted; each try is refused with its exact
// reason, or shows in the logs. Method: the real services, the real certificates. Every
// refusal stands beside the same call as it is permitted.
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/operations/audit.h"
#include "cli/operations/decide.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"

namespace safehaven {
namespace {

using testing_support::AnswerAt;
using testing_support::AnswerRequestOf;
using testing_support::Changed;
using testing_support::kGateway;
using testing_support::PermittedFor;
using testing_support::PreparedRegion;
using testing_support::ResolveAt;

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";

class HostileGatewayTest : public testing::Test {
 protected:
  cli::Session& session() { return PreparedRegion::Get().shared().session(); }

  consent::v1::DecideResponse Permitted(const Question& question, const std::string& program = kGateway) {
    auto decided = PermittedFor(session(), program, kAnalyst, question);
    SH_CHECK(decided.ok());
    return *std::move(decided);
  }

  // Why costing refuses; "" if it answers.
  std::string Refusal(const costing::v1::AnswerRequest& request, const std::string& program = kGateway) {
    return ReasonOf(AnswerAt(session(), program, request).status());
  }

  uint64_t CostingLogSize() { return cli::ReadNewest(session(), "costing")->size; }

  cli::Reconciliation Reconciled() {
    const auto costing = cli::ReadLog(session(), "costing", kOfficer);
    const auto consent = cli::ReadLog(session(), "consent", kOfficer);
    SH_CHECK(costing.ok() && consent.ok());
    return cli::Reconcile(*consent, *costing, session().clock().Now());
  }

  // What consent says to the gateway's question for somebody.
  absl::StatusOr<consent::v1::DecideResponse> Decide(const Question& question, const type::v1::Evidence& evidence) {
    return cli::Decide(session(), kGateway, question, evidence);
  }
};

bool IsPermitted(const consent::v1::DecideResponse& decided) {
  return decided.decision().effect() == consent::v1::EFFECT_PERMITTED ||
         decided.decision().effect() == consent::v1::EFFECT_REQUIRED;
}

TEST_F(HostileGatewayTest, ASecondUseOfAWarrantIsTheFirstOneAgain) {
  const Question question = cli::CostPerHeadByAge();
  const costing::v1::AnswerRequest request = AnswerRequestOf(Permitted(question), question);
  const auto first = AnswerAt(session(), kGateway, request);
  ASSERT_TRUE(first.ok()) << first.status();
  const uint64_t size = CostingLogSize();
  const auto second = AnswerAt(session(), kGateway, request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(CostingLogSize(), size) << "nothing was released a second time";
}

TEST_F(HostileGatewayTest, AnotherPlanOrFilterOnTheWarrantIsRefused) {
  const Question question = cli::CostPerHeadByAge();
  const consent::v1::DecideResponse decided = Permitted(question);
  const uint64_t size = CostingLogSize();
  const std::map<std::string, std::function<void(Question&)>> changes = {
      {"dimension", [](Question& q) { q.dimensions.push_back("sector"); }},
      {"measure", [](Question& q) { q.measures.push_back("activity"); }},
      {"filter", [](Question& q) { q.filters.push_back({.dimension = "sector", .values = {"acute"}}); }},
      {"days", [](Question& q) { q.last_day = *CivilDay::FromYmd(2025, 4, 30); }},
      {"data sets", [](Question& q) { q.datasets.pop_back(); }},
      {"commissioner", [](Question& q) { q.commissioner = "ZC2"; }},
      {"list day", [](Question& q) { q.list_day = *CivilDay::FromYmd(2025, 4, 1); }},
      {"approval", [](Question& q) { q.approval = cli::kDissemination; }},
      {"purpose", [](Question& q) { q.purpose = Purpose::kContractMonitoring; }}};
  for (const auto& [what, change] : changes) {
    Question other = question;
    change(other);
    const absl::StatusOr<Question> normalised = Normalise(other);
    ASSERT_TRUE(normalised.ok()) << what << ": " << normalised.status();
    EXPECT_EQ(Refusal(AnswerRequestOf(decided, *normalised)), "WARRANT_QUESTION") << what;
  }
  EXPECT_EQ(CostingLogSize(), size) << "a refused warrant opens no release";
  EXPECT_EQ(Refusal(AnswerRequestOf(decided, question)), "") << "its own question";
}

TEST_F(HostileGatewayTest, AWarrantThatWasChangedIsNotInTheLog) {
  const Question question = cli::CostPerHeadByAge();
  const consent::v1::DecideResponse decided = Permitted(question);
  Question neighbours = question;
  neighbours.commissioner = "ZC2";
  const std::map<std::string, std::function<void(Warrant&)>> changes = {
      {"organisation", [](Warrant& w) { w.organisation = "ZC2"; }},
      {"environment", [](Warrant& w) { w.environment = "cef-zc1"; }},
      {"environment's key", [](Warrant& w) { w.environment_key = std::string(32, 'k'); }},
      {"presenter", [](Warrant& w) { w.presenter_thumbprint = std::string(32, 'p'); }},
      {"audience", [](Warrant& w) { w.audience = "linkage"; }},
      {"objections", [](Warrant& w) { w.objections.clear(); }},
      {"protection", [](Warrant& w) { w.disclosure.count_min = 1; }},
      {"life", [](Warrant& w) { w.expire_time += absl::Seconds(15); }},
      {"id", [](Warrant& w) { w.id[0] = w.id[0] == 'a' ? 'b' : 'a'; }}};
  for (const auto& [what, change] : changes) {
    costing::v1::AnswerRequest request = AnswerRequestOf(decided, question);
    *request.mutable_warrant()->mutable_proof() = Changed(decided.warrant(), change);
    EXPECT_EQ(Refusal(request), "WARRANT_UNPROVEN") << what;
  }
  // Question and population together, so that they fit one another.
  costing::v1::AnswerRequest request = AnswerRequestOf(decided, neighbours);
  *request.mutable_warrant()->mutable_proof() = Changed(decided.warrant(), [&neighbours](Warrant& w) {
    w.question_digest = QuestionDigest(neighbours);
    w.population.commissioner = "ZC2";
  });
  EXPECT_EQ(Refusal(request), "WARRANT_UNPROVEN") << "population";
  EXPECT_EQ(Refusal(AnswerRequestOf(decided, question)), "") << "as it was made";
}

TEST_F(HostileGatewayTest, AWarrantIsGoodForItsPresenterOnly) {
  const Question question = cli::CostPerHeadByAge();
  const consent::v1::DecideResponse of_tool = Permitted(question, cli::kToolProgram);
  EXPECT_EQ(Refusal(AnswerRequestOf(of_tool, question)), "WARRANT_PRESENTER");
  const consent::v1::DecideResponse of_gateway = Permitted(question);
  EXPECT_EQ(Refusal(AnswerRequestOf(of_gateway, question), cli::kToolProgram), "CALLER_NOT_ALLOWED");
  EXPECT_EQ(Refusal(AnswerRequestOf(of_gateway, question), "source/acute"), "CALLER_NOT_ALLOWED");
  EXPECT_EQ(Refusal(AnswerRequestOf(of_gateway, question)), "");
}

TEST_F(HostileGatewayTest, AWarrantIsGoodForItsOperationOnly) {
  const Question question = cli::CostPerHeadByAge();
  costing::v1::RunCostingRequest run;
  *run.mutable_warrant()->mutable_proof() = Permitted(question, cli::kToolProgram).warrant();
  *run.mutable_question() = QuestionToProto(question);
  run.set_request_id(cli::NewUuid(session().randomness()));
  Client* costing = *session().Connect(cli::kToolProgram, "costing");
  EXPECT_EQ(ReasonOf(costing->CallUnary<costing::v1::RunCostingResponse>("safehaven.costing.v1.CostingService",
                                                                         "RunCosting", run, {})
                         .status()),
            "WARRANT_OPERATION");
}

TEST_F(HostileGatewayTest, AWarrantIsGoodForItsAudienceOnly) {
  const Question question = cli::PioneerRecords();
  const consent::v1::DecideResponse decided = Permitted(question);
  costing::v1::AnswerRequest request = AnswerRequestOf(decided, question);
  *request.mutable_warrant()->mutable_proof() = decided.linkage_warrant();
  EXPECT_EQ(Refusal(request), "WARRANT_AUDIENCE") << "linkage's, at costing";
  // costing hands linkage what it was given, and linkage looks at it itself.
  request = AnswerRequestOf(decided, question);
  *request.mutable_linkage_warrant()->mutable_proof() = decided.warrant();
  EXPECT_EQ(Refusal(request), "WARRANT_AUDIENCE") << "costing's, at linkage";
  // That release was opened and failed, so the warrant is used up.
  EXPECT_EQ(Refusal(AnswerRequestOf(decided, question)), "WARRANT_USED");
  EXPECT_EQ(Refusal(AnswerRequestOf(Permitted(question), question)), "") << "each where it belongs";
}

TEST_F(HostileGatewayTest, LinkageNamesNobodyToTheGateway) {
  const Question question = cli::PioneerRecords();
  const consent::v1::DecideResponse decided = Permitted(question);
  Client* linkage = *session().Connect(cli::kToolProgram, "linkage");
  const auto status = linkage->CallUnary<linkage::v1::GetStatusResponse>(
      "safehaven.linkage.v1.LinkageService", "GetStatus", linkage::v1::GetStatusRequest(), {});
  ASSERT_TRUE(status.ok()) << status.status();
  linkage::v1::ResolvePersonsRequest request;
  *request.mutable_warrant()->mutable_proof() = decided.linkage_warrant();
  *request.mutable_question() = QuestionToProto(question);
  for (const auto& publication : status->publications()) {
    if (publication.authority() == cli::kPioneer) request.set_crosswalk_revision(publication.crosswalk_revision());
  }
  const auto refusal = [this](const linkage::v1::ResolvePersonsRequest& changed, const std::string& program) {
    return ReasonOf(ResolveAt(session(), program, changed).status());
  };
  request.add_persons(1);
  EXPECT_EQ(refusal(request, kGateway), "CALLER_NOT_ALLOWED");
  // The same with costing's keys as well: still only what the warrant says.
  linkage::v1::ResolvePersonsRequest changed = request;
  *changed.mutable_warrant()->mutable_proof() = decided.warrant();
  EXPECT_EQ(refusal(changed, "costing"), "WARRANT_AUDIENCE");
  changed = request;
  changed.mutable_question()->set_commissioner("ZC2");
  EXPECT_EQ(refusal(changed, "costing"), "WARRANT_QUESTION");
  changed = request;
  changed.set_persons(0, uint64_t{1} << 60);
  EXPECT_EQ(refusal(changed, "costing"), "PERSON_UNKNOWN");
  // Who is who is not known here. Each kind of person is among the first few hundred.
  std::map<std::string, uint64_t> first_with;
  const auto all_found = [&first_with] {
    return first_with.contains("") && first_with.contains("PERSON_OUTSIDE_POPULATION") &&
           first_with.contains("PERSON_EXCLUDED");
  };
  for (uint64_t person = 1; person <= 400 && !all_found(); ++person) {
    changed.set_persons(0, person);
    // A decision of its own: a warrant is for one answer's persons, once.
    if (first_with.contains("")) *changed.mutable_warrant()->mutable_proof() = Permitted(question).linkage_warrant();
    first_with.emplace(refusal(changed, "costing"), person);
  }
  ASSERT_TRUE(first_with.contains("")) << "a person of the population is named";
  EXPECT_TRUE(first_with.contains("PERSON_OUTSIDE_POPULATION"));
  EXPECT_TRUE(first_with.contains("PERSON_EXCLUDED"));
  *changed.mutable_warrant()->mutable_proof() = Permitted(question).linkage_warrant();
  changed.set_persons(0, first_with[""]);
  EXPECT_EQ(refusal(changed, "costing"), "");
  EXPECT_EQ(refusal(changed, "costing"), "") << "asked again";
  changed.add_persons(first_with[""]);
  EXPECT_EQ(refusal(changed, "costing"), "WARRANT_USED") << "asked for others";
}

TEST_F(HostileGatewayTest, AnotherOrganisationIsWhatItsOwnEvidenceSays) {
  const Question question = cli::CostPerHeadByAge();
  const auto neighbour = Decide(question, *session().PersonEvidence("nora.neighbour"));
  ASSERT_TRUE(neighbour.ok()) << neighbour.status();
  EXPECT_FALSE(neighbour->has_warrant());
  EXPECT_EQ(cli::FailedGates(neighbour->decision()), "recipient: RECIPIENT_NOT_NAMED");
  type::v1::Evidence evidence = *session().PersonEvidence(kAnalyst);
  const auto own = Decide(question, evidence);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_TRUE(IsPermitted(*own));
  // A token of which the gateway changed who it speaks of.
  std::vector<std::string> parts = absl::StrSplit(evidence.token(), '.');
  ASSERT_EQ(parts.size(), 3u);
  std::string claims;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  ASSERT_TRUE(absl::StrContains(claims, kAnalyst)) << claims;
  claims = absl::StrReplaceAll(claims, {{kAnalyst, kOfficer}});
  absl::WebSafeBase64Escape(claims, &parts[1]);
  evidence.set_token(absl::StrJoin(parts, "."));
  EXPECT_EQ(ReasonOf(Decide(question, evidence).status()), "EVIDENCE_SIGNATURE");
}

TEST_F(HostileGatewayTest, AnEnvironmentIsAKeyAndNotAWord) {
  const Question question = cli::InvoiceRecords();
  const auto evidence_of = [this](const type::v1::SignedRequest& proof) {
    type::v1::Evidence evidence = *session().PersonEvidence("victor.validator");
    *evidence.mutable_environment() = proof;
    return evidence;
  };
  const auto outside = Decide(question, *session().PersonEvidence("victor.validator"));
  ASSERT_TRUE(outside.ok()) << outside.status();
  EXPECT_EQ(cli::FailedGates(outside->decision()), "recipient: ENVIRONMENT_REQUIRED");
  // The environment's name over a signature of another key that the register knows.
  const auto other_key = Ed25519PrivateKey::FromPem(*session().KeyFile("request/tool.key"));
  ASSERT_TRUE(other_key.ok());
  const type::v1::SignedRequest real = *session().EnvironmentProof("cef-zc1", question);
  const SignedRequest forged = SignRequest(SignerKind::kEnvironment, QuestionDigest(question),
                                           {.signer = "cef-zc1",
                                            .signed_unix_ms = real.signed_unix_ms(),
                                            .nonce = session().randomness().Bytes(16),
                                            .signature = ""},
                                           *other_key);
  type::v1::SignedRequest proof = real;
  proof.set_nonce(forged.nonce);
  proof.set_signature(forged.signature);
  EXPECT_EQ(ReasonOf(Decide(question, evidence_of(proof)).status()), "EVIDENCE_SIGNATURE");
  const Question other = cli::DisseminationRecords();
  EXPECT_EQ(ReasonOf(Decide(question, evidence_of(*session().EnvironmentProof("cef-zc1", other))).status()),
            "EVIDENCE_SIGNATURE")
      << "signed for another question";
  const auto inside = Decide(question, evidence_of(real));
  ASSERT_TRUE(inside.ok()) << inside.status();
  ASSERT_TRUE(IsPermitted(*inside)) << cli::FailedGates(inside->decision());
  EXPECT_EQ(ReasonOf(Decide(question, evidence_of(real)).status()), "EVIDENCE_REPLAYED") << "signed once, used twice";
  const auto answer = AnswerAt(session(), kGateway, AnswerRequestOf(*inside, question));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_GT(answer->answer().rows_size(), 0);
}

TEST_F(HostileGatewayTest, WhatIsReleasedOrKeptBackShowsInTheLogs) {
  const Question question = cli::CostPerHeadByAge();
  const cli::Reconciliation before = Reconciled();
  EXPECT_TRUE(before.faults.empty()) << before.faults.front();
  Permitted(question);  // a warrant for later
  const cli::Reconciliation kept = Reconciled();
  EXPECT_EQ(kept.unused_count + kept.open_count, before.unused_count + before.open_count + 1);
  EXPECT_EQ(kept.release_count, before.release_count);
  const costing::v1::AnswerRequest request = AnswerRequestOf(Permitted(question), question);
  ASSERT_EQ(Refusal(request), "");
  const cli::Reconciliation used = Reconciled();
  EXPECT_EQ(used.used_count, before.used_count + 1);
  EXPECT_EQ(used.answered_count, before.answered_count + 1);
  EXPECT_TRUE(used.faults.empty());
}

// A costing that answers without an entry, or takes it out of its log again.
TEST_F(HostileGatewayTest, ALogWithoutTheReleaseDoesNotVerifyAndDoesNotAnswerToTheWarrant) {
  const Question question = cli::CostPerHeadByAge();
  const consent::v1::DecideResponse decided = Permitted(question);
  ASSERT_EQ(Refusal(AnswerRequestOf(decided, question)), "");
  const auto consent = cli::ReadLog(session(), "consent", kOfficer);
  auto costing = cli::ReadLog(session(), "costing", kOfficer);
  ASSERT_TRUE(consent.ok() && costing.ok());
  EXPECT_FALSE(cli::VerifyLog(*costing)->first_fault.has_value());
  const absl::Time later = session().clock().Now() + absl::Hours(1);
  const cli::Reconciliation whole = cli::Reconcile(*consent, *costing, later);
  EXPECT_TRUE(whole.faults.empty());
  costing->entries.resize(costing->entries.size() - 2);  // its opening and its closing
  EXPECT_TRUE(cli::VerifyLog(*costing)->first_fault.has_value());
  const cli::Reconciliation cut = cli::Reconcile(*consent, *costing, later);
  EXPECT_EQ(cut.used_count, whole.used_count - 1);
  EXPECT_EQ(cut.unused_count, whole.unused_count + 1) << "the warrant that no release answers to";
  // With the closing alone there is an entry that closes nothing.
  costing = cli::ReadLog(session(), "costing", kOfficer);
  costing->entries.erase(costing->entries.end() - 2);
  EXPECT_EQ(cli::Reconcile(*consent, *costing, later).faults.size(), 1u);
}

}  // namespace
}  // namespace safehaven
