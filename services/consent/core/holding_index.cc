#include "services/consent/core/holding_index.h"

#include "absl/strings/str_cat.h"

namespace safehaven::consent {
namespace {

std::string Key(absl::string_view dataset, absl::string_view name) { return absl::StrCat(dataset, "\n", name); }

}  // namespace

HoldingIndex::HoldingIndex(std::span<const Holding> holdings) : size_(holdings.size()) {
  for (uint32_t place = 0; place < holdings.size(); ++place) {
    const Holding& held = holdings[place];
    by_organisation_[Key(held.dataset, held.organisation)].push_back(place);
    by_domain_[Key(held.dataset, held.disclosure_domain)].push_back(place);
  }
}

std::span<const uint32_t> HoldingIndex::HeldBy(absl::string_view dataset, absl::string_view organisation) const {
  const auto found = by_organisation_.find(Key(dataset, organisation));
  if (found == by_organisation_.end()) return {};
  return found->second;
}

std::span<const uint32_t> HoldingIndex::DisclosedTo(absl::string_view dataset, absl::string_view domain) const {
  const auto found = by_domain_.find(Key(dataset, domain));
  if (found == by_domain_.end()) return {};
  return found->second;
}

}  // namespace safehaven::consent
