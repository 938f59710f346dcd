#include "libs/ingest/staging/staged_loads.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven {
namespace {

using storage::v1::LoadRecord;

constexpr size_t kLoadIdDigits = 32;
// Ids of two loads becoming visible at once are taken in turn.
constexpr int kTriesMax = 16;

std::string LoadKey(absl::string_view load) { return KeyWriter().Text("load").Text(load).Take(); }
std::string RowsPrefix(absl::string_view load) { return KeyWriter().Text("rows").Text(load).Take(); }
std::string RowsKey(absl::string_view load, uint64_t offset) {
  return KeyWriter().Text("rows").Text(load).Number(offset).Take();
}
std::string SequenceKey() { return KeyWriter().Text("load_sequence").Take(); }

bool IsLoadId(absl::string_view load) {
  return load.size() == kLoadIdDigits && std::all_of(load.begin(), load.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::StatusOr<LoadRecord> Parse(absl::string_view bytes) {
  LoadRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("LOAD_CORRUPT", "a load's record does not parse");
  }
  return record;
}

// The record as it was opened: what must be the same for it to be the same load.
LoadRecord FactsOf(LoadRecord record) {
  record.clear_phase();
  record.clear_row_count();
  record.clear_stripped_count();
  record.clear_visible_sequence();
  return record;
}

}  // namespace

absl::StatusOr<StagedLoads::Versioned> StagedLoads::Find(absl::string_view load, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(LoadKey(load), deadline);
  if (absl::IsNotFound(entry.status())) return NotFound("LOAD_UNKNOWN", "there is no load of that id");
  SH_RETURN_IF_ERROR(entry);
  SH_ASSIGN_OR_RETURN(LoadRecord record, Parse(entry->value));
  return Versioned{.record = std::move(record), .version = entry->version};
}

absl::StatusOr<LoadRecord> StagedLoads::Get(absl::string_view load, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(Versioned found, Find(load, deadline));
  return std::move(found.record);
}

absl::StatusOr<LoadRecord> StagedLoads::Open(const LoadRecord& facts, absl::Time deadline) {
  if (!IsLoadId(facts.load())) {
    return InvalidArgument("LOAD_ID_MALFORMED", "a load's id is 32 lower-case hex digits");
  }
  const absl::StatusOr<Versioned> found = Find(facts.load(), deadline);
  if (found.ok()) {
    if (!google::protobuf::util::MessageDifferencer::Equals(FactsOf(found->record), FactsOf(facts))) {
      return Failure(absl::StatusCode::kAlreadyExists, "LOAD_EXISTS", "another load has that id");
    }
    return found->record;
  }
  if (ReasonOf(found.status()) != "LOAD_UNKNOWN") return found.status();
  LoadRecord record = FactsOf(facts);
  record.set_phase(storage::v1::LOAD_PHASE_OPEN);
  const std::string key = LoadKey(facts.load());
  const Batch batch = {.preconditions = {{.key = key, .version = std::nullopt}},
                       .puts = {{.key = key, .value = record.SerializeAsString()}}};
  SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  return record;
}

absl::StatusOr<uint64_t> StagedLoads::Append(absl::string_view load, const LoadBatch& rows, absl::Time deadline) {
  if (rows.row_count == 0 || rows.row_count > kLoadBatchRowsMax) {
    return InvalidArgument("BATCH_TOO_LARGE", absl::StrCat("a batch has 1 to ", kLoadBatchRowsMax, " rows"));
  }
  SH_ASSIGN_OR_RETURN(Versioned found, Find(load, deadline));
  LoadRecord& record = found.record;
  if (record.phase() != storage::v1::LOAD_PHASE_OPEN) {
    return FailedPrecondition("LOAD_CLOSED", "the load is closed: no more rows");
  }
  if (rows.offset < record.row_count()) {
    return Failure(absl::StatusCode::kAlreadyExists, "OFFSET_WRITTEN", "these rows are durable already",
                   {{"next_offset", absl::StrCat(record.row_count())}});
  }
  if (rows.offset > record.row_count()) {
    return Failure(absl::StatusCode::kOutOfRange, "OFFSET_AHEAD", "rows before these are missing",
                   {{"next_offset", absl::StrCat(record.row_count())}});
  }
  record.set_row_count(record.row_count() + rows.row_count);
  record.set_stripped_count(record.stripped_count() + rows.stripped_count);
  const std::string key = LoadKey(load);
  const Batch batch = {.preconditions = {{.key = key, .version = found.version}},
                       .puts = {{.key = key, .value = record.SerializeAsString()},
                                {.key = RowsKey(load, rows.offset), .value = rows.bytes}}};
  SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  return record.row_count();
}

absl::StatusOr<LoadRecord> StagedLoads::Close(absl::string_view load, uint64_t row_count, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(Versioned found, Find(load, deadline));
  if (found.record.row_count() != row_count) {
    return FailedPrecondition("LOAD_COUNT_MISMATCH", absl::StrCat("the load has ", found.record.row_count(),
                                                                  " rows, not ", row_count));
  }
  if (found.record.phase() != storage::v1::LOAD_PHASE_OPEN) return found.record;
  found.record.set_phase(storage::v1::LOAD_PHASE_CLOSED);
  const std::string key = LoadKey(load);
  const Batch batch = {.preconditions = {{.key = key, .version = found.version}},
                       .puts = {{.key = key, .value = found.record.SerializeAsString()}}};
  SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  return found.record;
}

absl::Status StagedLoads::MakeVisible(absl::string_view load, uint64_t row_count, absl::Time deadline) {
  absl::Status applied;
  for (int i = 0; i < kTriesMax; ++i) {
    SH_ASSIGN_OR_RETURN(Versioned found, Find(load, deadline));
    if (found.record.phase() == storage::v1::LOAD_PHASE_OPEN) {
      return FailedPrecondition("LOAD_OPEN", "this half is not closed");
    }
    if (found.record.row_count() != row_count) {
      return FailedPrecondition("LOAD_COUNT_MISMATCH", absl::StrCat("this half has ", found.record.row_count(),
                                                                    " rows, the other ", row_count));
    }
    if (found.record.phase() != storage::v1::LOAD_PHASE_CLOSED) return absl::OkStatus();
    const absl::StatusOr<Entry> counter = store_.Get(SequenceKey(), deadline);
    if (!counter.ok() && !absl::IsNotFound(counter.status())) return counter.status();
    uint64_t sequence = 0;
    if (counter.ok() && !absl::SimpleAtoi(counter->value, &sequence)) {
      return DataLoss("LOAD_CORRUPT", "the sequence of loads does not parse");
    }
    found.record.set_phase(storage::v1::LOAD_PHASE_VISIBLE);
    found.record.set_visible_sequence(sequence + 1);
    Batch batch;
    batch.preconditions = {{.key = LoadKey(load), .version = found.version},
                           {.key = SequenceKey(),
                            .version = counter.ok() ? std::optional(counter->version) : std::nullopt}};
    batch.puts = {{.key = LoadKey(load), .value = found.record.SerializeAsString()},
                  {.key = SequenceKey(), .value = absl::StrCat(sequence + 1)}};
    for (const std::string& replaced : found.record.replaces()) {
      SH_ASSIGN_OR_RETURN(Versioned old, Find(replaced, deadline));
      old.record.set_phase(storage::v1::LOAD_PHASE_REPLACED);
      batch.preconditions.push_back({.key = LoadKey(replaced), .version = old.version});
      batch.puts.push_back({.key = LoadKey(replaced), .value = old.record.SerializeAsString()});
    }
    applied = store_.Apply(batch, deadline).status();
    if (!absl::IsAborted(applied)) return applied;
  }
  return applied;
}

absl::StatusOr<std::vector<LoadRecord>> StagedLoads::List(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::vector<LoadRecord> loads;
  absl::Status parsed;
  bool is_full = false;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, KeyWriter().Text("load").Take(), *snapshot, deadline,
                                [&](absl::string_view, const Entry& entry) {
                                  absl::StatusOr<LoadRecord> record = Parse(entry.value);
                                  parsed = record.status();
                                  is_full = loads.size() == kLoadsMax;
                                  if (!record.ok() || is_full) return false;
                                  loads.push_back(*std::move(record));
                                  return true;
                                }));
  SH_RETURN_IF_ERROR(parsed);
  if (is_full) return Failure(absl::StatusCode::kResourceExhausted, "TOO_MANY_LOADS", "there are more loads than can be read");
  std::sort(loads.begin(), loads.end(), [](const LoadRecord& a, const LoadRecord& b) {
    return std::pair(a.visible_sequence(), a.load()) < std::pair(b.visible_sequence(), b.load());
  });
  return loads;
}

absl::Status StagedLoads::ReadBatches(absl::string_view load, absl::Time deadline,
                                      const std::function<bool(absl::string_view)>& visit) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  return ScanPrefix(store_, RowsPrefix(load), *snapshot, deadline,
                    [&visit](absl::string_view, const Entry& entry) { return visit(entry.value); });
}

}  // namespace safehaven
