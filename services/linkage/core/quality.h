// How many links are expected to be false, and how many matches to be missed, among whom:
// from the weights alone, without labels. A linkage that serves the young or one source
// worse than others says so here before anybody draws conclusions from its figures.
//
// Missed are matches among pairs that were compared and kept below the link threshold;
// what blocking never brought together is not counted (its recall is estimated apart).
// As good as the model's probabilities are. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_QUALITY_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_QUALITY_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/linkage/core/match.h"

namespace safehaven::linkage {

struct ExpectedErrors {
  uint64_t records = 0;
  // Links that hold clusters of distinct identities together (one fewer than identities),
  // half for the group of each side; missed ones are at most one for two clusters.
  double links = 0;
  double false_links = 0;
  double missed_links = 0;

  // Shares of links that are false, and of matches that are missed; 0 of none.
  double FalseShare() const { return links > 0 ? false_links / links : 0; }
  double MissedShare() const {
    const double matches = links - false_links + missed_links;
    return matches > 0 ? missed_links / matches : 0;
  }
};

// By group; `group_of` has the group, below `group_count`, of every record.
std::vector<ExpectedErrors> ExpectErrors(const MatchResult& match, std::span<const uint32_t> group_of,
                                         uint32_t group_count);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_QUALITY_H_
