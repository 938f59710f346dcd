// What a trained model learned from its data beside weights and frequencies: everything
// else on which an answer about two records would depend on which other records there
// are. With it a model is a *frozen version*: whether two records are candidates, what
// they weigh and what is decided about them follows from the two records and the version
// alone, in a batch, record by record and in real time. The price is that blocks grow
// with the data; a version that has outgrown its budget refuses (match.h) and a new one
// has to be trained. Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/linkage/core/standardise/standardise.h"
#include "services/linkage/core/weight.h"

namespace safehaven::linkage {

// Rounds in which a heavy block is split, and one in which it is given up.
inline constexpr size_t kBlockRounds = 5;

// Keys of the blocks of one rule that were too large, by round: split in the rounds
// before the last one, given up in that. Ascending.
struct HeavyKeys {
  std::array<std::vector<uint32_t>, kBlockRounds> rounds;
};

// By how much the prior rises for the left-over records of two sources of one record a
// person (score/left_over.h). The names are in byte order.
struct LeftOverRise {
  std::string first;
  std::string second;
  Weight rise = 0;
};

struct Frozen {
  // By blocking rule.
  std::vector<HeavyKeys> heavy;
  // By round of looking at left-over records.
  std::vector<std::vector<LeftOverRise>> left_over;
  // Default dates, numbers that say nothing, how old people may be. Its latest day of
  // birth lies ahead of the training by kFrozenDays, so that the newly born are known.
  StandardRules standard;
  // Sources that were found to hold one record a person, in byte order.
  std::vector<std::string> duplicate_free;
  // What it was learned from: profiles, and pairs in their blocks.
  uint64_t profiles = 0;
  uint64_t pairs = 0;
};

// A version serves for a year of births.
inline constexpr int kFrozenDays = 366;

// A version is outgrown when its blocks hold so many times the pairs for which they were
// cut, and more than kOutgrownPairsMin in all: what is small may grow a lot.
inline constexpr uint64_t kOutgrownFactor = 6;
inline constexpr uint64_t kOutgrownPairsMin = 100'000'000;

// `rules` as a version keeps them.
StandardRules FreezeRules(StandardRules rules);

// The rules of a version. Test numbers are allowed by the environment and never by a
// version.
StandardRules ThawRules(const Frozen& frozen, bool test_numbers_allowed);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_H_
