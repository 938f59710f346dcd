// How well what a source recorded fits a person as they truly are, field by field.
// Used only to bound what linkage can reach; it is not a linkage method, and knows
// the truth. Pure; thread-safe.
#ifndef SAFEHAVEN_CLI_SAMPLE_AGREEMENT_H_
#define SAFEHAVEN_CLI_SAMPLE_AGREEMENT_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/sample/errors.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

enum class Field : uint8_t { kNhsNumber, kGivenName, kFamilyName, kBirthDate, kSex, kPostcode,
                             kAddress };
inline constexpr size_t kFieldCount = 7;

// Per field: 0 differs, or the entry has no such field; kEqual; between them the closer
// the higher.
inline constexpr uint8_t kEqual = 100;
using Agreement = std::array<uint8_t, kFieldCount>;

// An entry made comparable: names in lower case, defaults and pseudo values empty.
struct Comparable {
  std::array<std::string, kFieldCount> fields;
};
Comparable MakeComparable(const Identity& identity);

// Everything that is, or was, true of a person: names before and after marriage,
// homes before and after a move.
struct PersonFacts {
  std::string nhs_number;
  std::string given_name;
  std::vector<std::string> family_names;
  std::string birth_date;
  std::string sex;
  std::vector<std::string> postcodes;
  std::vector<std::string> addresses;
};
PersonFacts FactsOf(const Population& population, uint32_t person);

// Close means: a name one or two typing slips away, a nickname, an initial, a first
// name followed by others, or given and family name exchanged; a date with day and
// month exchanged or at most two slips away; a postcode one slip away or of the same
// sector; the same house number.
Agreement Agree(const Comparable& entry, const PersonFacts& facts, const Names& names);

// Is `other` at least as good as `own` in every field?
bool FitsAsWell(const Agreement& other, const Agreement& own);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_AGREEMENT_H_
