// Goal: the laws of costing over random models and ledgers: every stage conserves to
// the last unit, no order of rows changes an answer, whole multiples scale, and the
// fast arithmetic agrees with exact rationals (Boost.Multiprecision) on small cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <numeric>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/run.h"
#include "services/costing/core/support_costs.h"
#include "tests/support/seed.h"

namespace safehaven::costing {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using Whole = boost::multiprecision::cpp_int;

constexpr int kRounds = 300;

int64_t Uniform(std::mt19937_64& prng, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(prng);
}

// Amounts of all sizes: as likely a few units as billions of pounds.
Money RandomMoney(std::mt19937_64& prng) {
  const int64_t most = int64_t{1} << Uniform(prng, 0, 55);
  return Money(Uniform(prng, -most / 4, most));
}

std::vector<int64_t> RandomWeights(std::mt19937_64& prng, size_t count) {
  const int64_t most = int64_t{1} << Uniform(prng, 0, 40);
  std::vector<int64_t> weights(count);
  for (int64_t& weight : weights) weight = prng() % 4 == 0 ? 0 : Uniform(prng, 0, most);
  weights[prng() % count] = most;
  return weights;
}

Whole Floor(const Rational& value) {
  const Whole top = numerator(value), bottom = denominator(value);
  Whole quotient = top / bottom;
  if (top % bottom < 0) quotient -= 1;
  return quotient;
}

// The method of largest remainders as its definition says it.
std::vector<Whole> DefinedRounding(const std::vector<Rational>& exact) {
  Rational total = 0;
  std::vector<Whole> units;
  for (const Rational& value : exact) {
    total += value;
    units.push_back(Floor(value));
  }
  Whole left = numerator(total) - std::accumulate(units.begin(), units.end(), Whole(0));
  std::vector<size_t> order(exact.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return exact[a] - Rational(units[a]) > exact[b] - Rational(units[b]);
  });
  for (size_t i = 0; left > 0; ++i, --left) units[order[i]] += 1;
  return units;
}

TEST(ApportionProperty, EqualsItsDefinitionInExactRationals) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<int64_t> weights = RandomWeights(prng, 1 + prng() % 40);
    const Money pool = RandomMoney(prng);
    const auto shares = Apportion(pool, weights);
    ASSERT_TRUE(shares.ok()) << shares.status();
    const Whole total = std::accumulate(weights.begin(), weights.end(), Whole(0));
    const bool negative = pool < Money(0);
    std::vector<Rational> exact;
    for (const int64_t weight : weights) {
      exact.push_back(Rational(Whole(negative ? -Whole(pool.e8_pounds()) : Whole(pool.e8_pounds())) * weight, total));
    }
    const std::vector<Whole> defined = DefinedRounding(exact);
    for (size_t i = 0; i < weights.size(); ++i) {
      ASSERT_EQ(Whole((*shares)[i].e8_pounds()), negative ? -defined[i] : defined[i]) << "row " << i;
    }
  }
}

TEST(ApportionProperty, ScalesWithThePool) {
  // A multiple of the total weight has no remainders: k times the pool is k times every share.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<int64_t> weights(1 + prng() % 20);
    for (int64_t& weight : weights) weight = Uniform(prng, 1, 1000);
    const int64_t total = std::accumulate(weights.begin(), weights.end(), int64_t{0});
    const int64_t factor = Uniform(prng, -1000, 1000);
    const auto shares = Apportion(Money(total * factor), weights);
    ASSERT_TRUE(shares.ok());
    for (size_t i = 0; i < weights.size(); ++i) EXPECT_EQ((*shares)[i].e8_pounds(), weights[i] * factor);
  }
}

TEST(ApportionProperty, SplittingAPoolMovesNoShareByMoreThanAUnit) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<int64_t> weights = RandomWeights(prng, 1 + prng() % 40);
    const int64_t pool = Uniform(prng, 0, int64_t{1} << 50);
    const int64_t part = Uniform(prng, 0, pool);
    const auto whole = Apportion(Money(pool), weights);
    const auto first = Apportion(Money(part), weights);
    const auto second = Apportion(Money(pool - part), weights);
    ASSERT_TRUE(whole.ok() && first.ok() && second.ok());
    for (size_t i = 0; i < weights.size(); ++i) {
      const int64_t moved = (*first)[i].e8_pounds() + (*second)[i].e8_pounds() - (*whole)[i].e8_pounds();
      EXPECT_LE(std::abs(moved), 1) << "row " << i;
    }
  }
}

