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

}  // namespace

NameAtom DeriveAtom(absl::string_view text, const Nicknames& nicknames) {
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

GivenValue DeriveGiven(absl::string_view text, const InternAtom& intern) {
  GivenValue value;
  value.hash = HashText(text);
  for (const absl::string_view token : absl::StrSplit(text, ' ')) {
    if (value.tokens.size() == kNamePartsMax) break;
    value.tokens.push_back(intern(token));
  }
  value.first = value.tokens.front();
  value.joined = intern(absl::StrReplaceAll(text, {{" ", ""}}));
  return value;
}

FamilyValue DeriveFamily(absl::string_view text, const InternAtom& intern) {
  FamilyValue value;
  value.hash = HashText(text);
  value.joined = intern(absl::StrReplaceAll(text, {{" ", ""}}));
  if (text.find(' ') == absl::string_view::npos) return value;
  for (const absl::string_view token : absl::StrSplit(text, ' ')) {
    // Particles (DE, VAN) are no names of their own.
    if (token.size() > 3 && value.parts.size() < kNamePartsMax) value.parts.push_back(intern(token));
  }
  return value;
}

PostcodeValue DerivePostcode(absl::string_view text) {
  const PostcodeAreas areas = AreasOf(text);
  return {.packed = PackedText(text),
          .hash = HashText(text),
          .sector_hash = HashText(areas.sector),
          .district_hash = HashText(areas.district),
          .area_hash = HashText(areas.area)};
}

AddressValue DeriveAddress(absl::string_view text) {
  const AddressParts parts = PartsOf(text);
  return {.hash = HashText(text),
          .house_hash = parts.house_number.empty() ? 0 : HashText(parts.house_number),
          .street_hash = parts.street.empty() ? 0 : HashText(parts.street),
          .street = PackedText(parts.street)};
}

TextValue DeriveText(absl::string_view text) {
  return {.packed = PackedText(text), .hash = HashText(text), .prefix5_hash = HashText(text.substr(0, 5))};
}

namespace {

// Interns atoms and derives them as they come.
class Atoms {
 public:
  Atoms(std::vector<NameAtom>& atoms, const Nicknames& nicknames) : atoms_(atoms), nicknames_(nicknames) {
    atoms_.assign(1, NameAtom());
  }

  Code Intern(absl::string_view text) {
    const Code code = texts_.Intern(text);
    if (code == atoms_.size()) atoms_.push_back(DeriveAtom(text, nicknames_));
    return code;
  }

 private:
  std::vector<NameAtom>& atoms_;
  const Nicknames& nicknames_;
  Dictionary texts_;
};

// One value for each text; none for kNoCode.
template <typename Value, typename Derive>
std::vector<Value> DeriveAll(const Dictionary& texts, Derive derive) {
  std::vector<Value> values(texts.size());
  for (Code code = 1; code < texts.size(); ++code) values[code] = derive(texts.text(code));
  return values;
}

}  // namespace

void DeriveValues(Vocabulary& vocabulary, const Nicknames& nicknames) {
  Atoms atoms(vocabulary.atoms, nicknames);
  const InternAtom intern = [&atoms](absl::string_view text) { return atoms.Intern(text); };
  vocabulary.given = DeriveAll<GivenValue>(vocabulary.given_texts,
                                           [&](absl::string_view text) { return DeriveGiven(text, intern); });
  vocabulary.family = DeriveAll<FamilyValue>(vocabulary.family_texts,
                                             [&](absl::string_view text) { return DeriveFamily(text, intern); });
  vocabulary.postcodes = DeriveAll<PostcodeValue>(vocabulary.postcode_texts, DerivePostcode);
  vocabulary.addresses = DeriveAll<AddressValue>(vocabulary.address_texts, DeriveAddress);
  vocabulary.local_ids = DeriveAll<TextValue>(vocabulary.local_id_texts, DeriveText);
  vocabulary.extra.clear();
  for (const Dictionary& texts : vocabulary.extra_texts) {
    vocabulary.extra.push_back(DeriveAll<TextValue>(texts, DeriveText));
  }
}

}  // namespace safehaven::linkage
