// A second model for each trust, `models/<provider>/worked`, that shows what a model may
// say beyond the sample's plain one: a feed of its own whose rows are matched to events,
// with kinds that weigh more and rows that do not count, rows that nobody's event explains,
// income beside cost, an audited total, numbers of rows, and a list in a table. With the
// files that it needs: feeds/<provider>/<feed>.csv and ledgers/<provider>-income.csv.
#ifndef SAFEHAVEN_CLI_SAMPLE_WORKED_MODELS_H_
#define SAFEHAVEN_CLI_SAMPLE_WORKED_MODELS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/sample/activity.h"
#include "cli/sample/ledgers.h"
#include "cli/sample/people.h"
#include "cli/sample/providers.h"

namespace safehaven::sample {

// Nothing for a provider that has no worked model (the council).
absl::Status WriteWorkedModel(const std::string& out_dir, const Provider& provider, const std::vector<LedgerLine>& ledger,
                              const SourceActivity& activity, const Period& period);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_WORKED_MODELS_H_
