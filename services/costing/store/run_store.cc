#include "services/costing/store/run_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven::costing {
namespace {

using storage::v1::CostRunRecord;
using storage::v1::EventCostsRecord;

constexpr size_t kKeyBytes = 16;
constexpr int kChunkEvents = 65'536;

std::string RunKey(uint64_t run) { return KeyWriter().Text("cost_run").Number(run).Take(); }
std::string EventsKey(uint64_t run, uint64_t chunk) {
  return KeyWriter().Text("cost_run_events").Number(run).Number(chunk).Take();
}
std::string InputsKey(uint64_t run) { return KeyWriter().Text("cost_run_inputs").Number(run).Take(); }
std::string PublishedKey(uint64_t run) { return KeyWriter().Text("cost_run_published").Number(run).Take(); }
std::string CountKey() { return KeyWriter().Text("cost_run_count").Take(); }
std::string RequestKey(absl::string_view id) { return KeyWriter().Text("cost_run_request").Text(id).Take(); }
std::string CurrentPrefix(absl::string_view provider) {
  return KeyWriter().Text("cost_run_current").Text(provider).Take();
}
std::string CurrentKey(const CostRunRecord& record) {
  return KeyWriter().Text("cost_run_current").Text(record.provider()).Text(absl::StrCat(record.first_day())).Take();
}

// A number kept as text, 0 if the key is absent.
absl::StatusOr<uint64_t> ReadNumber(Store& store, const std::string& key, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store.Get(key, deadline);
  if (absl::IsNotFound(entry.status())) return 0;
  SH_RETURN_IF_ERROR(entry);
  uint64_t number = 0;
  if (!absl::SimpleAtoi(entry->value, &number)) return DataLoss("RUN_CORRUPT", "a run's number does not parse");
  return number;
}

absl::StatusOr<CostRunRecord> ReadRun(Store& store, uint64_t run, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const Entry entry, store.Get(RunKey(run), deadline));
  CostRunRecord record;
  if (!record.ParseFromString(entry.value)) return DataLoss("RUN_CORRUPT", "a run's record does not parse");
  return record;
}

// The runs that are current under the keys with `prefix`.
absl::StatusOr<std::vector<CostRunRecord>> ReadCurrent(Store& store, const std::string& prefix, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<safehaven::Snapshot> snapshot, store.TakeSnapshot(deadline));
  std::vector<uint64_t> runs;
  bool parsed = true;
  SH_RETURN_IF_ERROR(ScanPrefix(store, prefix, *snapshot, deadline, [&](absl::string_view, const Entry& entry) {
    parsed = absl::SimpleAtoi(entry.value, &runs.emplace_back());
    return parsed;
  }));
  if (!parsed) return DataLoss("RUN_CORRUPT", "a run's number does not parse");
  std::vector<CostRunRecord> records;
  for (const uint64_t run : runs) {
    SH_ASSIGN_OR_RETURN(records.emplace_back(), ReadRun(store, run, deadline));
  }
  return records;
}

// May `record` become current beside, or in place of, what is? The pointer is kept by first
// day: what a run of fewer days takes it from would be lost, and of two runs that share days
// each would hide a part of the other.
absl::Status CheckPeriod(Store& store, const CostRunRecord& record, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<CostRunRecord> current, ReadCurrent(store, CurrentPrefix(record.provider()), deadline));
  for (const CostRunRecord& other : current) {
    const bool overlaps = other.first_day() <= record.last_day() && record.first_day() <= other.last_day();
    const bool replaces_all = other.first_day() == record.first_day() && other.last_day() <= record.last_day();
    if (overlaps && !replaces_all) {
      return FailedPrecondition("PERIOD_OVERLAPS", absl::StrCat("run ", other.run(), " is current and shares days with this period"));
    }
  }
  return absl::OkStatus();
}

