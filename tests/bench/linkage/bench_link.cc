// The whole of linking a file of a million records (read, standardise, train, block,
// score, cluster, write) against a naive single-threaded linker of the same file.
//
// SAFEHAVEN_BENCH_1M names the file of linkage.md 3; without it people are made up.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/linkage/link_files.h"
#include "cli/linkage/write_results.h"
#include "libs/base/status.h"
#include "services/linkage/core/evaluate.h"
#include "tests/bench/linkage/naive_linker.h"
#include "tests/bench/linkage/people.h"
#include "tests/bench/support/comparison.h"

namespace safehaven::bench {
namespace {

constexpr uint32_t kPeople = 800'000;
constexpr uint32_t kPeopleQuick = 4'000;

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The input as text, as a file, and its truth.
struct Input {
  std::string csv;
  std::string path;
  std::string folder;
  std::vector<uint64_t> truth;
};

std::shared_ptr<const Input> MakeInput(bool quick) {
  auto input = std::make_shared<Input>();
  char folder[] = "/tmp/bench_link.XXXXXX";
  input->folder = mkdtemp(folder) == nullptr ? "/tmp" : folder;
  const char* given = std::getenv("SAFEHAVEN_BENCH_1M");
  if (given != nullptr && !quick) {
    input->path = given;
    input->csv = ReadAll(given);
  } else {
    input->csv = PeopleCsv(quick ? kPeopleQuick : kPeople);
    input->path = input->folder + "/people.csv";
    std::ofstream(input->path) << input->csv;
  }
  bool header = true;
  for (const absl::string_view line : absl::StrSplit(input->csv, '\n', absl::SkipEmpty())) {
    uint64_t person = 0;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(',', 2));
    if (!header && absl::SimpleAtoi(fields[1], &person)) input->truth.push_back(person);
    header = false;
  }
  return input;
}

double F1Of(const std::vector<uint32_t>& clusters, const std::vector<uint64_t>& truth) {
  std::vector<linkage::JudgedRecord> judged;
  for (size_t i = 0; i < truth.size(); ++i) judged.push_back({.person = clusters[i], .truth = truth[i]});
  return linkage::CountPairs(judged).F1();
}

// Peak of resident memory since ResetPeak, in MB.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }
double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    double kilobytes = 0;
    if (line.rfind("VmHWM:", 0) == 0 && std::sscanf(line.c_str(), "VmHWM: %lf", &kilobytes) == 1) return kilobytes / 1024;
  }
  return 0;
}

absl::StatusOr<cli::LinkFilesResult> LinkOnce(const Input& input) {
  cli::LinkFilesPlan plan;
  plan.inputs = {absl::StrCat("people=", input.path)};
  plan.ignored = {"cluster"};
  plan.today = CivilDay::FromYmd(2026, 3, 31).value();
  SH_ASSIGN_OR_RETURN(cli::LinkFilesResult result, cli::LinkFiles(plan));
  SH_RETURN_IF_ERROR(cli::WriteClusters(result, input.folder + "/clusters.csv"));
  SH_RETURN_IF_ERROR(cli::WritePairs(result, input.folder + "/pairs.csv"));
  return result;
}

void RunSubject(const Input& input, benchmark::State& state) {
  for (auto _ : state) {
    ResetPeak();
    const absl::StatusOr<cli::LinkFilesResult> result = LinkOnce(input);
    if (!result.ok()) {
      state.SkipWithError(std::string(result.status().message()).c_str());
      return;
    }
    const linkage::MatchResult& match = result->linked.match;
    state.counters["pairs"] = static_cast<double>(match.scores.counts.pairs_compared);
    state.counters["megabytes"] = PeakMegabytes();
    state.counters["f1"] = F1Of(match.cluster_of_record, input.truth);
  }
}

void RunYardstick(const Input& input, benchmark::State& state) {
  for (auto _ : state) {
    const NaiveResult result = LinkNaively(input.csv);
    state.counters["pairs"] = static_cast<double>(result.pairs);
    state.counters["f1"] = F1Of(result.cluster_of, input.truth);
  }
}

absl::Status Agrees(const Input& input) {
  SH_ASSIGN_OR_RETURN(const cli::LinkFilesResult result, LinkOnce(input));
  const double subject = F1Of(result.linked.match.cluster_of_record, input.truth);
  const double yardstick = F1Of(LinkNaively(input.csv).cluster_of, input.truth);
  if (subject + 0.01 < yardstick || subject < 0.9) {
    return Failure(absl::StatusCode::kInternal, "LESS_ACCURATE",
                   absl::StrCat("F1 ", subject, ", of the naive linker ", yardstick));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const std::shared_ptr<const Input> input = MakeInput(quick);
  const auto bounded = [quick](Bound bound) { return quick ? std::nullopt : std::optional<Bound>(bound); };
  Comparison link;
  link.name = "linkage/million_records";
  link.sides = {{.name = "safehaven", .body = [input](benchmark::State& s) { RunSubject(*input, s); }, .iterations = 1},
                {.name = "naive", .body = [input](benchmark::State& s) { RunYardstick(*input, s); }, .iterations = 1}};
  link.figures = {
      {.name = "CPU of the whole", .unit = "s", .of = CpuSeconds(0), .bound = bounded(AtMost(8))},
      {.name = "wall time of the whole", .unit = "s", .of = WallSeconds(0), .bound = bounded(AtMost(6)),
       .needs_two_cores = true},
      {.name = "peak memory", .unit = "MB", .of = Counter(0, "megabytes"), .bound = std::nullopt},
      {.name = "F1", .unit = "", .of = Counter(0, "f1"), .bound = bounded(AtLeast(0.973))},
      {.name = "pairs compared", .unit = "", .of = Counter(0, "pairs")},
      {.name = "F1 of the naive linker", .unit = "", .of = Counter(1, "f1")},
      {.name = "CPU of the naive linker", .unit = "s", .of = CpuSeconds(1)},
      {.name = "CPU, of the naive linker's", .unit = "ratio",
       .of = [](const Round& round) { return round[0].cpu_seconds / round[1].cpu_seconds; },
       .bound = bounded(AtMost(0.7))}};
  link.agrees = [input] { return Agrees(*input); };
  return {link};
}

}  // namespace safehaven::bench
