// Goal: the published and worked cases of shared/data/costing/worked_cases.json that
// a costing run's parts answer, read from the file itself, so that a slip in copying
// a number into a test cannot hide. JSON is YAML, so the YAML reader reads it.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/support_costs.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Pounds;

class WorkedCases : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("SAFEHAVEN_SHARED");
    const std::filesystem::path folder =
        shared != nullptr ? shared : std::filesystem::path(SAFEHAVEN_SOURCE_DIR) / ".." / "shared";
    const std::filesystem::path file = folder / "data/costing/worked_cases.json";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "shared data are absent: " << file;
    cases_ = YAML::LoadFile(file.string());
  }

  YAML::Node Case(const std::string& id) const {
    for (const YAML::Node& node : cases_) {
      if (node["id"].as<std::string>() == id) return node;
    }
    ADD_FAILURE() << "no case " << id;
    return YAML::Node();
  }

  YAML::Node cases_;
};

Money Of(const YAML::Node& node) { return Pounds(node.as<std::string>()); }

// Expected values are rounded to pence or less: equal to within one in the last place given.
void ExpectNear(Money actual, const YAML::Node& expected) {
  const std::string text = expected.as<std::string>();
  const size_t point = text.find('.');
  const size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  int64_t last_place = kMoneyUnitsPerPound;
  for (size_t i = 0; i < decimals; ++i) last_place /= 10;
  EXPECT_LE(std::abs(actual.e8_pounds() - Pounds(text).e8_pounds()), decimals == 0 ? 0 : last_place)
      << actual.ToString() << " is not " << text;
}

// A support problem by names.
class Problem {
 public:
  size_t Pool(const std::string& name, Money direct) {
    const auto [at, is_new] = ids_.emplace(name, problem_.names.size());
    if (is_new) {
      problem_.names.push_back(name);
      problem_.direct.push_back(direct);
    }
    return at->second;
  }
  void Sender(const std::string& name) { problem_.senders.push_back(ids_.at(name)); }
  void Serves(const std::string& sender, const std::string& receiver, int64_t weight) {
    problem_.statistics.push_back({ids_.at(sender), Pool(receiver, Money(0)), weight});
  }
  size_t At(const std::string& name) const { return ids_.at(name); }
  const SupportProblem& problem() const { return problem_; }

 private:
  std::map<std::string, size_t> ids_;
  SupportProblem problem_;
};

TEST_F(WorkedCases, TimeDrivenCostsOfC01) {
  // Pool 560,000 over 700,000 minutes: each activity takes its minutes, the rest is unused.
  const YAML::Node node = Case("C01");
  std::vector<int64_t> minutes;
  int64_t used = 0;
  for (const YAML::Node& activity : node["input"]["activities"]) {
    minutes.push_back(activity["unit_min"].as<int64_t>() * activity["qty"].as<int64_t>());
    used += minutes.back();
  }
  minutes.push_back(node["input"]["practical_capacity_min"].as<int64_t>() - used);
  const auto costs = Apportion(Of(node["input"]["department_cost"]), minutes);
  ASSERT_TRUE(costs.ok());
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ((*costs)[i], Of(node["expected"]["costs"][i]));
  EXPECT_EQ((*costs)[3], Of(node["expected"]["unused_cost"]));
}

TEST_F(WorkedCases, ActivityRatesOfC02) {
  const YAML::Node node = Case("C02");
  const auto shares = node["input"]["shares_pct"].as<std::vector<int64_t>>();
  const auto pools = Apportion(Of(node["input"]["department_cost"]), shares);
  ASSERT_TRUE(pools.ok());
  for (size_t i = 0; i < shares.size(); ++i) {
    const int64_t quantity = node["input"]["qty"][i].as<int64_t>();
    EXPECT_EQ((*pools)[i].e8_pounds(), Of(node["expected"]["rates"][i]).e8_pounds() * quantity);
  }
}

TEST_F(WorkedCases, StepDownOfC03) {
  const YAML::Node node = Case("C03");
  Problem problem;
  for (const auto& cost : node["input"]["costs"]) problem.Pool(cost.first.as<std::string>(), Of(cost.second));
  for (const YAML::Node& step : node["input"]["order"]) {
    const std::string sender = step[0].as<std::string>();
    problem.Sender(sender);
    for (const auto& driver : node["input"]["drivers"][step[1].as<std::string>()]) {
      problem.Serves(sender, driver.first.as<std::string>(), driver.second.as<int64_t>());
    }
  }
  const auto result = AllocateStepDown(problem.problem());
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectNear(result->gross_cost[problem.At("Dietary")], node["expected"]["dietary_after_maintenance"]);
  ExpectNear(result->gross_cost[problem.At("Administrative")], node["expected"]["stepped_administrative"]);
  for (const auto& expected : node["expected"]["final"]) {
    ExpectNear(result->final_cost[problem.At(expected.first.as<std::string>())], expected.second);
  }
}

