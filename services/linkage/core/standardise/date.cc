#include "services/linkage/core/standardise/date.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "services/linkage/core/standardise/change.h"

namespace safehaven::linkage {
namespace {

constexpr int kNamesMin = 20;         // domain text 2.3: a day whose share is
constexpr int kNeighbourFactor = 20;  // more than 20 times its neighbours'
constexpr int kNeighbourDays = 3;

// The digits of `text` as a number; -1 if it is not all digits or too long; 0 if empty.
int Number(absl::string_view text) {
  if (text.size() > 4) return -1;
  int value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

PartialDate FromParts(int year, int month, int day) {
  if (year < 0 || month < 0 || day < 0) return {};
  const bool year_known = year >= 1600 && year <= 9999;
  const bool month_known = month >= 1 && month <= 12;
  bool day_known = day >= 1 && day <= 31;
  // A day is kept only if the month can have it; 2000 is a leap year and stands
  // for an unknown one.
  if (day_known && month_known) {
    day_known = CivilDay::FromYmd(year_known ? year : 2000, month, day).ok();
  }
  return {.year = static_cast<uint16_t>(year_known ? year : 0),
          .month = static_cast<uint8_t>(month_known ? month : 0),
          .day = static_cast<uint8_t>(day_known ? day : 0)};
}

uint32_t Packed(CivilDay day) {
  return PartialDate{static_cast<uint16_t>(day.year()), static_cast<uint8_t>(day.month()),
                     static_cast<uint8_t>(day.day())}
      .packed();
}

}  // namespace

absl::flat_hash_set<uint32_t> WellKnownDefaultDates() {
  return {PartialDate{1800, 1, 1}.packed(), PartialDate{1900, 1, 1}.packed(),
          PartialDate{1901, 1, 1}.packed(), PartialDate{1911, 11, 11}.packed(),
          PartialDate{9999, 12, 31}.packed()};
}

PartialDate ParsePartialDate(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const size_t first = text.find_first_of("-/.");
  if (first == absl::string_view::npos) {
    if (text.size() == 4) return FromParts(Number(text), 0, 0);
    if (text.size() != 8) return {};
    return FromParts(Number(text.substr(0, 4)), Number(text.substr(4, 2)), Number(text.substr(6)));
  }
  const size_t second = text.find_first_of("-/.", first + 1);
  if (second == absl::string_view::npos) {
    return FromParts(Number(text.substr(0, first)), Number(text.substr(first + 1)), 0);
  }
  const absl::string_view a = text.substr(0, first);
  const absl::string_view b = text.substr(first + 1, second - first - 1);
  const absl::string_view c = text.substr(second + 1);
  // The year is the part of four digits; without one, the ISO order is meant.
  if (c.size() == 4) return FromParts(Number(c), Number(b), Number(a));
  return FromParts(Number(a), Number(b), Number(c));
}

PartialDate StandardDate(absl::string_view text, const DateRules& rules, uint32_t& changes) {
  if (absl::StripAsciiWhitespace(text).empty()) return {};
  PartialDate date = ParsePartialDate(text);
  if (date.empty()) {
    changes |= ChangeBit(ChangeKind::kDateMalformed);
    return {};
  }
  if (rules.defaults.contains(date.packed())) {
    changes |= ChangeBit(ChangeKind::kDateDefault);
    return {};
  }
  if (date.year != 0 &&
      (date.packed() > Packed(rules.latest) || date.year + rules.age_years_max < rules.latest.year())) {
    changes |= ChangeBit(ChangeKind::kDateImpossible);
    // A slip in the year leaves day and month as good as they were.
    date.year = 0;
    return date.month != 0 && date.day != 0 ? date : PartialDate();
  }
  if (rules.first_of_january_is_year_only && date.complete() && date.month == 1 && date.day == 1) {
    date.month = date.day = 0;
  }
  if (!date.complete()) changes |= ChangeBit(ChangeKind::kDatePartial);
  return date;
}

DateRules LearnDefaultDates(DateRules rules, std::vector<DatedName> dates) {
  const auto key = [](const DatedName& d) { return std::pair(d.packed_date, d.name_hash); };
  std::sort(dates.begin(), dates.end(),
            [&](const DatedName& a, const DatedName& b) { return key(a) < key(b); });
  dates.erase(std::unique(dates.begin(), dates.end(),
                          [&](const DatedName& a, const DatedName& b) { return key(a) == key(b); }),
              dates.end());
  std::map<uint32_t, int64_t> names_by_date;
  for (const DatedName& dated : dates) ++names_by_date[dated.packed_date];

  int64_t first_of_january = 0;
  int64_t second_to_seventh = 0;
  for (const auto& [packed, names] : names_by_date) {
    const int year = static_cast<int>(packed >> 9);
    const int month = static_cast<int>(packed >> 5 & 15);
    const int day = static_cast<int>(packed & 31);
    const auto civil = CivilDay::FromYmd(year, month, day);
    if (!civil.ok()) continue;
    if (month == 1 && day == 1) first_of_january += names;
    if (month == 1 && day >= 2 && day <= 7) second_to_seventh += names;
    if (names < kNamesMin) continue;
    int64_t neighbours = 0;
    for (int offset = -kNeighbourDays; offset <= kNeighbourDays; ++offset) {
      const auto found = names_by_date.find(Packed(civil->AddDays(offset)));
      if (offset != 0 && found != names_by_date.end()) neighbours += found->second;
    }
    if (names * 2 * kNeighbourDays > kNeighbourFactor * neighbours) rules.defaults.insert(packed);
  }
  if (first_of_january >= kNamesMin && first_of_january * 6 > kNeighbourFactor * second_to_seventh) {
    rules.first_of_january_is_year_only = true;
  }
  return rules;
}

}  // namespace safehaven::linkage
