#include "services/consent/core/holding_index.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace safehaven::consent {
namespace {

void SortEach(absl::flat_hash_map<std::string, std::vector<HeldData>>& index) {
  for (auto& [key, held] : index) {
    std::stable_sort(held.begin(), held.end(),
                     [](const HeldData& a, const HeldData& b) { return a.dataset < b.dataset; });
  }
}

std::span<const HeldData> Find(const absl::flat_hash_map<std::string, std::vector<HeldData>>& index,
                               absl::string_view key) {
  const auto found = index.find(key);
  if (found == index.end()) return {};
  return found->second;
}

}  // namespace

std::string MannerOf(std::span<const std::string> sets, ObjectionMode mode) {
  std::string manner(Name(mode));
  // With its length, so that no name can pretend to be two.
  for (const std::string& set : sets) absl::StrAppend(&manner, " ", set.size(), ":", set);
  return manner;
}

std::span<const HeldData> OfDataset(std::span<const HeldData> held, absl::string_view dataset) {
  const auto begin = std::partition_point(held.begin(), held.end(),
                                          [&](const HeldData& one) { return one.dataset < dataset; });
  const auto end = std::find_if(begin, held.end(), [&](const HeldData& one) { return one.dataset != dataset; });
  return {begin, end};
}

HoldingIndex::HoldingIndex(std::span<const Holding> holdings) : size_(holdings.size()) {
  for (uint32_t place = 0; place < holdings.size(); ++place) {
    const Holding& holding = holdings[place];
    const HeldData held = {holding.dataset, MannerOf(holding.sets, holding.mode), place};
    by_organisation_[holding.organisation].push_back(held);
    by_domain_[holding.disclosure_domain].push_back(held);
  }
  SortEach(by_organisation_);
  SortEach(by_domain_);
}

std::span<const HeldData> HoldingIndex::HeldBy(absl::string_view organisation) const {
  return Find(by_organisation_, organisation);
}

std::span<const HeldData> HoldingIndex::DisclosedTo(absl::string_view domain) const {
  return Find(by_domain_, domain);
}

}  // namespace safehaven::consent
