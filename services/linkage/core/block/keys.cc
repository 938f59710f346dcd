#include "services/linkage/core/block/keys.h"

#include <algorithm>

#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

constexpr uint32_t kMonthDayMask = 0x1FF;

bool Complete(uint32_t date) { return (date >> 9) != 0 && (date >> 5 & 15) != 0 && (date & 31) != 0; }

uint64_t BirthPart(KeyPart part, uint32_t date) {
  switch (part) {
    case KeyPart::kBirthDate: return Complete(date) ? Mix(date) : 0;
    case KeyPart::kBirthYear: return date >> 9 == 0 ? 0 : Mix(date >> 9);
    case KeyPart::kBirthMonthDay: {
      const uint32_t month_day = date & kMonthDayMask;
      return (month_day >> 5) == 0 || (month_day & 31) == 0 ? 0 : Mix(month_day);
    }
    default: break;
  }
  if (!Complete(date)) return 0;
  const uint32_t month = date >> 5 & 15;
  const uint32_t day = date & 31;
  return Mix(uint64_t{date >> 9} << 10 | std::min(month, day) << 5 | std::max(month, day));
}

uint64_t InitialHash(char initial) { return initial == 0 ? 0 : Mix(static_cast<uint64_t>(initial)); }

uint64_t NamePair(uint64_t given, uint64_t family) {
  return given == 0 || family == 0 ? 0 : Combine(std::min(given, family), std::max(given, family));
}

uint64_t LocalIdPart(uint64_t hash, const Profile& profile) {
  return profile.local_id == kNoCode ? 0 : Combine(hash, profile.source);
}

// One part from the vocabulary itself.
uint64_t PartFromVocabulary(KeyPart part, uint16_t extra_column, const Profiles& profiles, ProfileIndex index) {
  const Profile& profile = profiles.rows[index];
  const Vocabulary& vocabulary = profiles.vocabulary;
  const NameAtom& given = vocabulary.atoms[profile.given_first];
  const NameAtom& family = vocabulary.atoms[profile.family_joined];
  switch (part) {
    case KeyPart::kNhsNumber: return profile.nhs_number == 0 ? 0 : Mix(profile.nhs_number);
    case KeyPart::kFamilyName: return family.hash;
    case KeyPart::kGivenName: return given.hash;
    case KeyPart::kNamePair: return NamePair(given.hash, family.hash);
    case KeyPart::kFamilyPhonetic: return family.phonetic_hash;
    case KeyPart::kGivenInitial: return InitialHash(given.initial);
    case KeyPart::kFamilyInitial: return InitialHash(family.initial);
    case KeyPart::kGivenRoot: return given.root_hash;
    case KeyPart::kFamilyPrefix: return family.prefix4_hash;
    case KeyPart::kGivenPrefix: return given.prefix3_hash;
    case KeyPart::kBirthDate:
    case KeyPart::kBirthYear:
    case KeyPart::kBirthMonthDay:
    case KeyPart::kBirthSwapProof: return BirthPart(part, profile.birth_date);
    case KeyPart::kPostcode: return vocabulary.postcodes[profile.postcode].hash;
    case KeyPart::kSector: return vocabulary.postcodes[profile.postcode].sector_hash;
    case KeyPart::kHouseNumber: return vocabulary.addresses[profile.address].house_hash;
    case KeyPart::kLocalId: return LocalIdPart(vocabulary.local_ids[profile.local_id].hash, profile);
    case KeyPart::kExtra: return vocabulary.extra[extra_column][profiles.extra[extra_column][index]].hash;
    case KeyPart::kExtraPrefix:
      return vocabulary.extra[extra_column][profiles.extra[extra_column][index]].prefix5_hash;
  }
  return 0;
}

// The key of `rule` from its parts.
template <typename PartOf>
BlockKey KeyFrom(const BlockingRule& rule, PartOf part_of) {
  BlockKey key = 1;
  for (const KeyPart part : rule.parts) {
    const uint64_t value = part_of(part);
    if (value == 0) return 0;
    key = Combine(key, value);
  }
  return key;
}

// One hash of every value.
template <typename Value, typename HashOf>
std::vector<uint64_t> Hashes(const std::vector<Value>& values, HashOf hash_of) {
  std::vector<uint64_t> hashes;
  hashes.reserve(values.size());
  for (const Value& value : values) hashes.push_back(hash_of(value));
  return hashes;
}

}  // namespace

