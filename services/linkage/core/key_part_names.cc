// The names of parts of blocking keys.
#include <utility>

#include "services/linkage/core/model_yaml.h"

namespace safehaven::linkage {
namespace {

constexpr std::pair<KeyPart, absl::string_view> kNames[] = {
    {KeyPart::kNhsNumber, "nhs_number"},
    {KeyPart::kFamilyName, "family_name"},
    {KeyPart::kGivenName, "given_name"},
    {KeyPart::kNamePair, "name_pair"},
    {KeyPart::kFamilyPhonetic, "family_phonetic"},
    {KeyPart::kGivenInitial, "given_initial"},
    {KeyPart::kFamilyInitial, "family_initial"},
    {KeyPart::kGivenRoot, "given_root"},
    {KeyPart::kFamilyPrefix, "family_prefix"},
    {KeyPart::kGivenPrefix, "given_prefix"},
    {KeyPart::kBirthDate, "birth_date"},
    {KeyPart::kBirthYear, "birth_year"},
    {KeyPart::kBirthMonthDay, "birth_month_day"},
    {KeyPart::kBirthSwapProof, "birth_swap_proof"},
    {KeyPart::kPostcode, "postcode"},
    {KeyPart::kSector, "sector"},
    {KeyPart::kHouseNumber, "house_number"},
    {KeyPart::kLocalId, "local_id"},
    {KeyPart::kExtra, "extra"},
    {KeyPart::kExtraPrefix, "extra_prefix"}};

}  // namespace

absl::string_view KeyPartName(KeyPart part) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == part) return name;
  }
  return "";
}

std::optional<KeyPart> ParseKeyPart(absl::string_view name) {
  for (const auto& [part, candidate] : kNames) {
    if (candidate == name) return part;
  }
  return std::nullopt;
}

}  // namespace safehaven::linkage
