#include "services/linkage/store/crosswalk_store.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "services/linkage/store/crosswalk_chunks.h"

namespace safehaven::linkage {
namespace {

using storage::v1::LinkageHeadRecord;
using storage::v1::LinkageRevisionRecord;

// Revisions that stay readable.
constexpr uint64_t kRevisionsKept = 2;
// Keys deleted in one batch.
constexpr size_t kErasedKeysMax = 10'000;

std::string HeadPrefix() { return KeyWriter().Text("head").Take(); }
std::string HeadKey(absl::string_view authority) { return KeyWriter().Text("head").Text(authority).Take(); }
std::string RevisionKey(absl::string_view authority, uint64_t revision) {
  return KeyWriter().Text("crosswalk").Text(authority).Number(revision).Take();
}
std::string ChunkKey(absl::string_view authority, uint64_t revision, absl::string_view kind, uint64_t chunk) {
  return KeyWriter().Text("crosswalk").Text(authority).Number(revision).Text(kind).Number(chunk).Take();
}
std::string EventsKey(absl::string_view authority, uint64_t revision) {
  return KeyWriter().Text("person_events").Text(authority).Number(revision).Take();
}

uint32_t ChunkCount(size_t rows) { return static_cast<uint32_t>((rows + kChunkRows - 1) / kChunkRows); }

RowRange RangeOf(uint32_t chunk, size_t rows) {
  const size_t begin = size_t{chunk} * kChunkRows;
  return {.begin = begin, .end = std::min(begin + kChunkRows, rows)};
}

// The records in an order that says nothing: Fisher and Yates, from random bytes. The
// bias of the remainder is below 2^-30 for any crosswalk that fits in memory.
std::vector<RecordPerson> Shuffled(std::vector<RecordPerson> records, Randomness& randomness) {
  const std::string bytes = randomness.Bytes(records.size() * sizeof(uint64_t));
  for (size_t i = records.size(); i > 1; --i) {
    uint64_t drawn = 0;
    std::memcpy(&drawn, bytes.data() + (i - 1) * sizeof(drawn), sizeof(drawn));
    std::swap(records[i - 1], records[drawn % i]);
  }
  return records;
}

LinkageRevisionRecord RevisionOf(const StoredCrosswalk& stored) {
  LinkageRevisionRecord record;
  record.set_model(stored.crosswalk.model);
  record.set_record_chunks(ChunkCount(stored.crosswalk.records.size()));
  record.set_person_chunks(ChunkCount(stored.crosswalk.attributes.size()));
  record.set_place_chunks(ChunkCount(stored.places.size()));
  record.set_evidence_chunks(ChunkCount(stored.evidence.size()));
  record.set_tombstone_chunks(ChunkCount(stored.crosswalk.tombstones.size()));
  return record;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CrosswalkStore::Authorities(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::vector<std::string> authorities;
  absl::Status parsed;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, HeadPrefix(), *snapshot, deadline, [&](absl::string_view, const Entry& entry) {
    LinkageHeadRecord head;
    if (!head.ParseFromString(entry.value)) parsed = DataLoss("CROSSWALK_CORRUPT", "a head does not parse");
    authorities.push_back(head.authority());
    return parsed.ok();
  }));
  SH_RETURN_IF_ERROR(parsed);
  return authorities;
}

absl::StatusOr<CrosswalkStore::Head> CrosswalkStore::ReadHead(absl::string_view authority, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(HeadKey(authority), deadline);
  if (absl::IsNotFound(entry.status())) return Head{};
  SH_RETURN_IF_ERROR(entry);
  Head head = {.record = {}, .version = entry->version};
  if (!head.record.ParseFromString(entry->value)) return DataLoss("CROSSWALK_CORRUPT", "a head does not parse");
  return head;
}

absl::StatusOr<LinkageRevisionRecord> CrosswalkStore::ReadRevision(absl::string_view authority, uint64_t revision,
                                                                   absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(RevisionKey(authority, revision), deadline);
  if (absl::IsNotFound(entry.status())) {
    return NotFound("CROSSWALK_NOT_PUBLISHED", "there is no such revision of that crosswalk");
  }
  SH_RETURN_IF_ERROR(entry);
  LinkageRevisionRecord record;
  if (!record.ParseFromString(entry->value)) return DataLoss("CROSSWALK_CORRUPT", "a revision does not parse");
  return record;
}

absl::StatusOr<StoredCrosswalk> CrosswalkStore::ReadNewest(absl::string_view authority, absl::Time deadline) {
  StoredCrosswalk stored;
  stored.crosswalk.authority = std::string(authority);
  SH_ASSIGN_OR_RETURN(const Head head, ReadHead(authority, deadline));
  if (head.record.revision() == 0) return stored;
  const uint64_t revision = head.record.revision();
  SH_ASSIGN_OR_RETURN(const LinkageRevisionRecord record, ReadRevision(authority, revision, deadline));
  stored.crosswalk.revision = revision;
  stored.crosswalk.model = record.model();
  stored.next_person = head.record.next_person();
  stored.objection_sets = {head.record.objection_sets().begin(), head.record.objection_sets().end()};
  const auto read = [&](absl::string_view kind, uint32_t chunks,
                        absl::Status (*add)(const std::string&, StoredCrosswalk&)) -> absl::Status {
    for (uint32_t i = 0; i < chunks; ++i) {
      SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(ChunkKey(authority, revision, kind, i), deadline));
      SH_RETURN_IF_ERROR(add(entry.value, stored));
    }
    return absl::OkStatus();
  };
  SH_RETURN_IF_ERROR(read("records", record.record_chunks(), AddRecords));
  SH_RETURN_IF_ERROR(read("persons", record.person_chunks(), AddPersons));
  SH_RETURN_IF_ERROR(read("places", record.place_chunks(), AddPlaces));
  SH_RETURN_IF_ERROR(read("evidence", record.evidence_chunks(), AddEvidence));
  SH_RETURN_IF_ERROR(read("tombstones", record.tombstone_chunks(), AddTombstones));
  std::sort(stored.crosswalk.records.begin(), stored.crosswalk.records.end());
  SH_ASSIGN_OR_RETURN(stored.crosswalk.events, EventsBetween(authority, revision - 1, revision, deadline));
  return stored;
}

