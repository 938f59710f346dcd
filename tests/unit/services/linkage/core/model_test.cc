#include "services/linkage/core/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "libs/base/status.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/score/decision.h"
#include "services/linkage/core/train/em.h"
#include "services/linkage/core/train/frequencies.h"
#include "services/linkage/core/train/train.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

TEST(Model, TheDefaultIsValidAndSumsToOneInEveryGroup) {
  const Model model = DefaultModel({{.name = "telephone", .comparator = Comparator::kIdentifier},
                                    {.name = "town", .comparator = Comparator::kText}});
  ASSERT_TRUE(ValidateModel(model).ok());
  for (const FieldModel& field : model.fields) {
    double sums[3] = {0, 0, 0};
    const auto levels = LevelsOf(field.comparator);
    for (size_t i = 0; i < levels.size(); ++i) sums[levels[i].group] += field.m[i];
    for (size_t group = 0; group <= levels.back().group; ++group) {
      EXPECT_NEAR(sums[group], 1, 1e-9) << field.name << " group " << group;
    }
  }
}

TEST(Model, ItsIdentityChangesWithAnythingThatCanChangeAnAnswer) {
  const Model model = DefaultModel({});
  const std::string identity = ModelIdentity(model);
  EXPECT_EQ(identity.size(), 64u);
  EXPECT_EQ(ModelIdentity(DefaultModel({})), identity);
  Model changed = model;
  changed.thresholds.link += 1;
  EXPECT_NE(ModelIdentity(changed), identity);
  changed = model;
  changed.fields[1].m[3] = std::nextafter(changed.fields[1].m[3], 1);
  EXPECT_NE(ModelIdentity(changed), identity);
  changed = model;
  changed.frequencies.family.share[42] = 0.5f;
  EXPECT_NE(ModelIdentity(changed), identity);
}

TEST(Model, AModelThatCannotBeUsedIsRefused) {
  const auto reason = [](auto change) {
    Model model = DefaultModel({});
    change(model);
    return ReasonOf(ValidateModel(model));
  };
  EXPECT_EQ(reason([](Model& m) { m.fields[0].m.pop_back(); }), "MODEL_INVALID");
  EXPECT_EQ(reason([](Model& m) { m.fields[0].u[0] = 0; }), "MODEL_INVALID");
  EXPECT_EQ(reason([](Model& m) { m.lambda = 1; }), "MODEL_INVALID");
  EXPECT_EQ(reason([](Model& m) { m.thresholds.exclude = m.thresholds.link + 1; }), "MODEL_INVALID");
  EXPECT_EQ(reason([](Model& m) { m.rules[0].block_profiles_max = 0; }), "MODEL_INVALID");
  EXPECT_EQ(reason([](Model& m) {
              for (int i = 0; i < 30; ++i) m.fields.push_back(m.fields[1]);
            }),
            "MODEL_INVALID");
}

// A pattern with the given levels; the rest cannot be compared.
Pattern PatternOf(const Model& model, const std::map<Comparator, Level>& levels) {
  const PatternLayout layout(model.fields);
  Pattern pattern = 0;
  for (size_t i = 0; i < model.fields.size(); ++i) {
    const auto found = levels.find(model.fields[i].comparator);
    if (found != levels.end()) pattern |= layout.Place(found->second, i);
  }
  return pattern;
}

Ruling Rule(const std::map<Comparator, Level>& levels) {
  const Model model = DefaultModel({});
  return RulingOf(PatternOf(model, levels), PatternLayout(model.fields), model.fields);
}

TEST(Decision, EqualVerifiedNumbersAreCertainUnlessNameAndBirthBothConflict) {
  constexpr Level kOtherName = name_level::Joint(given_level::kDifferent, family_level::kDifferent);
  EXPECT_EQ(Rule({{Comparator::kNhsNumber, number_level::kVerifiedEqual}}), Ruling::kCertain);
  EXPECT_EQ(Rule({{Comparator::kNhsNumber, number_level::kVerifiedEqual}, {Comparator::kName, kOtherName}}),
            Ruling::kCertain);
  EXPECT_EQ(Rule({{Comparator::kNhsNumber, number_level::kVerifiedEqual},
                  {Comparator::kName, kOtherName},
                  {Comparator::kBirthDate, date_level::kDifferent}}),
            Ruling::kNotAlone);
  EXPECT_EQ(Rule({{Comparator::kNhsNumber, number_level::kEqual}}), Ruling::kByWeight);
}

TEST(Decision, DifferentVerifiedNumbersForbidWhateverElseAgrees) {
  EXPECT_EQ(Rule({{Comparator::kNhsNumber, number_level::kVerifiedDifferent},
                  {Comparator::kName, name_level::Joint(given_level::kEqual, family_level::kEqual)},
                  {Comparator::kBirthDate, date_level::kEqual}}),
            Ruling::kForbidden);
  EXPECT_EQ(Decide(Ruling::kForbidden, 1'000'000, DefaultModel({}).thresholds), Decision::kForbidden);
}

TEST(Decision, SexAndBirthBothConflictingForbidUnlessANumberAgrees) {
  EXPECT_EQ(Rule({{Comparator::kSex, sex_level::kDifferent}, {Comparator::kBirthDate, date_level::kDifferent}}),
            Ruling::kForbidden);
  EXPECT_EQ(Rule({{Comparator::kSex, sex_level::kDifferent},
                  {Comparator::kBirthDate, date_level::kDifferent},
                  {Comparator::kNhsNumber, number_level::kEqual}}),
            Ruling::kByWeight);
}

