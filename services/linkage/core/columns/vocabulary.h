// Everything that is derived from a value rather than from a record, worked out once
// a distinct value: packed text for the fast comparison, phonetic key, nickname
// groups, the places a postcode lies in, the parts of an address.
// Immutable after BuildProfiles; thread-safe then.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_VOCABULARY_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_VOCABULARY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/columns/dictionary.h"
#include "services/linkage/core/compare/jaro_winkler.h"
#include "services/linkage/core/standardise/nickname.h"

namespace safehaven::linkage {

// One token of a name, or a whole name without blanks. Given and family names share
// these, so that names in the wrong order are found by comparing numbers.
struct NameAtom {
  PackedText packed;
  // Hash of the text, the same in every run.
  uint64_t hash = 0;
  uint64_t phonetic_hash = 0;
  // Hash of the full form (WILLIAM for BILL).
  uint64_t root_hash = 0;
  // Hashes of the first three and four letters.
  uint64_t prefix3_hash = 0;
  uint64_t prefix4_hash = 0;
  Nicknames::Groups groups;
  char initial = 0;
};

struct GivenValue {
  uint64_t hash = 0;      // of the whole text
  Code first = kNoCode;   // atom of the first token
  Code joined = kNoCode;  // atom of all tokens without blanks
  std::vector<Code> tokens;
};

struct FamilyValue {
  uint64_t hash = 0;
  Code joined = kNoCode;
  // Atoms of the parts of a double-barrelled name; empty for a single one.
  std::vector<Code> parts;
};

struct PostcodeValue {
  PackedText packed;
  uint64_t hash = 0;
  uint64_t sector_hash = 0;
  uint64_t district_hash = 0;
  uint64_t area_hash = 0;
};

struct AddressValue {
  uint64_t hash = 0;
  uint64_t house_hash = 0;  // 0 if there is no number
  uint64_t street_hash = 0;
  PackedText street;
};

struct TextValue {
  PackedText packed;
  uint64_t hash = 0;
  // Of the first five characters.
  uint64_t prefix5_hash = 0;
};

// Index 0 of each vector stands for "no value".
struct Vocabulary {
  std::vector<NameAtom> atoms;
  std::vector<GivenValue> given;
  std::vector<FamilyValue> family;
  std::vector<PostcodeValue> postcodes;
  std::vector<AddressValue> addresses;
  std::vector<TextValue> local_ids;
  // One for each further column.
  std::vector<std::vector<TextValue>> extra;
  // The dictionaries, for explanations to those cleared to see values.
  Dictionary given_texts;
  Dictionary family_texts;
  Dictionary postcode_texts;
  Dictionary address_texts;
  Dictionary local_id_texts;
  std::vector<Dictionary> extra_texts;
};

// The code of an atom, which is made if it is not there.
using InternAtom = std::function<Code(absl::string_view)>;

// What is derived from one text, which is not empty.
NameAtom DeriveAtom(absl::string_view text, const Nicknames& nicknames);
GivenValue DeriveGiven(absl::string_view text, const InternAtom& intern);
FamilyValue DeriveFamily(absl::string_view text, const InternAtom& intern);
PostcodeValue DerivePostcode(absl::string_view text);
AddressValue DeriveAddress(absl::string_view text);
TextValue DeriveText(absl::string_view text);

// Fills the derived values from the (sorted) dictionaries already in `vocabulary`.
void DeriveValues(Vocabulary& vocabulary, const Nicknames& nicknames);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_VOCABULARY_H_
