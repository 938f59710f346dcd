#include "services/linkage/core/live/growing_columns.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

// Codes of the lanes come first: one a lane, and kLaneAtomsMax for atoms. Their texts
// are none that a value could have.
void ReserveCodes(size_t count, Dictionary& texts) {
  for (size_t i = 0; i < count; ++i) texts.Intern(absl::StrCat("\x01", i));
}

Code SlotOf(size_t lane) { return static_cast<Code>(1 + lane); }

// The code of `text`, which is derived and appended if it is new.
template <typename Value, typename Derive>
Code Append(absl::string_view text, Dictionary& texts, std::vector<Value>& values, Derive derive) {
  const Code code = texts.Intern(text);
  if (code == values.size()) {
    Value value = derive(text);
    values.push_back(std::move(value));
  }
  return code;
}

// The code of `text` if it is known, else the lane's, where it is derived.
template <typename Value, typename Derive>
Code FindOrPlace(size_t lane, absl::string_view text, const Dictionary& texts, std::vector<Value>& values,
                 Derive derive) {
  if (text.empty()) return kNoCode;
  const Code known = texts.Find(text);
  if (known != kNoCode) return known;
  values[SlotOf(lane)] = derive(text);
  return SlotOf(lane);
}

// What needs no dictionary.
Profile PlainColumns(const StandardIdentity& identity, SourceIndex source) {
  Profile profile;
  profile.source = source;
  profile.nhs_number = identity.nhs_number;
  profile.nhs_number_verified = identity.nhs_number_verified;
  profile.birth_date = identity.birth_date.packed();
  profile.sex = identity.sex;
  return profile;
}

absl::string_view ExtraOf(const StandardIdentity& identity, size_t column) {
  return column < identity.extra.size() ? absl::string_view(identity.extra[column]) : absl::string_view();
}

// Finds atoms, and places those that are not known in a lane's slots.
class LaneAtoms {
 public:
  LaneAtoms(size_t lane, const Dictionary& texts, const Nicknames& nicknames, std::vector<NameAtom>& atoms)
      : first_(static_cast<Code>(1 + lane * kLaneAtomsMax)), texts_(texts), nicknames_(nicknames), atoms_(atoms) {}

  Code operator()(absl::string_view text) {
    const Code known = texts_.Find(text);
    if (known != kNoCode) return known;
    const uint64_t hash = HashOf(text);
    for (Code code = first_; code < first_ + used_; ++code) {
      if (atoms_[code].hash == hash) return code;
    }
    if (used_ == kLaneAtomsMax) {
      full_ = true;
      return first_;
    }
    const Code code = static_cast<Code>(first_ + used_++);
    atoms_[code] = DeriveAtom(text, nicknames_);
    return code;
  }
  bool full() const { return full_; }

 private:
  uint64_t HashOf(absl::string_view text) const { return DeriveText(text).hash; }

  const Code first_;
  const Dictionary& texts_;
  const Nicknames& nicknames_;
  std::vector<NameAtom>& atoms_;
  size_t used_ = 0;
  bool full_ = false;
};

}  // namespace

GrowingColumns::GrowingColumns(size_t lanes, size_t extra_columns, const Nicknames& nicknames)
    : lanes_(lanes), nicknames_(nicknames) {
  Vocabulary& v = profiles_.vocabulary;
  ReserveCodes(lanes * kLaneAtomsMax, atom_texts_);
  v.atoms.resize(1 + lanes * kLaneAtomsMax);
  for (Dictionary* texts : {&v.given_texts, &v.family_texts, &v.postcode_texts, &v.address_texts, &v.local_id_texts}) {
    ReserveCodes(lanes, *texts);
  }
  v.given.resize(1 + lanes);
  v.family.resize(1 + lanes);
  v.postcodes.resize(1 + lanes);
  v.addresses.resize(1 + lanes);
  v.local_ids.resize(1 + lanes);
  v.extra_texts.resize(extra_columns);
  v.extra.resize(extra_columns);
  for (size_t column = 0; column < extra_columns; ++column) {
    ReserveCodes(lanes, v.extra_texts[column]);
    v.extra[column].resize(1 + lanes);
  }
  profiles_.rows.resize(lanes);
  profiles_.extra.assign(extra_columns, std::vector<Code>(lanes, kNoCode));
}

Code GrowingColumns::InternAtom(absl::string_view text) {
  return Append(text, atom_texts_, profiles_.vocabulary.atoms,
                [this](absl::string_view t) { return DeriveAtom(t, nicknames_); });
}

