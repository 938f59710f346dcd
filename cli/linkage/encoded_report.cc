#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/linkage/link_encoded.h"
#include "cli/output/table.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kWhatItIs =
    "pseudonymous personal data: filters can be attacked by who knows many of the people (docs/threats.md)";

std::string Fixed(double value, int places) { return absl::StrFormat("%.*f", places, value); }

void AddJudgement(const EncodedJudgement& judgement, std::vector<std::vector<std::string>>& rows) {
  const linkage::PairCounts& pairs = judgement.clusters;
  const uint64_t true_pairs = pairs.true_links + pairs.missed_links;
  if (true_pairs == 0) {
    rows.push_back({"true pairs", absl::StrCat("no true pair; false links ", pairs.false_links)});
    return;
  }
  rows.push_back({"true pairs", absl::StrCat(true_pairs)});
  rows.push_back({"precision", Fixed(pairs.Precision(), 4)});
  rows.push_back({"recall", Fixed(pairs.Recall(), 4)});
  rows.push_back({"f1", Fixed(pairs.F1(), 4)});
  rows.push_back({"b_cubed_f1", Fixed(judgement.b_cubed.F1(), 4)});
}

// One record's place in the output.
class Records {
 public:
  explicit Records(const LinkEncodedResult& result) : result_(result) {
    uint32_t next = 0;
    for (const EncodedFile& file : result.files) {
      first_.push_back(next);
      next += static_cast<uint32_t>(file.records.size());
    }
  }

  void Write(uint32_t record, sample::FileWriter& file) const {
    const size_t source = static_cast<size_t>(std::upper_bound(first_.begin(), first_.end(), record) - first_.begin()) - 1;
    file.Field(result_.names[source]);
    file.Field(result_.files[source].records[record - first_[source]]);
  }

 private:
  const LinkEncodedResult& result_;
  std::vector<uint32_t> first_;
};

void WriteHeader(std::initializer_list<const char*> columns, sample::FileWriter& file) {
  for (const char* column : columns) file.Field(column);
  file.EndRow();
}

}  // namespace

std::string EncodedReport(const LinkEncodedResult& result, OutputFormat format) {
  const linkage::FilterLinkResult& linked = result.linked;
  TextTable facts = {.columns = {"fact", "value"}, .rows = {}};
  for (size_t i = 0; i < result.names.size(); ++i) {
    facts.rows.push_back({absl::StrCat("records of ", result.names[i]),
                          absl::StrCat(result.files[i].records.size(),
                                       result.duplicate_free[i] ? ", one a person" : ", with duplicates")});
  }
  facts.rows.push_back({"what it is", std::string(kWhatItIs)});
  facts.rows.push_back({"epoch", result.files[0].epoch});
  facts.rows.push_back({"salt", result.files[0].salt});
  if (linked.empty > 0) facts.rows.push_back({"records that say nothing", absl::StrCat(linked.empty)});
  facts.rows.push_back({"comparisons", absl::StrCat(linked.comparisons)});
  facts.rows.push_back({"threshold of Dice", absl::StrCat(Fixed(linked.threshold, 3),
                                                          linked.threshold_found ? ", found from the data" : ", as told")});
  facts.rows.push_back({"links", absl::StrCat(std::count_if(linked.pairs.begin(), linked.pairs.end(),
                                                            [](const linkage::FilterPair& p) { return p.together; }))});
  facts.rows.push_back({"clusters", absl::StrCat(linked.cluster_count)});
  facts.rows.push_back({"expected false among best pairs",
                        absl::StrCat(Fixed(linked.expected_false, 1), " of ", linked.best_pairs)});
  facts.rows.push_back({"expected missed below the threshold", Fixed(linked.expected_missed, 1)});
  if (result.judgement.has_value()) AddJudgement(*result.judgement, facts.rows);
  facts.rows.push_back({"seconds", absl::StrCat("read ", Fixed(result.seconds_reading, 2), ", link ",
                                                Fixed(result.seconds_linking, 2))});
  return Format(facts, format);
}

absl::Status WriteEncodedResults(const LinkEncodedResult& result, const std::string& folder) {
  const Records records(result);
  SH_ASSIGN_OR_RETURN(sample::FileWriter clusters, sample::FileWriter::Open(absl::StrCat(folder, "/clusters.csv")));
  WriteHeader({"source", "record", "cluster"}, clusters);
  for (uint32_t r = 0; r < result.linked.cluster_of.size(); ++r) {
    records.Write(r, clusters);
    clusters.Field(absl::StrCat(result.linked.cluster_of[r] + 1));
    clusters.EndRow();
  }
  SH_RETURN_IF_ERROR(clusters.Close());
  SH_ASSIGN_OR_RETURN(sample::FileWriter pairs, sample::FileWriter::Open(absl::StrCat(folder, "/pairs.csv")));
  WriteHeader({"source_a", "record_a", "source_b", "record_b", "dice", "together"}, pairs);
  for (const linkage::FilterPair& pair : result.linked.pairs) {
    records.Write(pair.a, pairs);
    records.Write(pair.b, pairs);
    pairs.Field(Fixed(pair.dice / 1e6, 6));
    pairs.Field(pair.together ? "1" : "0");
    pairs.EndRow();
  }
  SH_RETURN_IF_ERROR(pairs.Close());
  SH_RETURN_IF_ERROR(sample::WriteFile(absl::StrCat(folder, "/report.json"), EncodedReport(result, OutputFormat::kJson)));
  return sample::WriteFile(absl::StrCat(folder, "/report.txt"), EncodedReport(result, OutputFormat::kTable));
}

}  // namespace safehaven::cli
