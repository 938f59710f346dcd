// Laws of decisions, over random registers, questions, callers and days.
#include <gtest/gtest.h>

#include "services/consent/core/decide.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/widening.h"
#include "tests/property/services/consent/core/random_world.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

constexpr int kRounds = 1'000;

#define SH_FOR_EACH_ROUND(prng)                        \
  const uint64_t seed = SeedFromEnvironment();         \
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed)); \
  Prng prng(seed);                                     \
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round)

TEST(DecideLaws, AnEmptyRegisterPermitsNothing) {
  const RegisterSnapshot empty;
  SH_FOR_EACH_ROUND(prng) {
    const Case one = RandomCase(prng);
    EXPECT_EQ(EvaluateCase(empty, one).effect, Effect::kRefused);
  }
}

TEST(DecideLaws, TheWorldsAreNearEnoughToSayBoth) {
  // A law over refusals only would say nothing.
  int permitted = 0;
  SH_FOR_EACH_ROUND(prng) {
    permitted += IsPermitted(EvaluateCase(SnapshotOf(RandomRegister(prng)), RandomCase(prng)));
  }
  EXPECT_GT(permitted, kRounds / 20);
  EXPECT_LT(permitted, kRounds * 19 / 20);
}

TEST(DecideLaws, PermittedExactlyWhenEveryGatePasses) {
  SH_FOR_EACH_ROUND(prng) {
    const Evaluation evaluation = EvaluateCase(SnapshotOf(RandomRegister(prng)), RandomCase(prng));
    const bool all = std::all_of(evaluation.verdicts.begin(), evaluation.verdicts.end(),
                                 [](const GateVerdict& verdict) { return verdict.verdict == Verdict::kPass; });
    EXPECT_EQ(IsPermitted(evaluation), all);
  }
}

TEST(DecideLaws, TakingOffAnEntryNeverPermitsMore) {
  // Disclosure domains are the exception that widening.h names: they restrain.
  SH_FOR_EACH_ROUND(prng) {
    std::vector<Entry> entries = RandomRegister(prng);
    const Case one = RandomCase(prng);
    const bool before = IsPermitted(EvaluateCase(SnapshotOf(entries), one));
    const size_t removed = Below(prng, entries.size());
    if (std::holds_alternative<DisclosureDomain>(entries[removed])) continue;
    const std::string key = KeyOf(entries[removed]);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(removed));
    EXPECT_LE(IsPermitted(EvaluateCase(SnapshotOf(entries), one)), before) << key;
  }
}

TEST(DecideLaws, WithoutItsApprovalNothingIsPermitted) {
  SH_FOR_EACH_ROUND(prng) {
    std::vector<Entry> entries = RandomRegister(prng);
    const Case one = RandomCase(prng);
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const Entry& entry) {
                                   const Approval* approval = std::get_if<Approval>(&entry);
                                   return approval != nullptr && approval->reference.printed() == one.question.approval;
                                 }),
                  entries.end());
    EXPECT_EQ(EvaluateCase(SnapshotOf(entries), one).effect, Effect::kRefused);
  }
}

TEST(DecideLaws, WhatClassifyCallsNarrowingNeverPermitsMore) {
  SH_FOR_EACH_ROUND(prng) {
    const std::vector<Entry> before = SampleEntries();
    const std::vector<Entry> after = RandomRegister(prng);
    bool narrows_only = true;
    for (size_t i = 0; i < before.size(); ++i) narrows_only &= Classify(before[i], after[i]) != Widening::kWidens;
    if (!narrows_only) continue;
    const Case one = RandomCase(prng);
    EXPECT_LE(IsPermitted(EvaluateCase(SnapshotOf(after), one)), IsPermitted(EvaluateCase(SnapshotOf(before), one)));
  }
}

TEST(DecideLaws, TheOrderOfRegistrationDoesNotMatter) {
  SH_FOR_EACH_ROUND(prng) {
    std::vector<Entry> entries = RandomRegister(prng);
    const Case one = RandomCase(prng);
    const std::string before = DecisionLines(EvaluateCase(SnapshotOf(entries), one));
    std::shuffle(entries.begin(), entries.end(), prng);
    EXPECT_EQ(DecisionLines(EvaluateCase(SnapshotOf(entries), one)), before);
  }
}

