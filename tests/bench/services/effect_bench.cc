// How long until a person's objection, or the narrowing of an approval, is in force at
// costing: the four services as processes over the sample region, called one at a time
// as the command line does. Wall time, because it is waiting for each other that counts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/operations/register.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "tests/bench/support/comparison.h"
#include "tests/bench/support/probe.h"
#include "tests/e2e/support/late_extract.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"

namespace safehaven::bench {
namespace {

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";
constexpr int kTimes = 60;
constexpr int kTimesQuick = 2;

struct World {
  explicit World(int the_times) : times(the_times), region(testing_support::PreparedRegion::Get().StartOwn()) {
    std::filesystem::create_directories(region->File("late"));
    const std::string& files = region->ground().region();
    const auto rows = testing_support::ReadRows(absl::StrCat(files, "/extracts/gp/register.csv"));
    SH_CHECK(rows.ok());
    for (const auto& row : *rows) {
      if (row.at("nhs_number_verified") == "1" && !row.at("nhs_number").empty()) numbers.push_back(row.at("nhs_number"));
    }
    auto read = cli::ReadRegisterDirectory(absl::StrCat(files, "/register"));
    SH_CHECK(read.ok());
    register_files = *std::move(read);
  }

  // A person who has not objected here yet.
  std::string NextNumber() { return numbers[next_number++ % numbers.size()]; }

  // The register with its waivers a day shorter than before: that narrows.
  absl::Status ShortenWaivers() {
    const std::string before = last_day.ToString();
    last_day = last_day.AddDays(-1);
    for (auto& file : register_files) {
      if (file.text().find("waiver_decisions:") == std::string::npos) continue;
      file.set_text(absl::StrReplaceAll(file.text(), {{absl::StrCat("to: ", before),
                                                       absl::StrCat("to: ", last_day.ToString())}}));
    }
    SH_ASSIGN_OR_RETURN(const auto applied, cli::ApplyRegister(region->session(), register_files, kOfficer, ""));
    return applied.changes_size() > 0 ? absl::OkStatus() : Internal("EFFECT_WRONG", "the register did not change");
  }

  int times;
  std::unique_ptr<testing_support::RunningRegion> region;
  std::vector<std::string> numbers;
  size_t next_number = 0;
  std::vector<consent::v1::RegisterFile> register_files;
  CivilDay last_day = CivilDay::Parse("2030-03-31").value();
};

// Milliseconds of each call of `body`, as counters.
template <typename Body>
void Distribution(World& world, benchmark::State& state, const Body& body) {
  std::vector<double> times_ms;
  for (auto _ : state) {
    for (int i = 0; i < world.times; ++i) {
      const absl::StatusOr<double> took_ms = body();
      if (!took_ms.ok()) return state.SkipWithError(took_ms.status().ToString().c_str());
      times_ms.push_back(*took_ms);
    }
  }
  std::sort(times_ms.begin(), times_ms.end());
  state.counters["p50"] = times_ms[times_ms.size() / 2];
  state.counters["p99"] = times_ms[(times_ms.size() * 99 - 1) / 100];
  state.counters[kItems] = static_cast<double>(times_ms.size());
}

absl::StatusOr<double> TimedAnswer(World& world) {
  const double begin = WallSecondsNow();
  SH_RETURN_IF_ERROR(testing_support::AskCosting(world.region->session(), kAnalyst, cli::CostPerHeadByAgeAndSector()));
  return (WallSecondsNow() - begin) * 1e3;
}

absl::StatusOr<double> AnswerAfterObjection(World& world) {
  SH_RETURN_IF_ERROR(
      testing_support::Object(world.region->session(), {world.NextNumber()}, world.region->File("late")));
  // Acknowledged: from here on an answer must do without this person, and says so by
  // waiting for it.
  return TimedAnswer(world);
}

absl::StatusOr<double> Narrowing(World& world) {
  const double begin = WallSecondsNow();
  SH_RETURN_IF_ERROR(world.ShortenWaivers());
  return (WallSecondsNow() - begin) * 1e3;
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<World>(quick ? kTimesQuick : kTimes);
  const auto timed = [&world](absl::StatusOr<double> (*body)(World&)) {
    return [world, body](benchmark::State& state) {
      Distribution(*world, state, [&] { return body(*world); });
    };
  };
  const auto difference = [](std::string name) {
    return [name](const Round& round) { return round[1].counters.at(name) - round[0].counters.at(name); };
  };
  Comparison effect;
  effect.name = "services/effect";
  effect.sides = {{.name = "answer", .body = timed(TimedAnswer), .iterations = 1},
                  {.name = "after objection", .body = timed(AnswerAfterObjection), .iterations = 1},
                  {.name = "narrowing", .body = timed(Narrowing), .iterations = 1}};
  effect.figures = {
      {.name = "decision and answer, p50", .unit = "ms", .of = Counter(0, "p50")},
      {.name = "decision and answer, p99", .unit = "ms", .of = Counter(0, "p99"),
       .physical_limit = "three fsyncs one after the other"},
      {.name = "the same just after an objection, p99", .unit = "ms", .of = Counter(1, "p99")},
      {.name = "  what the objection adds: effect at costing, p99", .unit = "ms", .of = difference("p99"),
       .bound = AtMost(100), .needs_two_cores = true,
       .physical_limit = "four messages and one fsync: 2 ms on a calm disk"},
      {.name = "  and at p50", .unit = "ms", .of = difference("p50")},
      {.name = "narrowing acknowledged by all followers, p99", .unit = "ms", .of = Counter(2, "p99"),
       .bound = AtMost(100), .needs_two_cores = true}};
  effect.agrees = [world] { return TimedAnswer(*world).status(); };
  return {effect};
}

}  // namespace safehaven::bench