absl::Status CrosswalkStore::Erase(absl::string_view authority, uint64_t begin, uint64_t end, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  Batch batch;
  SH_RETURN_IF_ERROR(store_.Scan(RevisionKey(authority, begin), RevisionKey(authority, end), *snapshot, deadline,
                                 [&batch](absl::string_view key, const Entry&) {
                                   batch.deletes.emplace_back(key);
                                   return batch.deletes.size() < kErasedKeysMax;
                                 }));
  if (batch.deletes.empty()) return absl::OkStatus();
  return store_.Apply(batch, deadline).status();
}

absl::Status CrosswalkStore::Stage(const StoredCrosswalk& stored, Randomness& randomness, absl::Time deadline) {
  const std::string& authority = stored.crosswalk.authority;
  const uint64_t revision = stored.crosswalk.revision;
  // An attempt that a crash or a refusal ended may have left chunks behind.
  SH_RETURN_IF_ERROR(Erase(authority, revision, revision + 1, deadline));
  const std::vector<RecordPerson> shuffled = Shuffled(stored.crosswalk.records, randomness);
  const auto write = [&](absl::string_view kind, size_t rows, const auto& to_chunk) -> absl::Status {
    for (uint32_t i = 0; i < ChunkCount(rows); ++i) {
      const Batch batch = {.preconditions = {},
                           .puts = {{.key = ChunkKey(authority, revision, kind, i),
                                     .value = to_chunk(RangeOf(i, rows)).SerializeAsString()}},
                           .deletes = {}};
      SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
    }
    return absl::OkStatus();
  };
  SH_RETURN_IF_ERROR(
      write("records", shuffled.size(), [&](RowRange range) { return RecordsToChunk(shuffled, range); }));
  SH_RETURN_IF_ERROR(write("persons", stored.crosswalk.attributes.size(),
                           [&](RowRange range) { return PersonsToChunk(stored, range); }));
  SH_RETURN_IF_ERROR(
      write("places", stored.places.size(), [&](RowRange range) { return PlacesToChunk(stored, range); }));
  SH_RETURN_IF_ERROR(
      write("evidence", stored.evidence.size(), [&](RowRange range) { return EvidenceToChunk(stored, range); }));
  return write("tombstones", stored.crosswalk.tombstones.size(),
               [&](RowRange range) { return TombstonesToChunk(stored, range); });
}

