#include "cli/linkage/link_files.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/linkage/report.h"
#include "cli/linkage/write_results.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::cli {
namespace {

using linkage::DuplicateFree;

absl::Status InputInvalid(absl::string_view message) { return InvalidArgument("INPUT_INVALID", message); }

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

}  // namespace

absl::StatusOr<LinkFilesResult> LinkFiles(const LinkFilesPlan& plan) {
  SH_ASSIGN_OR_RETURN(const std::vector<NamedFile> files, NamedFiles(plan.inputs));
  LinkFilesResult result;
  const absl::Time start = absl::Now();
  std::vector<linkage::Table> tables;
  for (const NamedFile& file : files) {
    SH_ASSIGN_OR_RETURN(ReadTableResult read, ReadTable(file.name, file.path));
    tables.push_back(std::move(read.table));
    read.table = linkage::Table();
    result.inputs.push_back(std::move(read));
  }
  const absl::Time read = absl::Now();
  linkage::TableLinkInput input;
  input.tables = tables;
  input.today = plan.today;
  input.duplicate_free.assign(files.size(), DuplicateFree::kFindOut);
  SH_RETURN_IF_ERROR(MarkSources(plan.duplicate_free, DuplicateFree::kYes, files, input.duplicate_free));
  SH_RETURN_IF_ERROR(MarkSources(plan.with_duplicates, DuplicateFree::kNo, files, input.duplicate_free));
  SH_ASSIGN_OR_RETURN(input.truth, Labels(tables, plan.truth));
  std::vector<std::string> left_out = plan.ignored;
  if (!plan.truth.empty()) left_out.push_back(plan.truth);
  input.schema = linkage::Recognise(tables, left_out);
  if (plan.threshold > 0) {
    linkage::Thresholds thresholds = linkage::DefaultModel({}).thresholds;
    thresholds.link = linkage::WeightOfPrior(plan.threshold);
    thresholds.review = std::min(thresholds.review, thresholds.link);
    thresholds.exclude = std::min(thresholds.exclude, thresholds.review);
    input.thresholds = thresholds;
  }
  SH_ASSIGN_OR_RETURN(result.linked, LinkTables(input));
  for (size_t i = 0; i < tables.size(); ++i) result.inputs[i].table = std::move(tables[i]);
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
  std::cout << text;
  return absl::OkStatus();
}

}  // namespace safehaven::cli
