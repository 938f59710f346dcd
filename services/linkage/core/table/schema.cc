#include "services/linkage/core/table/schema.h"

#include <utility>

namespace safehaven::linkage {
namespace {

constexpr std::pair<ColumnUse, absl::string_view> kNames[] = {
    {ColumnUse::kIgnored, "ignored"},
    {ColumnUse::kRecordId, "record_id"},
    {ColumnUse::kNhsNumber, "nhs_number"},
    {ColumnUse::kNhsNumberVerified, "nhs_number_verified"},
    {ColumnUse::kGivenName, "given_name"},
    {ColumnUse::kFamilyName, "family_name"},
    {ColumnUse::kFullName, "full_name"},
    {ColumnUse::kBirthDate, "birth_date"},
    {ColumnUse::kBirthYear, "birth_year"},
    {ColumnUse::kBirthMonth, "birth_month"},
    {ColumnUse::kBirthDay, "birth_day"},
    {ColumnUse::kSex, "sex"},
    {ColumnUse::kPostcode, "postcode"},
    {ColumnUse::kAddress, "address"},
    {ColumnUse::kIdentifier, "identifier"},
    {ColumnUse::kText, "text"}};

}  // namespace

absl::string_view ColumnUseName(ColumnUse use) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == use) return name;
  }
  return "ignored";
}

std::optional<ColumnUse> ParseColumnUse(absl::string_view name) {
  for (const auto& [use, candidate] : kNames) {
    if (candidate == name) return use;
  }
  return std::nullopt;
}

}  // namespace safehaven::linkage
