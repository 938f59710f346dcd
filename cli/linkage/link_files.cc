#include "cli/linkage/link_files.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/linkage/charts.h"
#include "cli/linkage/cluster_charts.h"
#include "cli/linkage/link_encoded.h"
#include "cli/linkage/model_commands.h"
#include "cli/linkage/named_files.h"
#include "cli/linkage/quality_report.h"
#include "cli/linkage/report.h"
#include "cli/linkage/thread_workers.h"
#include "cli/linkage/write_results.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::cli {
namespace {

absl::Status InputInvalid(absl::string_view message) { return InvalidArgument("INPUT_INVALID", message); }

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

// Pairs of the labels file that are one person's.
absl::StatusOr<std::vector<std::pair<uint32_t, uint32_t>>> ReadLabels(const std::string& path,
                                                                      const ReadInputs& inputs) {
  std::vector<std::pair<uint32_t, uint32_t>> labels;
  if (path.empty()) return labels;
  SH_ASSIGN_OR_RETURN(const ReadTableResult read, ReadTable("labels", path, ""));
  const linkage::TableColumn* a = read.table.Find("a");
  const linkage::TableColumn* b = read.table.Find("b");
  const linkage::TableColumn* same = read.table.Find("same");
  if (a == nullptr || b == nullptr || same == nullptr) {
    return InvalidArgument("LABELS_INVALID", "labels have the columns a, b and same");
  }
  std::vector<NumberedRows> numbered;
  for (size_t i = 0; i < inputs.tables.size(); ++i) {
    numbered.push_back({.table = inputs.tables[i], .left_out = inputs.reports[i].rows_left_out});
  }
  for (size_t row = 0; row < read.table.row_count; ++row) {
    if (same->ValueAt(row) != "1") continue;
    SH_ASSIGN_OR_RETURN(const uint32_t first, RecordNumber(numbered, a->ValueAt(row)));
    SH_ASSIGN_OR_RETURN(const uint32_t second, RecordNumber(numbered, b->ValueAt(row)));
    labels.emplace_back(first, second);
  }
  return labels;
}

absl::StatusOr<ReadInputs> ReadAll(const LinkFilesPlan& plan) {
  ReadInputs inputs;
  SH_ASSIGN_OR_RETURN(inputs.files, NamedFiles(plan.inputs));
  for (const NamedFile& file : inputs.files) {
    SH_ASSIGN_OR_RETURN(ReadTableResult read, ReadTable(file.name, file.path, plan.truth));
    SH_RETURN_IF_ERROR(CheckFaults(read, plan.fault_per_mille_max));
    inputs.tables.push_back(std::move(read.table));
    read.table = linkage::Table();
    inputs.reports.push_back(std::move(read));
  }
  for (const std::string& column : plan.ignored) {
    const bool known = std::any_of(inputs.tables.begin(), inputs.tables.end(),
                                   [&](const linkage::Table& table) { return table.Find(column) != nullptr; });
    if (!known) return InputInvalid(absl::StrCat("--ignore: no input has a column ", column));
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

absl::StatusOr<uint32_t> RecordNumber(std::span<const NumberedRows> inputs, absl::string_view text) {
  const size_t colon = text.rfind(':');
  uint32_t row = 0;
  uint32_t before = 0;
  const bool readable = colon != absl::string_view::npos && absl::SimpleAtoi(text.substr(colon + 1), &row) && row > 0;
  for (const NumberedRows& input : inputs) {
    const std::vector<uint32_t>& left_out = input.left_out;
    const bool there = readable && input.table.name == text.substr(0, colon) &&
                       !std::binary_search(left_out.begin(), left_out.end(), row);
    const auto missing = std::lower_bound(left_out.begin(), left_out.end(), row) - left_out.begin();
    const uint32_t index = row - 1 - static_cast<uint32_t>(missing);
    if (there && index < input.table.row_count) return before + index;
    before += static_cast<uint32_t>(input.table.row_count);
  }
  return InvalidArgument("RECORD_UNKNOWN", absl::StrCat("'", text, "' is no NAME:ROW of the inputs"));
}

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
  SH_ASSIGN_OR_RETURN(input.workers, ThreadWorkers(plan.threads, StartStdThread));
  SH_ASSIGN_OR_RETURN(input.labels, ReadLabels(plan.labels, inputs));
  SH_ASSIGN_OR_RETURN(input.duplicate_free,
                      DuplicateMarks(inputs.files, plan.duplicate_free, plan.with_duplicates));
  SH_ASSIGN_OR_RETURN(input.truth, Labels(tables, plan.truth));
  SH_RETURN_IF_ERROR(ChooseModel(plan, input, tables));
  LinkFilesResult result;
  StageTimes times(result.seconds_by_stage);
  input.on_stage = [&times](absl::string_view stage) { times.Enter(stage); };
  SH_ASSIGN_OR_RETURN(result.linked, LinkTables(input));
  times.Enter("");
  result.inputs = std::move(inputs.reports);
  for (size_t i = 0; i < inputs.tables.size(); ++i) result.inputs[i].table = std::move(inputs.tables[i]);
  SH_ASSIGN_OR_RETURN(result.quality, QualityTable(result, plan.by, plan.today));
  result.seconds_reading = absl::ToDoubleSeconds(read - start);
  result.seconds_linking = absl::ToDoubleSeconds(absl::Now() - read);
  return result;
}

namespace {

namespace fs = std::filesystem;

// The folder that becomes `out` when all is written. Results are not overwritten; an empty
// folder may be there already.
absl::StatusOr<std::string> PartialFolder(const std::string& out) {
  std::error_code failure;
  if (fs::exists(out, failure) && !(fs::is_directory(out, failure) && fs::is_empty(out, failure))) {
    return Failure(absl::StatusCode::kAlreadyExists, "OUTPUT_EXISTS",
                   absl::StrCat(out, " is there already and is not overwritten: name another --out"));
  }
  std::string partial = absl::StrCat(out, ".partial");
  fs::remove_all(partial, failure);
  return partial;
}

absl::Status WriteAll(const LinkFilesResult& result, const std::string& folder) {
  const linkage::MatchResult& match = result.linked.match;
  SH_RETURN_IF_ERROR(WriteClusters(result, absl::StrCat(folder, "/clusters.csv")));
  SH_RETURN_IF_ERROR(WritePairs(result, absl::StrCat(folder, "/pairs.csv")));
  SH_RETURN_IF_ERROR(WriteRejects(result, absl::StrCat(folder, "/rejects.csv")));
  SH_RETURN_IF_ERROR(
      sample::WriteFile(absl::StrCat(folder, "/quality.csv"), Format(result.quality, OutputFormat::kCsv)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/report.json"), ReportJson(result)));
  SH_RETURN_IF_ERROR(
      sample::WriteFile(absl::StrCat(folder, "/report.txt"), ReportText(result, OutputFormat::kTable)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/weights.svg"), WeightsChart(match)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/thresholds.svg"), ThresholdsChart(match)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/clusters.svg"), ClustersChart(match)));
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/unlinkables.svg"), UnlinkablesChart(match)));
  return sample::WriteFile(absl::StrCat(folder, "/levels.svg"), LevelsChart(match.model));
}

}  // namespace

absl::Status RunLinkFiles(const LinkFilesPlan& plan) {
  std::string out = plan.out;
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  SH_ASSIGN_OR_RETURN(const std::string partial, PartialFolder(out));
  SH_ASSIGN_OR_RETURN(const bool encoded, AreEncoded(plan));
  std::string text;
  if (encoded) {
    SH_ASSIGN_OR_RETURN(const LinkEncodedResult result, LinkEncoded(plan));
    SH_RETURN_IF_ERROR(WriteEncodedResults(result, partial));
    text = EncodedReport(result, plan.output);
  } else {
    SH_ASSIGN_OR_RETURN(const LinkFilesResult result, LinkFiles(plan));
    SH_RETURN_IF_ERROR(WriteAll(result, partial));
    text = plan.output == OutputFormat::kJson ? ReportJson(result) : ReportText(result, plan.output);
  }
  std::error_code failure;
  fs::rename(partial, out, failure);
  if (failure) return Unavailable("FILE_WRITE_FAILED", absl::StrCat("cannot write ", out));
  std::cout << text;
  return absl::OkStatus();
}

}  // namespace safehaven::cli
