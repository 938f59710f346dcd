#include "services/costing/core/segment.h"

#include "libs/base/status.h"
#include "services/costing/core/byte_codec.h"

namespace safehaven::costing {
namespace {

// First bytes: what kind of segment, and the version of its format.
constexpr uint8_t kEventSegmentKind = 'E';
constexpr uint8_t kEventSegmentFormat = 1;

}  // namespace

std::string SerialiseSegment(const EventSegment& segment) {
  const EventColumns& events = segment.events;
  const size_t row_count = events.row_count();
  SH_CHECK(row_count <= kSegmentRowsMax && segment.cell_keys.size() == row_count);
  ByteWriter writer;
  writer.Byte(kEventSegmentKind);
  writer.Byte(kEventSegmentFormat);
  for (const std::string* text :
       {&segment.flow, &segment.dataset, &segment.provider, &segment.load, &segment.run}) {
    SH_CHECK(text->size() <= kSegmentIdMax);
    writer.Text(*text);
  }
  writer.Number(row_count);
  for (const RecordKey& key : events.keys) writer.Raw(key.data(), key.size());
  writer.Column(segment.cell_keys);
  for (const TextColumn* column :
       {&events.feed, &events.point_of_delivery, &events.currency, &events.treatment_function}) {
    SH_CHECK(column->codes.size() == row_count);
    writer.Texts(*column);
  }
  SH_CHECK(events.start_day.size() == row_count && events.end_day.size() == row_count &&
           events.restriction.size() == row_count);
  writer.Column(events.start_day);
  writer.Column(events.end_day);
  writer.Column(events.restriction);
  writer.Number(events.drivers.size());
  for (const DriverColumn& driver : events.drivers) {
    SH_CHECK(driver.values.size() == row_count);
    writer.Text(driver.name);
    writer.Integers(driver.values);
  }
  writer.Number(segment.costs.size());
  for (const GroupCost& cost : segment.costs) {
    SH_CHECK(cost.cost_e8.size() == row_count);
    writer.Byte(static_cast<uint8_t>(cost.group));
    writer.Integers(cost.cost_e8);
  }
  return writer.Finish();
}

absl::StatusOr<EventSegment> ParseSegment(absl::string_view bytes) {
  ByteReader reader(bytes);
  const bool known = reader.Byte() == kEventSegmentKind && reader.Byte() == kEventSegmentFormat;
  if (!known) return DataLoss("SEGMENT_DAMAGED", "the bytes are no event segment of a known format");
  EventSegment segment;
  for (std::string* text : {&segment.flow, &segment.dataset, &segment.provider, &segment.load, &segment.run}) {
    *text = reader.Text(kSegmentIdMax);
  }
  const size_t row_count = reader.Count(kSegmentRowsMax);
  EventColumns& events = segment.events;
  events.keys.resize(row_count);
  for (RecordKey& key : events.keys) reader.Raw(key.data(), key.size());
  segment.cell_keys = reader.Column<uint32_t>(row_count);
  for (TextColumn* column : {&events.feed, &events.point_of_delivery, &events.currency, &events.treatment_function}) {
    *column = reader.Texts(row_count);
  }
  events.start_day = reader.Column<int32_t>(row_count);
  events.end_day = reader.Column<int32_t>(row_count);
  events.restriction =
      reader.Column<uint8_t>(row_count, 0, static_cast<int64_t>(Restriction::kGenderRecognition));
  events.drivers.resize(reader.Count(kDriverColumnsMax));
  for (DriverColumn& driver : events.drivers) {
    driver.name = reader.Text(kSegmentIdMax);
    driver.values = reader.Integers(row_count);
  }
  segment.costs.resize(reader.Count(kCostGroupCount));
  uint8_t groups_end = 0;  // groups come in ascending order, each at most once
  for (GroupCost& cost : segment.costs) {
    const uint8_t group = reader.Byte();
    if (group < groups_end || group >= kCostGroupCount) {
      return DataLoss("SEGMENT_DAMAGED", "a stored segment has a cost group that is unknown or there twice");
    }
    groups_end = group + 1;
    cost.group = static_cast<CostGroup>(group);
    cost.cost_e8 = reader.Integers(row_count);
  }
  SH_RETURN_IF_ERROR(reader.Finish());
  return segment;
}

EventSegment WithCost(EventSegment segment, absl::string_view run, std::span<const int64_t> cost_e8) {
  SH_CHECK(cost_e8.size() == segment.events.row_count());
  segment.run = std::string(run);
  segment.costs = {{CostGroup::kOwnPatientCare, std::vector<int64_t>(cost_e8.begin(), cost_e8.end())}};
  return segment;
}

const std::vector<int64_t>* OwnPatientCareCost(const EventSegment& segment) {
  for (const GroupCost& cost : segment.costs) {
    if (cost.group == CostGroup::kOwnPatientCare) return &cost.cost_e8;
  }
  return nullptr;
}

}  // namespace safehaven::costing
