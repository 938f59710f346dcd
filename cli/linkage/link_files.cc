#include "cli/linkage/link_files.h"

#include <algorithm>
#include <iostream>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/linkage/charts.h"
#include "cli/linkage/model_commands.h"
#include "cli/linkage/report.h"
#include "cli/linkage/write_results.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::cli {
namespace {

using linkage::DuplicateFree;

absl::Status InputInvalid(absl::string_view message) { return InvalidArgument("INPUT_INVALID", message); }

// Threads that live as long as one call of run().
linkage::Workers ThreadWorkers(size_t threads) {
  linkage::Workers workers;
  workers.count = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  workers.run = [count = workers.count](const std::function<void(size_t)>& body) {
    std::vector<std::thread> others;
    for (size_t lane = 1; lane < count; ++lane) others.emplace_back(body, lane);
    body(0);
    for (std::thread& other : others) other.join();
  };
  return workers;
}

// Adds up how long each stage takes; a stage may come more than once.
class StageTimes {
 public:
  explicit StageTimes(std::vector<std::pair<std::string, double>>& seconds) : seconds_(seconds) {}

  void Enter(absl::string_view stage) {
    const absl::Time now = absl::Now();
    if (!stage_.empty()) {
      auto found = std::find_if(seconds_.begin(), seconds_.end(), [&](const auto& s) { return s.first == stage_; });
      if (found == seconds_.end()) found = seconds_.insert(seconds_.end(), {stage_, 0.0});
      found->second += absl::ToDoubleSeconds(now - since_);
    }
    stage_ = std::string(stage);
    since_ = now;
  }

 private:
  std::vector<std::pair<std::string, double>>& seconds_;
  std::string stage_;
  absl::Time since_;
};

struct NamedFile {
  std::string name;
  std::string path;
};

absl::StatusOr<std::vector<NamedFile>> NamedFiles(const std::vector<std::string>& inputs) {
  std::vector<NamedFile> files;
  for (const std::string& input : inputs) {
    const size_t equal = input.find('=');
    if (equal == std::string::npos || equal == 0 || equal + 1 == input.size()) {
      return InputInvalid("--input is NAME=FILE.csv");
    }
    NamedFile file = {.name = input.substr(0, equal), .path = input.substr(equal + 1)};
    const bool known = std::any_of(files.begin(), files.end(),
                                   [&](const NamedFile& other) { return other.name == file.name; });
    if (known) return InputInvalid(absl::StrCat("two inputs are called ", file.name));
    files.push_back(std::move(file));
  }
  if (files.empty()) return InputInvalid("name at least one --input");
  return files;
}

absl::Status MarkSources(const std::vector<std::string>& names, DuplicateFree mark,
                         const std::vector<NamedFile>& files, std::vector<DuplicateFree>& marks) {
  for (const std::string& name : names) {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const NamedFile& file) { return file.name == name; });
    if (found == files.end()) return InputInvalid(absl::StrCat("no input is called ", name));
    marks[static_cast<size_t>(found - files.begin())] = mark;
  }
  return absl::OkStatus();
}

// The label of every record.
absl::StatusOr<std::vector<std::string>> Labels(const std::vector<linkage::Table>& tables,
                                                const std::string& column) {
  std::vector<std::string> labels;
  if (column.empty()) return labels;
  bool any = false;
  for (const linkage::Table& table : tables) {
    const linkage::TableColumn* found = table.Find(column);
    any |= found != nullptr;
    for (size_t row = 0; row < table.row_count; ++row) {
      labels.emplace_back(found == nullptr ? absl::string_view() : found->ValueAt(row));
    }
  }
  if (!any) return InvalidArgument("TRUTH_UNKNOWN", absl::StrCat("no input has a column ", column));
  return labels;
}

// The inputs and how they were read.
struct ReadInputs {
  std::vector<NamedFile> files;
  std::vector<linkage::Table> tables;
  std::vector<ReadTableResult> reports;
};

absl::StatusOr<ReadInputs> ReadAll(const LinkFilesPlan& plan) {
  ReadInputs inputs;
  SH_ASSIGN_OR_RETURN(inputs.files, NamedFiles(plan.inputs));
  for (const NamedFile& file : inputs.files) {
    SH_ASSIGN_OR_RETURN(ReadTableResult read, ReadTable(file.name, file.path, plan.truth));
    inputs.tables.push_back(std::move(read.table));
    read.table = linkage::Table();
    inputs.reports.push_back(std::move(read));
  }
  return inputs;
}

