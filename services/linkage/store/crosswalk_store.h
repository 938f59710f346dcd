// Crosswalks at rest. A revision is staged in chunks and then comes into being by one
// write of its authority's head: it exists whole or not at all. The newest two
// revisions of an authority are kept, so that costing can finish reading one while the
// next is published. Keys hold authorities and numbers, never a token or a person.
//
//     ("head", authority)                                  -> LinkageHeadRecord
//     ("crosswalk", authority, revision)                   -> LinkageRevisionRecord
//     ("crosswalk", authority, revision, kind, chunk)      -> a chunk
//     ("person_events", authority, revision)               -> LinkageEventsRecord
//
// Thread-safe, but one writer an authority; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/core/crosswalk.h"
#include "services/linkage/core/link.h"

namespace safehaven::linkage {

// Rows of any kind in one chunk.
inline constexpr size_t kChunkRows = 32'768;

// What linkage alone knows of a person.
struct PersonSecret {
  uint32_t cell_key = 0;            // random, made once for the person
  Sensitive<uint64_t> nhs_number;   // 0: none is known
};

// A revision with all that belongs to it. Holds NHS numbers: stays inside linkage.
struct StoredCrosswalk {
  Crosswalk crosswalk;                       // `events` without those of new persons
  std::vector<PersonSecret> secrets;         // by place in crosswalk.attributes
  std::vector<RecordPlace> places;           // ascending by token
  std::vector<bool> social_without_number;   // by place: social care, no NHS number
  std::vector<PairEvidence> evidence;        // without patterns and rules
  PersonNumber next_person = 1;
  std::vector<std::string> objection_sets;   // that the authority's warrants have named
};

// What costing reads at once.
struct CrosswalkChunk {
  storage::v1::LinkageRecordChunk records;
  storage::v1::LinkagePersonChunk persons;
  uint32_t chunk_count = 0;
};

class CrosswalkStore {
 public:
  explicit CrosswalkStore(Store& store) : store_(store) {}

  // Authorities with a revision, in order.
  absl::StatusOr<std::vector<std::string>> Authorities(absl::Time deadline);

  // The newest revision; revision 0 with next person 1 if there is none. DATA_LOSS with
  // reason CROSSWALK_CORRUPT.
  absl::StatusOr<StoredCrosswalk> ReadNewest(absl::string_view authority, absl::Time deadline);

  // Writes the chunks of a revision that does not exist yet, records in an order drawn
  // from `randomness`. May be repeated; nothing of it is seen before Commit().
  absl::Status Stage(const StoredCrosswalk& stored, Randomness& randomness, absl::Time deadline);

  // The staged revision exists from now on, together with `also`. FAILED_PRECONDITION
  // with reason REVISION_NOT_NEXT; ABORTED if another writer was faster.
  // After another failure it may exist nevertheless; `also` then tells.
  absl::Status Commit(const StoredCrosswalk& stored, const std::vector<KeyValue>& also, absl::Time deadline);

  // Deletes revisions before those that stay readable. May be repeated.
  absl::Status EraseSuperseded(absl::string_view authority, uint64_t newest, absl::Time deadline);

  // NOT_FOUND with reason CROSSWALK_NOT_PUBLISHED if that revision does not exist (any
  // more); OUT_OF_RANGE with reason CHUNK_UNKNOWN.
  absl::StatusOr<CrosswalkChunk> ReadChunk(absl::string_view authority, uint64_t revision, uint32_t chunk,
                                           absl::Time deadline);

  // What happened to persons in the revisions after `after` up to `up_to`, in order.
  absl::StatusOr<std::vector<PersonEvent>> EventsBetween(absl::string_view authority, uint64_t after, uint64_t up_to,
                                                         absl::Time deadline);

 private:
  struct Head {
    storage::v1::LinkageHeadRecord record;  // revision 0: none
    std::optional<Version> version;
  };
  absl::StatusOr<Head> ReadHead(absl::string_view authority, absl::Time deadline);
  absl::StatusOr<storage::v1::LinkageRevisionRecord> ReadRevision(absl::string_view authority, uint64_t revision,
                                                                  absl::Time deadline);
  // Deletes the revisions from `begin` up to but without `end`.
  absl::Status Erase(absl::string_view authority, uint64_t begin, uint64_t end, absl::Time deadline);

  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_STORE_H_
