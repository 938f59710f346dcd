#include "cli/sample/currencies.h"

#include <algorithm>

namespace safehaven::sample {
namespace {

using P = PointOfDelivery;
using R = Restriction;

constexpr int kOldest = 130;
constexpr int kAdult = 19;

// Shapes by age, assumptions after published patterns: admissions follow the cost per
// head quoted in the costing notes (Asaria, HES 2011/12: low at 10, threefold at 80).
constexpr AgeFactors kPlanned = {200, 150, 200, 400, 600, 900, 1500, 2400, 3000, 2500, 1200};
constexpr AgeFactors kLongStay = {1500, 250, 250, 500, 600, 550, 850, 1500, 3000, 6000, 8000};
constexpr AgeFactors kShortStay = {3500, 1100, 600, 1000, 950, 800, 900, 1200, 1800, 2800, 3200};
constexpr AgeFactors kOutpatient = {700, 500, 500, 700, 850, 900, 1250, 1700, 2100, 1900, 1300};
constexpr AgeFactors kEmergency = {2200, 1100, 900, 1150, 950, 850, 850, 950, 1350, 2100, 2600};
constexpr AgeFactors kAmbulance = {500, 350, 400, 700, 650, 700, 900, 1300, 2600, 5500, 8000};
constexpr AgeFactors kMental = {0, 150, 1200, 1300, 1150, 1050, 900, 700, 900, 1300, 1200};
constexpr AgeFactors kMentalBeds = {0, 0, 400, 1400, 1300, 1200, 1000, 800, 1000, 1200, 800};
constexpr AgeFactors kCommunity = {2500, 900, 400, 400, 500, 600, 900, 1500, 3200, 6500, 9000};
constexpr AgeFactors kNone = {};

// Rates: national activity over England's 58.6 million people (mid-2024, ONS), or
// 57.7 million (mid-2023) for outpatient attendances. Spells of mental health are
// 6,349,385 bed days in stretches of 25 on average (assumption). Who can have any:
// about 6 % of people are in contact with mental health services in a year (NHS
// Digital, Mental Health Bulletin), 12 % with community services (assumption).
constexpr std::array<DeliverySpec, kPointOfDeliveryCount> kSpecs = {{
    {"DC", "apc", 13'124, 10'000, kPlanned},
    {"EL", "apc", 2'165, 10'000, kPlanned},
    {"NEL", "apc", 7'849, 10'000, kLongStay},
    {"NES", "apc", 11'272, 10'000, kShortStay},
    {"CL", "op", 88'270, 10'000, kOutpatient},
    {"NCL", "op", 40'020, 10'000, kOutpatient},
    {"OPROC", "op", 32'961, 10'000, kOutpatient},
    {"EC01", "ec", 40'223, 10'000, kEmergency},
    {"HEAR", "amb", 2'457, 10'000, kAmbulance},
    {"TREAT", "amb", 4'563, 10'000, kAmbulance},
    {"CONV", "amb", 8'410, 10'000, kAmbulance},
    {"OTHER", "amb", 7'099, 10'000, kAmbulance},
    {"MHCC", "mhcc", 38'983, 600, kMental},
    {"MHPS", "mhps", 433, 600, kMentalBeds},
    {"CSCC", "cscc", 124'394, 1'200, kCommunity},
    {"HOME", "asc", 0, 0, kNone},
    {"RES", "asc", 0, 0, kNone},
    {"NURS", "asc", 0, 0, kNone},
    {"EQUIP", "asc", 0, 0, kNone},
    {"REG", "register", 0, 0, kNone},
}};

constexpr Currency kCurrencies[] = {
    // Drivers: bed_days, theatre_minutes, consultant_minutes, imaging_tests,
    // pathology_tests, drug_pence, device_pence.
    {P::kDayCase, "FE21Z", "301", 78'993, 379, kAdult, kOldest, 0, {1, 25, 30, 0, 3, 900, 800}},
    {P::kDayCase, "JC43C", "330", 86'805, 253, kAdult, kOldest, 0, {1, 35, 40, 0, 2, 600, 300}},
    {P::kDayCase, "FE30Z", "301", 108'768, 219, kAdult, kOldest, 0, {1, 40, 45, 0, 3, 1100, 2500}},
    {P::kDayCase, "FE32Z", "301", 84'009, 217, kAdult, kOldest, 0, {1, 30, 35, 0, 2, 1000, 900}},
    {P::kDayCase, "FE22Z", "301", 68'040, 195, kAdult, kOldest, 0, {1, 20, 25, 0, 2, 900, 500}},
    {P::kDayCase, "SB15Z", "370", 43'841, 179, kAdult, kOldest, 0, {1, 0, 15, 0, 6, 9000, 0}},
    {P::kDayCase, "SB12Z", "370", 43'551, 164, kAdult, kOldest, 0, {1, 0, 20, 0, 6, 8500, 0}},
    {P::kDayCase, "SB14Z", "370", 57'126, 133, kAdult, kOldest, 0, {1, 0, 25, 0, 7, 12000, 0}},
    {P::kDayCase, "SA44A", "303", 75'543, 125, kAdult, kOldest, 0, {1, 0, 15, 0, 6, 14000, 0}},
    {P::kDayCase, "BZ34C", "130", 141'406, 100, 50, kOldest, 0, {1, 35, 40, 1, 0, 1500, 15000}},
    {P::kDayCase, "YR43A", "300", 31'597, 86, kAdult, kOldest, 0, {1, 0, 10, 0, 2, 700, 900}},
    {P::kDayCase, "LB72A", "101", 61'111, 63, kAdult, kOldest, 0, {1, 20, 25, 0, 2, 600, 700}},
    {P::kDayCase, "MA12Z", "502", 208'960, 60, kAdult, 60, 2, {1, 45, 60, 0, 4, 1500, 9000}},
    {P::kDayCase, "HN24C", "110", 282'239, 40, kAdult, 80, 0, {1, 60, 80, 1, 3, 2000, 12000}},
    {P::kDayCase, "CA60C", "120", 235'511, 60, 4, 40, 0, {1, 45, 55, 0, 2, 1200, 1000}},
    {P::kDayCase, "PF26C", "420", 63'909, 30, 0, 18, 0, {1, 0, 25, 0, 3, 900, 0}},

    {P::kElective, "HN22D", "110", 846'559, 23, 45, kOldest, 0, {4, 105, 150, 2, 9, 9000, 195000}},
    {P::kElective, "HN22E", "110", 810'450, 22, 45, kOldest, 0, {3, 100, 140, 2, 8, 8500, 195000}},
    {P::kElective, "HN12F", "110", 846'422, 19, 45, kOldest, 0, {3, 105, 145, 2, 8, 8500, 205000}},
    {P::kElective, "HN12E", "110", 894'966, 16, 45, kOldest, 0, {4, 110, 155, 2, 9, 9500, 205000}},
    {P::kElective, "NZ50C", "501", 546'613, 40, 16, 48, 2, {3, 65, 110, 1, 9, 6000, 3000}},
    {P::kElective, "MA07G", "502", 700'377, 20, 25, 80, 2, {3, 125, 170, 1, 9, 8000, 15000}},
    {P::kElective, "DZ50Z", "340", 103'525, 10, kAdult, kOldest, 0, {1, 0, 30, 0, 3, 500, 1500}},
    {P::kElective, "LB25F", "101", 495'720, 19, 50, kOldest, 1, {2, 75, 100, 1, 7, 5000, 12000}},
    {P::kElective, "GA10J", "100", 543'245, 24, kAdult, kOldest, 0, {2, 90, 120, 1, 8, 6000, 14000}},
    {P::kElective, "CA60C", "120", 340'161, 12, 4, 40, 0, {1, 50, 60, 0, 3, 1500, 1200}},
    {P::kElective, "WH50B", "100", 91'696, 28, 4, kOldest, 0, {1, 0, 25, 0, 3, 500, 0}},

    {P::kNonElectiveLong, "DZ11R", "300", 519'151, 85, kAdult, kOldest, 0, {12, 0, 170, 3, 34, 22000, 1000}},
    {P::kNonElectiveLong, "DZ11S", "300", 402'717, 91, kAdult, kOldest, 0, {9, 0, 130, 2, 27, 17000, 800}},
    {P::kNonElectiveLong, "DZ11T", "300", 321'923, 54, kAdult, kOldest, 0, {7, 0, 105, 2, 21, 13000, 600}},
    {P::kNonElectiveLong, "EB03A", "320", 541'995, 52, 45, kOldest, 0, {13, 0, 190, 3, 34, 21000, 3000}},
    {P::kNonElectiveLong, "EB03B", "320", 432'819, 35, 45, kOldest, 0, {10, 0, 150, 3, 28, 17000, 2500}},
    {P::kNonElectiveLong, "FD10M", "100", 278'673, 51, 10, kOldest, 0, {4, 5, 95, 3, 16, 8000, 800}},
    {P::kNonElectiveLong, "NZ51C", "501", 864'907, 150, 16, 48, 2, {4, 80, 210, 2, 13, 9000, 4000}},
    {P::kNonElectiveLong, "NZ30C", "501", 547'578, 60, 16, 48, 2, {2, 0, 90, 1, 8, 5000, 800}},
    {P::kNonElectiveLong, "WJ06H", "300", 425'016, 46, kAdult, kOldest, 0, {9, 0, 140, 3, 32, 24000, 900}},
    {P::kNonElectiveLong, "AA35A", "300", 971'640, 45, 50, kOldest, 0, {20, 0, 320, 5, 36, 26000, 3500}},
    {P::kNonElectiveLong, "WD01Z", "430", 555'078, 44, 65, kOldest, 0, {15, 0, 170, 3, 28, 14000, 600}},
    {P::kNonElectiveLong, "GC17J", "100", 329'636, 39, kAdult, kOldest, 0, {6, 15, 120, 4, 24, 11000, 1500}},
    {P::kNonElectiveLong, "LA04Q", "300", 361'995, 34, kAdult, kOldest, 0, {8, 0, 110, 2, 24, 13000, 600}},
    {P::kNonElectiveLong, "WH09F", "430", 426'729, 32, 65, kOldest, 0, {11, 0, 125, 3, 22, 11000, 500}},
    {P::kNonElectiveLong, "DZ65G", "340", 349'135, 29, 35, kOldest, 0, {7, 0, 115, 2, 20, 14000, 700}},
    {P::kNonElectiveLong, "KC05J", "300", 433'549, 28, kAdult, kOldest, 0, {9, 0, 130, 2, 32, 13000, 500}},
    {P::kNonElectiveLong, "HT12D", "110", 1'205'475, 9, 55, kOldest, 0, {14, 110, 260, 5, 28, 19000, 95000}},
    {P::kNonElectiveLong, "HE11F", "110", 688'699, 8, 60, kOldest, 0, {14, 0, 170, 4, 24, 15000, 2000}},
    {P::kNonElectiveLong, "PB04C", "422", 256'256, 28, 0, 0, 0, {4, 0, 60, 1, 12, 4000, 500}},
    {P::kNonElectiveLong, "PF26B", "420", 504'331, 14, 0, 18, 0, {4, 0, 95, 1, 12, 6000, 500}},

    {P::kNonElectiveShort, "NZ19B", "501", 45'711, 550, 16, 48, 2, {1, 0, 25, 1, 5, 600, 100}},
    {P::kNonElectiveShort, "NZ30C", "501", 284'226, 90, 16, 48, 2, {1, 0, 70, 1, 7, 3500, 600}},
    {P::kNonElectiveShort, "FD05B", "100", 44'781, 179, 5, kOldest, 0, {1, 0, 30, 1, 8, 900, 0}},
    {P::kNonElectiveShort, "FD10M", "100", 53'925, 159, 10, kOldest, 0, {1, 0, 32, 1, 8, 1100, 0}},
    {P::kNonElectiveShort, "EB12C", "320", 35'000, 153, kAdult, kOldest, 0, {1, 0, 25, 1, 7, 700, 0}},
    {P::kNonElectiveShort, "DZ65K", "340", 65'022, 105, 35, kOldest, 0, {1, 0, 35, 1, 8, 2600, 0}},
    {P::kNonElectiveShort, "AA31E", "300", 45'485, 65, 12, kOldest, 0, {1, 0, 30, 1, 6, 800, 0}},
    {P::kNonElectiveShort, "LB15E", "101", 69'831, 61, kAdult, kOldest, 0, {1, 15, 35, 0, 6, 1000, 900}},
    {P::kNonElectiveShort, "DZ11S", "300", 76'040, 60, kAdult, kOldest, 0, {1, 0, 45, 1, 11, 3200, 0}},
    {P::kNonElectiveShort, "MB08B", "502", 50'695, 90, 16, 48, 2, {1, 5, 35, 1, 6, 800, 0}},
    {P::kNonElectiveShort, "GC17K", "100", 55'891, 57, kAdult, kOldest, 0, {1, 0, 35, 1, 9, 1200, 0}},
    {P::kNonElectiveShort, "CB02E", "120", 48'290, 54, 2, kOldest, 0, {1, 5, 28, 0, 5, 900, 0}},
    {P::kNonElectiveShort, "EB07E", "320", 43'038, 53, 25, kOldest, 0, {1, 0, 28, 1, 7, 900, 0}},
    {P::kNonElectiveShort, "PW01B", "420", 75'322, 98, 0, 18, 0, {1, 0, 40, 0, 6, 1100, 0}},
    {P::kNonElectiveShort, "PD14F", "420", 75'986, 46, 0, 18, 0, {1, 0, 38, 0, 4, 1300, 0}},
    {P::kNonElectiveShort, "PD15D", "420", 69'863, 43, 0, 2, 0, {1, 0, 36, 0, 4, 900, 0}},
    {P::kNonElectiveShort, "PB04C", "422", 95'439, 57, 0, 0, 0, {1, 0, 40, 0, 6, 900, 200}},
    {P::kNonElectiveShort, "DZ22Q", "300", 44'652, 44, kAdult, kOldest, 0, {1, 0, 28, 1, 6, 1500, 0}},
    {P::kNonElectiveShort, "JD07K", "330", 40'130, 42, 1, kOldest, 0, {1, 0, 24, 0, 5, 1200, 0}},

    // Drivers: contact_minutes, consultant_minutes, imaging_tests, pathology_tests, drug_pence.
    {P::kConsultantLed, "WF01A", "300", 19'228, 9'600, 0, kOldest, 0, {20, 16, 0, 1, 350}},
    {P::kConsultantLed, "WF01A", "110", 19'228, 5'000, 5, kOldest, 0, {18, 14, 1, 0, 150}},
    {P::kConsultantLed, "WF01A", "130", 19'228, 4'200, 3, kOldest, 0, {16, 13, 1, 0, 900}},
    {P::kConsultantLed, "WF01A", "420", 19'228, 1'800, 0, 17, 0, {25, 20, 0, 1, 300}},
    {P::kConsultantLed, "WF01A", "330", 19'228, 2'400, 1, kOldest, 0, {15, 12, 0, 1, 700}},
    {P::kConsultantLed, "WF01B", "100", 23'207, 5'000, 16, kOldest, 0, {28, 24, 1, 1, 200}},
    {P::kConsultantLed, "WF01B", "320", 23'207, 4'300, kAdult, kOldest, 0, {30, 26, 1, 2, 250}},
    {P::kConsultantLed, "WF01B", "120", 23'207, 4'300, 1, kOldest, 0, {24, 20, 0, 0, 200}},
    {P::kConsultantLed, "WF01C", "301", 15'384, 8'187, 16, kOldest, 0, {14, 12, 0, 1, 300}},
    {P::kConsultantLed, "WF01D", "301", 16'761, 2'881, 16, kOldest, 0, {20, 17, 0, 1, 200}},
    {P::kConsultantLed, "WF02A", "370", 24'912, 967, kAdult, kOldest, 0, {28, 20, 1, 2, 900}},
    {P::kConsultantLed, "WF01B", "360", 23'207, 420, 16, 60, 0, {25, 12, 0, 4, 1200},
     R::kSexuallyTransmittedInfection},
    {P::kConsultantLed, "WF01A", "502", 19'228, 110, 24, 45, 2, {25, 20, 1, 2, 2500},
     R::kFertility},
    {P::kNotConsultantLed, "WF01A", "650", 12'429, 12'419, 0, kOldest, 0, {28, 0, 0, 0, 50}},
    {P::kNotConsultantLed, "WF01B", "650", 15'627, 5'016, 0, kOldest, 0, {38, 0, 0, 0, 50}},
    {P::kNotConsultantLed, "WF01C", "560", 10'710, 3'423, 16, kOldest, 0, {18, 0, 0, 0, 0}},
    {P::kNotConsultantLed, "WF01D", "654", 12'281, 966, 0, kOldest, 0, {25, 0, 0, 0, 0}},
    {P::kNotConsultantLed, "WF01A", "560", 12'429, 1'500, 16, 48, 2, {25, 0, 0, 2, 100}},
    {P::kOutpatientProcedure, "BZ88A", "130", 16'321, 2'041, kAdult, kOldest, 0, {20, 8, 1, 0, 300}},
    {P::kOutpatientProcedure, "JC43C", "330", 21'466, 1'788, kAdult, kOldest, 0, {30, 20, 0, 1, 400}},
    {P::kOutpatientProcedure, "NZ21Z", "501", 18'052, 2'400, 16, 48, 2, {25, 2, 1, 0, 0}},
    {P::kOutpatientProcedure, "BZ86B", "130", 15'415, 830, kAdult, kOldest, 0, {20, 14, 1, 0, 2500}},
    {P::kOutpatientProcedure, "EY11Z", "320", 16'926, 644, 30, kOldest, 0, {25, 6, 0, 0, 0}},
    {P::kOutpatientProcedure, "MA36Z", "502", 22'017, 1'000, 16, 80, 2, {25, 8, 1, 0, 0}},
    {P::kOutpatientProcedure, "EY51Z", "320", 17'456, 515, 10, kOldest, 0, {25, 6, 0, 0, 0}},
    {P::kOutpatientProcedure, "CA37A", "840", 14'888, 512, 3, kOldest, 0, {30, 0, 0, 0, 0}},
    {P::kOutpatientProcedure, "JC47Z", "330", 15'351, 478, 5, kOldest, 0, {20, 4, 0, 0, 300}},
    {P::kOutpatientProcedure, "CA36A", "120", 18'939, 310, kAdult, kOldest, 0, {20, 10, 0, 0, 100}},

    // Drivers: department_minutes, consultant_minutes, imaging_tests, pathology_tests.
    {P::kEmergencyCare, "VB01Z", "180", 117'998, 33, 0, kOldest, 0, {420, 70, 3, 16}},
    {P::kEmergencyCare, "VB02Z", "180", 87'261, 486, 0, kOldest, 0, {380, 40, 3, 12}},
    {P::kEmergencyCare, "VB03Z", "180", 51'545, 1'904, 0, kOldest, 0, {320, 22, 2, 9}},
    {P::kEmergencyCare, "VB04Z", "180", 68'368, 1'055, 0, kOldest, 0, {340, 28, 2, 10}},
    {P::kEmergencyCare, "VB05Z", "180", 50'329, 289, 0, kOldest, 0, {300, 20, 1, 8}},
    {P::kEmergencyCare, "VB06Z", "180", 39'124, 448, 0, kOldest, 0, {260, 16, 0, 5}},
    {P::kEmergencyCare, "VB07Z", "180", 36'749, 2'416, 0, kOldest, 0, {250, 14, 1, 7}},
    {P::kEmergencyCare, "VB08Z", "180", 26'919, 5'535, 0, kOldest, 0, {210, 10, 1, 6}},
    {P::kEmergencyCare, "VB09Z", "180", 18'212, 5'301, 0, kOldest, 0, {170, 7, 1, 2}},
    {P::kEmergencyCare, "VB11Z", "180", 12'676, 6'101, 0, kOldest, 0, {130, 5, 0, 0}},

    // Drivers: call_minutes, vehicle_minutes, crew_minutes.
    {P::kHearTreat, "01", "", 6'237, 1, 0, kOldest, 0, {22, 0, 0}},
    {P::kSeeTreat, "02", "", 36'435, 1, 0, kOldest, 0, {11, 75, 150}},
    {P::kSeeConvey, "03", "", 48'939, 1, 0, kOldest, 0, {11, 110, 220}},
    {P::kAmbulanceOther, "04", "", 2'759, 1, 0, kOldest, 0, {9, 0, 0}},

    // Drivers: contact_minutes, travel_minutes, bed_days.
    {P::kMentalHealthContact, "A06", "710", 27'891, 7'951, 18, 75, 0, {45, 18, 0}},
    {P::kMentalHealthContact, "A02", "710", 35'683, 2'006, 18, kOldest, 0, {55, 22, 0}},
    {P::kMentalHealthContact, "A11", "710", 34'601, 1'039, 16, kOldest, 0, {55, 5, 0}},
    {P::kMentalHealthContact, "A14", "710", 31'444, 949, 14, 45, 0, {50, 20, 0}},
    {P::kMentalHealthContact, "A17", "715", 25'250, 1'600, 60, kOldest, 0, {45, 12, 0}},
    {P::kMentalHealthContact, "A07", "715", 25'836, 1'600, 65, kOldest, 0, {40, 20, 0}},
    {P::kMentalHealthContact, "E01", "700", 40'960, 755, 18, 75, 0, {60, 28, 0}},
    {P::kMentalHealthContact, "C10", "711", 33'130, 2'600, 8, 17, 0, {60, 10, 0}},
    {P::kMentalHealthContact, "F01", "711", 31'598, 3'400, 5, 17, 0, {55, 15, 0}},
    {P::kMentalHealthContact, "C02", "710", 32'930, 1'400, 18, 45, 2, {55, 18, 0}},
    {P::kMentalHealthContact, "A10", "710", 31'702, 20, 18, 60, 0, {50, 0, 0},
     R::kGenderRecognition},
    {P::kMentalHealthSpell, "200MHPS", "710", 71'910, 2'462, 18, 70, 0, {0, 0, 25}},
    {P::kMentalHealthSpell, "201MHPS", "715", 78'759, 1'101, 60, kOldest, 0, {0, 0, 30}},
    {P::kMentalHealthSpell, "202MHPS", "710", 126'589, 267, 18, 60, 0, {0, 0, 15}},
    {P::kMentalHealthSpell, "212MHPS", "710", 60'399, 566, 18, 75, 0, {0, 0, 60}},

    // Drivers: contact_minutes, travel_minutes, consumable_pence.
    {P::kCommunityContact, "N02AF", "", 5'965, 25'928, 18, kOldest, 0, {22, 11, 320}},
    {P::kCommunityContact, "N02AN", "", 4'308, 1'987, 18, kOldest, 0, {12, 0, 0}},
    {P::kCommunityContact, "A08A1", "", 7'906, 4'235, 18, kOldest, 0, {32, 8, 40}},
    {P::kCommunityContact, "IC03", "", 11'489, 3'476, 50, kOldest, 0, {48, 16, 100}},
    {P::kCommunityContact, "IC01", "", 12'579, 2'744, 50, kOldest, 0, {52, 18, 150}},
    {P::kCommunityContact, "N29AF", "", 9'364, 2'290, 18, kOldest, 0, {32, 14, 500}},
    {P::kCommunityContact, "A09A", "", 7'683, 1'931, 18, kOldest, 0, {30, 4, 250}},
    {P::kCommunityContact, "N12", "", 14'578, 2'400, 0, 17, 0, {45, 20, 300}},
    {P::kCommunityContact, "A13C1", "", 16'575, 2'000, 1, 17, 0, {50, 15, 50}},
    {P::kCommunityContact, "N01A", "", 11'814, 2'400, 16, 48, 2, {35, 12, 100}},
    {P::kCommunityContact, "N08AF", "", 12'035, 815, 18, kOldest, 0, {38, 16, 300}},
    {P::kCommunityContact, "A03", "", 10'288, 766, 1, kOldest, 0, {38, 6, 40}},

    // Drivers: weeks, care_hours, equipment_pence. Unit costs are for the whole
    // service as drawn on average, from rounded national unit prices.
    {P::kHomeCare, "LTS-HOME", "", 1'150'000, 48, 18, kOldest, 0, {34, 460, 0}},
    {P::kResidentialCare, "LTS-RES", "", 3'300'000, 18, 18, kOldest, 0, {36, 0, 0}},
    {P::kNursingCare, "LTS-NURS", "", 3'700'000, 9, 60, kOldest, 0, {33, 0, 0}},
    {P::kEquipment, "STS-EQUIP", "", 22'000, 40, 18, kOldest, 0, {0, 0, 22000}},
};

constexpr absl::string_view kRestrictionNames[] = {
    "", "fertility", "sexually_transmitted_infection", "gender_recognition"};

}  // namespace

absl::string_view RestrictionName(Restriction restriction) {
  return kRestrictionNames[static_cast<size_t>(restriction)];
}

size_t AgeFactorIndex(int age) {
  if (age <= 0) return 0;
  return static_cast<size_t>(std::min(age / 10 + 1, static_cast<int>(kAgeFactorCount) - 1));
}

const DeliverySpec& SpecOf(PointOfDelivery delivery) {
  return kSpecs[static_cast<size_t>(delivery)];
}

std::span<const Currency> Currencies() { return kCurrencies; }

}  // namespace safehaven::sample
