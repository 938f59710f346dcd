// The best that any linkage could reach on the region, computed from the truth.
//
// An entry of a source's index is *ambiguous* if the fields it holds fit somebody
// else in the data at least as well as its own person, field by field: then no method
// that compares fields can prefer the right one. Every other entry is counted as
// linkable, so the result is an upper bound and not an estimate. Method and caveats:
// docs/formats.md, "truth/bound.json". Pure; thread-safe.
#ifndef SAFEHAVEN_CLI_SAMPLE_BOUND_H_
#define SAFEHAVEN_CLI_SAMPLE_BOUND_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/sample/activity.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

// Why a row is, or is not, part of an evaluation.
enum class RowState : uint8_t { kEligible, kFaulty, kRestricted, kType1 };
absl::string_view RowStateName(RowState state);

// `has_type1`: by person, as in Objections.
RowState StateOf(const SourceActivity& activity, const Dataset& dataset, const Event& event,
                 const std::vector<bool>& has_type1);

struct SourceBound {
  uint64_t rows = 0;
  uint64_t eligible_rows = 0;
  uint64_t rows_without_nhs_number = 0;  // of the eligible
  uint64_t ambiguous_rows = 0;           // of the eligible
  uint64_t anonymous_rows = 0;           // of the ambiguous: nothing but, perhaps, the sex
};

struct LinkageBound {
  std::array<SourceBound, kSourceCount> sources;
  // People with at least one eligible row.
  uint64_t people = 0;
  // Pairs of eligible rows of one person, and those of them that can be found without
  // guessing.
  uint64_t true_pairs = 0;
  uint64_t reachable_pairs = 0;
};

LinkageBound ComputeBound(const Population& population, const Activity& activity,
                          const std::vector<bool>& has_type1);

// truth/bound.json.
std::string BoundJson(const LinkageBound& bound);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_BOUND_H_
