// What is joined or indexed for speed changes no decision: supplies against a search of
// every flow, holdings with an index of all, of some and of none, and stored entries by
// the quick reader against the reader of files.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/canonical_entry.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/entry_text.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/holding_index.h"
#include "services/consent/core/matter.h"
#include "services/consent/core/register_yaml.h"
#include "tests/property/services/consent/core/random_world.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

constexpr int kRounds = 150;

class CompiledProperty : public testing::Test {
 protected:
  CompiledProperty() : seed_(SeedFromEnvironment()), prng_(seed_) {}
  std::string Trace() const { return absl::StrCat("SAFEHAVEN_SEED=", seed_); }

  const uint64_t seed_;
  Prng prng_;
};

bool Has(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// Every flow of `dataset` whose agreement was made for the approval and covers the flow,
// found the long way.
std::set<std::string> SuppliesTheLongWay(const RegisterSnapshot& snapshot, const Approval& approval,
                                         const std::string& dataset) {
  std::set<std::string> supplies;
  for (const auto& [key, flow] : snapshot.All<Flow>()) {
    const Versioned<Agreement>* agreement = snapshot.FindAgreement(flow->value.agreement);
    if (flow->value.dataset != dataset || agreement == nullptr) continue;
    if (!Has(agreement->value.datasets, dataset) || !Has(agreement->value.providers, flow->value.provider)) continue;
    const auto& named = agreement->value.approvals;
    if (std::any_of(named.begin(), named.end(), [&](const Reference& one) { return approval.reference.Shares(one); })) {
      supplies.insert(flow->value.id);
    }
  }
  return supplies;
}

TEST_F(CompiledProperty, SuppliesAreTheSameAsByLookingAtEveryFlow) {
  SCOPED_TRACE(Trace());
  for (int round = 0; round < kRounds; ++round) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng_));
    for (const auto& [key, approval] : snapshot.All<Approval>()) {
      for (const DatasetInfo& dataset : Datasets()) {
        std::set<std::string> supplies;
        const DatasetNumber number = snapshot.compiled()->FindDataset(dataset.id)->number;
        std::set<std::pair<std::string, std::string>> gives;
        for (const auto& [supply, controller] : snapshot.compiled()->Find(approval.get())->supplies) {
          if (supply.dataset != number) continue;
          supplies.insert(supply.flow->value.id);
          EXPECT_TRUE(gives.emplace(supply.flow->value.id, controller->code).second) << "twice";
          EXPECT_TRUE(Has(supply.agreement->value.controllers, controller->code));
        }
        EXPECT_EQ(supplies, SuppliesTheLongWay(snapshot, approval->value, std::string(dataset.id)));
      }
    }
  }
}

TEST_F(CompiledProperty, AnApprovalStandsOnEachDayAsItsHistorySays) {
  SCOPED_TRACE(Trace());
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Entry> entries = RandomRegister(prng_);
    // A history that the state machine refuses has to break at the same event.
    if (OneIn(prng_, 3)) std::reverse(ApprovalIn(entries, "CAG 9-01(a)/2025").history.begin(),
                                      ApprovalIn(entries, "CAG 9-01(a)/2025").history.end());
    const RegisterSnapshot snapshot = SnapshotOf(entries);
    for (const auto& [key, approval] : snapshot.All<Approval>()) {
      const CompiledApproval& compiled = *snapshot.compiled()->Find(approval.get());
      for (int day = 0; day < 20; ++day) {
        const CivilDay on = Day("2023-01-01").AddDays(static_cast<int32_t>(Below(prng_, 2500)));
        EXPECT_EQ(compiled.DocumentedLifecycleOn(on), DocumentedLifecycleOn(approval->value, on));
        EXPECT_EQ(compiled.LifecycleOn(on), LifecycleOn(approval->value, on));
      }
    }
  }
}

TEST_F(CompiledProperty, AnEvaluationOutlivesTheSnapshotItWasMadeOn) {
  auto snapshot = std::make_unique<RegisterSnapshot>(SampleSnapshot());
  const Evaluation evaluation =
      EvaluateAsOf(*snapshot, PioneerAggregate(), Amira(), Day("2026-06-01"), {}).evaluation;
  const std::string before = DecisionLines(evaluation);
  snapshot.reset();
  EXPECT_EQ(DecisionLines(evaluation), before);
}

