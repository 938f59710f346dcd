#include "services/linkage/core/attributes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace safehaven::linkage {
namespace {

using Records = std::vector<const StandardRecord*>;

// Registrations of one person, the one that counts most first.
Records RegistrationsOf(const Records& records, std::span<const SourceRule> sources) {
  Records registrations;
  for (const StandardRecord* record : records) {
    if (sources[record->source].is_register) registrations.push_back(record);
  }
  std::sort(registrations.begin(), registrations.end(),
            [](const StandardRecord* a, const StandardRecord* b) {
              const auto key = [](const StandardRecord* r) {
                const auto& from = r->registration.registered_from;
                return std::tuple(!from.has_value(), -(from.has_value() ? from->days_since_1970() : 0),
                                  r->token);
              };
              return key(a) < key(b);
            });
  return registrations;
}

// The value of most records, or `unknown` if none or two have most.
template <typename Value, typename Get>
Value MostCommon(const Records& records, Value unknown, Get get) {
  std::map<Value, int64_t> counts;
  for (const StandardRecord* record : records) {
    const Value value = get(record->identity.Reveal());
    if (value != unknown) ++counts[value];
  }
  Value best = unknown;
  int64_t best_count = 0;
  for (const auto& [value, count] : counts) {
    if (count == best_count) best = unknown;
    if (count > best_count) {
      best = value;
      best_count = count;
    }
  }
  return best;
}

// The first registration's value, else that of most records.
template <typename Value, typename Get>
Value Choose(const Records& registrations, const Records& records, Value unknown, Get get) {
  for (const StandardRecord* registration : registrations) {
    const Value value = get(registration->identity.Reveal());
    if (value != unknown) return value;
  }
  return MostCommon(records, unknown, get);
}

int BandOf(int age_years) {
  if (age_years < 0) return kAgeBandUnknown;
  return std::min(age_years / kAgeBandYears * kAgeBandYears, kAgeBandMax);
}

// The band, if every day that the known parts allow is in the same.
int AgeBand(uint32_t packed_date, CivilDay day) {
  const int year = static_cast<int>(packed_date >> 9);
  const int month = static_cast<int>(packed_date >> 5 & 15);
  const int date = static_cast<int>(packed_date & 31);
  if (year == 0) return kAgeBandUnknown;
  // With the month unknown the day says nothing either.
  const int day_known = month == 0 ? 0 : date;
  const int next_month = month == 0 ? 1 : month % 12 + 1;
  const int next_year = month == 0 || month == 12 ? year + 1 : year;
  const auto earliest = CivilDay::FromYmd(year, month == 0 ? 1 : month, day_known == 0 ? 1 : day_known);
  auto latest = day_known == 0 ? CivilDay::FromYmd(next_year, next_month, 1) : earliest;
  if (!earliest.ok() || !latest.ok()) return kAgeBandUnknown;
  if (day_known == 0) latest = latest->AddDays(-1);
  const int oldest = BandOf(AgeYears(*earliest, day));
  return oldest == BandOf(AgeYears(*latest, day)) ? oldest : kAgeBandUnknown;
}

std::vector<ListMembership> Memberships(Records registrations, std::optional<CivilDay> death) {
  // Oldest begin first; among equal begins the one that counts most is last and wins.
  std::reverse(registrations.begin(), registrations.end());
  std::vector<ListMembership> memberships;
  for (const StandardRecord* record : registrations) {
    const Registration& registration = record->registration;
    if (!registration.registered_from.has_value() || registration.commissioner.empty()) continue;
    const CivilDay first = *registration.registered_from;
    CivilDay last = registration.registered_to.value_or(kOpenEnd);
    if (death.has_value()) last = std::min(last, *death);
    while (!memberships.empty() && memberships.back().first_day >= first) memberships.pop_back();
    if (!memberships.empty()) {
      ListMembership& before = memberships.back();
      before.last_day = std::min(before.last_day, first.AddDays(-1));
      // Moving between practices of one commissioner is one membership.
      if (before.commissioner == registration.commissioner && before.last_day == first.AddDays(-1)) {
        before.last_day = last;
        continue;
      }
    }
    if (first <= last) {
      memberships.push_back(
          {.commissioner = registration.commissioner, .first_day = first, .last_day = last});
    }
  }
  return memberships;
}

PersonAttributes Derive(PersonNumber person, const Records& records, std::span<const SourceRule> sources,
                        CivilDay reference_day) {
  const Records registrations = RegistrationsOf(records, sources);
  PersonAttributes attributes{.person = person};
  std::optional<CivilDay> death;
  for (const StandardRecord* record : registrations) {
    const Registration& registration = record->registration;
    if (attributes.small_area.empty()) attributes.small_area = registration.small_area;
    if (attributes.practice.empty()) attributes.practice = registration.practice;
    if (!death.has_value()) death = registration.death_date;
  }
  attributes.sex = Choose(registrations, records, Sex::kUnknown,
                          [](const StandardIdentity& identity) { return identity.sex; });
  const uint32_t born =
      Choose(registrations, records, uint32_t{0},
             [](const StandardIdentity& identity) { return identity.birth_date.packed(); });
  attributes.age_band = AgeBand(born, death.has_value() ? std::min(*death, reference_day) : reference_day);
  if (death.has_value()) attributes.death_month = (death->year() - 1970) * 12 + death->month() - 1;
  attributes.memberships = Memberships(registrations, death);
  return attributes;
}

}  // namespace

std::vector<PersonAttributes> DeriveAttributes(std::span<const StandardRecord> records,
                                               std::span<const SourceRule> sources,
                                               std::span<const RecordPerson> assignment,
                                               CivilDay reference_day) {
  std::vector<std::pair<PersonNumber, const StandardRecord*>> placed;
  placed.reserve(assignment.size());
  for (const StandardRecord& record : records) {
    const auto found =
        std::lower_bound(assignment.begin(), assignment.end(), record.token,
                         [](const RecordPerson& entry, const RecordToken& t) { return entry.token < t; });
    if (found != assignment.end() && found->token == record.token) placed.emplace_back(found->person, &record);
  }
  // By token within a person, so that the order of `records` does not count.
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second->token) < std::tie(b.first, b.second->token);
  });
  std::vector<PersonAttributes> attributes;
  for (size_t begin = 0; begin < placed.size();) {
    Records own;
    size_t end = begin;
    for (; end < placed.size() && placed[end].first == placed[begin].first; ++end) {
      own.push_back(placed[end].second);
    }
    attributes.push_back(Derive(placed[begin].first, own, sources, reference_day));
    begin = end;
  }
  return attributes;
}

}  // namespace safehaven::linkage