TEST(Decision, ThresholdsAreInclusive) {
  const Thresholds thresholds{.link = 4000, .review = 0, .exclude = -4000};
  EXPECT_EQ(Decide(Ruling::kByWeight, 4000, thresholds), Decision::kWeight);
  EXPECT_EQ(Decide(Ruling::kByWeight, 3999, thresholds), Decision::kReview);
  EXPECT_EQ(Decide(Ruling::kNotAlone, 9000, thresholds), Decision::kReview);
  EXPECT_EQ(Decide(Ruling::kByWeight, -1, thresholds), Decision::kPossible);
  EXPECT_EQ(Decide(Ruling::kByWeight, -4000, thresholds), Decision::kPossible);
  EXPECT_EQ(Decide(Ruling::kByWeight, -4001, thresholds), Decision::kNone);
}

TEST(Em, FindsTheProbabilitiesThatMadeTheData) {
  // Goal: pairs drawn from known m, u and lambda give these back.
  Model model = DefaultModel({});
  model.fields.resize(5);  // number, name, birth date, place, sex
  const PatternLayout layout(model.fields);
  std::vector<FieldModel> truth = model.fields;
  truth[4].m = {0.9, 0.1};
  truth[2].m = {0.7, 0.1, 0.1, 0.05, 0.01, 0.02, 0.01, 0.01, 0.9, 0.05, 0.05, 0.9, 0.1};
  std::mt19937_64 prng(7);
  const auto draw = [&](const std::vector<double>& shares, size_t first, size_t last) {
    const double at = static_cast<double>(prng() % 1'000'000) / 1e6;
    double sum = 0;
    for (size_t i = first; i < last; ++i) {
      sum += shares[i];
      if (at < sum) return static_cast<Level>(i);
    }
    return static_cast<Level>(last - 1);
  };
  std::map<Pattern, uint64_t> counts;
  for (int i = 0; i < 200'000; ++i) {
    const bool match = i % 5 == 0;
    Pattern pattern = 0;
    for (const size_t field : {size_t{2}, size_t{4}}) {
      const size_t last = field == 2 ? 8 : 2;
      pattern |= layout.Place(draw(match ? truth[field].m : truth[field].u, 0, last), field);
    }
    ++counts[pattern];
  }
  const EmSession session = RunEm(PatternCounts(counts.begin(), counts.end()), layout, model.fields,
                                  {false, false, false, false, false}, {}, HouseholdKind());
  EXPECT_NEAR(session.lambda, 0.2, 0.01);
  EXPECT_NEAR(session.m[4][0], 0.9, 0.02);
  EXPECT_NEAR(session.m[2][date_level::kEqual], 0.7, 0.02);
  EXPECT_NEAR(session.m[2][date_level::kSwapped], 0.1, 0.02);
}

TEST(Em, AFieldLeftOutKeepsItsM) {
  const Model model = DefaultModel({});
  const PatternLayout layout(model.fields);
  std::vector<bool> left_out(model.fields.size(), false);
  left_out[4] = true;
  const PatternCounts counts = {{layout.Place(sex_level::kDifferent, 4), 1000}};
  EXPECT_EQ(RunEm(counts, layout, model.fields, left_out, {}, HouseholdKind()).m[4], model.fields[4].m);
}

TEST(Frequencies, ValuesAreCountedOverPeopleNotRecords) {
  // One person with fifty admissions under one number, forty-nine others once each.
  std::vector<StandardRecord> records;
  for (uint64_t i = 0; i < 50; ++i) {
    records.push_back(Standard(i, 0, {.nhs_number = TestNumber(0).value(),
                                      .given_name = "ZEBEDEE",
                                      .family_name = "RARE",
                                      .local_id = std::to_string(i)}));
  }
  for (uint64_t i = 1; i < 50; ++i) {
    records.push_back(Standard(100 + i, 0, {.nhs_number = TestNumber(static_cast<uint32_t>(i)).value(),
                                            .given_name = "MARY",
                                            .family_name = "COMMON"}));
  }
  const std::vector<SourceRule> sources = {{.name = "acute"}};
  const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
  const ProvisionalPeople people = GuessPeople(profiles);
  EXPECT_EQ(people.count(), 50u);
  const Frequencies frequencies = CountFrequencies(profiles, people);
  float rarest = 1;
  for (const auto& [hash, share] : frequencies.family.share) rarest = std::min(rarest, share);
  EXPECT_FLOAT_EQ(rarest, 1.0f / 50);
}

TEST(Train, ASessionWithTooFewMatchesTeachesNothing) {
  const std::vector<StandardRecord> records = {
      Standard(1, 0, {.given_name = "JOHN", .family_name = "SMITH"}),
      Standard(2, 1, {.given_name = "JOHN", .family_name = "SMITH"})};
  const std::vector<SourceRule> sources = {{.name = "a"}, {.name = "b"}};
  const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
  Model model = DefaultModel({});
  const std::vector<double> before = model.fields[1].m;
  const TrainingReport report = Train(profiles, sources, Blocks(profiles, model), model);
  for (const SessionReport& session : report.sessions) EXPECT_FALSE(session.used) << session.rule;
  EXPECT_EQ(model.fields[1].m, before);
  EXPECT_TRUE(ValidateModel(model).ok());
}

}  // namespace
}  // namespace safehaven::linkage