TEST(DecideLaws, AHoldingMoreNeverPermitsMore) {
  SH_FOR_EACH_ROUND(prng) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng));
    Case one = RandomCase(prng);
    const bool before = IsPermitted(EvaluateCase(snapshot, one));
    const Case other = RandomCase(prng);
    one.holdings.insert(one.holdings.end(), other.holdings.begin(), other.holdings.end());
    EXPECT_LE(IsPermitted(EvaluateCase(snapshot, one)), before);
  }
}

TEST(DecideLaws, AnErrorInAnyGateDenies) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const Question question = PioneerAggregate();
  const Caller caller = Amira();
  const Matter matter = MakeMatter(snapshot, question, caller, Day("2026-06-01"), {});
  ASSERT_EQ(EffectOf(RunGates(matter, kGates), false), Effect::kPermitted);
  for (size_t broken = 0; broken < kGateCount; ++broken) {
    std::array<GateFunction, kGateCount> gates = kGates;
    gates[broken] = [](const Matter&) -> absl::StatusOr<GateVerdict> { return absl::InternalError("broken"); };
    const auto verdicts = RunGates(matter, gates);
    EXPECT_EQ(verdicts[broken].reason, "GATE_BROKEN");
    EXPECT_EQ(EffectOf(verdicts, false), Effect::kRefused) << kGateNames[broken];
    EXPECT_EQ(EffectOf(verdicts, true), Effect::kRefused) << kGateNames[broken];
    // A gate that answers for another is broken too.
    gates[broken] = [](const Matter& m) -> absl::StatusOr<GateVerdict> {
      return Pass(m.question == nullptr ? Gate::kWindow : static_cast<Gate>(kGateCount), "FORGED", {});
    };
    EXPECT_EQ(EffectOf(RunGates(matter, gates), false), Effect::kRefused) << kGateNames[broken];
  }
}

TEST(DecideLaws, AWarrantCoversNoMoreThanTheQuestion) {
  SH_FOR_EACH_ROUND(prng) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng));
    const Case one = RandomCase(prng);
    DecisionContext context = ContextAt(one.day.ToString(), one.holdings);
    const LiveDecision decision = Decide(snapshot, one.question, one.caller, context);
    EXPECT_EQ(decision.grant.has_value(), IsPermitted(decision.evaluation));
    if (!decision.grant.has_value()) continue;
    const Warrant& warrant = decision.grant->bounds();
    EXPECT_EQ(warrant.question_digest, QuestionDigest(one.question));
    EXPECT_EQ(warrant.operation, one.question.operation);
    EXPECT_EQ(warrant.purpose, one.question.purpose);
    EXPECT_LE(warrant.identifiability, one.question.identifiability);
    EXPECT_EQ(warrant.population.commissioner, one.question.commissioner);
    EXPECT_EQ(warrant.organisation, one.caller.organisation);
    EXPECT_FALSE(warrant.flows.empty());
    for (const std::string& id : warrant.flows) {
      const Versioned<Flow>* flow = snapshot.FindFlow(id);
      ASSERT_NE(flow, nullptr);
      EXPECT_EQ(std::count(one.question.datasets.begin(), one.question.datasets.end(), flow->value.dataset), 1) << id;
      EXPECT_TRUE(flow->value.activity.Overlaps({one.question.first_day, one.question.last_day})) << id;
    }
    EXPECT_TRUE(warrant.crosswalk.empty() || warrant.crosswalk == one.question.approval);
    std::vector<std::string> ruled;
    for (const ObjectionRule& rule : warrant.objections) ruled.push_back(rule.source);
    EXPECT_EQ(ruled, SourcesOf(one.question)) << "every source has its rule";
    EXPECT_EQ(warrant.environment_key.empty(), one.question.operation != Operation::kRecords ||
                                                   one.question.identifiability != Identifiability::kIdentifiable);
  }
}

}  // namespace
}  // namespace safehaven::consent
