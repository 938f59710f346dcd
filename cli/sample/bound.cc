#include "cli/sample/bound.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "cli/sample/agreement.h"
#include "libs/base/money.h"

namespace safehaven::sample {
namespace {

uint64_t Pairs(uint64_t count) { return count * (count - (count > 0 ? 1 : 0)) / 2; }

// People by every value of every field, to find those who share one with an entry.
class Finder {
 public:
  Finder(const Population& population, const std::vector<bool>& in_data, const Names& names)
      : in_data_(in_data), names_(names) {
    facts_.reserve(population.people.size());
    for (uint32_t person = 0; person < population.people.size(); ++person) {
      facts_.push_back(FactsOf(population, person));
      if (!in_data[person]) continue;
      everybody_.push_back(person);
      const PersonFacts& facts = facts_.back();
      Add(Field::kNhsNumber, facts.nhs_number, person);
      Add(Field::kGivenName, facts.given_name, person);
      for (const std::string& name : facts.family_names) Add(Field::kFamilyName, name, person);
      Add(Field::kBirthDate, facts.birth_date, person);
      Add(Field::kSex, facts.sex, person);
      for (const std::string& postcode : facts.postcodes) Add(Field::kPostcode, postcode, person);
      for (const std::string& address : facts.addresses) Add(Field::kAddress, address, person);
    }
  }

  // Does somebody else in the data fit `entry` in every field as well as `person`?
  bool IsAmbiguous(const Comparable& entry, uint32_t person) const {
    const Agreement own = Agree(entry, facts_[person], names_);
    for (const uint32_t other : CandidatesFor(entry, own)) {
      if (other != person && FitsAsWell(Agree(entry, facts_[other], names_), own)) return true;
    }
    return false;
  }

 private:
  void Add(Field field, const std::string& value, uint32_t person) {
    std::vector<uint32_t>& people = by_value_[static_cast<size_t>(field)][value];
    if (people.empty() || people.back() != person) people.push_back(person);
  }

  // Whoever fits as well must be equal where the person is equal, so the shortest list
  // of people with such a value has them all. Without any equal field: everybody.
  absl::Span<const uint32_t> CandidatesFor(const Comparable& entry, const Agreement& own) const {
    absl::Span<const uint32_t> candidates = everybody_;
    for (size_t field = 0; field < kFieldCount; ++field) {
      if (own[field] != kEqual) continue;
      const auto found = by_value_[field].find(entry.fields[field]);
      if (found != by_value_[field].end() && found->second.size() < candidates.size()) {
        candidates = found->second;
      }
    }
    return candidates;
  }

