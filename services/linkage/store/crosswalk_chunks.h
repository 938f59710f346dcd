// Chunks of a crosswalk to and from its parts. Internal to the store; pure. What does
// not parse is DATA_LOSS with reason CROSSWALK_CORRUPT.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_CHUNKS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_CHUNKS_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/store/crosswalk_store.h"

namespace safehaven::linkage {

// Rows [begin, end) of each kind.
struct RowRange {
  size_t begin = 0;
  size_t end = 0;
};

storage::v1::LinkageRecordChunk RecordsToChunk(std::span<const RecordPerson> shuffled, RowRange range);
storage::v1::LinkagePersonChunk PersonsToChunk(const StoredCrosswalk& stored, RowRange range);
storage::v1::LinkagePlaceChunk PlacesToChunk(const StoredCrosswalk& stored, RowRange range);
storage::v1::LinkageEvidenceChunk EvidenceToChunk(const StoredCrosswalk& stored, RowRange range);
storage::v1::LinkageTombstoneChunk TombstonesToChunk(const StoredCrosswalk& stored, RowRange range);
storage::v1::LinkageEventsRecord EventsToRecord(std::span<const PersonEvent> events);

// Each adds to `stored` what a chunk holds.
absl::Status AddRecords(const std::string& bytes, StoredCrosswalk& stored);
absl::Status AddPersons(const std::string& bytes, StoredCrosswalk& stored);
absl::Status AddPlaces(const std::string& bytes, StoredCrosswalk& stored);
absl::Status AddEvidence(const std::string& bytes, StoredCrosswalk& stored);
absl::Status AddTombstones(const std::string& bytes, StoredCrosswalk& stored);
absl::Status AddEvents(const std::string& bytes, std::vector<PersonEvent>& events);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_CHUNKS_H_
