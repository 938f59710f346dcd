// Who objects to the use of their data, at published rates (docs/formats.md,
// "Objections"). Values only.
#ifndef SAFEHAVEN_CLI_SAMPLE_OBJECTIONS_H_
#define SAFEHAVEN_CLI_SAMPLE_OBJECTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/sample/activity.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

struct Objection {
  std::string nhs_number;
  CivilDay effective;
  CivilDay received;
  absl::string_view source_system;
  absl::string_view capacity;
};

struct Objections {
  std::vector<Objection> type1;
  std::vector<Objection> national;
  std::vector<Objection> programme;
  // Forty people, or as many as there are, of the pioneer, with social care records
  // none of which has an NHS number, with acute activity, and not objecting to
  // anything yet.
  std::vector<Objection> forty;
  // By person: is the gp register row screened at the source?
  std::vector<bool> has_type1;
};

Objections MakeObjections(const Population& population, const Activity& activity, uint64_t seed);

// Writes objections/*.csv under `out_dir`.
absl::Status WriteObjections(const std::string& out_dir, const Objections& objections);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_OBJECTIONS_H_