ProfileIndex GrowingColumns::Add(const StandardIdentity& identity, SourceIndex source, uint64_t source_hash) {
  Vocabulary& v = profiles_.vocabulary;
  const linkage::InternAtom intern = [this](absl::string_view text) { return InternAtom(text); };
  Profile profile = PlainColumns(identity, source);
  profile.given = Append(identity.given_name, v.given_texts, v.given,
                         [&](absl::string_view text) { return DeriveGiven(text, intern); });
  profile.family = Append(identity.family_name, v.family_texts, v.family,
                          [&](absl::string_view text) { return DeriveFamily(text, intern); });
  profile.postcode = Append(identity.postcode, v.postcode_texts, v.postcodes, DerivePostcode);
  profile.address = Append(identity.address, v.address_texts, v.addresses, DeriveAddress);
  profile.local_id = Append(identity.local_id, v.local_id_texts, v.local_ids, DeriveText);
  for (size_t column = 0; column < profiles_.extra.size(); ++column) {
    profiles_.extra[column].push_back(Append(ExtraOf(identity, column), v.extra_texts[column], v.extra[column], DeriveText));
  }
  const ProfileIndex index = static_cast<ProfileIndex>(profiles_.rows.size());
  CompleteProfile(profile, v, profiles_.extra, index, source_hash);
  profiles_.rows.push_back(profile);
  return index;
}

void GrowingColumns::RemoveLast() {
  profiles_.rows.pop_back();
  for (std::vector<Code>& column : profiles_.extra) column.pop_back();
}

absl::Status GrowingColumns::Place(size_t lane, const StandardIdentity& identity, SourceIndex source,
                                   uint64_t source_hash) {
  Vocabulary& v = profiles_.vocabulary;
  LaneAtoms atoms(lane, atom_texts_, nicknames_, v.atoms);
  const linkage::InternAtom intern = [&atoms](absl::string_view text) { return atoms(text); };
  Profile profile = PlainColumns(identity, source);
  profile.given = FindOrPlace(lane, identity.given_name, v.given_texts, v.given,
                              [&](absl::string_view text) { return DeriveGiven(text, intern); });
  profile.family = FindOrPlace(lane, identity.family_name, v.family_texts, v.family,
                               [&](absl::string_view text) { return DeriveFamily(text, intern); });
  if (atoms.full()) return InvalidArgument("NAME_TOO_LONG", "the names have too many parts to be a person's");
  profile.postcode = FindOrPlace(lane, identity.postcode, v.postcode_texts, v.postcodes, DerivePostcode);
  profile.address = FindOrPlace(lane, identity.address, v.address_texts, v.addresses, DeriveAddress);
  profile.local_id = FindOrPlace(lane, identity.local_id, v.local_id_texts, v.local_ids, DeriveText);
  for (size_t column = 0; column < profiles_.extra.size(); ++column) {
    profiles_.extra[column][lane] =
        FindOrPlace(lane, ExtraOf(identity, column), v.extra_texts[column], v.extra[column], DeriveText);
  }
  CompleteProfile(profile, v, profiles_.extra, lane, source_hash);
  profiles_.rows[lane] = profile;
  return absl::OkStatus();
}

void GrowingColumns::Clear(size_t lane) {
  Vocabulary& v = profiles_.vocabulary;
  for (size_t i = 0; i < kLaneAtomsMax; ++i) v.atoms[1 + lane * kLaneAtomsMax + i] = NameAtom();
  v.given[SlotOf(lane)] = GivenValue();
  v.family[SlotOf(lane)] = FamilyValue();
  v.postcodes[SlotOf(lane)] = PostcodeValue();
  v.addresses[SlotOf(lane)] = AddressValue();
  v.local_ids[SlotOf(lane)] = TextValue();
  for (size_t column = 0; column < profiles_.extra.size(); ++column) {
    v.extra[column][SlotOf(lane)] = TextValue();
    profiles_.extra[column][lane] = kNoCode;
  }
  profiles_.rows[lane] = Profile();
}

bool SameContent(const Profiles& profiles, ProfileIndex a, ProfileIndex b) {
  const auto key = [&](ProfileIndex p) {
    const Profile& row = profiles.rows[p];
    return std::tuple(row.content_hash, row.source, row.nhs_number, row.nhs_number_verified, row.given, row.family,
                      row.birth_date, row.sex, row.postcode, row.address, row.local_id);
  };
  return key(a) == key(b) && std::all_of(profiles.extra.begin(), profiles.extra.end(),
                                         [&](const std::vector<Code>& column) { return column[a] == column[b]; });
}

}  // namespace safehaven::linkage
