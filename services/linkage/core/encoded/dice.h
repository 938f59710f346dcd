// Which of many filters are alike one: Dice's coefficient, 2 |A and B| / (|A| + |B|), at
// or above a threshold, in whole numbers, so that every kernel gives the same answer.
//
// Eight filters lie side by side, word by word, so that each lane of a 512-bit register
// counts one of them and nothing has to be summed across lanes. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_DICE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_DICE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/linkage/core/encoded/filter.h"

namespace safehaven::linkage {

inline constexpr size_t kFiltersPerBlock = 8;

struct alignas(64) FilterBlock {
  // words[w][i]: word w of filter i. Missing filters at the end are empty.
  uint64_t words[kFilterWords][kFiltersPerBlock] = {};
  uint64_t bits[kFiltersPerBlock] = {};
};

std::vector<FilterBlock> BlocksOf(std::span<const Filter> filters);

// A threshold of Dice in 1,024ths, 1 to 1,024.
inline constexpr uint32_t kDiceOne = 1024;

struct DiceHit {
  uint32_t index = 0;
  // Bits that both have.
  uint32_t common = 0;
  friend auto operator<=>(const DiceHit&, const DiceHit&) = default;
};

// Appends to `hits` every filter of `blocks` with 2 * kDiceOne * common >=
// threshold * (bits of `filter` + bits of the other), ascending; the first filter of
// `blocks` has number `first_index`. An empty filter is alike none.
using DiceKernel = void (*)(const Filter& filter, std::span<const FilterBlock> blocks, uint32_t first_index,
                            uint32_t threshold, std::vector<DiceHit>& hits);

// On any processor.
void PortableDice(const Filter& filter, std::span<const FilterBlock> blocks, uint32_t first_index,
                  uint32_t threshold, std::vector<DiceHit>& hits);

// With AVX-512 VPOPCNTDQ; null where this processor has none.
DiceKernel WideDice();

// With an instruction that counts the bits of a word; null where this processor has none.
DiceKernel PopcountDice();

// The fastest that this processor has.
DiceKernel BestDice();

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_DICE_H_