// A support problem whose pools all drain: each sender serves at least one other pool.
SupportProblem RandomSupport(std::mt19937_64& prng, size_t sender_count, size_t receiver_count) {
  SupportProblem problem;
  for (size_t i = 0; i < sender_count + receiver_count; ++i) {
    problem.names.push_back(absl::StrCat("pool", i));
    problem.direct.push_back(RandomMoney(prng));
  }
  for (size_t sender = 0; sender < sender_count; ++sender) {
    problem.senders.push_back(sender);
    for (size_t receiver = 0; receiver < problem.names.size(); ++receiver) {
      if (receiver == sender || prng() % 3 == 0) continue;
      problem.statistics.push_back({sender, receiver, Uniform(prng, 1, 10'000)});
    }
    problem.statistics.push_back({sender, sender_count + prng() % receiver_count, Uniform(prng, 1, 10'000)});
  }
  return problem;
}

// The reciprocal equations solved by plain Gauss-Jordan elimination in rationals.
std::vector<Rational> DefinedReciprocal(const SupportProblem& problem) {
  const size_t count = problem.senders.size();
  std::vector<Rational> sent(count, 0);
  for (const SupportStatistic& statistic : problem.statistics) sent[statistic.sender] += statistic.weight;
  std::vector<std::vector<Rational>> matrix(count, std::vector<Rational>(count + 1, 0));
  for (size_t i = 0; i < count; ++i) {
    matrix[i][i] = 1;
    matrix[i][count] = problem.direct[i].e8_pounds();
  }
  for (const SupportStatistic& statistic : problem.statistics) {
    if (statistic.receiver >= count) continue;
    matrix[statistic.receiver][statistic.sender] -= statistic.weight / sent[statistic.sender];
  }
  for (size_t pivot = 0; pivot < count; ++pivot) {
    for (size_t row = 0; row < count; ++row) {
      if (row == pivot) continue;
      const Rational factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (size_t column = 0; column <= count; ++column) matrix[row][column] -= factor * matrix[pivot][column];
    }
  }
  std::vector<Rational> received(problem.direct.size(), 0);
  for (const SupportStatistic& statistic : problem.statistics) {
    if (statistic.receiver < count) continue;
    const Rational gross = matrix[statistic.sender][count] / matrix[statistic.sender][statistic.sender];
    received[statistic.receiver] += gross * statistic.weight / sent[statistic.sender];
  }
  return received;
}

TEST(SupportCostsProperty, ReciprocalEqualsExactRationals) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 60; ++round) {
    SupportProblem problem = RandomSupport(prng, 1 + prng() % 6, 1 + prng() % 4);
    // With one sign: a negative total is solved with all signs turned.
    for (Money& direct : problem.direct) direct = Money(std::abs(direct.e8_pounds()));
    const auto result = AllocateReciprocal(problem);
    ASSERT_TRUE(result.ok()) << result.status();
    const std::vector<Whole> defined = DefinedRounding(DefinedReciprocal(problem));
    for (size_t pool = problem.senders.size(); pool < problem.direct.size(); ++pool) {
      ASSERT_EQ(Whole(result->final_cost[pool].e8_pounds()), problem.direct[pool].e8_pounds() + defined[pool]);
    }
  }
}

TEST(SupportCostsProperty, BothMethodsConserveEveryUnit) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const SupportProblem problem = RandomSupport(prng, 1 + prng() % 8, 1 + prng() % 6);
    WideMoney direct;
    for (const Money amount : problem.direct) direct += amount;
    for (const auto& result : {AllocateStepDown(problem), AllocateReciprocal(problem)}) {
      ASSERT_TRUE(result.ok()) << result.status();
      WideMoney final_cost;
      for (const Money amount : result->final_cost) final_cost += amount;
      EXPECT_EQ(direct, final_cost);
      for (const size_t sender : problem.senders) EXPECT_EQ(result->final_cost[sender], Money(0));
    }
  }
}

// A provider of a random shape: every kind of pool, several resources and activities.
struct Provider {
  CostModel model;
  Ledger ledger;
  std::vector<Event> events;
  std::vector<std::vector<int64_t>> drivers;
};

Provider RandomProvider(std::mt19937_64& prng) {
  Provider provider;
  CostModel& model = provider.model;
  model.provider = provider.ledger.provider = "ZA1";
  model.version = 1;
  model.period_start = CivilDay(20'000);
  model.period_end = CivilDay(20'364);
  const size_t resource_count = 1 + prng() % 4, activity_count = 1 + prng() % 5, support_count = prng() % 4;
  for (size_t i = 0; i < support_count; ++i) {
    model.support_order.push_back(model.pools.size());
    model.pools.push_back({.id = absl::StrCat("support", i), .name = "Support", .kind = PoolKind::kSupport});
  }
  for (size_t i = 0; i < resource_count; ++i) {
    model.resources.push_back({absl::StrCat("R", i), "Resource"});
    model.pools.push_back({absl::StrCat("pool", i), "Pool", PoolKind::kResource, i});
    model.links.push_back({i, prng() % activity_count, Uniform(prng, 1, 100)});
    const size_t other = prng() % activity_count;
    if (other != model.links.back().activity) model.links.push_back({i, other, Uniform(prng, 1, 100)});
  }
  for (size_t i = 0; i < activity_count; ++i) model.activities.push_back({absl::StrCat("A", i), "Activity"});
  model.pools.push_back({.id = "education", .name = "Education", .kind = PoolKind::kEducationTraining});
  model.pools.push_back({.id = "excluded", .name = "Excluded", .kind = PoolKind::kExcluded});
  model.support_method = prng() % 2 == 0 ? SupportMethod::kStepDown : SupportMethod::kReciprocal;
  for (size_t sender = 0; sender < support_count; ++sender) {
    for (size_t receiver = 0; receiver + 1 < model.pools.size(); ++receiver) {
      if (receiver != sender) model.support_statistics.push_back({sender, receiver, Uniform(prng, 1, 500)});
    }
  }
  for (size_t i = 0; i < 12; ++i) {
    const std::string centre = absl::StrCat("C", i);
    const int64_t fraction = Uniform(prng, 1, 99'999'999);
    model.ledger_map.push_back({centre, "*", prng() % model.pools.size(), std::nullopt, fraction});
    model.ledger_map.push_back({centre, "*", prng() % model.pools.size(), std::nullopt, 100'000'000 - fraction});
    for (int line = 0; line < 3; ++line) {
      provider.ledger.lines.push_back({centre, absl::StrCat(line), "", RandomMoney(prng)});
    }
  }
  model.feeds = {{"apc", "acute/apc"}, {"op", "acute/op"}};
  for (size_t activity = 0; activity < activity_count; ++activity) {
    if (prng() % 5 == 0) continue;
    model.drivers.push_back({activity, 0, prng() % 2 == 0 ? "minutes" : "count", std::nullopt});
    if (prng() % 2 == 0) model.drivers.push_back({activity, 1, "minutes", {{{"CL", 2}, {"NCL", 1}}}});
  }
  const size_t event_count = prng() % 200;
  provider.drivers.resize(event_count);
  for (size_t i = 0; i < event_count; ++i) {
    Event event;
    for (uint8_t& byte : event.key) byte = static_cast<uint8_t>(prng());
    event.feed = prng() % 2 == 0 ? "apc" : "op";
    event.point_of_delivery = prng() % 3 == 0 ? "CL" : "NCL";
    event.start = event.end = CivilDay(static_cast<int32_t>(Uniform(prng, 19'990, 20'370)));
    provider.drivers[i] = {Uniform(prng, 0, 30)};
    event.drivers = provider.drivers[i];
    provider.events.push_back(event);
  }
  return provider;
}

// Costs the provider with its events cut into batches of `batch_rows`.
absl::StatusOr<CostRun> CostOf(const Provider& provider, size_t batch_rows) {
  std::vector<EventColumns> batches;
  EventColumnsBuilder builder({"minutes"});
  for (const Event& event : provider.events) {
    SH_RETURN_IF_ERROR(builder.Append(event));
    if (builder.row_count() == batch_rows) batches.push_back(builder.Finish());
  }
  batches.push_back(builder.Finish());
  std::vector<const EventColumns*> pointers;
  for (const EventColumns& batch : batches) pointers.push_back(&batch);
  return RunCosting(provider.model, provider.ledger, pointers);
}

TEST(RunProperty, EveryStageHandsOnWhatItTookIn) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const Provider provider = RandomProvider(prng);
    const auto run = CostOf(provider, 64);
    ASSERT_TRUE(run.ok()) << run.status();
    // Summed again here, from the lines themselves.
    WideMoney ledger, accounted;
    for (const LedgerLine& line : provider.ledger.lines) ledger += line.amount;
    for (const int64_t cost : run->lines.cost_e8) accounted += Money(cost);
    for (const ActivityCost& cost : run->undistributed) accounted += cost.amount;
    for (size_t group = 1; group < kCostGroupCount; ++group) accounted += run->reconciliation.group_total[group];
    accounted += run->reconciliation.excluded;
    EXPECT_EQ(ledger, accounted);
    WideMoney by_event, by_line;
    for (const int64_t cost : run->event_cost_e8) by_event += Money(cost);
    for (const int64_t cost : run->lines.cost_e8) by_line += Money(cost);
    EXPECT_EQ(by_event, by_line);
  }
}

TEST(RunProperty, NoOrderOfRowsChangesAnything) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 100; ++round) {
    Provider provider = RandomProvider(prng);
    const auto before = CostOf(provider, 64);
    ASSERT_TRUE(before.ok()) << before.status();
    std::shuffle(provider.events.begin(), provider.events.end(), prng);
    std::shuffle(provider.ledger.lines.begin(), provider.ledger.lines.end(), prng);
    const auto after = CostOf(provider, 1 + prng() % 50);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_EQ(before->certificate.digest, after->certificate.digest);
  }
}

}  // namespace
}  // namespace safehaven::costing
