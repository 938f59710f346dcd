#include "tests/bench/support/comparison.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/bench/support/probe.h"

namespace safehaven::bench {
namespace {

// Keeps what Google Benchmark measured of one side, and prints nothing.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        status_ = Internal("BENCHMARK_FAILED", run.error_message);
        continue;
      }
      sample_.cpu_seconds += run.cpu_accumulated_time;
      sample_.wall_seconds += run.real_accumulated_time;
      for (const auto& [name, counter] : run.counters) sample_.counters[name] = counter.value;
      const auto items = run.counters.find(kItems);
      sample_.items += items == run.counters.end() ? static_cast<double>(run.iterations) : items->second.value;
    }
  }

  absl::StatusOr<Sample> Take() const {
    if (!status_.ok()) return status_;
    if (sample_.items <= 0) return Internal("BENCHMARK_FAILED", "the side did nothing");
    return sample_;
  }

 private:
  Sample sample_;
  absl::Status status_;
};

absl::StatusOr<Sample> RunSide(const Side& side, const RunOptions& options) {
  benchmark::ClearRegisteredBenchmarks();
  benchmark::internal::Benchmark* registered = benchmark::RegisterBenchmark("side", side.body);
  registered->MeasureProcessCPUTime();
  if (side.iterations > 0) {
    registered->Iterations(side.iterations);
  } else {
    registered->MinTime(options.seconds_per_side);
  }
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, std::string("."));
  return collector.Take();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

FigureResult::Verdict Judge(const Figure& figure, double median, double cores) {
  if (!figure.bound.has_value()) return FigureResult::Verdict::kNotBounded;
  if (figure.needs_two_cores && cores < kTwoCoresMin) return FigureResult::Verdict::kOneCore;
  const bool met = figure.bound->kind == Bound::Kind::kAtMost ? median <= figure.bound->value
                                                              : median >= figure.bound->value;
  return met ? FigureResult::Verdict::kMet : FigureResult::Verdict::kMissed;
}

FigureResult Summarise(const Figure& figure, const std::vector<Round>& rounds, double cores) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(figure.of(round));
  FigureResult result = {.name = figure.name, .unit = figure.unit, .bound = figure.bound};
  result.median = Median(values);
  result.lowest = *std::min_element(values.begin(), values.end());
  result.highest = *std::max_element(values.begin(), values.end());
  result.verdict = Judge(figure, result.median, cores);
  result.physical_limit = figure.physical_limit;
  return result;
}

std::function<double(const Round&)> CpuPerItem(size_t side, double unit) {
  return [side, unit](const Round& round) { return round[side].cpu_seconds / round[side].items * unit; };
}

}  // namespace

std::function<double(const Round&)> CpuMicrosPerItem(size_t side) { return CpuPerItem(side, 1e6); }
std::function<double(const Round&)> CpuNanosPerItem(size_t side) { return CpuPerItem(side, 1e9); }

std::function<double(const Round&)> MillionsPerCpuSecond(size_t side) {
  return [side](const Round& round) { return round[side].items / round[side].cpu_seconds / 1e6; };
}
std::function<double(const Round&)> MillionsPerWallSecond(size_t side) {
  return [side](const Round& round) { return round[side].items / round[side].wall_seconds / 1e6; };
}
std::function<double(const Round&)> WallSeconds(size_t side) {
  return [side](const Round& round) { return round[side].wall_seconds; };
}
std::function<double(const Round&)> CpuSeconds(size_t side) {
  return [side](const Round& round) { return round[side].cpu_seconds; };
}
std::function<double(const Round&)> Counter(size_t side, std::string name) {
  return [side, name = std::move(name)](const Round& round) { return round[side].counters.at(name); };
}
std::function<double(const Round&)> CpuRatio(size_t subject, size_t yardstick) {
  return [subject = CpuPerItem(subject, 1), yardstick = CpuPerItem(yardstick, 1)](const Round& round) {
    return subject(round) / yardstick(round);
  };
}

ComparisonResult RunComparison(const Comparison& comparison, const RunOptions& options) {
  ComparisonResult result = {.name = comparison.name, .rounds = options.rounds};
  result.agrees = comparison.agrees();
  if (!result.agrees.ok()) return result;
  result.cores = CoresOfTwoThreads();
  std::vector<Round> rounds;
  for (int i = 0; i < options.rounds; ++i) {
    Round round;
    for (const Side& side : comparison.sides) {
      absl::StatusOr<Sample> sample = RunSide(side, options);
      if (!sample.ok()) {
        result.agrees = WithContext(sample.status(), side.name);
        return result;
      }
      round.push_back(*std::move(sample));
    }
    rounds.push_back(std::move(round));
    result.cores = std::min(result.cores, CoresOfTwoThreads());
  }
  for (const Figure& figure : comparison.figures) result.figures.push_back(Summarise(figure, rounds, result.cores));
  return result;
}

}  // namespace safehaven::bench
