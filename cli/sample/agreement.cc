#include "cli/sample/agreement.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace safehaven::sample {
namespace {

constexpr size_t At(Field field) { return static_cast<size_t>(field); }

constexpr uint8_t kCloseBest = 50;
constexpr int kSlipsMax = 2;

// Slips between two words: letters left out, added, changed or exchanged with their
// neighbour (optimal string alignment: Boytsov, ACM JEA 16, 2011, section 2.2). More
// than kSlipsMax counts as kSlipsMax + 1.
int Slips(absl::string_view a, absl::string_view b) {
  const int difference = static_cast<int>(a.size()) - static_cast<int>(b.size());
  if (difference > kSlipsMax || -difference > kSlipsMax) return kSlipsMax + 1;
  std::vector<int> before(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], kSlipsMax + 1);
}

uint8_t CloseBySlips(absl::string_view a, absl::string_view b) {
  const int slips = Slips(a, b);
  return slips > kSlipsMax ? 0 : static_cast<uint8_t>(kCloseBest + 1 - slips);
}

uint8_t GivenNameScore(absl::string_view given, absl::string_view truth, const Names& names) {
  if (given.empty()) return 0;
  if (given == truth) return kEqual;
  if (given.size() == 1 && given[0] == truth[0]) return kCloseBest;
  if (absl::StartsWith(given, truth) && given[truth.size()] == ' ') return kCloseBest;
  if (names.IsNickname(given, truth)) return kCloseBest;
  return CloseBySlips(given, truth);
}

uint8_t BirthDateScore(absl::string_view date, absl::string_view truth) {
  if (date.empty()) return 0;
  if (date == truth) return kEqual;
  // YYYY-MM-DD
  const bool exchanged = date.substr(0, 4) == truth.substr(0, 4) &&
                         date.substr(5, 2) == truth.substr(8, 2) &&
                         date.substr(8, 2) == truth.substr(5, 2);
  return exchanged ? kCloseBest : CloseBySlips(date, truth);
}

uint8_t PostcodeScore(absl::string_view postcode, absl::string_view truth) {
  if (postcode.empty()) return 0;
  if (postcode == truth) return kEqual;
  if (Slips(postcode, truth) == 1) return kCloseBest;
  // The sector is all but the last two letters.
  const bool same_sector =
      truth.size() > 2 && postcode.substr(0, postcode.size() - 2) == truth.substr(0, truth.size() - 2);
  return same_sector ? kCloseBest - 1 : 0;
}

uint8_t AddressScore(absl::string_view address, absl::string_view truth) {
  if (address.empty()) return 0;
  if (address == truth) return kEqual;
  return address.substr(0, address.find(' ')) == truth.substr(0, truth.find(' ')) ? kCloseBest : 0;
}

std::string Lower(absl::string_view text) { return absl::AsciiStrToLower(text); }

}  // namespace

Comparable MakeComparable(const Identity& identity) {
  Comparable entry;
  entry.fields = {identity.nhs_number, Lower(identity.given_name), Lower(identity.family_name),
                  identity.birth_date, identity.sex,  identity.postcode, identity.address_line};
  std::string& given = entry.fields[At(Field::kGivenName)];
  if (given == "baby" || given == "unknown") given.clear();
  std::string& family = entry.fields[At(Field::kFamilyName)];
  if (family == "unknown") family.clear();
  std::string& birth = entry.fields[At(Field::kBirthDate)];
  if (birth == "1900-01-01") birth.clear();
  std::string& sex = entry.fields[At(Field::kSex)];
  if (sex != "1" && sex != "2") sex.clear();
  std::string& postcode = entry.fields[At(Field::kPostcode)];
  if (absl::StartsWith(postcode, "ZZ99")) postcode.clear();
  return entry;
}

PersonFacts FactsOf(const Population& population, uint32_t person_index) {
  const Person& person = population.people[person_index];
  const Household& household = population.households[person.household];
  PersonFacts facts;
  facts.nhs_number = person.nhs_number.ToDigits();
  facts.given_name = Lower(person.given_name);
  facts.family_names.push_back(Lower(person.family_name));
  if (!person.former_family_name.empty()) {
    facts.family_names.push_back(Lower(person.former_family_name));
  }
  facts.birth_date = person.birth.ToString();
  facts.sex = std::string(1, person.sex == Sex::kMale ? '1' : '2');
  if (person.no_fixed_abode) return facts;
  const std::vector<Postcode>& postcodes = population.places.postcodes();
  facts.postcodes.push_back(postcodes[household.home.postcode].text);
  facts.addresses.push_back(household.home.line);
  if (household.former_home.has_value()) {
    facts.postcodes.push_back(postcodes[household.former_home->postcode].text);
    facts.addresses.push_back(household.former_home->line);
  }
  return facts;
}

Agreement Agree(const Comparable& entry, const PersonFacts& facts, const Names& names) {
  const auto& fields = entry.fields;
  const absl::string_view given = fields[At(Field::kGivenName)];
  const absl::string_view family = fields[At(Field::kFamilyName)];
  const absl::string_view nhs_number = fields[At(Field::kNhsNumber)];
  Agreement agreement = {};
  agreement[At(Field::kNhsNumber)] =
      !nhs_number.empty() && nhs_number == facts.nhs_number ? kEqual : 0;
  agreement[At(Field::kGivenName)] = GivenNameScore(given, facts.given_name, names);
  uint8_t& family_score = agreement[At(Field::kFamilyName)];
  for (const std::string& truth : facts.family_names) {
    if (family.empty()) break;
    family_score = std::max(family_score, family == truth ? kEqual : CloseBySlips(family, truth));
    if (!given.empty() && given == truth && family == facts.given_name) {
      family_score = std::max(family_score, kCloseBest);
      agreement[At(Field::kGivenName)] = std::max(agreement[At(Field::kGivenName)], kCloseBest);
    }
  }
  agreement[At(Field::kBirthDate)] =
      BirthDateScore(fields[At(Field::kBirthDate)], facts.birth_date);
  const std::string& sex = fields[At(Field::kSex)];
  agreement[At(Field::kSex)] = !sex.empty() && sex == facts.sex ? kEqual : 0;
  for (const std::string& truth : facts.postcodes) {
    uint8_t& score = agreement[At(Field::kPostcode)];
    score = std::max(score, PostcodeScore(fields[At(Field::kPostcode)], truth));
  }
  for (const std::string& truth : facts.addresses) {
    uint8_t& score = agreement[At(Field::kAddress)];
    score = std::max(score, AddressScore(fields[At(Field::kAddress)], truth));
  }
  return agreement;
}

bool FitsAsWell(const Agreement& other, const Agreement& own) {
  for (size_t field = 0; field < kFieldCount; ++field) {
    if (other[field] < own[field]) return false;
  }
  return true;
}

}  // namespace safehaven::sample
