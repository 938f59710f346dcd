// A small synthetic population with the usual errors of administrative records, for
// tests of linkage that need truth and no files. NHS numbers are of the 999 range.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_PEOPLE_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_PEOPLE_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/nhs_number.h"
#include "services/linkage/core/record.h"
#include "services/linkage/core/standardise/standardise.h"

namespace safehaven::linkage {

inline RecordToken TokenOf(uint64_t number) {
  RecordToken token;
  for (size_t i = 0; i < 8; ++i) token.bytes[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
  return token;
}

// The `index`-th NHS number of the 999 range.
inline NhsNumber TestNumber(uint32_t index) {
  for (uint32_t base = 999'000'000 + index * 2;; ++base) {
    const auto number = NhsNumber::FromBase(base);
    if (number.ok()) return *number;
  }
}

// A standard record with just an identity.
inline StandardRecord Standard(uint64_t token, SourceIndex source, StandardIdentity identity) {
  StandardRecord record;
  record.token = TokenOf(token);
  record.source = source;
  identity.nhs_number_given = identity.nhs_number;
  record.identity = Sensitive<StandardIdentity>(std::move(identity));
  return record;
}

struct Population {
  std::vector<SourceRecord> records;
  std::vector<uint64_t> truth;  // by record
  std::vector<SourceRule> sources = {{.name = "gp", .duplicate_free = true, .is_register = true},
                                     {.name = "acute"},
                                     {.name = "social_care"}};
};

inline StandardRules TestRules() {
  StandardRules rules;
  rules.numbers.test_numbers_allowed = true;
  rules.dates.latest = CivilDay::FromYmd(2026, 3, 31).value();
  rules.dates.defaults = WellKnownDefaultDates();
  return rules;
}

// `person_count` people in households of one to four: each on the register, most with
// a few acute records, some with social care records of which a third have no NHS
// number. About one value in twelve has an error.
inline Population MakePopulation(std::mt19937_64& prng, uint32_t person_count) {
  static constexpr const char* kSyllables[] = {"BAR", "LOW", "TEN", "MAR", "WICK", "HAM", "FORD", "LEY",
                                               "STON", "GRE", "HOL", "DEN", "RUD", "COL", "PEM", "THORN"};
  static constexpr const char* kGiven[] = {"WILLIAM", "MARY", "JOHN",  "ELIZABETH", "GEORGE", "OLIVIA",
                                           "HARRY",   "EMMA", "OSCAR", "CHARLOTTE", "JACK",   "SOPHIE",
                                           "THOMAS",  "RUBY", "DANIEL", "GRACE",    "SAMUEL", "ALICE",
                                           "JOSEPH",  "FREYA", "EDWARD", "HANNAH",  "LEWIS",  "MEGAN"};
  const auto draw = [&](size_t count) { return static_cast<size_t>(prng() % count); };
  const auto chance = [&](int per_hundred) { return static_cast<int>(prng() % 100) < per_hundred; };
  const auto typo = [&](std::string text) {
    if (text.size() > 2) text[1 + draw(text.size() - 1)] = static_cast<char>('A' + draw(26));
    return text;
  };
  Population population;
  const auto add = [&](SourceIndex source, RawIdentity identity, uint64_t person) {
    SourceRecord record;
    record.token = TokenOf(prng());
    record.source = source;
    record.identity = Sensitive<RawIdentity>(std::move(identity));
    population.records.push_back(std::move(record));
    population.truth.push_back(person);
  };
  std::string family, postcode, address;
  size_t left_in_household = 0;
  for (uint32_t person = 0; person < person_count; ++person) {
    if (left_in_household-- == 0) {
      left_in_household = draw(4);
      family = absl::StrCat(kSyllables[draw(16)], kSyllables[draw(16)], kSyllables[draw(16)]);
      postcode = absl::StrFormat("SS%d %d%c%c", 1 + draw(9), 1 + draw(9), 'A' + static_cast<char>(draw(2)),
                                 'D' + static_cast<char>(draw(5)));
      address = absl::StrCat(1 + draw(99), " ", kSyllables[draw(16)], " Road");
    }
    const bool male = draw(2) == 0;
    RawIdentity identity;
    identity.nhs_number = TestNumber(person).ToDigits();
    identity.nhs_number_verified = true;
    identity.given_name = kGiven[2 * draw(12) + (male ? 0 : 1)];
    identity.family_name = family;
    identity.birth_date = absl::StrFormat("%d-%02d-%02d", 1930 + draw(95), 1 + draw(12), 1 + draw(28));
    identity.sex = male ? "1" : "2";
    identity.postcode = postcode;
    identity.address_line = address;
    add(0, identity, person);
    const auto copy = [&] {
      RawIdentity other = identity;
      if (chance(8)) other.given_name = typo(other.given_name);
      if (chance(8)) other.family_name = typo(other.family_name);
      if (chance(4)) other.birth_date = absl::StrCat(other.birth_date.substr(0, 8), "1", draw(10));
      if (chance(10)) other.postcode = "SS12 9ZZ";
      return other;
    };
    for (size_t i = draw(4); i > 0; --i) {
      RawIdentity other = copy();
      if (chance(2)) other.nhs_number.clear();
      add(1, other, person);
    }
    for (size_t i = draw(2); i > 0; --i) {
      RawIdentity other = copy();
      other.nhs_number_verified = false;
      if (chance(33)) other.nhs_number.clear();
      add(2, other, person);
    }
  }
  return population;
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_PEOPLE_H_
