// Links records of which only filters are known: all against all, by Dice's coefficient,
// with a threshold that is found without labels. Pure; the result does not depend on the
// order of the records or the number of threads.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_LINK_FILTERS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_LINK_FILTERS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/encoded/dice.h"
#include "services/linkage/core/encoded/filter.h"
#include "services/linkage/core/workers.h"

namespace safehaven::linkage {

// Pairs less alike than this are not kept: half of all bits in common is what relatives
// have.
inline constexpr uint32_t kDiceFloor = kDiceOne / 2;
// More pairs mean that the filters do not tell people apart.
inline constexpr size_t kFilterPairsMax = 20'000'000;
// Records of a source that are compared with the rest of it, evenly spread, to see how
// alike different people are.
inline constexpr size_t kNoiseRecordsMax = 10'000;

struct FilterSource {
  std::string name;
  // One record a person: no cluster takes two, and inside it there are only strangers.
  bool duplicate_free = true;
  std::vector<Filter> filters;
};

struct FilterLinkInput {
  std::span<const FilterSource> sources;
  // Of Dice, in (0.5, 1]; found from the data if not given.
  std::optional<double> threshold;
  // Two records are linked where a match is at least so likely.
  double probability_min = 0.7;
  Workers workers;
};

// Two records, numbered through the sources in their order.
struct FilterPair {
  uint32_t a = 0;  // a < b
  uint32_t b = 0;
  // Dice's coefficient in millionths.
  uint32_t dice = 0;
  // Are both in one cluster?
  bool together = false;
};

struct FilterLinkResult {
  // At or above the threshold, most alike first.
  std::vector<FilterPair> pairs;
  double threshold = 0;
  // Did the data give the threshold?
  bool threshold_found = false;
  // Between sources of one record a person: pairs, each the best of both its records, at or
  // above the threshold; how many of them are of strangers, from how alike strangers within
  // a source are; and how many matches fall below the threshold.
  uint64_t best_pairs = 0;
  double expected_false = 0;
  double expected_missed = 0;
  std::vector<uint32_t> cluster_of;
  uint32_t cluster_count = 0;
  uint64_t comparisons = 0;
  // Records whose filter is empty: alike nobody.
  uint64_t empty = 0;
};

// INVALID_ARGUMENT with reason SOURCES_TOO_MANY (64), RECORDS_TOO_MANY (2^31),
// THRESHOLD_REQUIRED (none given and fewer than two sources hold one record a person, so
// that nothing shows how alike strangers are) or PAIRS_TOO_MANY. O(n^2).
absl::StatusOr<FilterLinkResult> LinkFilters(const FilterLinkInput& input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_LINK_FILTERS_H_