uint64_t PartOf(KeyPart part, uint16_t extra_column, const Profiles& profiles, ProfileIndex profile) {
  return PartFromVocabulary(part, extra_column, profiles, profile);
}

BlockKey KeyOf(const BlockingRule& rule, const Profiles& profiles, ProfileIndex profile) {
  return KeyFrom(rule, [&](KeyPart part) { return PartFromVocabulary(part, rule.extra_column, profiles, profile); });
}

KeyReader::KeyReader(const Profiles& profiles) : profiles_(profiles) {
  const Vocabulary& v = profiles.vocabulary;
  atoms_ = {.whole = Hashes(v.atoms, [](const NameAtom& atom) { return atom.hash; }),
            .phonetic = Hashes(v.atoms, [](const NameAtom& atom) { return atom.phonetic_hash; }),
            .root = Hashes(v.atoms, [](const NameAtom& atom) { return atom.root_hash; }),
            .prefix3 = Hashes(v.atoms, [](const NameAtom& atom) { return atom.prefix3_hash; }),
            .prefix4 = Hashes(v.atoms, [](const NameAtom& atom) { return atom.prefix4_hash; }),
            .initial = Hashes(v.atoms, [](const NameAtom& atom) { return InitialHash(atom.initial); })};
  postcodes_ = Hashes(v.postcodes, [](const PostcodeValue& value) { return value.hash; });
  sectors_ = Hashes(v.postcodes, [](const PostcodeValue& value) { return value.sector_hash; });
  houses_ = Hashes(v.addresses, [](const AddressValue& value) { return value.house_hash; });
  local_ids_ = Hashes(v.local_ids, [](const TextValue& value) { return value.hash; });
  for (const std::vector<TextValue>& values : v.extra) {
    extra_.push_back({.whole = Hashes(values, [](const TextValue& value) { return value.hash; }),
                      .prefix = Hashes(values, [](const TextValue& value) { return value.prefix5_hash; })});
  }
}

uint64_t KeyReader::PartOf(KeyPart part, uint16_t extra_column, ProfileIndex index) const {
  const Profile& profile = profiles_.rows[index];
  switch (part) {
    case KeyPart::kNhsNumber: return profile.nhs_number == 0 ? 0 : Mix(profile.nhs_number);
    case KeyPart::kFamilyName: return atoms_.whole[profile.family_joined];
    case KeyPart::kGivenName: return atoms_.whole[profile.given_first];
    case KeyPart::kNamePair: return NamePair(atoms_.whole[profile.given_first], atoms_.whole[profile.family_joined]);
    case KeyPart::kFamilyPhonetic: return atoms_.phonetic[profile.family_joined];
    case KeyPart::kGivenInitial: return atoms_.initial[profile.given_first];
    case KeyPart::kFamilyInitial: return atoms_.initial[profile.family_joined];
    case KeyPart::kGivenRoot: return atoms_.root[profile.given_first];
    case KeyPart::kFamilyPrefix: return atoms_.prefix4[profile.family_joined];
    case KeyPart::kGivenPrefix: return atoms_.prefix3[profile.given_first];
    case KeyPart::kBirthDate:
    case KeyPart::kBirthYear:
    case KeyPart::kBirthMonthDay:
    case KeyPart::kBirthSwapProof: return BirthPart(part, profile.birth_date);
    case KeyPart::kPostcode: return postcodes_[profile.postcode];
    case KeyPart::kSector: return sectors_[profile.postcode];
    case KeyPart::kHouseNumber: return houses_[profile.address];
    case KeyPart::kLocalId: return LocalIdPart(local_ids_[profile.local_id], profile);
    case KeyPart::kExtra: return extra_[extra_column].whole[profiles_.extra[extra_column][index]];
    case KeyPart::kExtraPrefix: return extra_[extra_column].prefix[profiles_.extra[extra_column][index]];
  }
  return 0;
}

BlockKey KeyReader::KeyOf(const BlockingRule& rule, ProfileIndex profile) const {
  return KeyFrom(rule, [&](KeyPart part) { return PartOf(part, rule.extra_column, profile); });
}

}  // namespace safehaven::linkage
