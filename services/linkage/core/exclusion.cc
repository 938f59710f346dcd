#include "services/linkage/core/exclusion.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace safehaven::linkage {
namespace {

using Causes = std::set<uint64_t>;

// Persons left out so far with why and for whom; the first reason stays.
class Builder {
 public:
  void Add(PersonNumber person, ExclusionReason reason, const Causes& causes) {
    auto& entry = entries_.try_emplace(person, Entry{reason, {}}).first->second;
    entry.causes.insert(causes.begin(), causes.end());
  }
  bool Contains(PersonNumber person) const { return entries_.contains(person); }

  struct Entry {
    ExclusionReason reason;
    Causes causes;
  };
  const std::map<PersonNumber, Entry>& entries() const { return entries_; }

 private:
  std::map<PersonNumber, Entry> entries_;
};

// Persons with an objector's number on any record, and the numbers found.
void AddByNumber(const ExclusionInput& input, const absl::flat_hash_set<uint64_t>& objectors,
                 Builder& builder, ExclusionCounts& counts) {
  absl::flat_hash_set<uint64_t> found;
  for (const RecordPlace& place : input.places) {
    const uint64_t number = place.nhs_number_given.Reveal();
    if (number == 0 || !objectors.contains(number)) continue;
    if (place.person == kNoPerson) {
      ++counts.unlinked_records;
    } else {
      builder.Add(place.person, ExclusionReason::kNumber, {number});
      found.insert(number);
    }
  }
  counts.received = objectors.size();
  counts.resolved = found.size();
  counts.unresolved = objectors.size() - found.size();
}

// Persons one possible link away from those found by number.
void AddPossible(const ExclusionInput& input, Builder& builder) {
  const std::map<PersonNumber, Builder::Entry> seeds = builder.entries();
  // A profile may be several persons' (when it says too little to link even to
  // itself), so persons are kept by profile as lists.
  absl::flat_hash_map<uint32_t, std::set<PersonNumber>> persons_of;
  for (const RecordPlace& place : input.places) {
    if (place.profile != kNoProfile && place.person != kNoPerson) {
      persons_of[place.profile].insert(place.person);
    }
  }
  const auto spread = [&](const std::set<PersonNumber>& from, const std::set<PersonNumber>& to) {
    for (const PersonNumber person : from) {
      const auto seed = seeds.find(person);
      if (seed == seeds.end()) continue;
      for (const PersonNumber other : to) {
        if (!seeds.contains(other)) builder.Add(other, ExclusionReason::kPossibleLink, seed->second.causes);
      }
    }
  };
  for (const PairEvidence& pair : input.evidence) {
    const auto a = persons_of.find(pair.profile_a);
    const auto b = persons_of.find(pair.profile_b);
    if (pair.decision == Decision::kForbidden || a == persons_of.end() || b == persons_of.end()) continue;
    spread(a->second, b->second);
    spread(b->second, a->second);
  }
  for (const auto& [profile, persons] : persons_of) {
    if (persons.size() > 1) spread(persons, persons);
  }
}

// Persons who were left out before, are not now, and whose objectors still object.
void AddHeld(const ExclusionInput& input, const absl::flat_hash_set<uint64_t>& objectors,
             Builder& builder) {
  if (input.previous == nullptr) return;
  std::map<PersonNumber, Causes> held;
  for (const ExcludedPerson& before : input.previous->persons) {
    for (const uint64_t cause : before.causes.Reveal()) {
      if (objectors.contains(cause)) held[before.person].insert(cause);
    }
  }
  // A chain of events is followed to its end: a fragment may have been merged on.
  const auto goes_on = [](const PersonEvent& event) {
    return event.kind == PersonEventKind::kMergedInto || event.kind == PersonEventKind::kGaveTo;
  };
  for (size_t changed = 1, round = 0; changed > 0 && round <= input.events.size(); ++round) {
    changed = 0;
    for (const PersonEvent& event : input.events) {
      const bool split = event.kind == PersonEventKind::kSplitFrom;
      if (!split && !goes_on(event)) continue;
      const auto from = held.find(split ? event.other : event.person);
      if (from == held.end()) continue;
      const Causes causes = from->second;
      Causes& to = held[split ? event.person : event.other];
      const size_t before = to.size();
      to.insert(causes.begin(), causes.end());
      changed += to.size() - before;
    }
  }
  for (const auto& [person, causes] : held) {
    const bool reviewed = std::binary_search(input.reviewed.begin(), input.reviewed.end(), person);
    if (!reviewed && !builder.Contains(person)) builder.Add(person, ExclusionReason::kHeld, causes);
  }
}

}  // namespace

absl::string_view ExclusionReasonName(ExclusionReason reason) {
  switch (reason) {
    case ExclusionReason::kNumber: return "number";
    case ExclusionReason::kPossibleLink: return "possible_link";
    case ExclusionReason::kHeld: return "held";
  }
  return "unknown";
}

bool ExclusionSet::Contains(PersonNumber person) const {
  const auto at = std::lower_bound(persons.begin(), persons.end(), person,
                                   [](const ExcludedPerson& p, PersonNumber n) { return p.person < n; });
  return at != persons.end() && at->person == person;
}

ExclusionSet Exclude(const ExclusionInput& input) {
  absl::flat_hash_set<uint64_t> objectors;
  for (const NhsNumber& number : input.objectors) objectors.insert(number.value());
  ExclusionSet set;
  set.crosswalk_revision = input.crosswalk_revision;
  Builder builder;
  AddByNumber(input, objectors, builder, set.counts);
  AddPossible(input, builder);
  AddHeld(input, objectors, builder);

  absl::flat_hash_set<PersonNumber> present;
  for (const RecordPlace& place : input.places) {
    if (place.person != kNoPerson) present.insert(place.person);
  }
  for (const auto& [person, entry] : builder.entries()) {
    // A held person that has ended keeps nobody out.
    if (!present.contains(person)) continue;
    set.counts.persons_by_number += entry.reason == ExclusionReason::kNumber;
    set.counts.persons_possible += entry.reason == ExclusionReason::kPossibleLink;
    set.counts.persons_held += entry.reason == ExclusionReason::kHeld;
    set.persons.push_back(
        {.person = person,
         .reason = entry.reason,
         .causes = Sensitive<std::vector<uint64_t>>({entry.causes.begin(), entry.causes.end()})});
  }
  return set;
}

}  // namespace safehaven::linkage
