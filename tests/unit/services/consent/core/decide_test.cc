// Decisions: the AND of the gates, the grant, the warrant and what binds it.
#include "services/consent/core/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <type_traits>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The past cannot become access: no way leads from an evaluation to a grant or a
// warrant, and nobody but Decide() makes a grant.
template <typename T>
concept MakesAWarrant = requires(const T& from, const WarrantBinding& binding) {
  MakeWarrant(from, binding);
};
static_assert(MakesAWarrant<Grant>);
static_assert(!MakesAWarrant<HistoricalDecision>);
static_assert(!MakesAWarrant<Evaluation>);
static_assert(!MakesAWarrant<LiveDecision>);
static_assert(!std::is_convertible_v<HistoricalDecision, LiveDecision>);
static_assert(!std::is_constructible_v<LiveDecision, HistoricalDecision>);
static_assert(!std::is_constructible_v<Grant, HistoricalDecision>);
static_assert(!std::is_constructible_v<Grant, Evaluation>);
static_assert(!std::is_constructible_v<Grant, Warrant, std::optional<CivilDay>, std::vector<Holding>>);
static_assert(!std::is_default_constructible_v<Grant>);

WarrantBinding Binding(absl::string_view audience = "costing") {
  return {std::string(32, 'a'), std::string(32, 'p'), std::string(audience), absl::Seconds(20)};
}

LiveDecision DecideOn(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                      absl::string_view day = "2026-06-01") {
  return Decide(snapshot, question, caller, ContextAt(day));
}

TEST(Decide, PermitsThePioneersQuestionWithAGrant) {
  const LiveDecision decision = DecideOn(SampleSnapshot(), PioneerAggregate(), Amira());
  EXPECT_EQ(decision.evaluation.effect, Effect::kPermitted);
  EXPECT_TRUE(decision.grant.has_value());
  EXPECT_EQ(decision.evaluation.last_day, Day("2030-03-31"));
}

TEST(Decide, RefusesTheNeighbourWithoutAGrant) {
  const LiveDecision decision = DecideOn(SampleSnapshot(), PioneerAggregate(), Nora());
  EXPECT_EQ(decision.evaluation.effect, Effect::kRefused);
  EXPECT_FALSE(decision.grant.has_value());
  EXPECT_THAT(decision.evaluation.obligations, IsEmpty());
}

TEST(Decide, NeedsMoreIsNoGrantEither) {
  std::vector<Entry> entries = SampleEntries();
  ApprovalIn(entries, "CAG 9-01(a)/2025").history.pop_back();
  const LiveDecision decision = DecideOn(SnapshotOf(entries), PioneerAggregate(), Amira());
  EXPECT_EQ(decision.evaluation.effect, Effect::kNeedsMore);
  EXPECT_FALSE(decision.grant.has_value());
}

TEST(Decide, ABasisThatCompelsRequires) {
  std::vector<Entry> entries = SampleEntries();
  Approval& approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
  approval.legal_basis = LegalBasis::kDirectionSection254;
  const LiveDecision decision = DecideOn(SnapshotOf(entries), PioneerAggregate(), Amira());
  EXPECT_EQ(decision.evaluation.effect, Effect::kRequired);
  EXPECT_TRUE(decision.grant.has_value());
  EXPECT_EQ(DecideOn(SnapshotOf(entries), PioneerAggregate(), Nora()).evaluation.effect, Effect::kRefused)
      << "who is compelled is not everybody";
}

TEST(Decide, JudgesByTheDayInLondon) {
  std::vector<Entry> entries = SampleEntries();
  ApprovalIn(entries, "CAG 9-01(a)/2025").period.last_day = Day("2026-06-01");
  const RegisterSnapshot snapshot = SnapshotOf(entries);
  DecisionContext context = ContextAt("2026-06-01");
  // 22:59:59 UTC is a second before midnight in London's summer.
  context.now =
      absl::UnixEpoch() + absl::Hours(24) * Day("2026-06-02").days_since_1970() - absl::Hours(1) - absl::Seconds(1);
  EXPECT_EQ(Decide(snapshot, PioneerAggregate(), Amira(), context).evaluation.effect, Effect::kPermitted);
  context.now += absl::Seconds(1);
  EXPECT_EQ(Decide(snapshot, PioneerAggregate(), Amira(), context).evaluation.effect, Effect::kRefused);
}

