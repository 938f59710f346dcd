// Does a ledger add up to what the accounts say? Asked at the provider, before anything is
// sent: a ledger that lost lines on its way costs without a difference, for every pound
// that is left is accounted for.
#ifndef SAFEHAVEN_CLI_OPERATIONS_LEDGER_TOTAL_H_
#define SAFEHAVEN_CLI_OPERATIONS_LEDGER_TOTAL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

// `csv` is the general ledger (docs/formats.md), `file` its name for messages, `total`
// exact decimal pounds. INVALID_ARGUMENT with the reasons of CsvReader, LEDGER_INVALID
// (with line and field), or LEDGER_DOES_NOT_ADD_UP with both sums; FIELD_INVALID for a
// total that is no amount.
absl::Status CheckLedgerTotal(absl::string_view csv, const std::string& file, const std::string& total);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_LEDGER_TOTAL_H_
