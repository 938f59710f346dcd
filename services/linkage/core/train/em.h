// m and the share of matches from unlabelled pairs: expectation maximisation over
// the distinct patterns of one blocking rule (Fellegi and Sunter 1969; Winkler 1988;
// on counts of patterns as Enamorado, Fifield and Imai 2019 do). u stays as it is
// known from chance, and the fields that the rule blocks on are left out, since all
// its pairs agree there.
//
// Pairs are of three kinds: one person's, two people's of one household, strangers'. With
// two kinds only, a session in which families share an address and a telephone settles on
// "one household" as what matches have in common, and learns that given names of one
// person differ. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_EM_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_EM_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

// Distinct patterns and how many pairs have each, ascending by pattern.
using PatternCounts = std::vector<std::pair<Pattern, uint64_t>>;

inline constexpr int kEmRoundsMax = 100;
// Largest change of any probability at which a session has converged.
inline constexpr double kEmChangeMax = 1e-4;
// The starting m counts like this many pairs, so that a level hardly ever seen does
// not fall to 0 and a small data set stays near experience.
inline constexpr double kEmPriorPairs = 20;

// Are pairs of a household a kind of their own, and how many are they?
struct HouseholdKind {
  // Without names they cannot be told from one person's.
  bool there = false;
  // For each match, where that is known; a session finds it out otherwise.
  std::optional<double> for_each_match;
};

struct EmSession {
  // By field; meaningless for fields left out.
  std::vector<std::vector<double>> m;
  // Share of matches among the pairs.
  double lambda = 0;
  // Expected number of matches.
  double matches = 0;
  // How badly matches and others could be told apart: the expected number of pairs
  // on the wrong side of one half, by the number of matches. 0 is perfect.
  double overlap = 1;
  // Of the expected matches whose given names are both known, the share of those whose
  // given names differ.
  double given_apart = 0;
  int rounds = 0;
};

// `left_out[field]` says which fields the session may not use. `correction` has by pattern
// what the odds are multiplied with because fields depend on one another; empty: nothing.
EmSession RunEm(const PatternCounts& counts, const PatternLayout& layout,
                const std::vector<FieldModel>& fields, const std::vector<bool>& left_out,
                const std::vector<double>& correction, const HouseholdKind& household);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_EM_H_
