// What care is counted in: currencies by point of delivery, with how often each is
// used, what it costs nationally and what work it takes on average.
//
// Codes, activity and mean unit costs are facts of the National Schedule of NHS Costs
// (NHS England, Open Government Licence v3.0): 2024/25, and 2023/24 for outpatient
// attendances. Ages, treatment functions and the amounts of work are assumptions of
// ours. Social care is not in the schedule: see docs/formats.md. Constants only.
#ifndef SAFEHAVEN_CLI_SAMPLE_CURRENCIES_H_
#define SAFEHAVEN_CLI_SAMPLE_CURRENCIES_H_

#include <array>
#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"

namespace safehaven::sample {

enum class PointOfDelivery : uint8_t {
  kDayCase, kElective, kNonElectiveLong, kNonElectiveShort,
  kConsultantLed, kNotConsultantLed, kOutpatientProcedure,
  kEmergencyCare,
  kHearTreat, kSeeTreat, kSeeConvey, kAmbulanceOther,
  kMentalHealthContact, kMentalHealthSpell,
  kCommunityContact,
  kHomeCare, kResidentialCare, kNursingCare, kEquipment,
  kRegister,
};
inline constexpr int kPointOfDeliveryCount = 20;

enum class Restriction : uint8_t { kNone, kFertility, kSexuallyTransmittedInfection,
                                   kGenderRecognition };

// "", "fertility", ... as in extracts.
absl::string_view RestrictionName(Restriction restriction);

// How use changes with age: factors per mille for age 0, 1-9, 10-19, ... 80-89, 90+.
inline constexpr size_t kAgeFactorCount = 11;
using AgeFactors = std::array<uint32_t, kAgeFactorCount>;
size_t AgeFactorIndex(int age);

struct DeliverySpec {
  absl::string_view code;  // "DC"
  absl::string_view feed;  // "apc"
  // Events a year per 100,000 people. 0 where another rule decides (social care).
  uint32_t per_100000;
  // Of 10,000 people, those who can have any: contacts come in courses of care.
  uint32_t user_rate;
  AgeFactors age_factors;
};
const DeliverySpec& SpecOf(PointOfDelivery delivery);

// Driver columns are per data set; a currency gives their means in that order.
inline constexpr size_t kDriversMax = 7;
using Drivers = std::array<int32_t, kDriversMax>;

struct Currency {
  PointOfDelivery delivery;
  absl::string_view code;
  absl::string_view treatment_function;
  int64_t unit_cost_pence;
  // Thousands of events nationally, or an assumption.
  uint32_t weight;
  int age_min;
  int age_max;
  int sex;  // 1, 2, or 0 for both
  Drivers driver_means;
  Restriction restriction = Restriction::kNone;
};

// All of them, grouped by point of delivery.
std::span<const Currency> Currencies();

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_CURRENCIES_H_
