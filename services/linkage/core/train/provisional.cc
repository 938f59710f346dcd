#include "services/linkage/core/train/provisional.h"

#include <algorithm>
#include <utility>

#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/union_find.h"

namespace safehaven::linkage {
namespace {

const std::vector<BlockingRule>& GuessRules() {
  static const std::vector<BlockingRule>* const kRules = new std::vector<BlockingRule>{
      {.name = "nhs_number", .parts = {KeyPart::kNhsNumber}},
      {.name = "name_birth", .parts = {KeyPart::kGivenName, KeyPart::kFamilyName, KeyPart::kBirthDate}},
      {.name = "name_place", .parts = {KeyPart::kGivenName, KeyPart::kFamilyName, KeyPart::kPostcode}},
      {.name = "given_birth_place",
       .parts = {KeyPart::kGivenName, KeyPart::kBirthDate, KeyPart::kPostcode}},
      {.name = "family_birth_place",
       .parts = {KeyPart::kFamilyName, KeyPart::kBirthDate, KeyPart::kPostcode}}};
  return *kRules;
}

}  // namespace

ProvisionalPeople GuessPeople(const Profiles& profiles) {
  UnionFind sets(profiles.size());
  std::vector<std::pair<BlockKey, ProfileIndex>> keys;
  for (const BlockingRule& rule : GuessRules()) {
    keys.clear();
    for (ProfileIndex p = 0; p < profiles.size(); ++p) {
      const BlockKey key = KeyOf(rule, profiles, p);
      if (key != 0) keys.emplace_back(key, p);
    }
    std::sort(keys.begin(), keys.end());
    for (size_t i = 1; i < keys.size(); ++i) {
      if (keys[i].first == keys[i - 1].first) sets.Union(keys[i].second, keys[i - 1].second);
    }
  }
  constexpr uint32_t kUnnumbered = UINT32_MAX;
  std::vector<uint32_t> number(profiles.size(), kUnnumbered);
  ProvisionalPeople people;
  people.person_of.resize(profiles.size());
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    uint32_t& person = number[sets.Find(p)];
    if (person == kUnnumbered) {
      person = static_cast<uint32_t>(people.count());
      people.first_profile.push_back(p);
    }
    people.person_of[p] = person;
  }
  return people;
}

}  // namespace safehaven::linkage
