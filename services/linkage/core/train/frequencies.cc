#include "services/linkage/core/train/frequencies.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace safehaven::linkage {
namespace {

// Pairs that may agree where none was seen to. A value's share is at least one in all
// people, so an agreement far below that would be taken back as a common value's.
constexpr double kAgreeingMin = 0.5;

// `code_of(profile)` is the column, `hash_of(code)` its values' hashes.
template <typename CodeOf, typename HashOf>
FrequencyTable Count(const Profiles& profiles, const ProvisionalPeople& people, CodeOf code_of,
                     HashOf hash_of) {
  std::vector<std::pair<Code, uint32_t>> pairs;  // (value, person)
  pairs.reserve(profiles.size());
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    const Code code = code_of(p);
    if (code != kNoCode) pairs.emplace_back(code, people.person_of[p]);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  FrequencyTable table;
  const double total = static_cast<double>(pairs.size());
  if (pairs.size() < 2) return table;
  double agreeing = 0;
  for (size_t begin = 0; begin < pairs.size();) {
    size_t end = begin;
    while (end < pairs.size() && pairs[end].first == pairs[begin].first) ++end;
    const double count = static_cast<double>(end - begin);
    table.share[hash_of(pairs[begin].first)] = static_cast<float>(count / total);
    agreeing += count * (count - 1);
    begin = end;
  }
  table.unseen = static_cast<float>(1 / total);
  table.agreement = std::max(kAgreeingMin, agreeing) / (total * (total - 1));
  return table;
}

}  // namespace

Frequencies CountFrequencies(const Profiles& profiles, const ProvisionalPeople& people) {
  const Vocabulary& vocabulary = profiles.vocabulary;
  const auto atom_hash = [&](Code atom) { return vocabulary.atoms[atom].hash; };
  Frequencies frequencies;
  frequencies.given =
      Count(profiles, people, [&](ProfileIndex p) { return profiles.rows[p].given_first; }, atom_hash);
  frequencies.family =
      Count(profiles, people, [&](ProfileIndex p) { return profiles.rows[p].family_joined; }, atom_hash);
  frequencies.postcode =
      Count(profiles, people, [&](ProfileIndex p) { return profiles.rows[p].postcode; },
            [&](Code code) { return vocabulary.postcodes[code].hash; });
  for (size_t column = 0; column < profiles.extra.size(); ++column) {
    frequencies.extra.push_back(
        Count(profiles, people, [&](ProfileIndex p) { return profiles.extra[column][p]; },
              [&](Code code) { return vocabulary.extra[column][code].hash; }));
  }
  return frequencies;
}

}  // namespace safehaven::linkage