  const std::vector<bool>& in_data_;
  const Names& names_;
  std::vector<PersonFacts> facts_;
  std::vector<uint32_t> everybody_;
  std::array<absl::flat_hash_map<std::string, std::vector<uint32_t>>, kFieldCount> by_value_;
};

// How many eligible rows each entry of a source has.
std::vector<uint64_t> EligibleRows(const SourceActivity& activity,
                                   const std::vector<bool>& has_type1, SourceBound& bound) {
  std::vector<uint64_t> rows(activity.recorded.size(), 0);
  for (const Dataset& dataset : activity.datasets) {
    for (const Event& event : dataset.events) {
      ++bound.rows;
      if (StateOf(activity, dataset, event, has_type1) != RowState::kEligible) continue;
      ++bound.eligible_rows;
      ++rows[event.recorded];
    }
  }
  return rows;
}

std::string Share(uint64_t part, uint64_t whole) {
  if (whole == 0) return "1.000000";
  const uint64_t millionths = static_cast<uint64_t>(uint128{part} * 1'000'000 / whole);
  return absl::StrFormat("%d.%06d", millionths / 1'000'000, millionths % 1'000'000);
}

}  // namespace

absl::string_view RowStateName(RowState state) {
  switch (state) {
    case RowState::kEligible: return "eligible";
    case RowState::kFaulty: return "faulty";
    case RowState::kRestricted: return "restricted";
    case RowState::kType1: return "type1";
  }
  return "";
}

RowState StateOf(const SourceActivity& activity, const Dataset& dataset, const Event& event,
                 const std::vector<bool>& has_type1) {
  if (dataset.source == Source::kGp && has_type1[activity.recorded[event.recorded].person]) {
    return RowState::kType1;
  }
  if (event.fault != RowFault::kNone) return RowState::kFaulty;
  if (RestrictionOf(dataset, event) != Restriction::kNone) return RowState::kRestricted;
  return RowState::kEligible;
}

LinkageBound ComputeBound(const Population& population, const Activity& activity,
                          const std::vector<bool>& has_type1) {
  LinkageBound bound;
  const size_t count = population.people.size();
  std::array<std::vector<uint64_t>, kSourceCount> entry_rows;
  std::vector<bool> in_data(count, false);
  for (size_t source = 0; source < kSourceCount; ++source) {
    entry_rows[source] = EligibleRows(activity[source], has_type1, bound.sources[source]);
    for (size_t entry = 0; entry < entry_rows[source].size(); ++entry) {
      if (entry_rows[source][entry] > 0) in_data[activity[source].recorded[entry].person] = true;
    }
  }
  const Names names;
  const Finder finder(population, in_data, names);
  std::vector<uint64_t> rows(count, 0);            // of each person
  std::vector<uint64_t> linkable_rows(count, 0);
  for (size_t source = 0; source < kSourceCount; ++source) {
    SourceBound& totals = bound.sources[source];
    for (size_t entry = 0; entry < entry_rows[source].size(); ++entry) {
      const uint64_t entry_count = entry_rows[source][entry];
      if (entry_count == 0) continue;
      const Recorded& recorded = activity[source].recorded[entry];
      rows[recorded.person] += entry_count;
      if (recorded.identity.nhs_number.empty()) totals.rows_without_nhs_number += entry_count;
      if (!finder.IsAmbiguous(MakeComparable(recorded.identity), recorded.person)) {
        linkable_rows[recorded.person] += entry_count;
        continue;
      }
      totals.ambiguous_rows += entry_count;
      if (recorded.Has(ErrorKind::kAnonymous)) totals.anonymous_rows += entry_count;
      // Rows of one entry share a local number, so they find each other.
      bound.reachable_pairs += Pairs(entry_count);
    }
  }
  for (size_t person = 0; person < count; ++person) {
    if (rows[person] > 0) ++bound.people;
    bound.true_pairs += Pairs(rows[person]);
    bound.reachable_pairs += Pairs(linkable_rows[person]);
  }
  return bound;
}

std::string BoundJson(const LinkageBound& bound) {
  std::string json = absl::StrCat(
      "{\n  \"people\": ", bound.people, ",\n  \"true_pairs\": ", bound.true_pairs,
      ",\n  \"reachable_pairs\": ", bound.reachable_pairs,
      ",\n  \"precision_max\": \"1.000000\",\n  \"recall_max\": \"",
      Share(bound.reachable_pairs, bound.true_pairs), "\",\n  \"sources\": {");
  for (size_t source = 0; source < kSourceCount; ++source) {
    const SourceBound& part = bound.sources[source];
    absl::StrAppend(
        &json, source == 0 ? "\n" : ",\n", "    \"", SourceName(static_cast<Source>(source)),
        "\": {\"rows\": ", part.rows, ", \"eligible_rows\": ", part.eligible_rows,
        ", \"rows_without_nhs_number\": ", part.rows_without_nhs_number,
        ", \"ambiguous_rows\": ", part.ambiguous_rows, ", \"anonymous_rows\": ",
        part.anonymous_rows, ", \"linkable_share_max\": \"",
        Share(part.eligible_rows - part.ambiguous_rows, part.eligible_rows), "\"}");
  }
  absl::StrAppend(&json, "\n  }\n}\n");
  return json;
}

}  // namespace safehaven::sample
