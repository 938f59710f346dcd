// What linkage holds about one source record: the identity as it was received and
// the identity as it is compared.
//
// A record is known by its token, which the source made and which neither reveals
// the record nor matches costing's key for it. There is no diagnosis, activity or
// cost here, and there must never be (docs/architecture.md, separation).
// Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_RECORD_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_RECORD_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/civil_day.h"
#include "libs/base/sensitive.h"

namespace safehaven::linkage {

// AES-256 of the record key under the source's join key: 16 bytes, unique.
struct RecordToken {
  std::array<uint8_t, 16> bytes{};
  friend auto operator<=>(const RecordToken&, const RecordToken&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const RecordToken& token) {
    return H::combine(std::move(state), token.bytes);
  }
};

// Index of a source in the run's list of sources (see SourceRule).
using SourceIndex = uint16_t;

// A source and how its records may be combined.
struct SourceRule {
  // "gp", "acute", "social_care", ...
  std::string name;
  // Does the source promise at most one record a person? Then no cluster takes two.
  bool duplicate_free = false;
  // Are its records registrations at a practice? Attributes come from there first.
  bool is_register = false;
};

// At most so many sources in a run: a cluster keeps its sources as a 64-bit set.
inline constexpr size_t kSourcesMax = 64;

// Identifying values exactly as received. "" means not given.
struct RawIdentity {
  std::string nhs_number;
  // Was the number traced at the national register by the source?
  bool nhs_number_verified = false;
  std::string given_name;
  std::string family_name;
  std::string birth_date;
  std::string sex;
  std::string postcode;
  std::string address_line;
  // The person's number within the source organisation.
  std::string local_id;
  // Values of further columns that a model names (telephone, town), in its order.
  std::vector<std::string> extra;
};

// What a GP register row says beside identity. Source of the coarse attributes.
struct Registration {
  std::string practice;
  std::string commissioner;
  std::string small_area;
  std::optional<CivilDay> registered_from;
  // Inclusive; none while the registration lasts.
  std::optional<CivilDay> registered_to;
  std::optional<CivilDay> death_date;
};

struct SourceRecord {
  RecordToken token;
  SourceIndex source = 0;
  // Was the identity removed at the source because of a legal restriction? Then
  // `identity` is empty and the record is counted, never linked.
  bool stripped = false;
  Sensitive<RawIdentity> identity;
  Registration registration;
};

// A date of which parts may be missing (0). Packed so that it compares as a number.
struct PartialDate {
  uint16_t year = 0;
  uint8_t month = 0;
  uint8_t day = 0;

  bool empty() const { return year == 0 && month == 0 && day == 0; }
  bool complete() const { return year != 0 && month != 0 && day != 0; }
  uint32_t packed() const { return uint32_t{year} << 9 | uint32_t{month} << 5 | day; }
  friend bool operator==(const PartialDate&, const PartialDate&) = default;
};

enum class Sex : uint8_t { kUnknown = 0, kMale = 1, kFemale = 2 };

// Identity in the one form in which it is compared. "" and 0 mean unknown.
struct StandardIdentity {
  // A well-formed number as it was given, also one that linkage does not use because
  // many people share it. Objections look here, so that none is missed.
  uint64_t nhs_number_given = 0;
  uint64_t nhs_number = 0;
  bool nhs_number_verified = false;
  // Tokens of A-Z separated by single blanks.
  std::string given_name;
  std::string family_name;
  PartialDate birth_date;
  Sex sex = Sex::kUnknown;
  // Upper case without blanks; "" for a pseudo-postcode.
  std::string postcode;
  bool no_fixed_abode = false;
  // Upper-case tokens of letters and digits separated by single blanks.
  std::string address;
  std::string local_id;
  std::vector<std::string> extra;
};

struct StandardRecord {
  RecordToken token;
  SourceIndex source = 0;
  bool stripped = false;
  // What was changed: a set of bits 1 << ChangeKind (standardise/change.h). The
  // original stays in the SourceRecord of the same token.
  uint32_t changes = 0;
  Sensitive<StandardIdentity> identity;
  Registration registration;
};

// A person of one crosswalk. Never reused, never published outside the services.
using PersonNumber = uint64_t;
inline constexpr PersonNumber kNoPerson = 0;

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_RECORD_H_
