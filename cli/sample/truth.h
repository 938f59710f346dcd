// Writes the truth: who is who, what was recorded wrongly, and what linkage could at
// best reach. Never loaded; only for evaluation (docs/formats.md, "Truth").
#ifndef SAFEHAVEN_CLI_SAMPLE_TRUTH_H_
#define SAFEHAVEN_CLI_SAMPLE_TRUTH_H_

#include <string>

#include "absl/status/status.h"
#include "cli/sample/activity.h"
#include "cli/sample/bound.h"
#include "cli/sample/objections.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

// Writes truth/people.csv, links.csv and bound.json under `out_dir`.
absl::Status WriteTruth(const std::string& out_dir, const Population& population,
                        const Activity& activity, const Objections& objections,
                        const LinkageBound& bound);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_TRUTH_H_
