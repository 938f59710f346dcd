#include "services/consent/core/holding_index.h"

namespace safehaven::consent {

HoldingIndex::HoldingIndex(std::span<const Holding> holdings) : size_(holdings.size()) {
  for (uint32_t place = 0; place < holdings.size(); ++place) {
    const Holding& held = holdings[place];
    by_organisation_[{held.dataset, held.organisation}].push_back(place);
    by_domain_[{held.dataset, held.disclosure_domain}].push_back(place);
  }
}

std::span<const uint32_t> HoldingIndex::Find(const Places& places, const View& key) {
  const auto found = places.find(key);
  if (found == places.end()) return {};
  return found->second;
}

std::span<const uint32_t> HoldingIndex::HeldBy(absl::string_view dataset, absl::string_view organisation) const {
  return Find(by_organisation_, {dataset, organisation});
}

std::span<const uint32_t> HoldingIndex::DisclosedTo(absl::string_view dataset, absl::string_view domain) const {
  return Find(by_domain_, {dataset, domain});
}

}  // namespace safehaven::consent
