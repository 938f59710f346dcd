#include "services/costing/core/collection_fields.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libs/base/civil_day.h"

namespace safehaven::costing {
namespace {

using enum FieldFormat;
constexpr FieldPart kIdentity = FieldPart::kIdentity;

constexpr absl::string_view kStatuses = "1 2 3 4";

// Order of the mandation: APC OP AE SWC SI REC.
constexpr std::array<CollectionField, 49> kFields = {{
    {"provider", "ORGANISATION IDENTIFIER (CODE OF PROVIDER)", kText, 3, 6, "", "MMMMM-"},
    {"care_activity_identifier", "PLICS CARE ACTIVITY IDENTIFIER", kText, 1, 50, "", "RRRRR-"},
    {"cds_unique_identifier", "CDS UNIQUE IDENTIFIER", kText, 35, 35, "", "RRR---", kIdentity},
    {"nhs_number", "NHS NUMBER", kNumber, 10, 10, "", "RRR---", kIdentity},
    {"nhs_number_status", "NHS NUMBER STATUS INDICATOR CODE", kText, 2, 2, "01 02 03 04 05 06 07 08", "RRR---", kIdentity},
    {"postcode", "POSTCODE OF USUAL ADDRESS", kPostcode, 2, 8, "", "RRR---", kIdentity},
    {"birth_date", "PERSON BIRTH DATE", kDay, 10, 10, "", "RRR---", kIdentity},
    {"gender", "PERSON STATED GENDER CODE", kText, 1, 1, "1 2 9 X", "RRR---", kIdentity},
    {"pathway_identifier", "PATIENT PATHWAY IDENTIFIER", kText, 20, 20, "", "RR----", kIdentity},
    {"pathway_issuer", "ORGANISATION IDENTIFIER (PATIENT PATHWAY IDENTIFIER ISSUER)", kText, 3, 5, "", "RR----"},
    {"point_of_delivery", "POINT OF DELIVERY CODE (PLICS)", kText, 1, 5,
     "RP DC EL NES NEL NESTR NELTR CL NCL OPROC", "MM----"},
    {"spell_number", "HOSPITAL PROVIDER SPELL NUMBER", kText, 12, 12, "", "R-----", kIdentity},
    {"episode_number", "EPISODE NUMBER", kNumber, 1, 2, "", "R-----"},
    {"episode_start", "START DATE (EPISODE)", kDay, 10, 10, "", "M-----"},
    {"episode_end", "END DATE (EPISODE)", kDay, 10, 10, "", "M-----"},
    {"episode_status", "CONSULTANT EPISODE COMPLETION STATUS (PLICS)", kText, 1, 1, kStatuses, "M-----"},
    {"treatment_function", "ACTIVITY TREATMENT FUNCTION CODE", kText, 3, 3, "", "MM----"},
    {"cystic_fibrosis_band", "CYSTIC FIBROSIS BANDING", kText, 1, 2, "1 1A 2 2A 3 4 5", "RR----"},
    {"emergency_attendance", "EMERGENCY CARE ATTENDANCE IDENTIFIER", kText, 1, 12, "", "--R---", kIdentity},
    {"arrival_date", "EMERGENCY CARE ARRIVAL DATE", kDay, 10, 10, "", "--M---"},
    {"arrival_time", "EMERGENCY CARE ARRIVAL TIME", kTime, 8, 8, "", "--M---"},
    {"department_type", "EMERGENCY CARE DEPARTMENT TYPE (PLICS)", kText, 2, 2, "01 02 03 04", "--M---"},
    {"departure_date", "EMERGENCY CARE DEPARTURE DATE", kDay, 10, 10, "", "--M---"},
    {"departure_time", "EMERGENCY CARE DEPARTURE TIME", kTime, 8, 8, "", "--M---"},
    {"attendance_identifier", "ATTENDANCE IDENTIFIER", kText, 12, 12, "", "-R----", kIdentity},
    {"appointment_date", "APPOINTMENT DATE", kDay, 10, 10, "", "-M----"},
    {"appointment_time", "APPOINTMENT TIME", kTime, 8, 8, "", "-M----"},
    {"unbundled_type", "UNBUNDLED CARE ACTIVITY TYPE (PLICS)", kText, 3, 3, "", "---M--"},
    {"critical_care_identifier", "CRITICAL CARE LOCAL IDENTIFIER", kText, 8, 8, "", "---M--"},
    {"critical_care_unit", "CRITICAL CARE UNIT FUNCTION", kText, 2, 2, "", "---M--"},
    {"unbundled_date", "UNBUNDLED CARE ACTIVITY DATE", kDay, 10, 10, "", "---MM-"},
    {"critical_care_status", "CRITICAL CARE PERIOD COMPLETION STATUS (PLICS)", kText, 1, 1, kStatuses, "---M--"},
    {"organ_systems", "NUMBER OF ORGAN SYSTEMS SUPPORTED CODE (PLICS)", kText, 2, 2, "00 01 02 03 04 05 06", "---R--"},
    {"hrg_episode", "HEALTHCARE RESOURCE GROUP CODE (FINISHED CONSULTANT EPISODE)", kText, 1, 5, "", "M-----"},
    {"hrg_spell", "HEALTHCARE RESOURCE GROUP CODE (HOSPITAL PROVIDER SPELL)", kText, 1, 5, "", "M-----"},
    {"length_of_stay", "ADJUSTED LENGTH OF STAY (PLICS)", kNumber, 1, 3, "", "M-----"},
    {"hrg_emergency", "HEALTHCARE RESOURCE GROUP CODE (EMERGENCY CARE)", kText, 1, 5, "", "--M---"},
    {"hrg_outpatient", "HEALTHCARE RESOURCE GROUP CODE (OUT-PATIENT CARE)", kText, 1, 5, "", "-M----"},
    {"hrg_unbundled", "HEALTHCARE RESOURCE GROUP CODE (UNBUNDLED ACTIVITY)", kText, 1, 5, "", "---M--"},
    {"currency_scheme", "UNBUNDLED ACTIVITY CURRENCY SCHEME IN USE", kText, 1, 1, "1 2 3", "----M-"},
    {"currency_code", "UNBUNDLED CURRENCY CODE", kText, 5, 9, "", "----M-"},
    {"activity", "ACTIVITY IDENTIFIER (PLICS)", kText, 6, 6, "", "MMMMM-"},
    {"activity_count", "ACTIVITY COUNT (PLICS)", kNumber, 1, 18, "", "MMMMM-"},
    {"resource", "ACTIVITY RESOURCE IDENTIFIER (PLICS)", kText, 6, 6, "", "MMMMM-"},
    {"total_cost", "PLICS TOTAL COST", kMoney, 1, 27, "", "MMMMM-"},
    {"accounts_identifier", "FINAL AUDIT ACCOUNTS IDENTIFIER (PLICS)", kText, 1, 8, "", "-----M"},
    {"accounts_value", "COST OR INCOME VALUE (PLICS)", kMoney, 1, 27, "", "-----M"},
    {"exclusion_service", "SERVICE AND COST EXCLUSION SERVICE IDENTIFIER (PLICS)", kText, 6, 6, "", "-----M"},
    {"exclusion_cost", "SERVICE AND COST EXCLUSION TOTAL COST (PLICS)", kMoney, 1, 27, "", "-----M"},
}};

constexpr std::array<absl::string_view, kCollectionFeedCount> kFeedNames = {"APC", "OP", "AE", "SWC", "SI", "REC"};

bool AreDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool IsTime(absl::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return false;
  const absl::string_view hours = text.substr(0, 2), minutes = text.substr(3, 2), seconds = text.substr(6, 2);
  return AreDigits(hours) && AreDigits(minutes) && AreDigits(seconds) && hours < "24" && minutes < "60" && seconds < "60";
}

bool IsMoney(absl::string_view text) {
  if (text[0] == '-') text.remove_prefix(1);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() > 2 || parts[0].empty() || parts[0].size() > 18 || !AreDigits(parts[0])) return false;
  return parts.size() == 1 || (!parts[1].empty() && parts[1].size() <= 8 && AreDigits(parts[1]));
}

bool HasFormat(const CollectionField& field, absl::string_view text) {
  const bool fits = text.size() >= static_cast<size_t>(field.least) && text.size() <= static_cast<size_t>(field.most);
  switch (field.format) {
    case kText:
      return fits && std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isprint(c); });
    case kNumber: return fits && AreDigits(text);
    case kDay: return CivilDay::Parse(text).ok();
    case kTime: return IsTime(text);
    case kMoney: return IsMoney(text);
    case kPostcode:
      return fits && std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isalnum(c) || c == ' '; });
  }
  return false;
}

}  // namespace

std::span<const CollectionField> CollectionFields() { return kFields; }

absl::string_view BrokenRule(const CollectionField& field, absl::string_view text) {
  if (text.empty()) return "";
  if (!HasFormat(field, text)) return "FORMAT";
  if (field.codes.empty()) return "";
  for (const absl::string_view code : absl::StrSplit(field.codes, ' ')) {
    if (code == text) return "";
  }
  return "CODE";
}

absl::string_view Name(CollectionFeed feed) { return kFeedNames[static_cast<size_t>(feed)]; }

std::optional<CollectionFeed> ParseCollectionFeed(absl::string_view name) {
  for (size_t i = 0; i < kFeedNames.size(); ++i) {
    if (kFeedNames[i] == name) return static_cast<CollectionFeed>(i);
  }
  return std::nullopt;
}

}  // namespace safehaven::costing