absl::Status AddCosts(Store& store, const CostRunRecord& record, absl::Time deadline, EventCosts& costs) {
  for (uint32_t chunk = 0; chunk < record.chunk_count(); ++chunk) {
    SH_ASSIGN_OR_RETURN(const Entry entry, store.Get(EventsKey(record.run(), chunk), deadline));
    EventCostsRecord events;
    if (!events.ParseFromString(entry.value) ||
        events.keys().size() != static_cast<size_t>(events.cost_e8_size()) * kKeyBytes) {
      return DataLoss("RUN_CORRUPT", "a chunk of a run does not parse");
    }
    for (int i = 0; i < events.cost_e8_size(); ++i) {
      costs[events.keys().substr(static_cast<size_t>(i) * kKeyBytes, kKeyBytes)] = events.cost_e8(i);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<CostRunRecord>> RunStore::FindRequest(absl::string_view request_id, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const uint64_t run, ReadNumber(store_, RequestKey(request_id), deadline));
  if (run == 0) return std::optional<CostRunRecord>();
  SH_ASSIGN_OR_RETURN(CostRunRecord record, ReadRun(store_, run, deadline));
  return std::optional(std::move(record));
}

absl::Status RunStore::WriteChunks(uint64_t run, const EventCosts& costs, absl::Time deadline, uint32_t& chunk_count) {
  EventCostsRecord chunk;
  const auto write = [&]() -> absl::Status {
    const Batch batch = {.puts = {{.key = EventsKey(run, chunk_count), .value = chunk.SerializeAsString()}}};
    SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
    ++chunk_count;
    chunk.Clear();
    return absl::OkStatus();
  };
  for (const auto& [key, cost] : costs) {
    chunk.mutable_keys()->append(key);
    chunk.add_cost_e8(cost);
    if (chunk.cost_e8_size() == kChunkEvents) SH_RETURN_IF_ERROR(write());
  }
  return chunk.cost_e8_size() == 0 ? absl::OkStatus() : write();
}

absl::StatusOr<CostRunRecord> RunStore::Save(CostRunRecord record, const storage::v1::CostRunInputsRecord& inputs,
                                             const EventCosts& costs, const Commit& commit, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (!record.draft()) SH_RETURN_IF_ERROR(CheckPeriod(store_, record, deadline));
  SH_ASSIGN_OR_RETURN(const uint64_t last, ReadNumber(store_, CountKey(), deadline));
  // A commit whose answer was lost may still come to be: its chunks are left alone. Those
  // of a run that a crash cut off lie under the same number and are overwritten.
  last_tried_ = std::max(last, last_tried_) + 1;
  record.set_run(last_tried_);
  uint32_t chunk_count = 0;
  SH_RETURN_IF_ERROR(WriteChunks(record.run(), costs, deadline, chunk_count));
  record.set_chunk_count(chunk_count);
  SH_RETURN_IF_ERROR(store_.Apply({.puts = {{.key = InputsKey(record.run()), .value = inputs.SerializeAsString()}}}, deadline));
  const std::string number = absl::StrCat(record.run());
  const std::string body = record.SerializeAsString();
  Batch batch = {.preconditions = {{.key = RunKey(record.run()), .version = std::nullopt},
                                   {.key = RequestKey(record.request_id()), .version = std::nullopt}},
                 .puts = {{.key = RunKey(record.run()), .value = body},
                          {.key = CountKey(), .value = number},
                          {.key = RequestKey(record.request_id()), .value = number}}};
  if (!record.draft()) {
    batch.puts.push_back({.key = CurrentKey(record), .value = number});
    batch.puts.push_back({.key = PublishedKey(record.run()), .value = number});
  }
  SH_RETURN_IF_ERROR(commit(body, std::move(batch)));
  return record;
}

absl::StatusOr<CostRunRecord> RunStore::Get(uint64_t run, absl::string_view provider, absl::Time deadline) {
  absl::StatusOr<CostRunRecord> record = ReadRun(store_, run, deadline);
  if (absl::IsNotFound(record.status()) || (record.ok() && record->provider() != provider)) {
    return NotFound("RUN_UNKNOWN", "the provider has no run of that number");
  }
  return record;
}

absl::StatusOr<CostRunRecord> RunStore::Published(uint64_t run, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const uint64_t published, ReadNumber(store_, PublishedKey(run), deadline));
  if (published == 0) return NotFound("RUN_UNKNOWN", "no run of that number was ever published");
  return ReadRun(store_, run, deadline);
}

absl::StatusOr<storage::v1::CostRunInputsRecord> RunStore::Inputs(uint64_t run, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(InputsKey(run), deadline);
  if (absl::IsNotFound(entry.status())) {
    return FailedPrecondition("RUN_NOT_REPEATABLE", "the run was made before runs kept what they were made of");
  }
  SH_RETURN_IF_ERROR(entry);
  storage::v1::CostRunInputsRecord inputs;
  if (!inputs.ParseFromString(entry->value)) return DataLoss("RUN_CORRUPT", "a run's inputs do not parse");
  return inputs;
}

absl::StatusOr<EventCosts> RunStore::Costs(uint64_t run, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const CostRunRecord record, ReadRun(store_, run, deadline));
  EventCosts costs;
  SH_RETURN_IF_ERROR(AddCosts(store_, record, deadline, costs));
  return costs;
}

