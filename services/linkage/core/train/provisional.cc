#include "services/linkage/core/train/provisional.h"

#include <algorithm>
#include <utility>

#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/compare/values.h"
#include "services/linkage/core/union_find.h"

namespace safehaven::linkage {
namespace {

// Profiles of one key that are tried for one that is no twin's.
constexpr size_t kBackMax = 4;

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

// Given names and sexes that are known and differ.
bool AreTwins(const Profiles& profiles, ProfileIndex a, ProfileIndex b) {
  const Profile& p = profiles.rows[a];
  const Profile& q = profiles.rows[b];
  const bool sexes = p.sex != Sex::kUnknown && q.sex != Sex::kUnknown && p.sex != q.sex;
  if (!sexes || p.given == kNoCode || q.given == kNoCode) return false;
  const Vocabulary& vocabulary = profiles.vocabulary;
  return CompareGiven(vocabulary.atoms, vocabulary.given[p.given], vocabulary.given[q.given]) ==
         given_level::kDifferent;
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
      // The profile before may be the twin's, and the one before that the person's own.
      for (size_t back = 1; back <= std::min(i, kBackMax); ++back) {
        const auto [key, p] = keys[i - back];
        if (key != keys[i].first) break;
        if (AreTwins(profiles, p, keys[i].second)) continue;
        sets.Union(keys[i].second, p);
        break;
      }
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