TEST(Decide, AgreesWithTheEvaluationOfTheSameDay) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const LiveDecision live = DecideOn(snapshot, PioneerAggregate(), Amira());
  const HistoricalDecision past = EvaluateAsOf(snapshot, PioneerAggregate(), Amira(), Day("2026-06-01"), {});
  EXPECT_EQ(live.evaluation, past.evaluation);
  EXPECT_EQ(past.known_size, snapshot.size());
}

TEST(Warrant, HoldsTheBoundsOfTheGrantAndTheBinding) {
  const Question question = PioneerAggregate();
  const LiveDecision decision = DecideOn(SampleSnapshot(), question, Amira());
  const auto warrant = MakeWarrant(*decision.grant, Binding());
  ASSERT_TRUE(warrant.ok()) << warrant.status();
  EXPECT_EQ(warrant->id, std::string(32, 'a'));
  EXPECT_EQ(warrant->presenter_thumbprint, std::string(32, 'p'));
  EXPECT_EQ(warrant->audience, "costing");
  EXPECT_EQ(warrant->question_digest, QuestionDigest(question));
  EXPECT_EQ(warrant->organisation, "ZC1");
  EXPECT_EQ(warrant->role, "analyst");
  EXPECT_EQ(warrant->caller_digest.size(), 32u);
  EXPECT_EQ(warrant->approval, "CAG 9-01(a)/2025");
  EXPECT_EQ(warrant->population.commissioner, "ZC1");
  EXPECT_EQ(warrant->disclosure_domain, "seahaven");
  EXPECT_EQ(warrant->pseudonym_domain, "");
  EXPECT_EQ(warrant->environment_key, "");
  EXPECT_EQ(warrant->crosswalk, "CAG 9-01(a)/2025");
  EXPECT_THAT(warrant->flows, ElementsAre("acute-apc-2025", "social_care-services-2025"));
  EXPECT_EQ(warrant->objections.size(), 2u);
  EXPECT_EQ(warrant->register_revision.size, 77u);
  EXPECT_EQ(warrant->objection_revision.size, 99u);
  EXPECT_EQ(warrant->expire_time - warrant->issue_time, absl::Seconds(20));
  EXPECT_FALSE(warrant->relied_on.empty());
}

TEST(Warrant, ForRecordsNamesThePseudonymDomainAndTheSealingKey) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const auto records = MakeWarrant(*DecideOn(snapshot, PioneerRecords(), Amira()).grant, Binding());
  EXPECT_EQ(records->pseudonym_domain, "CAG 9-01(a)/2025|ZC1|1");
  EXPECT_EQ(records->environment_key, "");
  EXPECT_TRUE(MakeWarrant(*DecideOn(snapshot, PioneerRecords(), Amira()).grant, Binding("linkage")).ok())
      << "linkage gives the pseudonyms";
  const auto sealed = MakeWarrant(*DecideOn(snapshot, InvoiceRecords(), Victor("cef-zc1")).grant, Binding());
  EXPECT_EQ(sealed->environment, "cef-zc1");
  EXPECT_EQ(sealed->environment_key, TestKey('x'));
}

