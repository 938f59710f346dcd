// Persons with numbers that last: a cluster of records keeps the number of the
// person it mostly was, and what happened to every number is told as an event.
// Numbers are never used again. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_PERSONS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_PERSONS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// A record and whose it is.
struct RecordPerson {
  RecordToken token;
  PersonNumber person = kNoPerson;
  friend auto operator<=>(const RecordPerson&, const RecordPerson&) = default;
};

enum class PersonEventKind : uint8_t {
  kCreated,     // `person` is new
  kMergedInto,  // `person` is no more; most of its records are `other`'s
  kSplitFrom,   // `person` is new; most of its records were `other`'s, which goes on
  kRetired,     // `person` is no more; it has no records left
  kGaveTo,      // some records of `person` are `other`'s now, and no event above says so
};
absl::string_view PersonEventName(PersonEventKind kind);

struct PersonEvent {
  PersonEventKind kind = PersonEventKind::kCreated;
  PersonNumber person = kNoPerson;
  PersonNumber other = kNoPerson;
  friend bool operator==(const PersonEvent&, const PersonEvent&) = default;
};

struct AssignInput {
  // As the last run left it, ascending by token; empty in the first run.
  std::span<const RecordPerson> previous;
  // The next number never used so far, 1 in the first run.
  PersonNumber next_person = 1;
  // The records of this run and the cluster of each (kNoCluster: none).
  std::span<const RecordToken> tokens;
  std::span<const uint32_t> cluster_of;
  uint32_t cluster_count = 0;
};

struct Assignment {
  // Ascending by token; records without a cluster are not in it.
  std::vector<RecordPerson> records;
  // By person; first what ended, then what began, then what was given.
  std::vector<PersonEvent> events;
  PersonNumber next_person = 1;
};

// Gives every cluster a person.
//
// A cluster claims the person that most of its known records had, of several the
// oldest number. Of several claims on one person the one with most of that person's
// records wins, then the one with the smallest token; the others get new numbers and
// an event kSplitFrom. A person that no cluster keeps was merged or retired. New
// numbers are given in order of the clusters' smallest tokens, so the result does
// not depend on the order of `tokens`. No record changes its person untold: whoever
// follows the events from the person it had comes to the person it has.
//
// FAILED_PRECONDITION with reason PERSON_NUMBER_AHEAD if `previous` has a number that
// was not given yet. INVALID_ARGUMENT with reason CLUSTERS_MALFORMED. O(n log n).
absl::StatusOr<Assignment> Assign(const AssignInput& input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_PERSONS_H_
