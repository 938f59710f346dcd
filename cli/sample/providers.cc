#include "cli/sample/providers.h"

#include <algorithm>

#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

using K = PoolKind;
using A = AccountProfile;
using S = Statistic;

constexpr AccountShare kNursing[] = {{"5200", "nursing pay", 860}, {"5400", "administrative pay", 40},
                                     {"6200", "clinical supplies", 90}, {"6900", "other costs", 30},
                                     {"4900", "recoveries", -20}};
constexpr AccountShare kMedical[] = {{"5100", "medical pay", 930}, {"5400", "administrative pay", 50},
                                     {"6900", "other costs", 40}, {"4900", "recoveries", -20}};
constexpr AccountShare kScientific[] = {{"5300", "scientific and therapy pay", 560},
                                        {"6200", "clinical supplies", 340},
                                        {"6500", "maintenance", 110}, {"4900", "recoveries", -10}};
constexpr AccountShare kMedicines[] = {{"5300", "pharmacy pay", 130}, {"6100", "medicines", 890},
                                       {"4900", "recoveries", -20}};
constexpr AccountShare kDevices[] = {{"6200", "clinical supplies", 60}, {"6300", "devices", 940}};
constexpr AccountShare kPremises[] = {{"5500", "estates pay", 180}, {"6400", "premises", 560},
                                      {"6450", "energy", 270}, {"4900", "recoveries", -10}};
constexpr AccountShare kOffice[] = {{"5400", "administrative pay", 760},
                                    {"6600", "systems and licences", 180},
                                    {"6900", "other costs", 80}, {"4900", "recoveries", -20}};
constexpr AccountShare kVehicles[] = {{"6700", "vehicle leases", 520}, {"6710", "fuel", 270},
                                      {"6500", "maintenance", 230}, {"4900", "recoveries", -20}};
