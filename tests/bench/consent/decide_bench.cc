// A decision in process, on a register of 5,000 approvals: the thirteen gates alone,
// the whole live decision with its grant, and the explanation in English.
#include <benchmark/benchmark.h>

#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/gates/gates.h"
#include "tests/bench/consent/large_register.h"
#include "tests/bench/support/comparison.h"
#include "tests/support/consent_world.h"

namespace safehaven::bench {
namespace {

using consent::Asked;

constexpr int kRegions = 1250;  // 5,000 approvals
constexpr int kRegionsQuick = 5;
constexpr size_t kQuestions = 4096;

struct World {
  explicit World(int regions)
      : snapshot(consent::SnapshotOf(consent::LargeRegister(regions))),
        holdings(consent::LargeHoldings(regions)),
        index(holdings),
        asked(consent::RandomQuestions(regions, kQuestions, 1)),
        context(consent::ContextAt("2026-06-01", holdings)),
        day(consent::Day("2026-06-01")) {
    context.holding_index = &index;
    for (const Asked& one : asked) approvals.emplace(one.question.approval, snapshot.FindApproval(one.question.approval));
  }

  consent::RegisterSnapshot snapshot;
  std::vector<consent::Holding> holdings;
  consent::HoldingIndex index;
  std::vector<Asked> asked;
  consent::DecisionContext context;
  CivilDay day;
  absl::flat_hash_map<std::string, const consent::Versioned<consent::Approval>*> approvals;
};

// The yardstick: finding the approval by the text that the question names it with,
// which no decision can do without.
void FindApproval(const World& world, benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    const auto found = world.approvals.find(world.asked[next++ % kQuestions].question.approval);
    benchmark::DoNotOptimize(found->second);
  }
}

void Gates(const World& world, benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    const Asked& one = world.asked[next++ % kQuestions];
    consent::Matter matter =
        consent::MakeMatter(world.snapshot, one.question, one.caller, world.day, world.context.holdings);
    matter.holding_index = world.context.holding_index;
    const auto verdicts = consent::RunGates(matter, consent::kGates);
    benchmark::DoNotOptimize(consent::EffectOf(verdicts, false));
  }
}

void Live(const World& world, benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    const Asked& one = world.asked[next++ % kQuestions];
    benchmark::DoNotOptimize(consent::Decide(world.snapshot, one.question, one.caller, world.context));
  }
}

void Explained(const World& world, benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    const Asked& one = world.asked[next++ % kQuestions];
    const consent::LiveDecision decision = consent::Decide(world.snapshot, one.question, one.caller, world.context);
    benchmark::DoNotOptimize(consent::Explain(decision.evaluation, one.question));
  }
}

absl::Status Agrees(const World& world) {
  for (const Asked& one : world.asked) {
    const consent::LiveDecision decision = consent::Decide(world.snapshot, one.question, one.caller, world.context);
    if (decision.grant.has_value() == one.permitted) continue;
    return Internal("DECISION_WRONG", absl::StrCat("should be ", one.permitted ? "permitted" : "refused", ":\n",
                                                   consent::Explain(decision.evaluation, one.question)));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<const World>(quick ? kRegionsQuick : kRegions);
  const auto on = [&world](void (*body)(const World&, benchmark::State&)) {
    return [world, body](benchmark::State& state) { body(*world, state); };
  };
  Comparison decide;
  decide.name = "consent/decide";
  decide.sides = {{.name = "find approval", .body = on(FindApproval)},
                  {.name = "gates", .body = on(Gates)},
                  {.name = "live", .body = on(Live)},
                  {.name = "explained", .body = on(Explained)}};
  decide.figures = {
      {.name = "all thirteen gates, with documents", .unit = "us", .of = CpuMicrosPerItem(1), .bound = AtMost(2),
       .physical_limit = "about 30 cache misses of the entries relied on, 0.1 us each when cold: some 0.3 us warm"},
      {.name = "the same, against finding the approval", .unit = "ratio", .of = CpuRatio(1, 0)},
      {.name = "live decision with its grant", .unit = "us", .of = CpuMicrosPerItem(2),
       .physical_limit = "SHA-256 of question and caller: 0.6 us"},
      {.name = "live decision and full explanation", .unit = "us", .of = CpuMicrosPerItem(3), .bound = AtMost(20),
       .physical_limit = "writing some 2 kB of text: 0.1 us of memory, 1 us with formatting"}};
  decide.agrees = [world] { return Agrees(*world); };
  return {decide};
}

}  // namespace safehaven::bench
