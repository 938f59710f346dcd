// A program of benchmarks: runs the comparisons that it was linked with.
//
// Exit code 0: everything ran and agreed with its oracle (and, with --enforce, kept its
// bounds); 1: something did not; 2: wrong use.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/support/comparison.h"
#include "tests/bench/support/report.h"

namespace safehaven::bench {
namespace {

struct Flags {
  bool quick = false;
  bool enforce = false;
  bool list = false;
  std::string only;
  std::string json;
  RunOptions run;
};

bool IsGood(const ComparisonResult& result, bool enforce) {
  bool good = result.agrees.ok();
  for (const FigureResult& figure : result.figures) {
    good = good && !(enforce && figure.verdict == FigureResult::Verdict::kMissed);
  }
  return good;
}

int Run(const Flags& flags) {
  RunOptions options = flags.run;
  if (flags.quick) options = {.rounds = 1, .seconds_per_side = 0.01};
  std::vector<ComparisonResult> results;
  bool good = true;
  for (const Comparison& comparison : Comparisons(flags.quick)) {
    if (comparison.name.find(flags.only) == std::string::npos) continue;
    if (flags.list) {
      std::printf("%s\n", comparison.name.c_str());
      continue;
    }
    results.push_back(RunComparison(comparison, options));
    good = good && IsGood(results.back(), flags.enforce);
    std::printf("%s\n", TableOf(results.back()).c_str());
    std::fflush(stdout);
  }
  if (!flags.json.empty()) std::ofstream(flags.json) << JsonOf(ThisMachine(), results);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace safehaven::bench

int main(int argc, char** argv) {
  safehaven::bench::Flags flags;
  CLI::App app("Benchmarks: a subject beside its yardstick, alternated; CPU time, median of the rounds");
  app.add_flag("--quick", flags.quick, "small sizes, one round: only to see that everything runs and agrees");
  app.add_flag("--enforce", flags.enforce, "exit with 1 if a bound is missed");
  app.add_flag("--list", flags.list, "print the names and stop");
  app.add_option("--only", flags.only, "comparisons whose name contains this");
  app.add_option("--json", flags.json, "write the results to this file as JSON");
  app.add_option("--rounds", flags.run.rounds, "rounds; at least five for a figure to be quoted")
      ->check(CLI::Range(1, 1000));
  app.add_option("--seconds", flags.run.seconds_per_side, "CPU seconds a side and round")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  return safehaven::bench::Run(flags);
}
