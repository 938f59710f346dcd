// The report of linking files: what was read, how columns were used, what was found
// and, where the truth is known, how good it is. No identifying value.
#ifndef SAFEHAVEN_CLI_LINKAGE_REPORT_H_
#define SAFEHAVEN_CLI_LINKAGE_REPORT_H_

#include <string>

#include "cli/linkage/link_files.h"

namespace safehaven::cli {

// For programs: docs/formats.md, "Linking files".
std::string ReportJson(const LinkFilesResult& result);

// For people; with kCsv or kJson the facts alone.
std::string ReportText(const LinkFilesResult& result, OutputFormat format);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_REPORT_H_