constexpr AccountShare kPurchased[] = {{"6800", "purchased care", 1'130},
                                       {"4950", "clients' contributions", -130}};
constexpr AccountShare kTrading[] = {{"5400", "administrative pay", 430},
                                     {"6900", "other costs", 620}, {"4900", "recoveries", -50}};
constexpr AccountShare kImpairment[] = {{"6990", "impairment of assets", 1'000}};

// The acute trust.
constexpr Pool kAcutePools[] = {
    {"estates", "Estates and facilities", K::kSupport, "", 1'900, 620, S::kFloorArea},
    {"information", "Information technology", K::kSupport, "", 700, 240, S::kStaff},
    {"finance", "Finance and procurement", K::kSupport, "", 450, 190, S::kStaff},
    {"human_resources", "Human resources", K::kSupport, "", 380, 160, S::kStaff},
    {"executive", "Executive, governance and insurance", K::kSupport, "", 520, 120, S::kStaff},
    {"records", "Records and booking", K::kSupport, "", 900, 350, S::kPatientFacingStaff},
    {"ward_nursing", "Ward nursing", K::kResource, "NURWRD", 21'000, 9'800},
    {"medical", "Medical staff", K::kResource, "MEDCON", 3'400, 4'100},
    {"theatres", "Theatre staff", K::kResource, "THTSTF", 5'200, 1'650},
    {"imaging", "Imaging", K::kResource, "IMGSRV", 3'100, 820},
    {"pathology", "Pathology", K::kResource, "PTHSRV", 2'700, 900},
    {"medicines", "Pharmacy and medicines", K::kResource, "DRGPHM", 1'200, 510},
    {"devices", "Devices and implants", K::kResource, "DEVIMP", 300, 60},
    {"emergency_staff", "Emergency department staff", K::kResource, "NUREMR", 2'900, 1'280},
    {"outpatient_staff", "Outpatient and therapy staff", K::kResource, "OUTSTF", 6'400, 1'900},
    {"education", "Education and training", K::kEducation, "", 1'100, 260},
    {"research", "Research and development", K::kResearch, "", 600, 190},
    {"private_patients", "Private patients", K::kCommercial, "", 1'000, 210},
    {"retail", "Car parks and catering for visitors", K::kCommercial, "", 1'400, 180},
    {"other_organisations", "Tests for other organisations", K::kOtherPatients, "", 500, 140},
    {"outside_quantum", "Impairments", K::kExcluded},
};
constexpr CostCentre kAcuteCentres[] = {
    {"E100", "Estates", "estates", A::kPremises, 450},
    {"E200", "Energy and waste", "estates", A::kPremises, 150},
    {"E300", "Cleaning and portering", "estates", A::kOffice, 250},
    {"I100", "Information technology", "information", A::kOffice, 300},
    {"F100", "Finance", "finance", A::kOffice, 110},
    {"F200", "Procurement", "finance", A::kOffice, 60},
    {"H100", "Human resources", "human_resources", A::kOffice, 130},
    {"X100", "Executive and governance", "executive", A::kOffice, 120},
    {"X200", "Clinical negligence scheme", "executive", A::kOffice, 200},
    {"R100", "Medical records and booking", "records", A::kOffice, 180},
    {"N210", "Medical wards", "ward_nursing", A::kNursing, 900},
    {"N220", "Surgical wards", "ward_nursing", A::kNursing, 600},
    {"N230", "Elderly care wards", "ward_nursing", A::kNursing, 500},
    {"N240", "Children's wards", "ward_nursing", A::kNursing, 220},
    {"N250", "Maternity", "ward_nursing", A::kNursing, 350},
    {"N260", "Critical care", "ward_nursing", A::kNursing, 400},
    {"M110", "Consultants in medicine", "medical", A::kMedical, 850},
    {"M120", "Consultants in surgery", "medical", A::kMedical, 700},
    {"M130", "Anaesthetists", "medical", A::kMedical, 330},
    {"M140", "Obstetricians and paediatricians", "medical", A::kMedical, 300},
    {"M150", "Emergency physicians", "medical", A::kMedical, 250},
    {"T100", "Operating theatres", "theatres", A::kNursing, 440},
    {"T200", "Endoscopy", "theatres", A::kNursing, 140},
    {"G100", "Imaging", "imaging", A::kScientific, 330},
    {"P100", "Pathology", "pathology", A::kScientific, 300},
    {"D100", "Pharmacy", "medicines", A::kMedicines, 650},
    {"V100", "Prostheses and implants", "devices", A::kDevices, 220},
    {"A100", "Emergency department", "emergency_staff", A::kNursing, 520},
    {"O100", "Outpatient clinics", "outpatient_staff", A::kNursing, 480},
    {"O200", "Therapies", "outpatient_staff", A::kScientific, 300},
    {"Q100", "Education and training", "education", A::kOffice, 230},
    {"Q200", "Library", "education", A::kOffice, 30},
    {"S100", "Research and development", "research", A::kScientific, 130},
    {"C100", "Private patients' unit", "private_patients", A::kTrading, 170},
    {"C200", "Car parks and catering", "retail", A::kTrading, 90},
    {"K100", "Tests for other organisations", "other_organisations", A::kScientific, 110},
    {"Z100", "Impairments", "outside_quantum", A::kImpairment, 90},
};
constexpr Named kAcuteResources[] = {
    {"NURWRD", "Ward nurses"}, {"MEDCON", "Medical staff"}, {"THTSTF", "Theatre staff"},
    {"IMGSRV", "Imaging"}, {"PTHSRV", "Pathology"}, {"DRGPHM", "Medicines"},
    {"DEVIMP", "Devices and implants"}, {"NUREMR", "Emergency department staff"},
    {"OUTSTF", "Outpatient and therapy staff"}};
constexpr Named kAcuteActivities[] = {
    {"WARDCR", "Ward care"}, {"OPERTN", "Operation"}, {"MEDTIM", "Medical time"},
    {"IMGTST", "Imaging test"}, {"PTHTST", "Pathology test"}, {"DRGDSP", "Medicines dispensed"},
    {"DEVFIT", "Device fitted"}, {"EMRCAR", "Emergency department care"},
    {"OUTCON", "Outpatient contact"}};
constexpr Link kAcuteLinks[] = {
    {"NURWRD", "WARDCR", 95}, {"NURWRD", "OUTCON", 5}, {"MEDCON", "MEDTIM", 80},
    {"MEDCON", "OPERTN", 20}, {"THTSTF", "OPERTN", 1}, {"IMGSRV", "IMGTST", 1},
    {"PTHSRV", "PTHTST", 1}, {"DRGPHM", "DRGDSP", 80}, {"DRGPHM", "WARDCR", 20},
    {"DEVIMP", "DEVFIT", 90}, {"DEVIMP", "OPERTN", 10}, {"NUREMR", "EMRCAR", 1},
    {"OUTSTF", "OUTCON", 1}};
constexpr Driver kAcuteDrivers[] = {
    {"WARDCR", "apc", "bed_days", "DC: 1, EL: 3, NEL: 3, NES: 2"}, {"OPERTN", "apc", "theatre_minutes"},
    {"MEDTIM", "apc", "consultant_minutes"}, {"MEDTIM", "op", "consultant_minutes"},
    {"MEDTIM", "ec", "consultant_minutes"}, {"IMGTST", "apc", "imaging_tests"},
    {"IMGTST", "op", "imaging_tests"}, {"IMGTST", "ec", "imaging_tests"},
    {"PTHTST", "apc", "pathology_tests"}, {"PTHTST", "op", "pathology_tests"},
    {"PTHTST", "ec", "pathology_tests"}, {"DRGDSP", "apc", "drug_pence"},
    {"DRGDSP", "op", "drug_pence"}, {"DEVFIT", "apc", "device_pence"},
    {"EMRCAR", "ec", "department_minutes"},
    {"OUTCON", "op", "contact_minutes", "CL: 2, NCL: 3, OPROC: 3"}};
constexpr Named kAcuteFeeds[] = {{"apc", "acute/apc"}, {"op", "acute/op"}, {"ec", "acute/ec"}};
constexpr Split kAcuteSplits[] = {
    {"M110", "5100", "education", 40, false}, {"M110", "5100", "research", 20, false},
    {"N210", "5200", "education", 15, false}, {"P100", "6200", "other_organisations", 120, true},
    {"G100", "5300", "private_patients", 25, true}};

// The ambulance trust.
constexpr Pool kAmbulancePools[] = {
    {"estates", "Stations and estates", K::kSupport, "", 400, 90, S::kFloorArea},
    {"information", "Information technology", K::kSupport, "", 180, 80, S::kStaff},
    {"finance", "Finance", K::kSupport, "", 120, 50, S::kStaff},
    {"human_resources", "Human resources", K::kSupport, "", 120, 60, S::kStaff},
    {"control_room", "Control room", K::kResource, "CTLROM", 900, 780},
    {"crews", "Crews", K::kResource, "CREWST", 3'000, 4'900},
    {"vehicles", "Vehicles", K::kResource, "VEHICL", 2'200, 220},
    {"education", "Education and training", K::kEducation, "", 400, 110},
    {"research", "Research and development", K::kResearch, "", 60, 20},
    {"event_cover", "Cover at public events", K::kCommercial, "", 120, 60},
    {"other_organisations", "Transport for other organisations", K::kOtherPatients, "", 300, 180},
};
constexpr CostCentre kAmbulanceCentres[] = {
    {"E100", "Stations", "estates", A::kPremises, 520},
    {"I100", "Information technology", "information", A::kOffice, 330},
    {"F100", "Finance", "finance", A::kOffice, 160},
    {"H100", "Human resources", "human_resources", A::kOffice, 210},
    {"B100", "Control room", "control_room", A::kOffice, 1'250},
    {"W100", "Crews, coast", "crews", A::kNursing, 3'600},
    {"W200", "Crews, inland", "crews", A::kNursing, 2'300},
    {"L100", "Fleet", "vehicles", A::kVehicles, 1'500},
    {"Q100", "Training school", "education", A::kOffice, 240},
    {"S100", "Research and development", "research", A::kOffice, 40},
    {"C100", "Public events", "event_cover", A::kTrading, 130},
    {"K100", "Patient transport contracts", "other_organisations", A::kVehicles, 310},
};
constexpr Named kAmbulanceResources[] = {
    {"CTLROM", "Control room staff"}, {"CREWST", "Crews"}, {"VEHICL", "Vehicles"}};
constexpr Named kAmbulanceActivities[] = {
    {"CALLHD", "Call handling"}, {"RESPND", "Response"}, {"VEHRUN", "Vehicle running"}};
constexpr Link kAmbulanceLinks[] = {
    {"CTLROM", "CALLHD", 1}, {"CREWST", "RESPND", 1}, {"VEHICL", "VEHRUN", 1}};
constexpr Driver kAmbulanceDrivers[] = {{"CALLHD", "amb", "call_minutes"},
                                        {"RESPND", "amb", "crew_minutes"},
                                        {"VEHRUN", "amb", "vehicle_minutes"}};
constexpr Named kAmbulanceFeeds[] = {{"amb", "ambulance/incidents"}};
constexpr Split kAmbulanceSplits[] = {{"W100", "5200", "education", 20, false}};

// The mental health trust.
constexpr Pool kMentalPools[] = {
    {"estates", "Estates and facilities", K::kSupport, "", 700, 180, S::kFloorArea},
    {"information", "Information technology", K::kSupport, "", 220, 90, S::kStaff},
    {"finance", "Finance", K::kSupport, "", 160, 70, S::kStaff},
    {"human_resources", "Human resources", K::kSupport, "", 150, 70, S::kStaff},
    {"community_teams", "Community teams", K::kResource, "COMTEA", 5'200, 4'300},
    {"inpatient_nursing", "Inpatient nursing", K::kResource, "NURINP", 9'800, 3'600},
    {"psychiatrists", "Psychiatrists", K::kResource, "PSYCON", 900, 620},
    {"medicines", "Medicines", K::kResource, "DRGPHM", 200, 60},
    {"education", "Education and training", K::kEducation, "", 420, 130},
    {"research", "Research and development", K::kResearch, "", 210, 80},
    {"courses", "Courses sold", K::kCommercial, "", 90, 30},
    {"other_organisations", "Beds for other organisations", K::kOtherPatients, "", 700, 240},
};
constexpr CostCentre kMentalCentres[] = {
    {"E100", "Estates", "estates", A::kPremises, 760},
    {"I100", "Information technology", "information", A::kOffice, 340},
    {"F100", "Finance", "finance", A::kOffice, 190},
    {"H100", "Human resources", "human_resources", A::kOffice, 200},
    {"B110", "Community teams, adults", "community_teams", A::kNursing, 2'400},
    {"B120", "Community teams, older people", "community_teams", A::kNursing, 700},
    {"B130", "Community teams, young people", "community_teams", A::kNursing, 900},
    {"B140", "Crisis and home treatment", "community_teams", A::kNursing, 800},
    {"N210", "Acute wards", "inpatient_nursing", A::kNursing, 500, "MHPS"},
    {"N220", "Rehabilitation wards", "inpatient_nursing", A::kNursing, 150, "MHPS"},
    {"M110", "Psychiatrists", "psychiatrists", A::kMedical, 1'050},
    {"D100", "Pharmacy", "medicines", A::kMedicines, 240},
    {"Q100", "Education and training", "education", A::kOffice, 230},
    {"S100", "Research and development", "research", A::kScientific, 120},
    {"C100", "Courses", "courses", A::kTrading, 50},
    {"K100", "Beds for other organisations", "other_organisations", A::kNursing, 260},
};
constexpr Named kMentalResources[] = {{"COMTEA", "Community teams"}, {"NURINP", "Inpatient nurses"},
                                      {"PSYCON", "Psychiatrists"}, {"DRGPHM", "Medicines"}};
constexpr Named kMentalActivities[] = {{"CONTCT", "Contact"}, {"TRAVEL", "Travel"},
                                       {"INPDAY", "Inpatient day"}, {"MEDREV", "Medical review"}};
constexpr Link kMentalLinks[] = {{"COMTEA", "CONTCT", 80}, {"COMTEA", "TRAVEL", 20},
                                 {"NURINP", "INPDAY", 1}, {"PSYCON", "MEDREV", 1},
                                 {"DRGPHM", "INPDAY", 60}, {"DRGPHM", "CONTCT", 40}};
constexpr Driver kMentalDrivers[] = {{"CONTCT", "mhcc", "contact_minutes"},
                                     {"TRAVEL", "mhcc", "travel_minutes"},
                                     {"INPDAY", "mhps", "bed_days"},
                                     {"MEDREV", "mhcc", "contact_minutes", "MHCC: 1"},
                                     {"MEDREV", "mhps", "bed_days", "MHPS: 45"}};
constexpr Named kMentalFeeds[] = {{"mhcc", "mental_health/contacts"},
                                  {"mhps", "mental_health/contacts"}};
constexpr Split kMentalSplits[] = {{"M110", "5100", "education", 50, false},
                                   {"M110", "5100", "research", 30, false}};

// The community trust.
constexpr Pool kCommunityPools[] = {
    {"estates", "Estates and facilities", K::kSupport, "", 380, 90, S::kFloorArea},
    {"information", "Information technology", K::kSupport, "", 150, 60, S::kStaff},
    {"finance", "Finance", K::kSupport, "", 110, 50, S::kStaff},
    {"human_resources", "Human resources", K::kSupport, "", 110, 50, S::kStaff},
    {"nurses", "District and specialist nurses", K::kResource, "DISNUR", 2'600, 3'900},
    {"therapists", "Therapists", K::kResource, "THERAP", 2'100, 1'700},
    {"consumables", "Consumables", K::kResource, "CONSUM", 260, 30},
    {"education", "Education and training", K::kEducation, "", 190, 70},
    {"research", "Research and development", K::kResearch, "", 40, 15},
    {"room_hire", "Rooms let", K::kCommercial, "", 340, 10},
    {"other_organisations", "Therapy for other organisations", K::kOtherPatients, "", 210, 120},
};
constexpr CostCentre kCommunityCentres[] = {
    {"E100", "Estates", "estates", A::kPremises, 560},
    {"I100", "Information technology", "information", A::kOffice, 310},
    {"F100", "Finance", "finance", A::kOffice, 170},
    {"H100", "Human resources", "human_resources", A::kOffice, 180},
    {"N310", "District nurses", "nurses", A::kNursing, 4'200},
    {"N320", "Specialist nurses", "nurses", A::kNursing, 1'300},
    {"N330", "Children's nurses", "nurses", A::kNursing, 700},
    {"Y100", "Physiotherapy", "therapists", A::kScientific, 1'100},
    {"Y200", "Podiatry and other therapies", "therapists", A::kScientific, 900},
    {"V100", "Dressings and appliances", "consumables", A::kDevices, 450},
    {"Q100", "Education and training", "education", A::kOffice, 180},
    {"S100", "Research and development", "research", A::kOffice, 30},
    {"C100", "Rooms let", "room_hire", A::kTrading, 60},
    {"K100", "Therapy for other organisations", "other_organisations", A::kScientific, 170},
};
constexpr Named kCommunityResources[] = {
    {"DISNUR", "Nurses"}, {"THERAP", "Therapists"}, {"CONSUM", "Consumables"}};
constexpr Named kCommunityActivities[] = {
    {"CONTCT", "Contact"}, {"TRAVEL", "Travel"}, {"CONSUM", "Consumables used"}};
constexpr Link kCommunityLinks[] = {{"DISNUR", "CONTCT", 70}, {"DISNUR", "TRAVEL", 30},
                                    {"THERAP", "CONTCT", 85}, {"THERAP", "TRAVEL", 15},
                                    {"CONSUM", "CONSUM", 1}};
constexpr Driver kCommunityDrivers[] = {{"CONTCT", "cscc", "contact_minutes"},
                                        {"TRAVEL", "cscc", "travel_minutes"},
                                        {"CONSUM", "cscc", "consumable_pence"}};
constexpr Named kCommunityFeeds[] = {{"cscc", "community/contacts"}};
constexpr Split kCommunitySplits[] = {{"N310", "5200", "education", 12, false}};

// The council's adult social care.
constexpr Pool kCouncilPools[] = {
    {"estates", "Offices", K::kSupport, "", 260, 30, S::kFloorArea},
    {"finance", "Finance and charging", K::kSupport, "", 140, 80, S::kStaff},
    {"human_resources", "Human resources", K::kSupport, "", 60, 30, S::kStaff},
    {"social_workers", "Social workers", K::kResource, "SOCWRK", 900, 720},
    {"home_care", "Home care", K::kResource, "HOMCAR", 120, 90},
    {"care_homes", "Care home placements", K::kResource, "RESCAR", 80, 60},
    {"equipment", "Equipment", K::kResource, "EQUIPM", 700, 40},
    {"education", "Training of social workers", K::kEducation, "", 60, 25},
    {"research", "Evaluation", K::kResearch, "", 20, 6},
    {"meals", "Meals sold", K::kCommercial, "", 220, 50},
    {"other_organisations", "Services for other councils", K::kOtherPatients, "", 60, 30},
};
constexpr CostCentre kCouncilCentres[] = {
    {"E100", "Offices", "estates", A::kPremises, 160},
    {"F100", "Finance and charging", "finance", A::kOffice, 210},
    {"H100", "Human resources", "human_resources", A::kOffice, 90},
    {"B100", "Social work teams", "social_workers", A::kOffice, 1'500},
    {"U100", "Home care contracts", "home_care", A::kPurchased, 800, "HOME"},
    {"U200", "Residential placements", "care_homes", A::kPurchased, 840, "RES"},
    {"U300", "Nursing placements", "care_homes", A::kPurchased, 840, "NURS"},
    {"U400", "Equipment store", "equipment", A::kDevices, 800, "EQUIP"},
    {"Q100", "Training", "education", A::kOffice, 60},
    {"S100", "Evaluation", "research", A::kOffice, 15},
    {"C100", "Meals service", "meals", A::kTrading, 80},
    {"K100", "Services for other councils", "other_organisations", A::kOffice, 70},
};
constexpr Named kCouncilResources[] = {{"SOCWRK", "Social workers"}, {"HOMCAR", "Home care"},
                                       {"RESCAR", "Care homes"}, {"EQUIPM", "Equipment"}};
constexpr Named kCouncilActivities[] = {{"ASSESS", "Assessment and review"},
                                        {"HOMHRS", "Home care hours"},
                                        {"HOMEWK", "Care home weeks"},
                                        {"EQUIPS", "Equipment supplied"}};
constexpr Link kCouncilLinks[] = {{"SOCWRK", "ASSESS", 1}, {"HOMCAR", "HOMHRS", 1},
                                  {"RESCAR", "HOMEWK", 1}, {"EQUIPM", "EQUIPS", 1}};
constexpr Driver kCouncilDrivers[] = {{"ASSESS", "asc", "count", "HOME: 20, RES: 15, NURS: 15, EQUIP: 1"},
                                      {"HOMHRS", "asc", "care_hours"},
                                      {"HOMEWK", "asc", "weeks", "RES: 10, NURS: 11"},
                                      {"EQUIPS", "asc", "equipment_pence"}};
constexpr Named kCouncilFeeds[] = {{"asc", "social_care/services"}};

constexpr Provider kProviders[] = {
    {"ZA1", Source::kAcute, 103, true, kAcutePools, kAcuteCentres, kAcuteResources,
     kAcuteActivities, kAcuteLinks, kAcuteDrivers, kAcuteFeeds, kAcuteSplits},
    {"ZB1", Source::kAmbulance, 99, false, kAmbulancePools, kAmbulanceCentres,
     kAmbulanceResources, kAmbulanceActivities, kAmbulanceLinks, kAmbulanceDrivers,
     kAmbulanceFeeds, kAmbulanceSplits},
    {"ZM1", Source::kMentalHealth, 104, true, kMentalPools, kMentalCentres, kMentalResources,
     kMentalActivities, kMentalLinks, kMentalDrivers, kMentalFeeds, kMentalSplits},
    {"ZH1", Source::kCommunity, 97, false, kCommunityPools, kCommunityCentres,
     kCommunityResources, kCommunityActivities, kCommunityLinks, kCommunityDrivers,
     kCommunityFeeds, kCommunitySplits},
    {"ZL1", Source::kSocialCare, 100, false, kCouncilPools, kCouncilCentres, kCouncilResources,
     kCouncilActivities, kCouncilLinks, kCouncilDrivers, kCouncilFeeds, {}},
};

}  // namespace

std::span<const Provider> Providers() { return kProviders; }

std::span<const AccountShare> SharesOf(AccountProfile profile) {
  switch (profile) {
    case A::kNursing: return kNursing;
    case A::kMedical: return kMedical;
    case A::kScientific: return kScientific;
    case A::kMedicines: return kMedicines;
    case A::kDevices: return kDevices;
    case A::kPremises: return kPremises;
    case A::kOffice: return kOffice;
    case A::kVehicles: return kVehicles;
    case A::kPurchased: return kPurchased;
    case A::kTrading: return kTrading;
    case A::kImpairment: return kImpairment;
  }
  return {};
}

const Pool& PoolOf(const Provider& provider, absl::string_view id) {
  const auto found = std::find_if(provider.pools.begin(), provider.pools.end(),
                                  [id](const Pool& pool) { return pool.id == id; });
  SH_CHECK(found != provider.pools.end());
  return *found;
}

}  // namespace safehaven::sample
