// Expected errors of linking files, in all and by groups of people. No identifying value:
// groups are sources, sexes, bands of age and the values of columns that were named for it.
#ifndef SAFEHAVEN_CLI_LINKAGE_QUALITY_REPORT_H_
#define SAFEHAVEN_CLI_LINKAGE_QUALITY_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/linkage/link_files.h"
#include "cli/output/table.h"

namespace safehaven::cli {

// More values are no groups. The rarest go into "other".
inline constexpr size_t kGroupsMax = 50;
// A smaller group is put into "other": its figures would be about persons.
inline constexpr uint64_t kGroupRecordsMin = 8;

// Columns by, group, records, links, expected_false, expected_missed, false_share,
// missed_share, false_ratio and missed_ratio (to the share of all). `columns` are those of
// the inputs to group by as well. INVALID_ARGUMENT with reason INPUT_INVALID for one that no
// input has.
absl::StatusOr<TextTable> QualityTable(const LinkFilesResult& result, const std::vector<std::string>& columns,
                                       CivilDay today);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_QUALITY_REPORT_H_