TEST(Warrant, ForOperationsOnSources) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const LiveDecision collect = DecideOn(snapshot, CollectAcute(), SourceProgram("acute", "ZA1"));
  ASSERT_TRUE(collect.grant.has_value());
  EXPECT_TRUE(MakeWarrant(*collect.grant, Binding("linkage")).ok()) << "each half has its own warrant";
  const auto half = MakeWarrant(*collect.grant, Binding("costing"));
  EXPECT_THAT(half->flows, ElementsAre("acute-apc-2025"));
  EXPECT_EQ(half->population.commissioner, "");
  EXPECT_EQ(half->crosswalk, "");
  EXPECT_THAT(collect.grant->holdings(), IsEmpty()) << "nothing is disclosed by it";

  const LiveDecision link = DecideOn(snapshot, LinkPioneer(), Tool());
  ASSERT_TRUE(link.grant.has_value());
  EXPECT_EQ(MakeWarrant(*link.grant, Binding("linkage"))->crosswalk, "CAG 9-01(a)/2025");
  const LiveDecision cost = DecideOn(snapshot, CostAcute(), SourceProgram("acute", "ZA1"));
  ASSERT_TRUE(cost.grant.has_value());
  EXPECT_THAT(MakeWarrant(*cost.grant, Binding())->flows,
              ElementsAre("acute-apc-2025", "acute-ec-2025", "acute-op-2025"));
}

TEST(Warrant, IsBoundOnlyToWhoCarriesOutTheOperation) {
  const LiveDecision decision = DecideOn(SampleSnapshot(), PioneerAggregate(), Amira());
  for (const char* audience : {"linkage", "gateway", "consent", ""}) {
    EXPECT_EQ(ReasonOf(MakeWarrant(*decision.grant, Binding(audience)).status()), "WARRANT_BINDING_INVALID")
        << audience;
  }
}

TEST(Warrant, RefusesAMalformedBinding) {
  const LiveDecision decision = DecideOn(SampleSnapshot(), PioneerAggregate(), Amira());
  for (const auto& change : std::vector<std::function<void(WarrantBinding&)>>{
           [](WarrantBinding& b) { b.id = "short"; }, [](WarrantBinding& b) { b.id = std::string(32, 'A'); },
           [](WarrantBinding& b) { b.presenter_thumbprint.pop_back(); },
           [](WarrantBinding& b) { b.life = absl::ZeroDuration(); },
           [](WarrantBinding& b) { b.life = kWarrantLifeMax + absl::Seconds(1); }}) {
    WarrantBinding binding = Binding();
    change(binding);
    EXPECT_EQ(ReasonOf(MakeWarrant(*decision.grant, binding).status()), "WARRANT_BINDING_INVALID");
  }
}

TEST(Warrant, EndsWithTheLastDayOfWhatItRestsOn) {
  // Ten seconds before midnight in London's summer: 23:00 UTC.
  DecisionContext context = ContextAt("2026-06-01");
  const absl::Time midnight =
      absl::UnixEpoch() + absl::Hours(24) * Day("2026-06-02").days_since_1970() - absl::Hours(1);
  context.now = midnight - absl::Seconds(10);
  std::vector<Entry> entries = SampleEntries();
  EntryIn<Agreement>(entries, [](const Agreement& a) { return a.reference == "DSA-SEAHAVEN-acute"; }).period.last_day =
      Day("2026-06-01");
  const LiveDecision decision = Decide(SnapshotOf(entries), PioneerAggregate(), Amira(), context);
  ASSERT_TRUE(decision.grant.has_value());
  EXPECT_EQ(MakeWarrant(*decision.grant, Binding())->expire_time, midnight);
}

TEST(Grant, LeavesItsHoldingsWithTheDomain) {
  const LiveDecision decision = DecideOn(SampleSnapshot(), PioneerAggregate(), Amira());
  ASSERT_EQ(decision.grant->holdings().size(), 2u);
  const Holding& held = decision.grant->holdings().front();
  EXPECT_EQ(held.disclosure_domain, "seahaven");
  EXPECT_EQ(held.organisation, "ZC1");
  EXPECT_EQ(held.dataset, "acute/apc");
  EXPECT_EQ(held.mode, ObjectionMode::kRemoveRecord);
}

}  // namespace
}  // namespace safehaven::consent
