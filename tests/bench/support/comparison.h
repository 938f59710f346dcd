// What a benchmark is here: a subject and its yardstick, run in turn in one process.
//
// Machines that are shared slow everything down by turns, so a time by itself says
// little. Each round runs all sides one after the other, each round gives one value of
// every figure, and the median over the rounds is what is reported; a bound on a ratio
// of two sides holds on any machine. Time is CPU time of the whole process; wall time
// is judged only where two threads got both cores (probe.h).
//
// The sides are ordinary Google Benchmark functions, which count iterations and take
// the times; only the alternation is ours. Values; single-threaded.
#ifndef SAFEHAVEN_TESTS_BENCH_SUPPORT_COMPARISON_H_
#define SAFEHAVEN_TESTS_BENCH_SUPPORT_COMPARISON_H_

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::bench {

// A counter of this name, if the body sets it, is the number of items that it did;
// otherwise an iteration is an item.
inline constexpr char kItems[] = "items";

struct Side {
  std::string name;
  std::function<void(benchmark::State&)> body;
  int64_t iterations = 0;  // in each round; 0: as many as fill the round's time
};

// One side in one round.
struct Sample {
  double cpu_seconds = 0;  // of all threads of this process
  double wall_seconds = 0;
  double items = 0;
  std::map<std::string, double> counters;  // as the body set them
};

// In the order of the sides.
using Round = std::vector<Sample>;

struct Bound {
  enum class Kind { kAtMost, kAtLeast };
  Kind kind = Kind::kAtMost;
  double value = 0;
};
inline Bound AtMost(double value) { return {Bound::Kind::kAtMost, value}; }
inline Bound AtLeast(double value) { return {Bound::Kind::kAtLeast, value}; }

// One number that is reported.
struct Figure {
  std::string name;  // "CPU of a decision"
  std::string unit;  // "us", "million/s", "ratio"
  std::function<double(const Round&)> of;
  std::optional<Bound> bound;
  bool needs_two_cores = false;  // of wall time: not judged where the probe found one core
  std::string physical_limit;    // what no program could beat, in words; or empty
};

struct Comparison {
  std::string name;  // "consent/decide"
  std::vector<Side> sides;
  std::vector<Figure> figures;
  // Is what is measured also right? Compared with an oracle before anything is timed.
  std::function<absl::Status()> agrees;
};

// Figures that most comparisons want. `side` is a place in Comparison::sides.
std::function<double(const Round&)> CpuMicrosPerItem(size_t side);
std::function<double(const Round&)> CpuNanosPerItem(size_t side);
std::function<double(const Round&)> MillionsPerCpuSecond(size_t side);
std::function<double(const Round&)> MillionsPerWallSecond(size_t side);
std::function<double(const Round&)> WallSeconds(size_t side);
std::function<double(const Round&)> CpuSeconds(size_t side);
std::function<double(const Round&)> Counter(size_t side, std::string name);
// CPU per item of one side, divided by that of another.
std::function<double(const Round&)> CpuRatio(size_t subject, size_t yardstick);

struct RunOptions {
  int rounds = 5;
  double seconds_per_side = 0.3;  // of CPU, in each round
};

struct FigureResult {
  std::string name;
  std::string unit;
  double median = 0;
  double lowest = 0;
  double highest = 0;
  std::optional<Bound> bound;
  enum class Verdict { kNotBounded, kMet, kMissed, kOneCore };
  Verdict verdict = Verdict::kNotBounded;
  std::string physical_limit;
};

struct ComparisonResult {
  std::string name;
  absl::Status agrees;        // not OK: nothing was timed
  double cores = 0;           // what two spinning threads got, at worst
  int rounds = 0;
  std::vector<FigureResult> figures;
};

// Checks, then runs the rounds. A side that fails (State::SkipWithError) makes
// `agrees` an INTERNAL error.
ComparisonResult RunComparison(const Comparison& comparison, const RunOptions& options);

// What the program of a benchmark measures; each program defines it. `quick`: sizes
// with which everything runs in seconds, to see that it runs and agrees.
std::vector<Comparison> Comparisons(bool quick);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_SUPPORT_COMPARISON_H_
