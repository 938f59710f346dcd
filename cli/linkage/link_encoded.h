// `safehaven link --input NAME=ENCODED.csv ...`: links files of `safehaven encode`. There
// are no columns, no model and no explanation: only how alike two filters are.
#ifndef SAFEHAVEN_CLI_LINKAGE_LINK_ENCODED_H_
#define SAFEHAVEN_CLI_LINKAGE_LINK_ENCODED_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/linkage/encoded_file.h"
#include "cli/linkage/link_files.h"
#include "services/linkage/core/encoded/link_filters.h"
#include "services/linkage/core/evaluate.h"

namespace safehaven::cli {

struct EncodedJudgement {
  linkage::PairCounts clusters;
  linkage::BCubed b_cubed;
};

struct LinkEncodedResult {
  std::vector<std::string> names;
  std::vector<EncodedFile> files;
  std::vector<bool> duplicate_free;
  linkage::FilterLinkResult linked;
  std::optional<EncodedJudgement> judgement;
  double seconds_reading = 0;
  double seconds_linking = 0;
};

// Are the plan's inputs encoded files? INVALID_ARGUMENT with reason INPUT_INVALID if only
// some are.
absl::StatusOr<bool> AreEncoded(const LinkFilesPlan& plan);

// INVALID_ARGUMENT with reason ENCODED_INCOMPARABLE (made under another secret, epoch, salt
// or of other fields), TRUTH_UNKNOWN, OPTIONS_CONTRADICT (a model, columns to ignore), or as
// ParseEncodedFile and LinkFilters. Sources hold one record a person unless told otherwise.
absl::StatusOr<LinkEncodedResult> LinkEncoded(const LinkFilesPlan& plan);

// clusters.csv, pairs.csv, report.json and report.txt.
absl::Status WriteEncodedResults(const LinkEncodedResult& result, const std::string& folder);

std::string EncodedReport(const LinkEncodedResult& result, OutputFormat format);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_LINK_ENCODED_H_
