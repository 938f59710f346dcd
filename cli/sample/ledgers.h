// General ledgers that fit the activity, and the cost models that divide them
// (docs/formats.md). Pure but for the two writers.
#ifndef SAFEHAVEN_CLI_SAMPLE_LEDGERS_H_
#define SAFEHAVEN_CLI_SAMPLE_LEDGERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/sample/activity.h"
#include "cli/sample/people.h"
#include "cli/sample/providers.h"

namespace safehaven::sample {

struct LedgerLine {
  absl::string_view cost_centre;
  absl::string_view account;
  std::string description;
  int64_t amount_pence;
};

// The provider's ledger: its activity at national mean cost times the provider's
// index, divided over cost centres and accounts, each line off by up to 3 %; what is
// not own patients' care comes on top.
std::vector<LedgerLine> MakeLedger(const Provider& provider, const SourceActivity& activity,
                                   uint64_t seed);

// The text of model.yaml; amounts in it are parts of `ledger`.
std::string CostModelText(const Provider& provider, const std::vector<LedgerLine>& ledger,
                          const Period& period);

// ledgers/<provider>.csv and models/<provider>/model.yaml under `out_dir`.
absl::Status WriteLedger(const std::string& out_dir, const Provider& provider,
                         const std::vector<LedgerLine>& ledger);
absl::Status WriteCostModel(const std::string& out_dir, const Provider& provider,
                            const std::vector<LedgerLine>& ledger, const Period& period);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_LEDGERS_H_
