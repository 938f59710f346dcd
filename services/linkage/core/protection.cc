#include "services/linkage/core/protection.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace safehaven::linkage {
namespace {

absl::flat_hash_set<uint64_t> NumbersIn(std::span<const ProtectedPair> pairs) {
  absl::flat_hash_set<uint64_t> numbers;
  for (const ProtectedPair& pair : pairs) {
    numbers.insert(pair.former.value());
    numbers.insert(pair.present.value());
  }
  return numbers;
}

// The identities of every person who has records of both sides of a pair.
std::map<PersonNumber, std::set<uint64_t>> Torn(std::span<const ProtectedPair> pairs,
                                                std::span<const RecordPlace> places) {
  const absl::flat_hash_set<uint64_t> numbers = NumbersIn(pairs);
  absl::flat_hash_map<uint64_t, std::set<PersonNumber>> persons_of;
  for (const RecordPlace& place : places) {
    const uint64_t number = place.nhs_number_given.Reveal();
    if (place.person != kNoPerson && numbers.contains(number)) persons_of[number].insert(place.person);
  }
  std::map<PersonNumber, std::set<uint64_t>> torn;
  for (const ProtectedPair& pair : pairs) {
    const auto former = persons_of.find(pair.former.value());
    const auto present = persons_of.find(pair.present.value());
    if (former == persons_of.end() || present == persons_of.end()) continue;
    for (const PersonNumber person : former->second) {
      if (present->second.contains(person)) torn[person].insert({pair.former.value(), pair.present.value()});
    }
  }
  return torn;
}

// What ties profiles of the two identities together is no possible link.
void ForbidEvidence(std::span<const ProtectedPair> pairs, TornCrosswalk& torn) {
  const absl::flat_hash_set<uint64_t> numbers = NumbersIn(pairs);
  absl::flat_hash_map<uint32_t, std::set<uint64_t>> numbers_of;
  for (const RecordPlace& place : torn.places) {
    const uint64_t number = place.nhs_number_given.Reveal();
    if (place.profile != kNoProfile && numbers.contains(number)) numbers_of[place.profile].insert(number);
  }
  std::set<std::pair<uint64_t, uint64_t>> apart;
  for (const ProtectedPair& pair : pairs) apart.insert(std::minmax({pair.former.value(), pair.present.value()}));
  for (PairEvidence& kept : torn.evidence) {
    const auto a = numbers_of.find(kept.profile_a);
    const auto b = numbers_of.find(kept.profile_b);
    if (a == numbers_of.end() || b == numbers_of.end()) continue;
    for (const uint64_t x : a->second) {
      for (const uint64_t y : b->second) {
        if (apart.contains(std::minmax({x, y}))) kept.decision = Decision::kForbidden;
      }
    }
  }
}

}  // namespace

std::vector<DecidedPair> ApartBy(std::span<const ProtectedPair> pairs, std::span<const StandardRecord> records) {
  if (pairs.empty()) return {};
  absl::flat_hash_map<uint64_t, std::vector<RecordToken>> tokens_of;
  for (const uint64_t number : NumbersIn(pairs)) tokens_of[number];
  for (const StandardRecord& record : records) {
    const auto found = tokens_of.find(record.identity.Reveal().nhs_number_given);
    if (found != tokens_of.end()) found->second.push_back(record.token);
  }
  std::vector<DecidedPair> apart;
  for (const ProtectedPair& pair : pairs) {
    for (const RecordToken& former : tokens_of.at(pair.former.value())) {
      for (const RecordToken& present : tokens_of.at(pair.present.value())) {
        apart.push_back(std::minmax(former, present));
      }
    }
  }
  std::sort(apart.begin(), apart.end());
  apart.erase(std::unique(apart.begin(), apart.end()), apart.end());
  return apart;
}

std::vector<PersonNumber> ShieldedPersons(std::span<const ProtectedPair> pairs, std::span<const RecordPlace> places) {
  if (pairs.empty()) return {};
  const absl::flat_hash_set<uint64_t> numbers = NumbersIn(pairs);
  std::vector<PersonNumber> persons;
  for (const RecordPlace& place : places) {
    if (place.person != kNoPerson && numbers.contains(place.nhs_number_given.Reveal())) persons.push_back(place.person);
  }
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  return persons;
}

bool TakeApart(std::span<const ProtectedPair> pairs, TornCrosswalk& torn) {
  const std::map<PersonNumber, std::set<uint64_t>> ends = Torn(pairs, torn.places);
  if (ends.empty()) return false;
  Crosswalk& crosswalk = torn.crosswalk;
  std::map<std::pair<PersonNumber, uint64_t>, PersonNumber> new_of;
  for (const auto& [person, numbers] : ends) {
    crosswalk.events.push_back({.kind = PersonEventKind::kRetired, .person = person});
    for (const uint64_t number : numbers) {
      const PersonNumber made = torn.next_person++;
      new_of[{person, number}] = made;
      torn.made.emplace_back(made, *NhsNumber::FromBase(static_cast<uint32_t>(number / 10)));
      crosswalk.events.push_back({.kind = PersonEventKind::kSplitFrom, .person = made, .other = person});
    }
  }
  const Crosswalk before = crosswalk;
  std::vector<RecordToken> left_over;
  for (RecordPlace& place : torn.places) {
    if (!ends.contains(place.person)) {
      if (place.person == kNoPerson) left_over.push_back(place.token);
      continue;
    }
    const auto made = new_of.find({place.person, place.nhs_number_given.Reveal()});
    place.person = made == new_of.end() ? kNoPerson : made->second;
    if (place.person == kNoPerson) left_over.push_back(place.token);
  }
  crosswalk.records.clear();
  for (const RecordPlace& place : torn.places) {
    if (place.person != kNoPerson) crosswalk.records.push_back({.token = place.token, .person = place.person});
  }
  crosswalk.tombstones = NextTombstones(before, crosswalk.records, left_over);
  std::erase_if(crosswalk.attributes, [&ends](const PersonAttributes& known) { return ends.contains(known.person); });
  for (const auto& [person, number] : torn.made) {
    PersonAttributes nothing_known;
    nothing_known.person = person;
    crosswalk.attributes.push_back(nothing_known);
  }
  ForbidEvidence(pairs, torn);
  return true;
}

}  // namespace safehaven::linkage
