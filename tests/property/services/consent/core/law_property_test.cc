// More laws of decisions: an evaluator written apart agrees on every small world, nobody
// is included by an objection, and the order of what is registered means nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "services/consent/core/decision_record.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/nearest.h"
#include "services/consent/core/people.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/entry_text.h"
#include "tests/property/services/consent/core/brute_force.h"
#include "tests/property/services/consent/core/random_world.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

constexpr int kRounds = 400;

#define SH_FOR_EACH_ROUND(prng)                        \
  const uint64_t seed = SeedFromEnvironment();         \
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed)); \
  Prng prng(seed);                                     \
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round)

// One thing that a small world may have otherwise. 14 of them give 16,384 worlds.
using Twist = void (*)(std::vector<Entry>&);
template <typename T>
T& Only(std::vector<Entry>& entries) {
  return EntryIn<T>(entries, [](const T&) { return true; });
}
template <typename T>
void Remove(std::vector<Entry>& entries) {
  std::erase_if(entries, [](const Entry& entry) { return std::holds_alternative<T>(entry); });
}
constexpr Twist kTwists[] = {
    [](std::vector<Entry>& e) { Only<Approval>(e).period.last_day = Day("2026-05-31"); },
    [](std::vector<Entry>& e) { Only<Approval>(e).history.pop_back(); },
    [](std::vector<Entry>& e) {
      auto& history = Only<Approval>(e).history;
      if (history.back().event != ApprovalEvent::kAdvised) {
        history.push_back({ApprovalEvent::kWithdrawn, Day("2026-05-01"), Actor::kSecretaryOfState});
      }
    },
    [](std::vector<Entry>& e) { Only<Approval>(e).purposes = {Purpose::kContractMonitoring}; },
    [](std::vector<Entry>& e) { Only<Approval>(e).schedule_paragraphs = {1, 4, 6}; },
    [](std::vector<Entry>& e) { Only<Approval>(e).controllers.front().period.last_day = Day("2026-05-31"); },
    [](std::vector<Entry>& e) { Only<Approval>(e).roles = {"invoice_validator"}; },
    [](std::vector<Entry>& e) { Only<Approval>(e).flows.front().datasets = {"acute/op"}; },
    [](std::vector<Entry>& e) {
      Only<Approval>(e).conditions = {{"c", "text", "", Day("2026-05-31"), ConditionStatus::kOpen, "", true}};
    },
    [](std::vector<Entry>& e) {
      Only<Approval>(e).dissent = {{"*", {}, ObjectionMode::kIgnore, "", {Day("2025-04-01"), {}}}};
    },
    [](std::vector<Entry>& e) { Remove<DataProtectionBasis>(e); },
    [](std::vector<Entry>& e) { Only<SecurityStatus>(e).evidence = SecurityEvidence::kSelfAssessed; },
    [](std::vector<Entry>& e) { Only<SecurityStatus>(e).period.last_day = Day("2026-05-31"); },
    [](std::vector<Entry>& e) { Only<Agreement>(e).period.last_day = Day("2026-05-31"); },
};

// As few entries as permit one table.
std::vector<Entry> SmallWorld() {
  std::vector<Entry> small;
  std::vector<Entry> sample = SampleEntries();
  Approval approval = ApprovalIn(sample, "CAG 9-01(a)/2025");
  approval.processors.clear();
  approval.conditions.clear();
  approval.flows = {approval.flows[1]};
  approval.flows[0].datasets = {"acute/apc"};
  approval.dissent.clear();
  small.emplace_back(approval);
  for (const Entry& entry : sample) {
    const auto* body = std::get_if<Organisation>(&entry);
    const auto* basis = std::get_if<DataProtectionBasis>(&entry);
    const auto* agreement = std::get_if<Agreement>(&entry);
    const auto* flow = std::get_if<Flow>(&entry);
    if ((body != nullptr && body->code == "ZC1") || (flow != nullptr && flow->id == "acute-apc-2025") ||
        (agreement != nullptr && agreement->reference == "DSA-SEAHAVEN-acute") ||
        (basis != nullptr && basis->controller == "ZC1" && basis->purpose == Purpose::kCommissioningPlanning)) {
      small.push_back(entry);
    }
  }
  SecurityStatus status;
  status.organisation = "ZC1";
  status.year = "2025-26";
  status.level = SecurityLevel::kStandardsMet;
  status.evidence = SecurityEvidence::kReviewed;
  status.period = {Day("2025-07-01"), Day("2026-06-30")};
  small.emplace_back(status);
  return small;
}

