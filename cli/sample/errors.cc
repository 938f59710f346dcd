#include "cli/sample/errors.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace safehaven::sample {
namespace {

constexpr char kNoFixedAbodePostcode[] = "ZZ99 3VZ";
constexpr char kUnknownPostcode[] = "ZZ99 3WZ";
constexpr char kDefaultBirthDate[] = "1900-01-01";
constexpr char kInwardLetters[] = "ABDEFGHJLNPQRSTUWXYZ";

// Keys beside each letter on a British keyboard: where fingers slip to.
constexpr absl::string_view kNeighbourKeys[26] = {
    "qsz", "vgn", "xdv", "sfe", "wrd", "dgr", "fht", "gjy", "uok", "hku", "jli", "ko", "nj",
    "bm",  "ipl", "ol",  "wa",  "etf", "adw", "ryg", "yij", "cbf", "qes", "zcs", "tuh", "xas"};

// Draws mistakes for one entry and applies them.
class Clerk {
 public:
  Clerk(const Population& population, const Names& names, Source source, Random& random,
        Recorded& recorded)
      : population_(population),
        names_(names),
        source_(source),
        rates_(RatesOf(source)),
        random_(random),
        recorded_(recorded),
        person_(population.people[recorded.person]),
        identity_(recorded.identity) {}

  void MakeMistakes() {
    NhsNumber();
    GivenName();
    FamilyName();
    BirthDate();
    SexCode();
    HomeAddress();
    Anonymity();
    Style();
  }

 private:
  // Draws whether the mistake happens, always, so that streams stay in step.
  bool Happens(uint32_t rate, ErrorKind kind, bool possible = true) {
    const bool happens = random_.Chance(rate) && possible;
    if (happens) recorded_.errors |= uint32_t{1} << static_cast<int>(kind);
    return happens;
  }

  void NhsNumber() {
    identity_.nhs_number_verified = random_.Chance(rates_.nhs_number_unverified) ? "0" : "1";
    if (Happens(rates_.nhs_number_of_twin, ErrorKind::kNhsNumberOfTwin, person_.twin.has_value())) {
      identity_.nhs_number = population_.people[*person_.twin].nhs_number.ToDigits();
      identity_.nhs_number_verified = "0";
    }
    if (Happens(rates_.nhs_number_missing, ErrorKind::kNhsNumberMissing)) {
      identity_.nhs_number.clear();
      identity_.nhs_number_verified.clear();
      recorded_.errors &= ~(uint32_t{1} << static_cast<int>(ErrorKind::kNhsNumberOfTwin));
    }
  }

  void GivenName() {
    const std::string nickname = names_.Nickname(identity_.given_name, random_);
    const bool born_this_year = person_.birth >= population_.period.first;
    if (Happens(rates_.given_name_of_twin, ErrorKind::kGivenNameOfTwin,
                person_.twin.has_value())) {
      identity_.given_name = population_.people[*person_.twin].given_name;
    }
    if (Happens(rates_.unnamed_baby, ErrorKind::kUnnamedBaby, born_this_year)) {
      identity_.given_name = "Baby";
    } else if (Happens(rates_.nickname, ErrorKind::kNickname, !nickname.empty())) {
      identity_.given_name = nickname;
    } else if (Happens(rates_.initial_only, ErrorKind::kInitialOnly)) {
      identity_.given_name.resize(1);
    } else if (Happens(rates_.given_name_typo, ErrorKind::kGivenNameTypo)) {
      identity_.given_name = WithTypo(identity_.given_name, random_);
    }
    if (Happens(rates_.middle_name_included, ErrorKind::kMiddleNameIncluded,
                !person_.middle_name.empty())) {
      absl::StrAppend(&identity_.given_name, " ", person_.middle_name);
    }
  }

  void FamilyName() {
    if (Happens(rates_.former_family_name, ErrorKind::kFormerFamilyName,
                !person_.former_family_name.empty())) {
      identity_.family_name = person_.former_family_name;
    }
    if (Happens(rates_.family_name_typo, ErrorKind::kFamilyNameTypo)) {
      identity_.family_name = WithTypo(identity_.family_name, random_);
    }
    if (Happens(rates_.names_swapped, ErrorKind::kNamesSwapped)) {
      std::swap(identity_.given_name, identity_.family_name);
    }
  }

  void BirthDate() {
    const CivilDay birth = person_.birth;
    const bool swappable = birth.day() <= 12 && birth.day() != birth.month();
    if (Happens(rates_.birth_day_month_swapped, ErrorKind::kBirthDayMonthSwapped, swappable)) {
      identity_.birth_date =
          CivilDay::FromYmd(birth.year(), birth.day(), birth.month())->ToString();
    } else if (Happens(rates_.birth_date_typo, ErrorKind::kBirthDateTypo)) {
      identity_.birth_date = BirthDateWithSlip(birth).ToString();
    }
    if (Happens(rates_.birth_date_default, ErrorKind::kBirthDateDefault)) {
      identity_.birth_date = kDefaultBirthDate;
    } else if (Happens(rates_.birth_date_missing, ErrorKind::kBirthDateMissing)) {
      identity_.birth_date.clear();
    }
  }

