#include "cli/linkage/link_encoded.h"

#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/linkage/named_files.h"
#include "cli/linkage/thread_workers.h"
#include "cli/session/context.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

bool HasMark(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string begin(kEncodedMark.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return file && begin == kEncodedMark;
}

absl::Status CheckComparable(const LinkEncodedResult& result) {
  for (size_t i = 1; i < result.files.size(); ++i) {
    if (result.files[i].comparability == result.files[0].comparability) continue;
    return InvalidArgument("ENCODED_INCOMPARABLE",
                           absl::StrCat(result.names[i], " was encoded under another secret, epoch or salt, or from other ",
                                        "columns than ", result.names[0], ": encode both alike"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Labels(const LinkEncodedResult& result, const std::string& truth) {
  std::vector<std::string> labels;
  for (const EncodedFile& file : result.files) {
    if (file.truth_column != truth) {
      return InvalidArgument("TRUTH_UNKNOWN", absl::StrCat("not all inputs were encoded with --truth ", truth));
    }
    labels.insert(labels.end(), file.truth.begin(), file.truth.end());
  }
  return labels;
}

EncodedJudgement JudgeLabels(const std::vector<std::string>& labels, const std::vector<uint32_t>& cluster_of) {
  std::map<std::string, uint64_t> numbers;
  std::vector<linkage::JudgedRecord> judged;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) continue;
    judged.push_back({.person = cluster_of[i], .truth = numbers.emplace(labels[i], numbers.size()).first->second});
  }
  return {.clusters = linkage::CountPairs(judged), .b_cubed = linkage::ScoreBCubed(judged)};
}

}  // namespace

absl::StatusOr<bool> AreEncoded(const LinkFilesPlan& plan) {
  SH_ASSIGN_OR_RETURN(const std::vector<NamedFile> files, NamedFiles(plan.inputs));
  size_t encoded = 0;
  for (const NamedFile& file : files) encoded += HasMark(file.path);
  if (encoded != 0 && encoded != files.size()) {
    return InvalidArgument("INPUT_INVALID", "encoded files are compared with encoded files only: encode the others as well");
  }
  return encoded != 0;
}

absl::StatusOr<LinkEncodedResult> LinkEncoded(const LinkFilesPlan& plan) {
  if (plan.model != "auto" || !plan.ignored.empty() || !plan.by.empty()) {
    return InvalidArgument("OPTIONS_CONTRADICT", "encoded files have no columns: --model, --ignore and --by are for others");
  }
  const absl::Time start = absl::Now();
  SH_ASSIGN_OR_RETURN(const std::vector<NamedFile> named, NamedFiles(plan.inputs));
  SH_ASSIGN_OR_RETURN(const std::vector<linkage::DuplicateFree> marks,
                      DuplicateMarks(named, plan.duplicate_free, plan.with_duplicates));
  LinkEncodedResult result;
  std::vector<linkage::FilterSource> sources;
  for (size_t i = 0; i < named.size(); ++i) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(named[i].path, kTableBytesMax));
    absl::StatusOr<EncodedFile> file = ParseEncodedFile(text);
    if (!file.ok()) return WithContext(file.status(), named[i].name);
    result.names.push_back(named[i].name);
    result.duplicate_free.push_back(marks[i] != linkage::DuplicateFree::kNo);
    sources.push_back({.name = named[i].name, .duplicate_free = result.duplicate_free[i], .filters = std::move(file->filters)});
    file->filters.clear();
    result.files.push_back(*std::move(file));
  }
  SH_RETURN_IF_ERROR(CheckComparable(result));
  std::vector<std::string> labels;
  if (!plan.truth.empty()) {
    SH_ASSIGN_OR_RETURN(labels, Labels(result, plan.truth));
  }
  linkage::FilterLinkInput input;
  input.sources = sources;
  if (plan.threshold > 0) input.threshold = plan.threshold;
  SH_ASSIGN_OR_RETURN(input.workers, ThreadWorkers(plan.threads, StartStdThread));
  const absl::Time read = absl::Now();
  SH_ASSIGN_OR_RETURN(result.linked, linkage::LinkFilters(input));
  result.seconds_reading = absl::ToDoubleSeconds(read - start);
  result.seconds_linking = absl::ToDoubleSeconds(absl::Now() - read);
  if (!plan.truth.empty()) result.judgement = JudgeLabels(labels, result.linked.cluster_of);
  return result;
}

}  // namespace safehaven::cli