TEST(LawOfSmallWorlds, AnEvaluatorWrittenApartAgreesOnEveryOne) {
  // Goal: no combination of 14 twists is judged otherwise. Exhaustive.
  Question question = PioneerAggregate();
  question.datasets = {"acute/apc"};
  question.dimensions = {"age_band"};
  const std::vector<Entry> base = SmallWorld();
  std::array<size_t, kEffectNames.size()> counts{};
  for (uint32_t bits = 0; bits < (1u << std::size(kTwists)); ++bits) {
    std::vector<Entry> entries = base;
    for (size_t twist = 0; twist < std::size(kTwists); ++twist) {
      if ((bits >> twist & 1) != 0) kTwists[twist](entries);
    }
    const Effect expected = BruteForceEffect(entries, question, Amira(), Day("2026-06-01"));
    const Evaluation evaluation =
        EvaluateAsOf(SnapshotOf(entries), question, Amira(), Day("2026-06-01"), {}).evaluation;
    ++counts[static_cast<size_t>(expected)];
    ASSERT_EQ(evaluation.effect, expected) << "world " << bits << "\n" << DecisionLines(evaluation);
  }
  EXPECT_EQ(counts[static_cast<size_t>(Effect::kPermitted)], 1u) << "only the world without a twist";
  EXPECT_GT(counts[static_cast<size_t>(Effect::kNeedsMore)], 1u);
}

NhsNumber RandomPerson(Prng& prng) {
  static const std::array<const char*, 3> kPeople = {"9990001006", "9990001014", "9990001022"};
  return NhsNumber::Parse(kPeople[Below(prng, kPeople.size())]).value();
}

CivilDay RandomDay(Prng& prng) { return Day("2013-01-01").AddDays(static_cast<int32_t>(Below(prng, 16 * 365))); }

Objection RandomObjection(Prng& prng) {
  Objection objection;
  objection.person = RandomPerson(prng);
  objection.kind = static_cast<ObjectionKind>(Below(prng, 4));
  if (objection.kind == ObjectionKind::kProgramme) objection.programme = Reference::Parse("CAG 9-01(a)/2025").value();
  objection.effective_day = RandomDay(prng);
  if (OneIn(prng, 3)) objection.received_day = objection.effective_day.AddDays(static_cast<int32_t>(Below(prng, 400)));
  if (OneIn(prng, 3)) objection.withdrawn_day = objection.effective_day.AddDays(static_cast<int32_t>(Below(prng, 900)));
  if (OneIn(prng, 4)) objection.sources = {OneIn(prng, 2) ? "acute" : "social_care"};
  return objection;
}

People RandomPeople(Prng& prng) {
  People people;
  for (size_t i = Below(prng, 5); i > 0; --i) people.objections.push_back(RandomObjection(prng));
  for (size_t i = Below(prng, 4); i > 0; --i) {
    people.consents.push_back({RandomPerson(prng), Reference::Parse("CAG 9-01(a)/2025").value(),
                               static_cast<ConsentStatus>(Below(prng, 4)), RandomDay(prng)});
  }
  return people;
}

// A register in which consent decides now and then.
std::vector<Entry> RandomPeopleRegister(Prng& prng) {
  std::vector<Entry> entries = RandomRegister(prng);
  if (OneIn(prng, 3)) {
    ApprovalIn(entries, "CAG 9-01(a)/2025").consent = {{"*", static_cast<Treatment>(Below(prng, 3)),
                                                        static_cast<Treatment>(Below(prng, 3)),
                                                        static_cast<Treatment>(Below(prng, 3)),
                                                        {RandomDay(prng), {}}}};
  }
  return entries;
}