  // One part of the date is off: the day or month by a little, the year by one or ten.
  CivilDay BirthDateWithSlip(CivilDay birth) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      int year = birth.year();
      int month = birth.month();
      int day = birth.day();
      const int sign = random_.Chance(5'000) ? 1 : -1;
      switch (random_.Below(4)) {
        case 0: day += sign * static_cast<int>(random_.Between(1, 3)); break;
        case 1: day += sign * 10; break;
        case 2: month += sign; break;
        default: year += sign * (random_.Chance(5'000) ? 1 : 10); break;
      }
      const absl::StatusOr<CivilDay> slipped = CivilDay::FromYmd(year, month, day);
      if (slipped.ok() && *slipped <= population_.period.last) return *slipped;
    }
    return birth.AddDays(-1);
  }

  void SexCode() {
    if (Happens(rates_.sex_wrong, ErrorKind::kSexWrong)) {
      identity_.sex = std::string(1, person_.sex == Sex::kMale ? '2' : '1');
    }
    const bool not_specified = random_.Chance(2'000);
    if (Happens(rates_.sex_missing, ErrorKind::kSexMissing)) {
      identity_.sex = std::string(1, not_specified ? '9' : '0');
    }
  }

  void HomeAddress() {
    const Household& household = population_.households[person_.household];
    const bool has_former = household.former_home.has_value() && !person_.no_fixed_abode &&
                            person_.birth < household.moved;
    if (Happens(rates_.former_address, ErrorKind::kFormerAddress, has_former)) {
      identity_.postcode = population_.places.postcodes()[household.former_home->postcode].text;
      identity_.address_line = household.former_home->line;
    }
    if (Happens(rates_.postcode_typo, ErrorKind::kPostcodeTypo, !person_.no_fixed_abode)) {
      SlipPostcode();
    }
    const bool as_unknown = random_.Chance(3'000);
    if (Happens(rates_.postcode_missing, ErrorKind::kPostcodeMissing)) {
      identity_.postcode = as_unknown ? kUnknownPostcode : "";
    }
    if (Happens(rates_.address_missing, ErrorKind::kAddressMissing)) {
      identity_.address_line.clear();
    }
  }

  // Another postcode of the same district that can exist.
  void SlipPostcode() {
    std::string& postcode = identity_.postcode;
    const size_t size = postcode.size();
    const bool swap = random_.Chance(4'000) && postcode[size - 1] != postcode[size - 2];
    if (swap) {
      std::swap(postcode[size - 1], postcode[size - 2]);
      return;
    }
    const char letter = kInwardLetters[random_.Below(sizeof(kInwardLetters) - 1)];
    char& last = postcode[size - 1 - random_.Below(2)];
    last = last == letter ? (letter == 'A' ? 'B' : 'A') : letter;
  }

  void Anonymity() {
    if (!Happens(rates_.anonymous, ErrorKind::kAnonymous)) return;
    const std::string sex = identity_.sex;
    identity_ = Identity();
    identity_.given_name = "Unknown";
    identity_.family_name = "Unknown";
    identity_.sex = sex;
    identity_.postcode = kUnknownPostcode;
  }

  // Ambulance and council systems keep family names in capitals.
  void Style() {
    if (source_ == Source::kAmbulance || source_ == Source::kSocialCare) {
      absl::AsciiStrToUpper(&identity_.family_name);
    }
    if (source_ == Source::kAmbulance) absl::AsciiStrToUpper(&identity_.given_name);
  }

  const Population& population_;
  const Names& names_;
  const Source source_;
  const ErrorRates& rates_;
  Random& random_;
  Recorded& recorded_;
  const Person& person_;
  Identity& identity_;
};

char WithCaseOf(char letter, char example) {
  return absl::ascii_isupper(static_cast<unsigned char>(example)) ? absl::ascii_toupper(static_cast<unsigned char>(letter))
                                                                  : letter;
}

}  // namespace

Identity TrueIdentity(const Population& population, uint32_t person_index, CivilDay day) {
  const Person& person = population.people[person_index];
  const Household& household = population.households[person.household];
  Identity identity;
  identity.nhs_number = person.nhs_number.ToDigits();
  identity.nhs_number_verified = "1";
  identity.given_name = person.given_name;
  identity.family_name = person.family_name;
  identity.birth_date = person.birth.ToString();
  identity.sex = std::string(1, person.sex == Sex::kMale ? '1' : '2');
  if (person.no_fixed_abode) {
    identity.postcode = kNoFixedAbodePostcode;
    return identity;
  }
  const bool before_move = household.former_home.has_value() && day < household.moved;
  const Address& address = before_move ? *household.former_home : household.home;
  identity.postcode = population.places.postcodes()[address.postcode].text;
  identity.address_line = address.line;
  return identity;
}

Recorded Record(const Population& population, const Names& names, Source source, uint32_t person,
                CivilDay day, Random& random) {
  Recorded recorded;
  recorded.person = person;
  recorded.identity = TrueIdentity(population, person, day);
  Clerk(population, names, source, random, recorded).MakeMistakes();
  return recorded;
}

std::string WithTypo(absl::string_view text, Random& random) {
  std::string typo(text);
  if (typo.size() < 2) return typo;
  // The first letter is rarely wrong: nobody mistypes what the eye checks.
  const size_t first = random.Chance(1'000) ? 0 : 1;
  const size_t at = first + random.Below(typo.size() - first);
  switch (random.Below(4)) {
    case 0:
      typo.erase(at, 1);
      return typo;
    case 1:
      typo.insert(at, 1, static_cast<char>(absl::ascii_tolower(static_cast<unsigned char>(typo[at]))));
      return typo;
    case 2:
      if (at + 1 < typo.size() && typo[at] != typo[at + 1]) {
        std::swap(typo[at], typo[at + 1]);
        return typo;
      }
      break;
    default:
      break;
  }
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(typo[at]));
  if (lower < 'a' || lower > 'z') {
    typo.erase(at, 1);
    return typo;
  }
  const absl::string_view keys = kNeighbourKeys[lower - 'a'];
  const char key = keys[random.Below(keys.size())];
  typo[at] = WithCaseOf(key, typo[at]);
  return typo;
}

}  // namespace safehaven::sample
