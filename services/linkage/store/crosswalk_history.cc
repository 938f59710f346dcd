#include "services/linkage/store/crosswalk_history.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage_custody.pb.h"
#include "services/linkage/store/crosswalk_store.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

using storage::v1::LinkageBackChunk;
using storage::v1::LinkageRevisionTimeRecord;

std::string TimePrefix(absl::string_view authority) {
  return KeyWriter().Text("crosswalk_time").Text(authority).Take();
}
std::string TimeKey(absl::string_view authority, uint64_t revision) {
  return KeyWriter().Text("crosswalk_time").Text(authority).Number(revision).Take();
}
std::string BackKey(absl::string_view authority, uint64_t revision, uint64_t chunk) {
  return KeyWriter().Text("crosswalk_back").Text(authority).Number(revision).Number(chunk).Take();
}

absl::Status Corrupt() { return DataLoss("CROSSWALK_CORRUPT", "a part of a crosswalk's history does not parse"); }
absl::Status NotKept() {
  return NotFound("HISTORY_NOT_KEPT", "the crosswalk's history does not go back so far");
}

// Whose records were before that are somebody else's in `next`, or not there; and with
// kNoPerson those that were not there before.
std::vector<RecordPerson> WayBack(const std::vector<RecordPerson>& previous, const std::vector<RecordPerson>& next) {
  std::vector<RecordPerson> back;
  auto then = previous.begin();
  for (const RecordPerson& now : next) {
    while (then != previous.end() && then->token < now.token) back.push_back(*then++);
    if (then == previous.end() || now.token < then->token) {
      back.push_back({.token = now.token, .person = kNoPerson});
    } else {
      if (then->person != now.person) back.push_back(*then);
      ++then;
    }
  }
  back.insert(back.end(), then, previous.end());
  return back;
}

}  // namespace

absl::StatusOr<KeyValue> CrosswalkHistory::Stage(const Crosswalk& previous, const Crosswalk& next,
                                                 absl::Time published, absl::Time deadline) {
  const std::vector<RecordPerson> back = WayBack(previous.records, next.records);
  uint32_t chunks = 0;
  for (size_t begin = 0; begin < back.size(); begin += kChunkRows, ++chunks) {
    LinkageBackChunk chunk;
    for (size_t i = begin; i < std::min(begin + kChunkRows, back.size()); ++i) {
      chunk.mutable_tokens()->append(TokenToBytes(back[i].token));
      chunk.add_persons(back[i].person);
    }
    const Batch batch = {.preconditions = {},
                         .puts = {{.key = BackKey(next.authority, next.revision, chunks),
                                   .value = chunk.SerializeAsString()}},
                         .deletes = {}};
    SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  }
  LinkageRevisionTimeRecord record;
  record.set_time_unix_ms(absl::ToUnixMillis(published));
  record.set_back_chunks(chunks);
  return KeyValue{.key = TimeKey(next.authority, next.revision), .value = record.SerializeAsString()};
}

absl::StatusOr<uint64_t> CrosswalkHistory::RevisionOn(absl::string_view authority, CivilDay day,
                                                      absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  const std::string prefix = TimePrefix(authority);
  uint64_t revision = 0;
  absl::Status parsed;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, prefix, *snapshot, deadline, [&](absl::string_view key, const Entry& entry) {
    LinkageRevisionTimeRecord record;
    ::safehaven::KeyReader reader(key.substr(prefix.size()));
    const absl::StatusOr<uint64_t> number = reader.Number();
    if (!number.ok() || !record.ParseFromString(entry.value)) parsed = Corrupt();
    if (!parsed.ok()) return false;
    const CivilDay published = CivilDay::InLondon(absl::FromUnixMillis(record.time_unix_ms()));
    if (published <= day) revision = std::max(revision, *number);
    return true;
  }));
  SH_RETURN_IF_ERROR(parsed);
  if (revision == 0) return NotKept();
  return revision;
}

absl::StatusOr<std::vector<RecordPerson>> CrosswalkHistory::RecordsAsOf(const Crosswalk& newest, uint64_t revision,
                                                                        absl::Time deadline) {
  if (revision == 0 || revision > newest.revision) {
    return InvalidArgument("REVISION_UNKNOWN", "there is no such revision of the crosswalk");
  }
  std::map<RecordToken, PersonNumber> changed;
  for (uint64_t at = newest.revision; at > revision; --at) {
    const absl::StatusOr<Entry> entry = store_.Get(TimeKey(newest.authority, at), deadline);
    if (absl::IsNotFound(entry.status())) return NotKept();
    SH_RETURN_IF_ERROR(entry);
    LinkageRevisionTimeRecord record;
    if (!record.ParseFromString(entry->value)) return Corrupt();
    for (uint32_t i = 0; i < record.back_chunks(); ++i) {
      SH_ASSIGN_OR_RETURN(const Entry bytes, store_.Get(BackKey(newest.authority, at, i), deadline));
      LinkageBackChunk chunk;
      const bool whole = chunk.ParseFromString(bytes.value) &&
                         chunk.tokens().size() == static_cast<size_t>(chunk.persons_size()) * kTokenBytes;
      if (!whole) return Corrupt();
      for (int row = 0; row < chunk.persons_size(); ++row) {
        const absl::string_view tokens = chunk.tokens();
        changed[TokenFromBytes(tokens.substr(static_cast<size_t>(row) * kTokenBytes, kTokenBytes))] = chunk.persons(row);
      }
    }
  }
  std::vector<RecordPerson> records;
  records.reserve(newest.records.size());
  for (const RecordPerson& record : newest.records) {
    if (!changed.contains(record.token)) records.push_back(record);
  }
  for (const auto& [token, person] : changed) {
    if (person != kNoPerson) records.push_back({.token = token, .person = person});
  }
  std::sort(records.begin(), records.end());
  return records;
}

}  // namespace safehaven::linkage
