// What a source records of a person, with the mistakes that sources make.
//
// The rates below are the one place where they are set; docs/formats.md ("Identity
// errors") gives the same numbers with their sources. They were written down before
// any linkage was tuned against the sample. Pure functions; thread-safe.
#ifndef SAFEHAVEN_CLI_SAMPLE_ERRORS_H_
#define SAFEHAVEN_CLI_SAMPLE_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/sample/names.h"
#include "cli/sample/people.h"
#include "cli/sample/random.h"

namespace safehaven::sample {

enum class Source : uint8_t { kGp, kAcute, kAmbulance, kMentalHealth, kCommunity, kSocialCare };
inline constexpr int kSourceCount = 6;

// "gp", "acute", ... as in folder names.
absl::string_view SourceName(Source source);

// The identity columns of an extract row, as text.
struct Identity {
  std::string nhs_number;
  std::string nhs_number_verified;
  std::string given_name;
  std::string family_name;
  std::string birth_date;
  std::string sex;
  std::string postcode;
  std::string address_line;
  std::string local_id;
};

// Kinds of mistake; the truth files name them.
enum class ErrorKind : uint8_t {
  kNhsNumberMissing, kNhsNumberOfTwin, kAnonymous, kGivenNameTypo, kFamilyNameTypo, kNickname,
  kInitialOnly, kMiddleNameIncluded, kNamesSwapped, kGivenNameOfTwin, kUnnamedBaby,
  kBirthDayMonthSwapped, kBirthDateTypo, kBirthDateDefault, kBirthDateMissing, kSexMissing,
  kSexWrong, kFormerFamilyName, kFormerAddress, kPostcodeTypo, kPostcodeMissing, kAddressMissing,
};
inline constexpr int kErrorKindCount = 22;

// "nhs_number_missing", ...
absl::string_view ErrorKindName(ErrorKind kind);

// How many of 10,000 entries in a source's index of people have each mistake. Those
// marked "of those" count only the people to whom it can happen.
struct ErrorRates {
  uint32_t nhs_number_missing;
  uint32_t nhs_number_unverified;  // of those with a number; not a mistake
  uint32_t nhs_number_of_twin;     // of twins
  uint32_t anonymous;              // nothing but, perhaps, the sex
  uint32_t given_name_typo;
  uint32_t family_name_typo;
  uint32_t nickname;               // of those whose name has one
  uint32_t initial_only;
  uint32_t middle_name_included;   // of those with one
  uint32_t names_swapped;
  uint32_t given_name_of_twin;     // of twins
  uint32_t unnamed_baby;           // of those born within the year
  uint32_t birth_day_month_swapped;  // of those where it gives a day that exists
  uint32_t birth_date_typo;
  uint32_t birth_date_default;
  uint32_t birth_date_missing;
  uint32_t sex_missing;
  uint32_t sex_wrong;
  uint32_t former_family_name;     // of those with one
  uint32_t former_address;         // of those with one
  uint32_t postcode_typo;
  uint32_t postcode_missing;
  uint32_t address_missing;
  uint32_t second_entry;           // the person is in the index twice
};

const ErrorRates& RatesOf(Source source);

// One entry of a source's index of people.
struct Recorded {
  uint32_t person = 0;
  Identity identity;
  uint32_t errors = 0;  // bit k: the mistake with ErrorKind k was made

  bool Has(ErrorKind kind) const { return (errors >> static_cast<int>(kind) & 1) != 0; }
};

// What is true of the person on `day`, without a local number.
Identity TrueIdentity(const Population& population, uint32_t person, CivilDay day);

// What `source` has about the person on `day`.
Recorded Record(const Population& population, const Names& names, Source source, uint32_t person,
                CivilDay day, Random& random);

// `text` with one letter left out, doubled, changed or swapped with its neighbour;
// never equal to `text` unless that has fewer than two letters.
std::string WithTypo(absl::string_view text, Random& random);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_ERRORS_H_
