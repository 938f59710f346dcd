#include "services/linkage/core/bridge.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace safehaven::linkage {

Bridged BridgePersons(std::span<const RecordPerson> first, std::span<const RecordPerson> second) {
  std::vector<std::pair<PersonNumber, PersonNumber>> shared;
  auto other = second.begin();
  for (const RecordPerson& record : first) {
    while (other != second.end() && other->token < record.token) ++other;
    if (other == second.end()) break;
    if (other->token == record.token) shared.emplace_back(record.person, other->person);
  }
  std::sort(shared.begin(), shared.end());
  shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
  absl::flat_hash_map<PersonNumber, uint32_t> partners_of_first, partners_of_second;
  for (const auto& [a, b] : shared) {
    ++partners_of_first[a];
    ++partners_of_second[b];
  }
  Bridged bridged;
  PersonNumber counted = kNoPerson;
  for (const auto& pair : shared) {
    if (partners_of_first[pair.first] == 1 && partners_of_second[pair.second] == 1) {
      bridged.pairs.push_back(pair);
    } else if (pair.first != counted) {
      ++bridged.ambiguous;
      counted = pair.first;
    }
  }
  return bridged;
}

}  // namespace safehaven::linkage
