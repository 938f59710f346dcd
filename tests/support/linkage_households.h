// Tables of made-up households for tests of linking: people who share a family name, an
// address and a telephone, with slips and gaps in their second records.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_HOUSEHOLDS_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_HOUSEHOLDS_H_

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/linkage_tables.h"

namespace safehaven::linkage {

struct Households {
  uint64_t seed = 1;
  int households = 200;
  // Has each household one telephone, or each person?
  bool one_phone = true;
  // Of a hundred people with a brother or sister born on the same day.
  int twins_percent = 0;
  // Of a hundred people with a second record.
  int copies_percent = 50;
};

struct HouseholdPerson {
  std::string given, family, birth, sex, address, postcode, phone;
};

class HouseholdMaker {
 public:
  explicit HouseholdMaker(const Households& made) : made_(made), prng_(made.seed) {}

  // Rows of who (the truth), given_name, surname, dob, sex, address, postcode, phone: first
  // records without slips, second records with them; shuffled.
  struct Rows {
    std::vector<std::vector<std::string>> first;
    std::vector<std::vector<std::string>> second;
  };
  Rows Make() {
    Rows rows;
    int who = 0;
    for (int i = 0; i < made_.households; ++i) {
      for (const HouseholdPerson& person : MakeHousehold()) {
        rows.first.push_back(RowOf(who, person));
        if (Below(100) < made_.copies_percent) rows.second.push_back(RowOf(who, Corrupted(person)));
        ++who;
      }
    }
    std::shuffle(rows.second.begin(), rows.second.end(), prng_);
    return rows;
  }

 private:
  int Below(int end) { return static_cast<int>(prng_() % static_cast<uint64_t>(end)); }

  std::string Name(int kinds, int salt, int length) {
    // Commoner names first, each a fixed text of its number.
    std::mt19937_64 letters(static_cast<uint64_t>(std::min(Below(kinds), Below(kinds)) * 10 + salt));
    std::string text;
    for (int i = 0; i < length; ++i) {
      text.push_back(i % 2 == 0 ? "BCDFGHLMNPRSTVW"[letters() % 15] : "AEIOU"[letters() % 5]);
    }
    return text;
  }

  std::string Date(int first_year, int years) {
    return absl::StrFormat("%04d-%02d-%02d", first_year + Below(years), 1 + Below(12), 1 + Below(28));
  }

  std::string Phone() { return absl::StrFormat("01632 %06d", Below(1'000'000)); }

  std::vector<HouseholdPerson> MakeHousehold() {
    HouseholdPerson shared;
    shared.family = Name(400, 1, 7);
    shared.address = absl::StrCat(1 + Below(300), " ", Name(60, 2, 6), " Road");
    shared.postcode = absl::StrFormat("SS%d %dAB", 1 + Below(9), Below(10));
    shared.phone = Phone();
    std::vector<HouseholdPerson> people;
    const int size = 1 + Below(4);
    for (int i = 0; i < size; ++i) {
      HouseholdPerson person = shared;
      person.given = Name(300, 3, 6);
      person.sex = i < 2 ? (i == 0 ? "M" : "F") : (Below(2) == 0 ? "M" : "F");
      person.birth = i < 2 ? Date(1950, 25) : Date(1985, 25);
      if (!made_.one_phone) person.phone = Phone();
      people.push_back(person);
      if (Below(100) >= made_.twins_percent) continue;
      person.given = Name(300, 3, 6);
      person.sex = Below(2) == 0 ? "M" : "F";
      if (!made_.one_phone) person.phone = Phone();
      people.push_back(person);
    }
    return people;
  }

  std::string Slip(std::string text) {
    if (text.empty()) return text;
    const size_t at = prng_() % text.size();
    if (prng_() % 2 == 0) text.erase(at, 1);
    else text[at] = static_cast<char>('A' + prng_() % 26);
    return text;
  }

  HouseholdPerson Corrupted(HouseholdPerson person) {
    if (Below(100) < 12) person.given = Slip(person.given);
    if (Below(100) < 12) person.family = Slip(person.family);
    if (Below(100) < 8) person.birth = Date(1950, 60);
    if (Below(100) < 18) {
      person.address = absl::StrCat(1 + Below(300), " ", Name(60, 2, 6), " Road");
      person.postcode = absl::StrFormat("SS%d %dAB", 1 + Below(9), Below(10));
    }
    if (Below(100) < 20) person.phone = Phone();
    for (std::string* value : {&person.given, &person.birth, &person.sex, &person.postcode, &person.phone}) {
      if (Below(100) < 5) value->clear();
    }
    return person;
  }

  static std::vector<std::string> RowOf(int who, const HouseholdPerson& p) {
    return {absl::StrCat("w", who), p.given, p.family, p.birth, p.sex, p.address, p.postcode, p.phone};
  }

  Households made_;
  std::mt19937_64 prng_;
};

inline std::vector<std::string> HouseholdColumns() {
  return {"who", "given_name", "surname", "dob", "sex", "address", "postcode", "phone"};
}

// First and second records in one table.
inline Table HouseholdsIn(const std::string& name, const Households& made) {
  HouseholdMaker::Rows rows = HouseholdMaker(made).Make();
  rows.first.insert(rows.first.end(), rows.second.begin(), rows.second.end());
  return Shuffled(TableOf(name, HouseholdColumns(), rows.first), made.seed);
}

// First records in one table, second ones in another: each one record a person.
inline std::vector<Table> HouseholdsInTwo(const Households& made) {
  HouseholdMaker::Rows rows = HouseholdMaker(made).Make();
  std::vector<Table> tables;
  tables.push_back(TableOf("a", HouseholdColumns(), rows.first));
  tables.push_back(TableOf("b", HouseholdColumns(), rows.second));
  return tables;
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_HOUSEHOLDS_H_