TEST_F(CompiledProperty, AnApprovalIsFoundByItsTextAsByItsReference) {
  SCOPED_TRACE(Trace());
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Entry> entries = RandomRegister(prng_);
    // A second entry with a part of the first's reference: neither may be relied on.
    Approval& second = ApprovalIn(entries, "CAG 9-02(a)/2025");
    if (OneIn(prng_, 2)) second.reference = Reference::Parse("CAG 9-01(a-b)/2025").value();
    const RegisterSnapshot snapshot = SnapshotOf(entries);
    for (const char* text : {"CAG 9-01(a)/2025", "CAG 9-01 (a)/2025", "CAG 9-01(a-b)/2025", "CAG 9-01(b)/2025",
                             "CAG 9-02(a)/2025", "DARS-NIC-900001-A1B2C", "nothing"}) {
      const auto reference = Reference::Parse(text);
      const auto* expected = reference.ok() ? snapshot.FindApproval(*reference) : nullptr;
      EXPECT_EQ(snapshot.FindApproval(absl::string_view(text)), expected) << text;
    }
  }
}

TEST_F(CompiledProperty, AnIndexOfHoldingsChangesNoDecision) {
  SCOPED_TRACE(Trace());
  for (int round = 0; round < kRounds; ++round) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng_));
    const Case one = RandomCase(prng_);
    std::vector<Holding> holdings = one.holdings;
    for (int more = 0; more < 12; ++more) {
      const bool honoured = OneIn(prng_, 2);
      const std::string organisation = std::vector<std::string>{"ZC1", "ZC2", "ZA1", "ZS1"}[Below(prng_, 4)];
      holdings.push_back({.organisation = organisation,
                          .disclosure_domain = OneIn(prng_, 2) ? "seahaven" : absl::StrCat("organisation:", organisation),
                          .dataset = OneIn(prng_, 2) ? "acute/apc" : "gp/register",
                          .first_day = Day("2025-04-01").AddDays(static_cast<int32_t>(Below(prng_, 300))),
                          .last_day = Day("2026-03-31"),
                          .sets = honoured ? std::vector<std::string>{"national"} : std::vector<std::string>{},
                          .mode = honoured ? ObjectionMode::kRemoveRecord : ObjectionMode::kIgnore,
                          .approval = "CAG 9-03(a)/2025"});
    }
    DecisionContext context = ContextAt(one.day.ToString(), holdings);
    const Evaluation expected = Decide(snapshot, one.question, one.caller, context).evaluation;
    for (const size_t indexed : {size_t{0}, holdings.size() / 2, holdings.size()}) {
      const HoldingIndex index(std::span<const Holding>(holdings).first(indexed));
      context.holding_index = &index;
      EXPECT_EQ(Decide(snapshot, one.question, one.caller, context).evaluation, expected);
    }
  }
}

TEST_F(CompiledProperty, AStoredEntryReadsAsByTheReaderOfFiles) {
  SCOPED_TRACE(Trace());
  for (int round = 0; round < 20; ++round) {
    for (const Entry& entry : RandomRegister(prng_)) {
      const std::string text = SerialiseEntry(entry);
      const std::optional<Entry> read = ReadCanonicalEntry(text);
      ASSERT_TRUE(read.has_value()) << text;
      EXPECT_EQ(*read, entry);
      const auto by_files = ParseEntry(text);
      const auto stored = ParseStoredEntry(text);
      EXPECT_EQ(stored.ok(), by_files.ok());
      // Not the payload's bytes: the order of an error's metadata is left to chance.
      EXPECT_EQ(stored.status().code(), by_files.status().code());
      EXPECT_EQ(stored.status().message(), by_files.status().message());
      EXPECT_EQ(ReasonOf(stored.status()), ReasonOf(by_files.status()));
      if (stored.ok() && by_files.ok()) {
        EXPECT_EQ(*stored, *by_files);
      }
    }
  }
}

TEST_F(CompiledProperty, ADamagedStoredEntryIsRefusedAsByTheReaderOfFiles) {
  SCOPED_TRACE(Trace());
  const std::vector<Entry> entries = SampleEntries();
  for (int round = 0; round < 400; ++round) {
    std::string text = SerialiseEntry(entries[Below(prng_, entries.size())]);
    switch (Below(prng_, 3)) {
      case 0: text.erase(Below(prng_, text.size()), 1 + Below(prng_, 4)); break;
      case 1: text[Below(prng_, text.size())] = static_cast<char>(' ' + Below(prng_, 95)); break;
      default: text.insert(Below(prng_, text.size()), 1, static_cast<char>(1 + Below(prng_, 126))); break;
    }
    const auto by_files = ParseEntry(text);
    const auto stored = ParseStoredEntry(text);
    ASSERT_EQ(stored.ok(), by_files.ok()) << text;
    if (stored.ok()) {
      EXPECT_EQ(*stored, *by_files) << text;
    }
  }
}

}  // namespace
}  // namespace safehaven::consent
