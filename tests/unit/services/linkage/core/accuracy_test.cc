// Accuracy on public sets of person data with known truth, by the one default model
// trained on each set without labels. The floors are below what was measured when
// they were written (in brackets: pairwise F1 of clusters), so that a change for the
// worse is seen and noise is not. Nothing in the model was chosen on these sets.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/evaluate.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/standardise/standardise.h"
#include "tests/support/linkage_data.h"

namespace safehaven::linkage {
namespace {

struct Floor {
  std::string set;
  double f1;
  double precision;
};

// Names of the cases without the rest.
std::string CaseName(const testing::TestParamInfo<Floor>& info) { return info.param.set; }

class AccuracyTest : public testing::TestWithParam<Floor> {};

// Historic people are older than any patient.
StandardRules RulesFor(const LabelledRecords& set) {
  StandardRules rules;
  rules.dates.latest = CivilDay::FromYmd(2026, 3, 31).value();
  rules.dates.age_years_max = 1000;
  rules.dates.defaults = WellKnownDefaultDates();
  return LearnRules(set.records, rules);
}

TEST_P(AccuracyTest, TheDefaultModelReachesItsFloor) {
  const auto set = LoadLinkageSet(GetParam().set);
  if (!set.has_value()) {
    GTEST_SKIP() << "shared data are absent: no linkage set " << GetParam().set << " under "
                 << SharedFolder();
  }
  const StandardisedRecords standard = StandardiseAll(set->records, RulesFor(*set));
  const auto match = Match({.records = standard.records,
                            .sources = set->sources,
                            .model = DefaultModel(set->extra_fields),
                            .train = true});
  ASSERT_TRUE(match.ok()) << match.status();
  std::map<std::string, uint64_t> labels;
  std::vector<JudgedRecord> judged;
  uint64_t alone = match->cluster_count;
  for (size_t i = 0; i < set->records.size(); ++i) {
    const uint32_t cluster = match->cluster_of_record[i];
    judged.push_back({.person = cluster == kNoCluster ? alone++ : cluster,
                      .truth = labels.emplace(set->truth[i], labels.size()).first->second});
  }
  const PairCounts counts = CountPairs(judged);
  RecordProperty("precision", absl::StrCat(counts.Precision()));
  RecordProperty("recall", absl::StrCat(counts.Recall()));
  RecordProperty("f1", absl::StrCat(counts.F1()));
  RecordProperty("b_cubed_f1", absl::StrCat(ScoreBCubed(judged).F1()));
  EXPECT_GE(counts.F1(), GetParam().f1) << "P " << counts.Precision() << " R " << counts.Recall();
  EXPECT_GE(counts.Precision(), GetParam().precision) << "R " << counts.Recall();
}

INSTANTIATE_TEST_SUITE_P(PublicSets, AccuracyTest,
                         testing::Values(Floor{"febrl4", 0.999, 0.9995},      // .9997
                                         Floor{"febrl3", 0.998, 0.9995},      // .9994
                                         Floor{"census_cis", 0.99, 0.999},    // .9946
                                         Floor{"historical_50k", 0.86, 0.93}, // .8761
                                         Floor{"fake_1000", 0.93, 0.99},      // .9479
                                         Floor{"rldata500", 0.95, 0.98},      // .9691
                                         Floor{"dsgen_a", 0.995, 0.999},      // 1
                                         Floor{"dsgen_c", 0.985, 0.999},      // 1
                                         Floor{"anonlink", 0.99, 0.999}),     // .9986
                         CaseName);

}  // namespace
}  // namespace safehaven::linkage
