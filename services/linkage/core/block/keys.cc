#include "services/linkage/core/block/keys.h"

#include <algorithm>

#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

constexpr uint32_t kMonthDayMask = 0x1FF;

bool Complete(uint32_t date) { return (date >> 9) != 0 && (date >> 5 & 15) != 0 && (date & 31) != 0; }

uint64_t SwapProofDate(uint32_t date) {
  if (!Complete(date)) return 0;
  const uint32_t month = date >> 5 & 15;
  const uint32_t day = date & 31;
  return Mix(uint64_t{date >> 9} << 10 | std::min(month, day) << 5 | std::max(month, day));
}

uint64_t NamePair(const NameAtom& given, const NameAtom& family) {
  if (given.hash == 0 || family.hash == 0) return 0;
  return Combine(std::min(given.hash, family.hash), std::max(given.hash, family.hash));
}

}  // namespace

uint64_t KeyPartOf(KeyPart part, uint16_t extra_column, const Profiles& profiles, ProfileIndex index) {
  const Profile& profile = profiles.rows[index];
  const Vocabulary& vocabulary = profiles.vocabulary;
  const NameAtom& given = vocabulary.atoms[profile.given_first];
  const NameAtom& family = vocabulary.atoms[profile.family_joined];
  const auto initial = [](const NameAtom& atom) {
    return atom.initial == 0 ? 0 : Mix(static_cast<uint64_t>(atom.initial));
  };
  switch (part) {
    case KeyPart::kNhsNumber: return profile.nhs_number == 0 ? 0 : Mix(profile.nhs_number);
    case KeyPart::kFamilyName: return family.hash;
    case KeyPart::kGivenName: return given.hash;
    case KeyPart::kNamePair: return NamePair(given, family);
    case KeyPart::kFamilyPhonetic: return family.phonetic_hash;
    case KeyPart::kGivenInitial: return initial(given);
    case KeyPart::kFamilyInitial: return initial(family);
    case KeyPart::kGivenRoot: return given.root_hash;
    case KeyPart::kFamilyPrefix: return family.prefix4_hash;
    case KeyPart::kGivenPrefix: return given.prefix3_hash;
    case KeyPart::kBirthDate: return Complete(profile.birth_date) ? Mix(profile.birth_date) : 0;
    case KeyPart::kBirthYear: return profile.birth_date >> 9 == 0 ? 0 : Mix(profile.birth_date >> 9);
    case KeyPart::kBirthMonthDay: {
      const uint32_t month_day = profile.birth_date & kMonthDayMask;
      return (month_day >> 5) == 0 || (month_day & 31) == 0 ? 0 : Mix(month_day);
    }
    case KeyPart::kBirthSwapProof: return SwapProofDate(profile.birth_date);
    case KeyPart::kPostcode: return vocabulary.postcodes[profile.postcode].hash;
    case KeyPart::kSector: return vocabulary.postcodes[profile.postcode].sector_hash;
    case KeyPart::kHouseNumber: return vocabulary.addresses[profile.address].house_hash;
    case KeyPart::kLocalId:
      if (profile.local_id == kNoCode) return 0;
      return Combine(vocabulary.local_ids[profile.local_id].hash, profile.source);
    case KeyPart::kExtra:
      return vocabulary.extra[extra_column][profiles.extra[extra_column][index]].hash;
    case KeyPart::kExtraPrefix:
      return vocabulary.extra[extra_column][profiles.extra[extra_column][index]].prefix5_hash;
  }
  return 0;
}

BlockKey KeyOf(const BlockingRule& rule, const Profiles& profiles, ProfileIndex profile) {
  BlockKey key = 1;
  for (const KeyPart part : rule.parts) {
    const uint64_t value = KeyPartOf(part, rule.extra_column, profiles, profile);
    if (value == 0) return 0;
    key = Combine(key, value);
  }
  return key;
}

}  // namespace safehaven::linkage
