#include "services/costing/store/activity_store.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status.h"
#include "safehaven/storage/v1/costing.pb.h"

namespace safehaven::costing {
namespace {

using storage::v1::LoadRecord;

std::string BytesOf(const RecordKey& key) { return std::string(reinterpret_cast<const char*>(key.data()), key.size()); }

// A batch of a visible load. Rows are numbered through from 1, over batches and loads.
struct ReadBatch {
  PayloadBatch batch;
  uint64_t first_row = 0;
};

// The rows of `segment` for which `keep` is true, as a segment of its own.
EventSegment Filter(const EventSegment& segment, const std::vector<bool>& keep) {
  std::vector<std::string> names;
  for (const DriverColumn& column : segment.events.drivers) names.push_back(column.name);
  EventColumnsBuilder builder(names);
  EventSegment kept = segment;
  kept.cell_keys.clear();
  std::vector<int64_t> drivers(names.size());
  for (size_t row = 0; row < keep.size(); ++row) {
    if (!keep[row]) continue;
    for (size_t i = 0; i < names.size(); ++i) drivers[i] = segment.events.drivers[i].values[row];
    // The rows were in a segment before, so they fit one again.
    SH_CHECK(builder.Append({.key = segment.events.keys[row],
                             .feed = segment.events.feed.at(row),
                             .point_of_delivery = segment.events.point_of_delivery.at(row),
                             .currency = segment.events.currency.at(row),
                             .treatment_function = segment.events.treatment_function.at(row),
                             .start = CivilDay(segment.events.start_day[row]),
                             .end = CivilDay(segment.events.end_day[row]),
                             .restriction = static_cast<Restriction>(segment.events.restriction[row]),
                             .drivers = drivers})
                 .ok());
    kept.cell_keys.push_back(segment.cell_keys[row]);
  }
  kept.events = builder.Finish();
  return kept;
}

SharedSegment WithCosts(EventSegment segment, const EventCosts& costs) {
  std::vector<int64_t> of_rows(segment.events.row_count(), 0);
  for (size_t row = 0; row < of_rows.size(); ++row) {
    const auto cost = costs.find(BytesOf(segment.events.keys[row]));
    if (cost != costs.end()) of_rows[row] = cost->second;
  }
  return std::make_shared<const EventSegment>(WithCost(std::move(segment), "current", of_rows));
}

// The newest row of every record key, or 0 if it is deleted. Rows of one batch have no
// order of their own, so one that is deleted in its own batch is gone.
absl::flat_hash_map<std::string, uint64_t> NewestOf(const std::vector<ReadBatch>& batches) {
  absl::flat_hash_map<std::string, uint64_t> newest;
  for (const ReadBatch& read : batches) {
    uint64_t row = read.first_row;
    for (const RecordKey& key : read.batch.segment.events.keys) newest[BytesOf(key)] = row++;
    for (const RecordKey& key : read.batch.deleted) newest[BytesOf(key)] = 0;
  }
  return newest;
}

}  // namespace

std::string SerialiseBatch(const PayloadBatch& batch) {
  storage::v1::PayloadBatchRecord record;
  if (batch.segment.events.row_count() > 0) record.set_segment(SerialiseSegment(batch.segment));
  for (const RecordKey& key : batch.deleted) record.add_deleted_keys(BytesOf(key));
  return record.SerializeAsString();
}

absl::StatusOr<PayloadBatch> ParseBatch(absl::string_view bytes) {
  storage::v1::PayloadBatchRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("SEGMENT_DAMAGED", "a staged batch does not parse");
  }
  PayloadBatch batch;
  if (!record.segment().empty()) {
    SH_ASSIGN_OR_RETURN(batch.segment, ParseSegment(record.segment()));
  }
  for (const std::string& bytes_of_key : record.deleted_keys()) {
    RecordKey key;
    if (bytes_of_key.size() != key.size()) return DataLoss("SEGMENT_DAMAGED", "a deleted key is not 16 bytes");
    std::copy(bytes_of_key.begin(), bytes_of_key.end(), key.begin());
    batch.deleted.push_back(key);
  }
  return batch;
}

absl::StatusOr<std::vector<SharedSegment>> ActivityStore::Visible(const EventCosts& costs, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<LoadRecord> loads, loads_.List(deadline));
  std::vector<ReadBatch> batches;
  uint64_t next_row = 1;
  absl::Status parsed;
  for (const LoadRecord& load : loads) {
    if (load.phase() != storage::v1::LOAD_PHASE_VISIBLE) continue;
    SH_RETURN_IF_ERROR(loads_.ReadBatches(load.load(), deadline, [&](absl::string_view bytes) {
      absl::StatusOr<PayloadBatch> batch = ParseBatch(bytes);
      parsed = batch.status();
      if (!batch.ok()) return false;
      const uint64_t row_count = batch->segment.events.row_count();
      batches.push_back({.batch = *std::move(batch), .first_row = next_row});
      next_row += row_count;
      return true;
    }));
    SH_RETURN_IF_ERROR(parsed);
  }
  const auto newest = NewestOf(batches);
  std::vector<SharedSegment> segments;
  for (ReadBatch& read : batches) {
    EventSegment& segment = read.batch.segment;
    std::vector<bool> keep(segment.events.row_count());
    bool all = true;
    for (size_t row = 0; row < keep.size(); ++row) {
      keep[row] = newest.at(BytesOf(segment.events.keys[row])) == read.first_row + row;
      all = all && keep[row];
    }
    if (!all) segment = Filter(segment, keep);
    if (segment.events.row_count() > 0) segments.push_back(WithCosts(std::move(segment), costs));
  }
  return segments;
}

}  // namespace safehaven::costing
