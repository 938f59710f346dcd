#include "cli/costing/feeds.h"

#include <filesystem>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/costing/feed_files.h"
#include "cli/costing/file_text.h"
#include "cli/load/descriptor.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

absl::Status CheckFaults(const DatasetReport& report, const FeedOptions& options) {
  if (report.rejected_count * 1000 <= report.row_count * options.fault_per_mille_max) return absl::OkStatus();
  const RowFault& first = report.faults.front();
  return InvalidArgument("TOO_MANY_FAULTS",
                         absl::StrCat(report.rejected_count, " of ", report.row_count,
                                      " rows have a fault; the limit is ", options.fault_per_mille_max,
                                      " in a thousand. The first: line ", first.line, ": ", first.column, ": ",
                                      first.reason, ": ", first.message));
}

// Every data set of the model in the order of its feeds, masters before auxiliaries.
class FeedsLoader {
 public:
  FeedsLoader(const costing::CostModel& model, const CostInputs& inputs, const FeedOptions& options)
      : model_(model), inputs_(inputs), options_(options), state_{.model = model} {}

  absl::StatusOr<LoadedFeeds> Load() {
    std::map<std::string, uint8_t> numbers;
    for (const costing::Feed& feed : model_.feeds) {
      const auto [at, is_new] = numbers.emplace(feed.dataset, static_cast<uint8_t>(numbers.size()));
      dataset_numbers_.push_back(at->second);
    }
    std::map<std::string, bool> is_loaded;
    for (const costing::Feed& feed : model_.feeds) {
      if (feed.is_auxiliary || is_loaded[feed.dataset]) continue;
      is_loaded[feed.dataset] = true;
      SH_RETURN_IF_ERROR(LoadMaster(feed.dataset, numbers.at(feed.dataset)));
    }
    const costing::PatientIndex patients(std::move(state_.patients));
    for (size_t feed = 0; feed < model_.feeds.size(); ++feed) {
      if (model_.feeds[feed].is_auxiliary) SH_RETURN_IF_ERROR(LoadAuxiliary(feed, patients));
    }
    return std::move(state_.loaded);
  }

 private:
  absl::StatusOr<FileText> Open(const std::string& dataset, DatasetReport& report) const {
    const InputFile& input = inputs_.datasets.at(dataset);
    SH_ASSIGN_OR_RETURN(FileText file, FileText::Read(std::filesystem::path(options_.input_dir) / input.file));
    report = {.dataset = dataset,
              .file = input.file,
              .sha256 = file.Sha256Hex(),
              .byte_count = file.text().size(),
              .faults = {}};
    if (const absl::Status same = CheckHash(input, report.sha256); !same.ok()) return WithContext(same, file.path());
    return file;
  }

  // How many rows the file must have, if anybody says so.
  absl::StatusOr<std::optional<uint64_t>> ExpectedRows(const DatasetReport& report) const {
    const InputFile& input = inputs_.datasets.at(report.dataset);
    if (input.row_count) return input.row_count;
    std::filesystem::path descriptor = std::filesystem::path(options_.input_dir) / report.file;
    descriptor.replace_extension(".yaml");
    if (!std::filesystem::exists(descriptor)) return std::nullopt;
    SH_ASSIGN_OR_RETURN(const FileText text, FileText::Read(descriptor.string()));
    if (text.text().find("safehaven-extract/") == absl::string_view::npos) return std::nullopt;
    const absl::StatusOr<LoadDescriptor> parsed = ParseLoadDescriptor(text.text());
    if (!parsed.ok()) return WithContext(parsed.status(), descriptor.string());
    return parsed->row_count;
  }

  absl::Status Keep(DatasetReport report, const absl::Status& loaded) {
    const std::string path = std::filesystem::path(options_.input_dir) / report.file;
    if (!loaded.ok()) return WithContext(loaded, path);
    SH_ASSIGN_OR_RETURN(const std::optional<uint64_t> expected, ExpectedRows(report));
    if (expected && *expected != report.row_count) {
      return InvalidArgument("EXTRACT_ROW_COUNT", absl::StrCat(path, ": the file has ", report.row_count,
                                                               " rows and should have ", *expected,
                                                               ": cut short, or another file"));
    }
    const absl::Status checked = CheckFaults(report, options_);
    state_.loaded.datasets.push_back(std::move(report));
    return checked.ok() ? checked : WithContext(checked, path);
  }

  absl::Status LoadMaster(const std::string& dataset, uint8_t number) {
    DatasetReport report;
    SH_ASSIGN_OR_RETURN(const FileText file, Open(dataset, report));
    const absl::Status loaded =
        LoadMasterFile(file.text(), dataset, number, inputs_.datasets.at(dataset), state_, report);
    return Keep(std::move(report), loaded);
  }

  absl::Status LoadAuxiliary(size_t feed, const costing::PatientIndex& patients) {
    const std::string& dataset = model_.feeds[feed].dataset;
    DatasetReport report;
    SH_ASSIGN_OR_RETURN(const FileText file, Open(dataset, report));
    const absl::Status loaded = LoadAuxiliaryFile(file.text(), feed, inputs_.datasets.at(dataset), dataset_numbers_,
                                                  patients, state_, report);
    return Keep(std::move(report), loaded);
  }

  const costing::CostModel& model_;
  const CostInputs& inputs_;
  const FeedOptions& options_;
  LoadState state_;
  std::vector<uint8_t> dataset_numbers_;  // by feed of the model
};

}  // namespace

std::vector<const costing::EventColumns*> BatchesOf(const LoadedFeeds& feeds) {
  std::vector<const costing::EventColumns*> batches;
  for (const costing::EventColumns& batch : feeds.batches) batches.push_back(&batch);
  return batches;
}

absl::StatusOr<LoadedFeeds> LoadFeeds(const costing::CostModel& model, const CostInputs& inputs,
                                      const FeedOptions& options) {
  return FeedsLoader(model, inputs, options).Load();
}

}  // namespace safehaven::cli