TEST(LawOfPeople, AddingAnObjectionNeverIncludesMore) {
  SH_FOR_EACH_ROUND(prng) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomPeopleRegister(prng));
    const Question question = PioneerAggregate();
    const Caller caller = Amira();
    const Matter matter = MakeMatter(snapshot, question, caller, RandomDay(prng), {});
    const CivilDay known = RandomDay(prng);
    const People before = RandomPeople(prng);
    People after = before;
    after.objections.insert(after.objections.begin() + static_cast<std::ptrdiff_t>(Below(prng, before.objections.size() + 1)),
                            RandomObjection(prng));
    const NhsNumber person = after.objections[Below(prng, after.objections.size())].person;
    const auto then = TreatmentOf(matter, before, person, known);
    const auto now = TreatmentOf(matter, after, person, known);
    ASSERT_EQ(then.size(), now.size());
    // Treatments are in order of how much stays: remove, strip, include.
    for (size_t i = 0; i < now.size(); ++i) EXPECT_LE(now[i].treatment, then[i].treatment) << now[i].reason;
  }
}

TEST(LawOfPeople, TheOrderOfWhatTheySaidMeansNothing) {
  SH_FOR_EACH_ROUND(prng) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomPeopleRegister(prng));
    const Question question = PioneerAggregate();
    const Caller caller = Amira();
    const Matter matter = MakeMatter(snapshot, question, caller, RandomDay(prng), {});
    const People people = RandomPeople(prng);
    People shuffled = people;
    std::shuffle(shuffled.objections.begin(), shuffled.objections.end(), prng);
    const NhsNumber person = RandomPerson(prng);
    EXPECT_EQ(TreatmentOf(matter, people, person, Day("2030-01-01")),
              TreatmentOf(matter, shuffled, person, Day("2030-01-01")));
  }
}

TEST(LawOfParticulars, AskingForMoreNeverPermitsMore) {
  SH_FOR_EACH_ROUND(prng) {
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng));
    const Case one = RandomCase(prng);
    Particulars more;
    if (OneIn(prng, 2)) more.onward_to = "ZC2";
    more.reidentifies = OneIn(prng, 2);
    more.contacts_people = OneIn(prng, 2);
    const Evaluation plain = EvaluateCase(snapshot, one);
    const Evaluation asked = EvaluateAsOf(snapshot, one.question, one.caller, one.day, one.holdings, more).evaluation;
    EXPECT_TRUE(!IsPermitted(asked) || IsPermitted(plain));
  }
}

TEST(LawOfNearest, WhatItFindsIsPermitted) {
  SH_FOR_EACH_ROUND(prng) {
    if (round % 20 != 0) continue;  // each is a search
    const RegisterSnapshot snapshot = SnapshotOf(RandomRegister(prng));
    const Case one = RandomCase(prng);
    const auto nearest = FindNearestLawful(snapshot, {one.question, {}, one.caller, one.day}, one.holdings);
    if (!nearest.has_value()) continue;
    EXPECT_LE(nearest->changes.size(), kNearestChangesMax);
    EXPECT_TRUE(IsPermitted(EvaluateAsOf(snapshot, nearest->asked.question, nearest->asked.caller, nearest->asked.day,
                                         one.holdings, nearest->asked.particulars)
                                .evaluation));
  }
}

TEST(RegisterFiles, SurviveAnyChangeOfTheirBytes) {
  // Goal: no file crashes the reader, and an entry that it takes has one canonical text.
  const auto files = sample::SampleRegisterFiles(TestKeys(), sample::kSampleReferenceYear);
  ASSERT_TRUE(files.ok());
  SH_FOR_EACH_ROUND(prng) {
    auto file = files->begin();
    std::advance(file, static_cast<std::ptrdiff_t>(Below(prng, files->size())));
    std::string text = file->second;
    for (size_t changes = 1 + Below(prng, 3); changes > 0; --changes) {
      const size_t at = Below(prng, text.size());
      switch (Below(prng, 3)) {
        case 0:
          text[at] = static_cast<char>(prng());
          break;
        case 1:
          text.erase(at, 1 + Below(prng, 40));
          break;
        default:
          text.insert(at, text.substr(Below(prng, text.size()), 1 + Below(prng, 60)));
      }
      if (text.empty()) break;
    }
    const auto parsed = ParseRegisterFile("fuzzed.yaml", text);
    if (!parsed.ok()) continue;
    for (const FileEntry& entry : *parsed) {
      const std::string canonical = SerialiseEntry(entry.entry);
      const auto again = ParseEntry(canonical);
      ASSERT_TRUE(again.ok()) << again.status();
      EXPECT_EQ(SerialiseEntry(*again), canonical);
    }
  }
}

}  // namespace
}  // namespace safehaven::consent
