// What people have said about the use of their data, and how that treats their records.
//
// Kinds (legal basis 3.1): type 1, at the practice; type 2, until the national data
// opt-out took its place on 25 May 2018 and took over those recorded to 11 October 2018;
// the national opt-out; one that is a programme's own; and explicit consent to one
// programme. None lapses by death or on a birthday: only its own withdrawal ends it.
//
// Precedence is a table of dated rules (people.cc). What the table does not know
// excludes. Values only; thread-safe; nothing here prints a number.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/nhs_number.h"
#include "services/consent/core/matter.h"
#include "services/consent/core/scope_parts.h"

namespace safehaven::consent {

enum class ObjectionKind { kType1, kType2, kNational, kProgramme };
inline constexpr std::array<absl::string_view, 4> kObjectionKindNames = {"type1", "type2", "national", "programme"};
template <>
struct EnumText<ObjectionKind> : EnumTable<ObjectionKind, kObjectionKindNames> {};

struct Objection {
  NhsNumber person;
  ObjectionKind kind = ObjectionKind::kNational;
  Reference programme;               // of kProgramme
  std::vector<std::string> sources;  // whose records it is about; empty: all
  CivilDay effective_day;            // from which it should be honoured
  std::optional<CivilDay> received_day;  // when it reached whoever should honour it; absent: at once
  std::optional<CivilDay> actioned_day;  // when it was put into effect; absent: see `unactioned`
  bool unactioned = false;               // received, and not put into effect yet
  std::optional<CivilDay> withdrawn_day;
  std::string source_system;  // that recorded it
  std::string made_by;        // the person, or in what capacity somebody for them
  friend bool operator==(const Objection&, const Objection&) = default;
};

enum class ConsentStatus { kUnknown, kGiven, kRefused, kWithdrawn };
inline constexpr std::array<absl::string_view, 4> kConsentStatusNames = {"unknown", "given", "refused", "withdrawn"};
template <>
struct EnumText<ConsentStatus> : EnumTable<ConsentStatus, kConsentStatusNames> {};

// What a person answered when asked for consent to one programme, from a day on.
struct ConsentRecord {
  NhsNumber person;
  Reference programme;
  ConsentStatus status = ConsentStatus::kUnknown;
  CivilDay day;
  std::string source_system;
  std::string made_by;
  friend bool operator==(const ConsentRecord&, const ConsentRecord&) = default;
};

// A time in which a system passed on none of its objections.
struct ObjectionFault {
  std::string source_system;
  std::vector<ObjectionKind> kinds;  // empty: all
  Period period;
  std::string document;
  friend bool operator==(const ObjectionFault&, const ObjectionFault&) = default;
};

struct People {
  std::vector<Objection> objections;
  std::vector<ConsentRecord> consents;
  std::vector<ObjectionFault> faults;
};

// The set that an objection counts for on `day`, as dissent policies name it; empty if it
// does not stand on that day, or not in records of `source`. `known_day`: what was
// received later was not known.
std::string StandingSet(const Objection& objection, absl::string_view source, CivilDay day, CivilDay known_day);

// A person's latest answer for `programme` on `day`; kUnknown if they gave none.
ConsentStatus ConsentOn(std::span<const ConsentRecord> consents, const NhsNumber& person, const Reference& programme,
                        CivilDay day);

struct SourceTreatment {
  std::string source;
  Treatment treatment = Treatment::kRemoveRecord;
  std::string reason;  // UPPER_SNAKE: "OBJECTION_NATIONAL", "CONSENT_GIVEN", ...
  friend bool operator==(const SourceTreatment&, const SourceTreatment&) = default;
};

// How the records of one person are treated in each source of the matter, in order of
// source. Says nothing of whether the question is permitted.
std::vector<SourceTreatment> TreatmentOf(const Matter& matter, const People& people, const NhsNumber& person,
                                         CivilDay known_day);

// Does one person's own consent to the programme outweigh an objection of `set` on `day`?
bool ConsentOutweighs(absl::string_view set, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_H_
