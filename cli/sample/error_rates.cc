// The error rates of the six sources. Sources of the numbers: docs/formats.md,
// "Identity errors".
#include <array>

#include "cli/sample/errors.h"

namespace safehaven::sample {
namespace {

constexpr std::array<ErrorRates, kSourceCount> kRates = {{
    // The GP register is traced against the national one every day.
    {.nhs_number_missing = 0, .nhs_number_unverified = 0, .nhs_number_of_twin = 0, .anonymous = 0,
     .given_name_typo = 20, .family_name_typo = 20, .nickname = 50, .initial_only = 0,
     .middle_name_included = 0, .names_swapped = 2, .given_name_of_twin = 0, .unnamed_baby = 0,
     .birth_day_month_swapped = 5, .birth_date_typo = 5, .birth_date_default = 0,
     .birth_date_missing = 0, .sex_missing = 5, .sex_wrong = 2, .former_family_name = 1'000,
     .former_address = 500, .postcode_typo = 10, .postcode_missing = 0, .address_missing = 0,
     .second_entry = 0},
    {.nhs_number_missing = 90, .nhs_number_unverified = 200, .nhs_number_of_twin = 100,
     .anonymous = 10, .given_name_typo = 100, .family_name_typo = 100, .nickname = 200,
     .initial_only = 10, .middle_name_included = 300, .names_swapped = 20,
     .given_name_of_twin = 100, .unnamed_baby = 3'000, .birth_day_month_swapped = 30,
     .birth_date_typo = 50, .birth_date_default = 10, .birth_date_missing = 5, .sex_missing = 20,
     .sex_wrong = 10, .former_family_name = 2'000, .former_address = 1'500, .postcode_typo = 60,
     .postcode_missing = 20, .address_missing = 50, .second_entry = 200},
    // With the anonymous, one entry in four has no number. Crews write an
    // entry for every incident, often without the patient's help.
    {.nhs_number_missing = 2'050, .nhs_number_unverified = 2'000, .nhs_number_of_twin = 100,
     .anonymous = 600, .given_name_typo = 400, .family_name_typo = 400, .nickname = 800,
     .initial_only = 300, .middle_name_included = 50, .names_swapped = 80,
     .given_name_of_twin = 100, .unnamed_baby = 500, .birth_day_month_swapped = 100,
     .birth_date_typo = 200, .birth_date_default = 150, .birth_date_missing = 400,
     .sex_missing = 300, .sex_wrong = 50, .former_family_name = 1'500, .former_address = 500,
     .postcode_typo = 200, .postcode_missing = 800, .address_missing = 1'000, .second_entry = 0},
    {.nhs_number_missing = 295, .nhs_number_unverified = 300, .nhs_number_of_twin = 100,
     .anonymous = 5, .given_name_typo = 150, .family_name_typo = 150, .nickname = 400,
     .initial_only = 20, .middle_name_included = 100, .names_swapped = 30,
     .given_name_of_twin = 100, .unnamed_baby = 500, .birth_day_month_swapped = 40,
     .birth_date_typo = 60, .birth_date_default = 10, .birth_date_missing = 20, .sex_missing = 50,
     .sex_wrong = 20, .former_family_name = 2'500, .former_address = 2'000, .postcode_typo = 80,
     .postcode_missing = 50, .address_missing = 100, .second_entry = 150},
    {.nhs_number_missing = 295, .nhs_number_unverified = 400, .nhs_number_of_twin = 100,
     .anonymous = 5, .given_name_typo = 200, .family_name_typo = 200, .nickname = 300,
     .initial_only = 20, .middle_name_included = 100, .names_swapped = 30,
     .given_name_of_twin = 100, .unnamed_baby = 1'000, .birth_day_month_swapped = 50,
     .birth_date_typo = 80, .birth_date_default = 20, .birth_date_missing = 30, .sex_missing = 50,
     .sex_wrong = 20, .former_family_name = 2'500, .former_address = 2'000, .postcode_typo = 100,
     .postcode_missing = 50, .address_missing = 100, .second_entry = 200},
    {.nhs_number_missing = 3'500, .nhs_number_unverified = 4'000, .nhs_number_of_twin = 100,
     .anonymous = 0, .given_name_typo = 300, .family_name_typo = 300, .nickname = 800,
     .initial_only = 50, .middle_name_included = 200, .names_swapped = 60,
     .given_name_of_twin = 100, .unnamed_baby = 0, .birth_day_month_swapped = 100,
     .birth_date_typo = 150, .birth_date_default = 80, .birth_date_missing = 150,
     .sex_missing = 150, .sex_wrong = 30, .former_family_name = 3'500, .former_address = 2'500,
     .postcode_typo = 150, .postcode_missing = 200, .address_missing = 250, .second_entry = 400},
}};

constexpr absl::string_view kSourceNames[kSourceCount] = {
    "gp", "acute", "ambulance", "mental_health", "community", "social_care"};

constexpr absl::string_view kErrorKindNames[kErrorKindCount] = {
    "nhs_number_missing", "nhs_number_of_twin", "anonymous", "given_name_typo",
    "family_name_typo", "nickname", "initial_only", "middle_name_included", "names_swapped",
    "given_name_of_twin", "unnamed_baby", "birth_day_month_swapped", "birth_date_typo",
    "birth_date_default", "birth_date_missing", "sex_missing", "sex_wrong", "former_family_name",
    "former_address", "postcode_typo", "postcode_missing", "address_missing"};

}  // namespace

absl::string_view SourceName(Source source) { return kSourceNames[static_cast<size_t>(source)]; }

absl::string_view ErrorKindName(ErrorKind kind) {
  return kErrorKindNames[static_cast<size_t>(kind)];
}

const ErrorRates& RatesOf(Source source) { return kRates[static_cast<size_t>(source)]; }

}  // namespace safehaven::sample
