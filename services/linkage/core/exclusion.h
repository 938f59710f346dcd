// From objections by NHS number to persons who must be left out.
//
// For excluding, a possible link is enough. A person is left out if
// - any of its records gives an objector's number, whether linkage uses that number
//   or not (kNumber);
// - any of its records has a possible link, at or above the model's lowest threshold,
//   to any record of such a person (kPossibleLink); one step, not further;
// - an objection that still stands left it out before, or left out the person from
//   which it was split, which was merged into it or which gave it records, and nobody
//   has reviewed that (kHeld). So a fragment of a split stays out wherever it goes, and
//   so does what a newly trained model sees differently.
// Records that are nobody's are in no linked answer and need no exclusion; they are
// counted. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_EXCLUSION_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_EXCLUSION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "libs/base/nhs_number.h"
#include "libs/base/sensitive.h"
#include "services/linkage/core/link.h"
#include "services/linkage/core/persons.h"

namespace safehaven::linkage {

enum class ExclusionReason : uint8_t { kNumber, kPossibleLink, kHeld };
absl::string_view ExclusionReasonName(ExclusionReason reason);

struct ExcludedPerson {
  PersonNumber person = kNoPerson;
  ExclusionReason reason = ExclusionReason::kNumber;
  // The objectors' numbers (all ten digits) that it is left out for, ascending.
  Sensitive<std::vector<uint64_t>> causes;
};

struct ExclusionCounts {
  uint64_t received = 0;    // different numbers
  uint64_t resolved = 0;    // of these, found on at least one person
  uint64_t unresolved = 0;  // of these, on nobody so far
  uint64_t persons_by_number = 0;
  uint64_t persons_possible = 0;
  uint64_t persons_held = 0;
  // Records that give an objector's number but are nobody's.
  uint64_t unlinked_records = 0;
};

struct ExclusionSet {
  uint64_t crosswalk_revision = 0;
  std::vector<ExcludedPerson> persons;  // ascending by person
  ExclusionCounts counts;

  bool Contains(PersonNumber person) const;
};

struct ExclusionInput {
  uint64_t crosswalk_revision = 0;
  std::span<const RecordPlace> places;
  std::span<const PairEvidence> evidence;
  // Objectors' numbers, in any order, repeats allowed.
  std::span<const NhsNumber> objectors;
  // The set before, for the same kind of objection; null in the first run.
  const ExclusionSet* previous = nullptr;
  // What happened to persons since the crosswalk of `previous`.
  std::span<const PersonEvent> events;
  // Persons who were held and whom an officer has let go, ascending.
  std::span<const PersonNumber> reviewed;
};

// O((places + evidence + objectors) log).
ExclusionSet Exclude(const ExclusionInput& input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_EXCLUSION_H_