absl::StatusOr<uint64_t> RunStore::Current(const CostRunRecord& record, absl::Time deadline) {
  return ReadNumber(store_, CurrentKey(record), deadline);
}

absl::StatusOr<std::pair<std::vector<RunStore::Listed>, bool>> RunStore::List(absl::string_view provider,
                                                                              size_t count_max, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const uint64_t last, ReadNumber(store_, CountKey(), deadline));
  std::vector<Listed> listed;
  for (uint64_t run = last; run > 0; --run) {
    absl::StatusOr<CostRunRecord> record = Get(run, provider, deadline);
    if (absl::IsNotFound(record.status())) continue;
    SH_RETURN_IF_ERROR(record);
    if (listed.size() == count_max) return std::pair(std::move(listed), false);
    SH_ASSIGN_OR_RETURN(const uint64_t current, Current(*record, deadline));
    SH_ASSIGN_OR_RETURN(const uint64_t published, ReadNumber(store_, PublishedKey(run), deadline));
    const State state = current == run ? State::kCurrent : published == 0 ? State::kDraft : State::kSuperseded;
    listed.push_back({*std::move(record), state});
  }
  return std::pair(std::move(listed), true);
}

absl::Status RunStore::Publish(const CostRunRecord& record, uint64_t superseded, std::string body,
                               const Commit& commit, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  const std::string key = CurrentKey(record), number = absl::StrCat(record.run());
  std::optional<Version> version;
  const absl::StatusOr<Entry> entry = store_.Get(key, deadline);
  if (entry.ok()) version = entry->version;
  if (!entry.ok() && !absl::IsNotFound(entry.status())) return entry.status();
  if ((entry.ok() ? entry->value : "0") != absl::StrCat(superseded)) {
    return Failure(absl::StatusCode::kAborted, "PRECONDITION_FAILED", "another run was published at the same time");
  }
  SH_RETURN_IF_ERROR(CheckPeriod(store_, record, deadline));
  Batch batch = {.preconditions = {{.key = key, .version = version}},
                 .puts = {{.key = key, .value = number}, {.key = PublishedKey(record.run()), .value = number}}};
  return commit(std::move(body), std::move(batch));
}

absl::StatusOr<EventCosts> RunStore::CurrentCosts(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<CostRunRecord> current,
                      ReadCurrent(store_, KeyWriter().Text("cost_run_current").Take(), deadline));
  EventCosts costs;
  for (const CostRunRecord& record : current) SH_RETURN_IF_ERROR(AddCosts(store_, record, deadline, costs));
  return costs;
}

}  // namespace safehaven::costing
