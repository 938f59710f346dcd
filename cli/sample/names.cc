#include "cli/sample/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/sample/names_data.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// Of 10,000 British family names, those that are made of two parts: the long tail of
// rare names, without which too many people would share one.
constexpr uint32_t kRareFamilyNameRate = 5'500;

std::vector<std::string> NamesOf(absl::string_view text) {
  std::vector<std::string> names;
  for (const absl::string_view entry : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    names.emplace_back(entry.substr(0, entry.find(':')));
  }
  return names;
}

std::vector<uint32_t> WeightsOf(absl::string_view text) {
  std::vector<uint32_t> weights;
  for (const absl::string_view entry : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    uint32_t weight = 0;
    SH_CHECK(absl::SimpleAtoi(entry.substr(entry.find(':') + 1), &weight));
    weights.push_back(weight);
  }
  return weights;
}

int TimeOfBirth(int birth_year) {
  if (birth_year < 1960) return 0;
  return birth_year < 1990 ? 1 : 2;
}

}  // namespace

NameList::NameList(absl::string_view text)
    : names_(NamesOf(text)), weights_(WeightsOf(text)), choice_(weights_) {}

const std::string& NameList::Pick(Random& random) const { return names_[choice_.Pick(random)]; }

Names::Names()
    : beginnings_(kFamilyNameBeginnings),
      endings_(kFamilyNameEndings),
      street_names_(kStreetNames),
      street_kinds_(kStreetKinds) {
  for (const absl::string_view text :
       {kBritishFamilyNames, kMuslimFamilyNames, kIndianFamilyNames, kAfricanFamilyNames,
        kEastEuropeanFamilyNames, kChineseFamilyNames}) {
    family_.emplace_back(text);
  }
  for (const absl::string_view text : {kMuslimMaleNames, kIndianMaleNames, kAfricanMaleNames,
                                       kEastEuropeanMaleNames, kChineseMaleNames}) {
    other_male_.emplace_back(text);
  }
  for (const absl::string_view text : {kMuslimFemaleNames, kIndianFemaleNames, kAfricanFemaleNames,
                                       kEastEuropeanFemaleNames, kChineseFemaleNames}) {
    other_female_.emplace_back(text);
  }
  for (const absl::string_view text : kBritishMaleNames) british_male_.emplace_back(text);
  for (const absl::string_view text : kBritishFemaleNames) british_female_.emplace_back(text);
  for (const absl::string_view entry : absl::StrSplit(kNicknames, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(entry, ':');
    for (const absl::string_view nickname : absl::StrSplit(parts.second, '/')) {
      nicknames_[std::string(parts.first)].emplace_back(nickname);
      nickname_pairs_.insert(absl::AsciiStrToLower(absl::StrCat(nickname, " ", parts.first)));
    }
  }
}

std::string Names::FamilyName(Heritage heritage, Random& random) const {
  if (heritage == Heritage::kBritish && random.Chance(kRareFamilyNameRate)) {
    const std::string& beginning = beginnings_.Pick(random);
    return absl::StrCat(beginning, endings_.Pick(random));
  }
  return family_[static_cast<size_t>(heritage)].Pick(random);
}

std::string Names::GivenName(Heritage heritage, Sex sex, int birth_year, Random& random) const {
  const bool male = sex == Sex::kMale;
  if (heritage == Heritage::kBritish) {
    const size_t time = static_cast<size_t>(TimeOfBirth(birth_year));
    return (male ? british_male_ : british_female_)[time].Pick(random);
  }
  const size_t other = static_cast<size_t>(heritage) - 1;
  return (male ? other_male_ : other_female_)[other].Pick(random);
}

std::string Names::Nickname(absl::string_view given_name, Random& random) const {
  const auto found = nicknames_.find(given_name);
  if (found == nicknames_.end()) return "";
  return found->second[random.Below(found->second.size())];
}

bool Names::IsNickname(absl::string_view nickname, absl::string_view given_name) const {
  return nickname_pairs_.contains(absl::StrCat(nickname, " ", given_name));
}

std::string Names::StreetName(Random& random) const {
  const std::string& name = street_names_.Pick(random);
  return absl::StrCat(name, " ", street_kinds_.Pick(random));
}

}  // namespace safehaven::sample
