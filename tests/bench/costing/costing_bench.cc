// Costing a year again after one change beside costing it whole, the index of all trusts,
// and explaining a figure over gRPC.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/reference_costs.h"
#include "services/costing/core/run.h"
#include "tests/bench/costing/answer_bench.h"
#include "tests/bench/costing/explain_bench.h"
#include "tests/bench/support/comparison.h"
#include "tests/bench/support/probe.h"

namespace safehaven::bench {
namespace {

using costing::CostModel;
using costing::CostRun;

constexpr size_t kActivities = 1'200, kResources = 40, kLinesOfEvent = 12, kBatchRows = 65'536;

// A trust's year as its feeds are in memory: rows name one of 1,200 activities.
struct Year {
  CostModel model, changed;
  costing::Ledger ledger;
  std::vector<costing::EventColumns> batches;
  std::vector<const costing::EventColumns*> pointers;
  std::vector<costing::FeedRows> rows;
  CostRun run;
};

void MakeModel(CostModel& model, costing::Ledger& ledger) {
  model.provider = ledger.provider = "ZX1";
  model.version = 1;
  model.period_start = CivilDay(20'179);
  model.period_end = CivilDay(20'543);
  for (size_t i = 0; i < kResources; ++i) {
    model.resources.push_back({absl::StrCat("R", i), "R"});
    model.pools.push_back({.id = absl::StrCat("p", i), .name = "P", .kind = costing::PoolKind::kResource, .resource = i});
    model.ledger_map.push_back({.cost_centre = absl::StrCat("C", i), .account = "*", .pool = i, .amount = std::nullopt, .fraction_e8 = 100'000'000});
    ledger.lines.push_back({absl::StrCat("C", i), "1", "", Money(3'600'000'000'000'000 + static_cast<int64_t>(i) * 1'234'567)});
  }
  for (size_t i = 0; i < kActivities; ++i) {
    model.activities.push_back({absl::StrCat("A", i), "A"});
    model.links.push_back({i % kResources, i, static_cast<int64_t>(100 + i % 37)});
  }
  model.feeds = {{"events", "events", false, ""}, {"activity", "activity", true, "activity"}};
  model.drivers = {{.activity = costing::kActivityOfRow, .feed = 1, .column = "quantity"}};
  model.matching = {{.id = "by_event", .feed = 1, .key = costing::MatchKey::kEvent, .targets = {0}}};
}

std::shared_ptr<Year> MakeYear(size_t line_count) {
  auto year = std::make_shared<Year>();
  MakeModel(year->model, year->ledger);
  std::mt19937_64 prng(20250401);
  const size_t event_count = line_count / kLinesOfEvent + 1;
  costing::EventColumnsBuilder builder({});
  for (size_t i = 0; i < event_count; ++i) {
    costing::Event event = {.feed = "events", .point_of_delivery = "EL", .currency = "HRG1"};
    event.start = event.end = CivilDay(20'200 + static_cast<int32_t>(i % 300));
    for (uint8_t& byte : event.key) byte = static_cast<uint8_t>(prng());
    SH_CHECK(builder.Append(event).ok());
    if (builder.row_count() == kBatchRows) year->batches.push_back(builder.Finish());
  }
  year->batches.push_back(builder.Finish());
  for (const costing::EventColumns& batch : year->batches) year->pointers.push_back(&batch);
  costing::FeedRows rows = {.feed = 1};
  rows.texts = {{"activity", {}, {}}};
  rows.numbers = {{"quantity", {}}};
  for (const costing::Activity& activity : year->model.activities) rows.texts[0].values.push_back(activity.id);
  for (size_t i = 0; i < line_count; ++i) {
    rows.event.push_back(static_cast<uint32_t>(prng() % event_count));
    rows.rule.push_back(0);
    // Few activities have most lines, as of tests and drugs.
    const double position = static_cast<double>(prng() % 1'000'000) / 1e6;
    rows.texts[0].codes.push_back(static_cast<uint32_t>(position * position * position * static_cast<double>(kActivities)));
    rows.numbers[0].values.push_back(1 + static_cast<int64_t>(prng() % 60));
  }
  year->rows.push_back(std::move(rows));
  year->run = costing::RunCosting(year->model, year->ledger, year->pointers, year->rows).value();
  year->changed = year->model;
  year->changed.links[700].share += 5;  // one link: the other activities of its resource change too
  return year;
}

absl::StatusOr<CostRun> Again(const Year& year) {
  return costing::RerunCosting({&year.model, &year.run, year.pointers, year.rows}, year.changed, year.ledger, year.pointers,
                               year.rows);
}

Comparison RerunComparison(bool quick) {
  const size_t line_count = quick ? 20'000 : 25'000'000;
  const std::shared_ptr<Year> year = MakeYear(line_count);
  const auto rerun = [year](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Again(*year).value().certificate.digest);
  };
  const auto whole = [year](benchmark::State& state) {
    for (auto _ : state) {
      benchmark::DoNotOptimize(
          costing::RunCosting(year->changed, year->ledger, year->pointers, year->rows).value().certificate.digest);
    }
  };
  return {.name = "costing/rerun",
          .sides = {{.name = "rerun after one link changed", .body = rerun, .iterations = 1},
                    {.name = "the whole run", .body = whole, .iterations = 1}},
          .figures = {{.name = absl::StrCat("CPU of a rerun of ", line_count, " lines"), .unit = "s", .of = CpuSeconds(0), .bound = AtMost(1)},
                      {.name = "CPU of the whole run, in memory", .unit = "s", .of = CpuSeconds(1)},
                      {.name = "a rerun to the whole run", .unit = "ratio", .of = CpuRatio(0, 1)}},
          .agrees = [year]() -> absl::Status {
            SH_ASSIGN_OR_RETURN(const CostRun again, Again(*year));
            SH_ASSIGN_OR_RETURN(const CostRun full, costing::RunCosting(year->changed, year->ledger, year->pointers, year->rows));
            if (again.certificate.digest != full.certificate.digest) return absl::InternalError("a rerun is another run");
            return absl::OkStatus();
          }};
}

// Each size is made when it is its turn: four years at once would not fit.
Comparison RunGrowthComparison(bool quick) {
  Comparison growth = {.name = "costing/run-growth", .sides = {}, .figures = {}, .agrees = [] { return absl::OkStatus(); }};
  const size_t most = quick ? 20'000 : 100'000'000;
  for (const size_t part : {100, 20, 4, 1}) {
    const size_t line_count = most / part;
    growth.sides.push_back({.name = absl::StrCat(line_count, " lines"),
                            .body = [line_count](benchmark::State& state) {
                              const std::shared_ptr<Year> year = MakeYear(line_count);
                              double seconds = 0;
                              for (auto _ : state) {
                                const double begin = CpuSecondsOfThisProcess();
                                year->run = {};
                                year->run = costing::RunCosting(year->model, year->ledger, year->pointers, year->rows).value();
                                seconds += CpuSecondsOfThisProcess() - begin;
                              }
                              state.counters["ns"] = seconds * 1e9 / static_cast<double>(line_count * static_cast<size_t>(state.iterations()));
                            },
                            .iterations = 1});
    const size_t side = growth.sides.size() - 1;
    growth.figures.push_back({.name = absl::StrCat("a line of ", line_count), .unit = "ns", .of = Counter(side, "ns")});
    // Against the second size: the first fits the caches, which is no growth to be promised.
    if (side < 2) continue;
    growth.figures.push_back({.name = absl::StrCat("  a line of ", line_count, " to one of ", most / 20), .unit = "ratio",
                              .of = [side](const Round& round) { return round[side].counters.at("ns") / round[1].counters.at("ns"); },
                              .bound = AtMost(1.2)});
  }
  return growth;
}

Comparison IndexComparison(bool quick) {
  struct Trusts {
    std::vector<costing::ProviderCost> costs;
    std::vector<std::string> names;
    costing::Schedule standard;
  };
  const size_t trust_count = quick ? 5 : 200, currency_count = quick ? 100 : 13'000;
  auto trusts = std::make_shared<Trusts>();
  std::mt19937_64 prng(1);
  for (size_t trust = 0; trust < trust_count; ++trust) {
    trusts->names.push_back(absl::StrCat("T", trust));
    for (size_t currency = 0; currency < currency_count; ++currency) {
      const int64_t activity = 1 + static_cast<int64_t>(prng() % 500);
      trusts->costs.push_back({trust, absl::StrCat("D", currency % 20), absl::StrCat("HRG", currency), activity,
                               Money(activity * static_cast<int64_t>(prng() % 400'000'000'000))});
    }
  }
  trusts->standard = costing::MakeSchedule("standard", trusts->costs).value();
  const auto index = [trusts](benchmark::State& state) {
    for (auto _ : state) {
      benchmark::DoNotOptimize(costing::ProviderIndex(trusts->costs, trusts->names, trusts->standard, {}, {}).value().size());
    }
  };
  return {.name = "costing/index",
          .sides = {{.name = "index of all trusts", .body = index, .iterations = 1}},
          .figures = {{.name = absl::StrCat("CPU of the index of ", trust_count, " trusts x ", currency_count, " currencies"),
                       .unit = "s", .of = CpuSeconds(0), .bound = AtMost(1)}},
          .agrees = [trusts]() -> absl::Status {
            // Against their own average all trusts together are at 100.
            SH_ASSIGN_OR_RETURN(const auto lines, costing::ProviderIndex(trusts->costs, trusts->names, trusts->standard, {}, {}));
            costing::FineMoney actual, expected;
            for (const costing::IndexLine& line : lines) {
              actual += line.actual;
              expected += line.expected;
            }
            const double ratio = static_cast<double>(actual.e16_pounds()) / static_cast<double>(expected.e16_pounds());
            return ratio > 0.999999 && ratio < 1.000001 ? absl::OkStatus() : absl::InternalError("the average is not 100");
          }};
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  return {RerunComparison(quick), RunGrowthComparison(quick), IndexComparison(quick), AnswerComparison(quick),
          ExplainComparison(quick)};
}

}  // namespace safehaven::bench