linkage::Schema RecogniseTables(const LinkFilesPlan& plan, const std::vector<linkage::Table>& tables) {
  std::vector<std::string> left_out = plan.ignored;
  if (!plan.truth.empty()) left_out.push_back(plan.truth);
  return linkage::Recognise(tables, left_out);
}

// The model and its columns, as the plan says.
absl::Status ChooseModel(const LinkFilesPlan& plan, linkage::TableLinkInput& input,
                         const std::vector<linkage::Table>& tables) {
  if (plan.model == "auto") {
    input.schema = RecogniseTables(plan, tables);
  } else {
    SH_ASSIGN_OR_RETURN(linkage::ModelFile file, ReadModelFile(plan.model));
    input.schema = std::move(file.schema);
    input.model = std::move(file.model);
    input.train = !file.trained;
  }
  if (plan.threshold > 0) {
    linkage::Thresholds thresholds = input.model.has_value() ? input.model->thresholds
                                                             : linkage::DefaultModel({}).thresholds;
    thresholds.link = linkage::WeightOfPrior(plan.threshold);
    thresholds.review = std::min(thresholds.review, thresholds.link);
    thresholds.exclude = std::min(thresholds.exclude, thresholds.review);
    input.thresholds = thresholds;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<linkage::Schema> RecogniseFiles(const LinkFilesPlan& plan) {
  SH_ASSIGN_OR_RETURN(const ReadInputs inputs, ReadAll(plan));
  return RecogniseTables(plan, inputs.tables);
}

absl::StatusOr<LinkFilesResult> LinkFiles(const LinkFilesPlan& plan) {
  const absl::Time start = absl::Now();
  SH_ASSIGN_OR_RETURN(ReadInputs inputs, ReadAll(plan));
  const absl::Time read = absl::Now();
  const std::vector<linkage::Table>& tables = inputs.tables;
  linkage::TableLinkInput input;
  input.tables = tables;
  input.today = plan.today;
  input.workers = ThreadWorkers(plan.threads);
  input.duplicate_free.assign(tables.size(), DuplicateFree::kFindOut);
  SH_RETURN_IF_ERROR(MarkSources(plan.duplicate_free, DuplicateFree::kYes, inputs.files, input.duplicate_free));
  SH_RETURN_IF_ERROR(MarkSources(plan.with_duplicates, DuplicateFree::kNo, inputs.files, input.duplicate_free));
  SH_ASSIGN_OR_RETURN(input.truth, Labels(tables, plan.truth));
  SH_RETURN_IF_ERROR(ChooseModel(plan, input, tables));
  LinkFilesResult result;
  StageTimes times(result.seconds_by_stage);
  input.on_stage = [&times](absl::string_view stage) { times.Enter(stage); };
  SH_ASSIGN_OR_RETURN(result.linked, LinkTables(input));
  times.Enter("");
  result.inputs = std::move(inputs.reports);
  for (size_t i = 0; i < inputs.tables.size(); ++i) result.inputs[i].table = std::move(inputs.tables[i]);
  result.seconds_reading = absl::ToDoubleSeconds(read - start);
  result.seconds_linking = absl::ToDoubleSeconds(absl::Now() - read);
  return result;
}

absl::Status RunLinkFiles(const LinkFilesPlan& plan) {
  SH_ASSIGN_OR_RETURN(const LinkFilesResult result, LinkFiles(plan));
  SH_RETURN_IF_ERROR(WriteClusters(result, absl::StrCat(plan.out, "/clusters.csv")));
  SH_RETURN_IF_ERROR(WritePairs(result, absl::StrCat(plan.out, "/pairs.csv")));
  const std::string text = ReportText(result);
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(plan.out, "/report.json"), ReportJson(result)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(plan.out, "/report.txt"), text));
  const linkage::MatchResult& match = result.linked.match;
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(plan.out, "/weights.svg"), WeightsChart(match)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(plan.out, "/thresholds.svg"), ThresholdsChart(match)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(plan.out, "/levels.svg"), LevelsChart(match.model)));
  std::cout << text;
  return absl::OkStatus();
}

}  // namespace safehaven::cli
