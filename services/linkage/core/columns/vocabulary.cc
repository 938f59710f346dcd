#include "services/linkage/core/columns/vocabulary.h"

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/hash.h"
#include "services/linkage/core/standardise/address.h"
#include "services/linkage/core/standardise/phonetic.h"
#include "services/linkage/core/standardise/postcode.h"

namespace safehaven::linkage {
namespace {

// Parts of a name that are compared with another's parts, each with each. Nobody has more;
// a text that got into the column of names may.
constexpr size_t kNamePartsMax = 16;

NameAtom AtomOf(absl::string_view text, const Nicknames& nicknames) {
  NameAtom atom;
  atom.packed = PackedText(text);
  atom.hash = HashText(text);
  atom.phonetic_hash = HashText(PhoneticKey(text));
  const absl::string_view listed = nicknames.ListedNear(text);
  const absl::string_view known = listed.empty() ? text : listed;
  atom.root_hash = HashText(nicknames.RootOf(known));
  atom.prefix3_hash = HashText(text.substr(0, 3));
  atom.prefix4_hash = HashText(text.substr(0, 4));
  atom.groups = nicknames.GroupsOf(known);
  atom.initial = text[0];
  return atom;
}

// Interns atoms and derives them as they come.
class Atoms {
 public:
  Atoms(std::vector<NameAtom>& atoms, const Nicknames& nicknames) : atoms_(atoms), nicknames_(nicknames) {
    atoms_.assign(1, NameAtom());
  }

  Code Intern(absl::string_view text) {
    const Code code = texts_.Intern(text);
    if (code == atoms_.size()) atoms_.push_back(AtomOf(text, nicknames_));
    return code;
  }

 private:
  std::vector<NameAtom>& atoms_;
  const Nicknames& nicknames_;
  Dictionary texts_;
};

void DeriveNames(Vocabulary& vocabulary, const Nicknames& nicknames) {
  Atoms atoms(vocabulary.atoms, nicknames);
  vocabulary.given.assign(vocabulary.given_texts.size(), {});
  for (Code code = 1; code < vocabulary.given_texts.size(); ++code) {
    const absl::string_view text = vocabulary.given_texts.text(code);
    GivenValue& value = vocabulary.given[code];
    value.hash = HashText(text);
    for (const absl::string_view token : absl::StrSplit(text, ' ')) {
      if (value.tokens.size() == kNamePartsMax) break;
      value.tokens.push_back(atoms.Intern(token));
    }
    value.first = value.tokens.front();
    value.joined = atoms.Intern(absl::StrReplaceAll(text, {{" ", ""}}));
  }
  vocabulary.family.assign(vocabulary.family_texts.size(), {});
  for (Code code = 1; code < vocabulary.family_texts.size(); ++code) {
    const absl::string_view text = vocabulary.family_texts.text(code);
    FamilyValue& value = vocabulary.family[code];
    value.hash = HashText(text);
    value.joined = atoms.Intern(absl::StrReplaceAll(text, {{" ", ""}}));
    if (text.find(' ') == absl::string_view::npos) continue;
    for (const absl::string_view token : absl::StrSplit(text, ' ')) {
      // Particles (DE, VAN) are no names of their own.
      if (token.size() > 3 && value.parts.size() < kNamePartsMax) value.parts.push_back(atoms.Intern(token));
    }
  }
}

void DerivePlaces(Vocabulary& vocabulary) {
  vocabulary.postcodes.assign(vocabulary.postcode_texts.size(), {});
  for (Code code = 1; code < vocabulary.postcode_texts.size(); ++code) {
    const absl::string_view text = vocabulary.postcode_texts.text(code);
    const PostcodeAreas areas = AreasOf(text);
    vocabulary.postcodes[code] = {.packed = PackedText(text),
                                  .hash = HashText(text),
                                  .sector_hash = HashText(areas.sector),
                                  .district_hash = HashText(areas.district),
                                  .area_hash = HashText(areas.area)};
  }
  vocabulary.addresses.assign(vocabulary.address_texts.size(), {});
  for (Code code = 1; code < vocabulary.address_texts.size(); ++code) {
    const absl::string_view text = vocabulary.address_texts.text(code);
    const AddressParts parts = PartsOf(text);
    vocabulary.addresses[code] = {
        .hash = HashText(text),
        .house_hash = parts.house_number.empty() ? 0 : HashText(parts.house_number),
        .street_hash = parts.street.empty() ? 0 : HashText(parts.street),
        .street = PackedText(parts.street)};
  }
}

std::vector<TextValue> TextValues(const Dictionary& texts) {
  std::vector<TextValue> values(texts.size());
  for (Code code = 1; code < texts.size(); ++code) {
    const absl::string_view text = texts.text(code);
    values[code] = {.packed = PackedText(text),
                    .hash = HashText(text),
                    .prefix5_hash = HashText(text.substr(0, 5))};
  }
  return values;
}

}  // namespace

void DeriveValues(Vocabulary& vocabulary, const Nicknames& nicknames) {
  DeriveNames(vocabulary, nicknames);
  DerivePlaces(vocabulary);
  vocabulary.local_ids = TextValues(vocabulary.local_id_texts);
  vocabulary.extra.clear();
  for (const Dictionary& texts : vocabulary.extra_texts) vocabulary.extra.push_back(TextValues(texts));
}

}  // namespace safehaven::linkage
