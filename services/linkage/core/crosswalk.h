// What linkage publishes under one authority: whose each record is, the persons'
// coarse attributes, and what became of records and persons that are no more. No
// identifier is in it. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_CROSSWALK_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_CROSSWALK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/attributes.h"
#include "services/linkage/core/persons.h"

namespace safehaven::linkage {

enum class TombstoneReason : uint8_t {
  kGone,      // deleted, superseded or outside the authority now
  kUnlinked,  // still there, but without an identity that could be linked
};

// A record that an earlier revision held and this one does not.
struct Tombstone {
  RecordToken token;
  PersonNumber person = kNoPerson;  // whose it was
  TombstoneReason reason = TombstoneReason::kGone;
  friend auto operator<=>(const Tombstone&, const Tombstone&) = default;
};

struct Crosswalk {
  // Ascending in one authority, never the same for two contents.
  uint64_t revision = 0;
  std::string authority;
  // Identity of the model that made it (ModelIdentity).
  std::string model;
  std::vector<RecordPerson> records;         // ascending by token
  std::vector<PersonAttributes> attributes;  // ascending by person
  std::vector<Tombstone> tombstones;         // ascending by token; all so far
  // What happened to persons since the revision before.
  std::vector<PersonEvent> events;
};

// The step from one revision to the next: for followers that have the former.
struct CrosswalkChange {
  uint64_t from_revision = 0;
  uint64_t to_revision = 0;
  std::string model;
  std::vector<RecordPerson> placed;          // new, or somebody else's now
  std::vector<RecordToken> removed;
  std::vector<PersonAttributes> attributes;  // new or changed
  std::vector<PersonNumber> ended;           // persons no longer there
  std::vector<Tombstone> tombstones;         // all of the new revision
  std::vector<PersonEvent> events;
};

// The tombstones of a new revision: those of `previous` whose records have not come
// back, and one for each of its records that `records` lacks. `still_there` are
// tokens, ascending, of records that exist but are in no cluster.
std::vector<Tombstone> NextTombstones(const Crosswalk& previous, const std::vector<RecordPerson>& records,
                                      const std::vector<RecordToken>& still_there);

// What makes `to` of `from`. O(records).
CrosswalkChange Difference(const Crosswalk& from, const Crosswalk& to);

// `crosswalk` after `change`. FAILED_PRECONDITION with reason CROSSWALK_REVISION_OTHER
// if the change does not start from it.
absl::StatusOr<Crosswalk> Apply(const Crosswalk& crosswalk, const CrosswalkChange& change);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_CROSSWALK_H_