absl::Status CrosswalkStore::Commit(const StoredCrosswalk& stored, const std::vector<KeyValue>& also,
                                   absl::Time deadline) {
  const std::string& authority = stored.crosswalk.authority;
  const uint64_t revision = stored.crosswalk.revision;
  SH_ASSIGN_OR_RETURN(const Head before, ReadHead(authority, deadline));
  if (before.record.revision() + 1 != revision) {
    return FailedPrecondition("REVISION_NOT_NEXT", "another revision was published meanwhile");
  }
  LinkageHeadRecord head;
  head.set_authority(authority);
  head.set_revision(revision);
  head.set_next_person(stored.next_person);
  for (const std::string& set : stored.objection_sets) head.add_objection_sets(set);
  Batch batch = {
      .preconditions = {{.key = HeadKey(authority), .version = before.version}},
      .puts = {{.key = HeadKey(authority), .value = head.SerializeAsString()},
               {.key = RevisionKey(authority, revision), .value = RevisionOf(stored).SerializeAsString()},
               {.key = EventsKey(authority, revision),
                .value = EventsToRecord(stored.crosswalk.events).SerializeAsString()}},
      .deletes = {}};
  batch.puts.insert(batch.puts.end(), also.begin(), also.end());
  return store_.Apply(batch, deadline).status();
}

absl::Status CrosswalkStore::EraseSuperseded(absl::string_view authority, uint64_t newest, absl::Time deadline) {
  if (newest <= kRevisionsKept) return absl::OkStatus();
  return Erase(authority, 0, newest - kRevisionsKept + 1, deadline);
}

absl::StatusOr<CrosswalkChunk> CrosswalkStore::ReadChunk(absl::string_view authority, uint64_t revision,
                                                         uint32_t chunk, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const LinkageRevisionRecord record, ReadRevision(authority, revision, deadline));
  CrosswalkChunk read;
  // A crosswalk of nobody is one empty chunk.
  read.chunk_count = std::max({record.record_chunks(), record.person_chunks(), 1u});
  if (chunk >= read.chunk_count) {
    return Failure(absl::StatusCode::kOutOfRange, "CHUNK_UNKNOWN", "the crosswalk has fewer chunks");
  }
  if (chunk < record.record_chunks()) {
    SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(ChunkKey(authority, revision, "records", chunk), deadline));
    if (!read.records.ParseFromString(entry.value)) return DataLoss("CROSSWALK_CORRUPT", "a chunk does not parse");
  }
  if (chunk < record.person_chunks()) {
    SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(ChunkKey(authority, revision, "persons", chunk), deadline));
    if (!read.persons.ParseFromString(entry.value)) return DataLoss("CROSSWALK_CORRUPT", "a chunk does not parse");
  }
  return read;
}

absl::StatusOr<std::vector<PersonEvent>> CrosswalkStore::EventsBetween(absl::string_view authority, uint64_t after,
                                                                       uint64_t up_to, absl::Time deadline) {
  std::vector<PersonEvent> events;
  for (uint64_t revision = after + 1; revision <= up_to; ++revision) {
    SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(EventsKey(authority, revision), deadline));
    SH_RETURN_IF_ERROR(AddEvents(entry.value, events));
  }
  return events;
}

}  // namespace safehaven::linkage