TEST_F(WorkedCases, ReciprocalOfC04) {
  const YAML::Node node = Case("C04");
  Problem problem;
  for (const auto& cost : node["input"]["direct"]) problem.Pool(cost.first.as<std::string>(), Of(cost.second));
  problem.Sender("PM");
  problem.Sender("IS");
  // A share as a fraction of one: the rest goes to the lines.
  const auto serve = [&problem](const std::string& sender, const std::string& receiver, Money share) {
    problem.Serves(sender, receiver, share.e8_pounds());
    problem.Serves(sender, "lines", kMoneyUnitsPerPound - share.e8_pounds());
  };
  serve("IS", "PM", Of(node["input"]["uses"]["PM_of_IS"]));
  serve("PM", "IS", Of(node["input"]["uses"]["IS_of_PM"]));
  const auto result = AllocateReciprocal(problem.problem());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[problem.At("PM")], Of(node["expected"]["PM"]));
  EXPECT_EQ(result->gross_cost[problem.At("IS")], Of(node["expected"]["IS"]));
}

TEST_F(WorkedCases, CrossAllocationOfC06) {
  const YAML::Node node = Case("C06");
  Problem problem;
  problem.Pool("Facilities", Of(node["input"]["facilities"]));
  problem.Pool("GeneralOverhead", Of(node["input"]["general_overhead"]));
  problem.Sender("Facilities");
  problem.Sender("GeneralOverhead");
  for (const auto& share : node["input"]["sqft_share"]) {
    problem.Serves("Facilities", share.first.as<std::string>(), Of(share.second).e8_pounds());
  }
  for (const auto& share : node["input"]["labour_share"]) {
    problem.Serves("GeneralOverhead", share.first.as<std::string>(), Of(share.second).e8_pounds());
  }
  const auto result = AllocateReciprocal(problem.problem());
  ASSERT_TRUE(result.ok()) << result.status();
  // The case counts in millions and gives nine decimals; ours are pounds with eight.
  const auto at_nine = [](const YAML::Node& expected) {
    const std::string text = expected.as<std::string>();
    return Pounds(text.substr(0, text.size() - 1));
  };
  const auto near = [](Money a, Money b) { return std::abs(a.e8_pounds() - b.e8_pounds()) <= 1; };
  EXPECT_TRUE(near(result->gross_cost[problem.At("Facilities")], at_nine(node["expected"]["facilities_gross"])));
  EXPECT_TRUE(near(result->final_cost[problem.At("X")], at_nine(node["expected"]["X"])));
  EXPECT_TRUE(near(result->final_cost[problem.At("Y")], at_nine(node["expected"]["Y"])));
  EXPECT_EQ(result->final_cost[problem.At("X")].e8_pounds() + result->final_cost[problem.At("Y")].e8_pounds(),
            Of(node["expected"]["total"]).e8_pounds());
}

TEST_F(WorkedCases, TheWrongStepDownOfC07IsNotRepeated) {
  const YAML::Node node = Case("C07");
  Problem problem;
  problem.Pool("Administrative", Of(node["input"]["admin"]));
  problem.Pool("Maintenance", Of(node["input"]["maintenance"]));
  problem.Sender("Administrative");
  problem.Sender("Maintenance");
  for (const auto& hours : node["input"]["admin_hours"]) {
    problem.Serves("Administrative", hours.first.as<std::string>(), hours.second.as<int64_t>());
  }
  for (const auto& hours : node["input"]["maintenance_hours"]) {
    problem.Serves("Maintenance", hours.first.as<std::string>(), hours.second.as<int64_t>());
  }
  const auto result = AllocateStepDown(problem.problem());
  ASSERT_TRUE(result.ok()) << result.status();
  const YAML::Node expected = node["expected"]["step_down"];
  EXPECT_EQ(result->final_cost[problem.At("Administrative")], Money(0));
  EXPECT_EQ(result->final_cost[problem.At("Suburban")], Of(expected["Suburban"]));
  EXPECT_EQ(result->final_cost[problem.At("Downtown")], Of(expected["Downtown"]));
}

// C08 and C09 divide whole units; their weights are decimals.
std::vector<int64_t> Weights(const YAML::Node& values) {
  std::vector<int64_t> weights;
  // Nine decimals at most, and money has eight: C09's values are in lowest terms
  // 3 : 2 : 2 of 7, which its nine decimals only approximate.
  for (const YAML::Node& value : values) {
    const std::string text = value.as<std::string>();
    weights.push_back(Pounds(text.substr(0, text.find('.') + 9)).e8_pounds());
  }
  return weights;
}

TEST_F(WorkedCases, LargestRemainderOfC08AndC09) {
  for (const auto& [id, field] : std::map<std::string, std::string>{{"C08", "result"}, {"C09", "result_tie_by_order"}}) {
    const YAML::Node node = Case(id);
    const auto shares = Apportion(Money(node["input"]["total"].as<int64_t>()), Weights(node["input"]["values"]));
    ASSERT_TRUE(shares.ok());
    for (size_t i = 0; i < shares->size(); ++i) {
      EXPECT_EQ((*shares)[i].e8_pounds(), node["expected"][field][i].as<int64_t>()) << id << " value " << i;
    }
  }
}

}  // namespace
}  // namespace safehaven::costing
