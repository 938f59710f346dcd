#include "tests/bench/linkage/people.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace safehaven::bench {
namespace {

class Maker {
 public:
  explicit Maker(uint32_t people) : people_(people) {
    given_ = Names(1'500, 0.9, 2);
    family_ = Names(6'000, 0.8, 3);
    const uint32_t postcodes = std::max(2'000u, people / 15);
    for (uint32_t i = 0; i < postcodes; ++i) postcodes_.push_back(Postcode());
  }

  std::string Make() {
    std::string csv = "unique_id,cluster,first_name,surname,dob,sex,postcode,house_no\n";
    uint32_t row = 0;
    for (uint32_t person = 0; person < people_; ++person) {
      Record record = {Draw(given_), Draw(family_), Date(), Chance(0.5) ? "M" : "F", Pick(postcodes_),
                       absl::StrCat(1 + prng_() % 149)};
      Append(row++, person, record, csv);
      if (!Chance(0.25)) continue;
      Spoil(record);
      Append(row++, person, record, csv);
    }
    return csv;
  }

 private:
  struct Record {
    std::string given, family, date, sex, postcode, house;
  };
  struct Pool {
    std::vector<std::string> names;
    std::vector<double> cumulated;
  };

  bool Chance(double p) { return static_cast<double>(prng_() >> 11) * 0x1p-53 < p; }
  const std::string& Pick(const std::vector<std::string>& values) { return values[prng_() % values.size()]; }
  char Letter() { return static_cast<char>('A' + prng_() % 26); }

  Pool Names(size_t count, double exponent, size_t syllables) {
    static constexpr const char* kSyllables[] = {"BAR", "LOW", "TEN", "MAR", "WICK", "HAM", "FOR", "LEY", "STO", "GRE",
                                                 "HOL", "DEN", "RUD", "COL", "PEM", "THO", "AN",  "EL",  "IS",  "ON"};
    Pool pool;
    double sum = 0;
    for (size_t rank = 1; rank <= count; ++rank) {
      std::string name;
      for (size_t i = 0; i < syllables; ++i) name += kSyllables[prng_() % std::size(kSyllables)];
      if (rank % 3 == 0) name += "AEIOY"[prng_() % 5];
      pool.names.push_back(std::move(name));
      sum += std::pow(static_cast<double>(rank), -exponent);
      pool.cumulated.push_back(sum);
    }
    return pool;
  }

  const std::string& Draw(const Pool& pool) {
    const double at = static_cast<double>(prng_() >> 11) * 0x1p-53 * pool.cumulated.back();
    const auto found = std::lower_bound(pool.cumulated.begin(), pool.cumulated.end(), at);
    return pool.names[static_cast<size_t>(found - pool.cumulated.begin())];
  }

  std::string Date() {
    return absl::StrFormat("%d-%02d-%02d", static_cast<int>(1925 + prng_() % 100), static_cast<int>(1 + prng_() % 12),
                           static_cast<int>(1 + prng_() % 28));
  }

  std::string Postcode() {
    static constexpr const char* kAreas[] = {"BS", "LS", "M", "SW", "NE", "CF", "PO", "DE", "LE", "B"};
    return absl::StrFormat("%s%d%d%c%c", kAreas[prng_() % 10], static_cast<int>(1 + prng_() % 29),
                           static_cast<int>(1 + prng_() % 9), "ABDEFGHJLN"[prng_() % 10], "PQRSTUWXYZ"[prng_() % 10]);
  }

  std::string Slip(std::string text) {
    if (text.size() < 2) return text;
    const size_t at = prng_() % (text.size() - 1);
    switch (prng_() % 4) {
      case 0: text[at] = Letter(); break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, Letter()); break;
      default: std::swap(text[at], text[at + 1]);
    }
    return text;
  }

  // About as often as bench_1m does.
  void Spoil(Record& record) {
    if (Chance(0.15)) record.given = Slip(record.given);
    else if (Chance(0.05)) record.given = record.given.substr(0, 1);
    if (Chance(0.12)) record.family = Slip(record.family);
    else if (Chance(0.04)) record.family = Draw(family_);
    if (Chance(0.08)) record.date = Date().substr(0, 5) + record.date.substr(5);
    else if (Chance(0.02)) record.date.clear();
    if (Chance(0.20)) {
      record.postcode = Pick(postcodes_);
      record.house = absl::StrCat(1 + prng_() % 149);
    } else if (Chance(0.06)) {
      record.postcode = Slip(record.postcode);
    } else if (Chance(0.05)) {
      record.postcode.clear();
    }
    if (Chance(0.03)) std::swap(record.given, record.family);
    if (Chance(0.02)) record.sex = record.sex == "F" ? "M" : "F";
  }

  static void Append(uint32_t row, uint32_t person, const Record& record, std::string& csv) {
    absl::StrAppend(&csv, row, ",", person, ",", record.given, ",", record.family, ",");
    absl::StrAppend(&csv, record.date, ",", record.sex, ",", record.postcode, ",", record.house, "\n");
  }

  const uint32_t people_;
  std::mt19937_64 prng_{20261122};
  Pool given_;
  Pool family_;
  std::vector<std::string> postcodes_;
};

}  // namespace

std::string PeopleCsv(uint32_t people) { return Maker(people).Make(); }

}  // namespace safehaven::bench
