#include "services/costing/core/linked_events.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

constexpr size_t kCodesMax = std::numeric_limits<uint16_t>::max();
constexpr uint32_t kNobody = std::numeric_limits<uint32_t>::max();

absl::Status TooMany() {
  return Failure(absl::StatusCode::kResourceExhausted, "TOO_MANY_EVENTS",
                 "the segments hold more currencies or points of delivery than fit");
}

// The codes of a segment's texts in a dictionary over all segments.
absl::StatusOr<std::vector<uint16_t>> Merge(const TextColumn& column, std::vector<std::string>& values,
                                            absl::flat_hash_map<std::string, uint16_t>& codes) {
  std::vector<uint16_t> merged;
  for (const std::string& value : column.values) {
    const auto [at, is_new] = codes.try_emplace(value, static_cast<uint16_t>(values.size()));
    if (is_new && values.size() == kCodesMax) return TooMany();
    if (is_new) values.push_back(value);
    merged.push_back(at->second);
  }
  return merged;
}

}  // namespace

absl::StatusOr<LinkedEvents> LinkedEvents::Make(std::vector<SharedSegment> segments,
                                                std::span<const CrosswalkEntry> crosswalk, const People& people) {
  absl::flat_hash_map<RecordKey, uint32_t> place_of_record;
  place_of_record.reserve(crosswalk.size());
  for (const CrosswalkEntry& entry : crosswalk) {
    const uint32_t place = people.PlaceOf(entry.person).value_or(kNobody);
    const auto [at, is_new] = place_of_record.try_emplace(entry.key, place);
    if (!is_new && at->second != place) {
      return InvalidArgument("CROSSWALK_INCONSISTENT", "a record has two persons");
    }
  }
  LinkedEvents events;
  events.first_row.assign(people.count() + 1, 0);
  // First how many rows each person has, so that the rows can go to their places.
  std::vector<std::vector<uint32_t>> places(segments.size());
  for (size_t i = 0; i < segments.size(); ++i) {
    for (const RecordKey& key : segments[i]->events.keys) {
      const auto at = place_of_record.find(key);
      const uint32_t place = at == place_of_record.end() ? kNobody : at->second;
      places[i].push_back(place);
      if (at == place_of_record.end()) {
        ++events.unlinked_count;
      } else if (place == kNobody) {
        ++events.without_attributes_count;
      } else {
        ++events.first_row[place + 1];
      }
    }
  }
  for (size_t place = 0; place < people.count(); ++place) events.first_row[place + 1] += events.first_row[place];
  const size_t row_count = events.first_row.back();
  events.segment.resize(row_count);
  events.segment_row.resize(row_count);
  events.end_day.resize(row_count);
  events.currency.resize(row_count);
  events.point_of_delivery.resize(row_count);
  events.restriction.resize(row_count);
  events.cost_e8.resize(row_count);

  std::vector<size_t> next_row(events.first_row.begin(), events.first_row.end() - 1);
  absl::flat_hash_map<std::string, uint16_t> currency_codes, point_of_delivery_codes;
  for (size_t i = 0; i < segments.size(); ++i) {
    const EventColumns& columns = segments[i]->events;
    const std::vector<int64_t>* cost = OwnPatientCareCost(*segments[i]);
    SH_ASSIGN_OR_RETURN(const std::vector<uint16_t> currency,
                        Merge(columns.currency, events.currencies, currency_codes));
    SH_ASSIGN_OR_RETURN(const std::vector<uint16_t> point_of_delivery,
                        Merge(columns.point_of_delivery, events.points_of_delivery, point_of_delivery_codes));
    for (size_t row = 0; row < columns.row_count(); ++row) {
      if (places[i][row] == kNobody) continue;
      const size_t to = next_row[places[i][row]]++;
      events.segment[to] = static_cast<uint32_t>(i);
      events.segment_row[to] = static_cast<uint16_t>(row);
      events.end_day[to] = columns.end_day[row];
      events.currency[to] = currency[columns.currency.codes[row]];
      events.point_of_delivery[to] = point_of_delivery[columns.point_of_delivery.codes[row]];
      events.restriction[to] = columns.restriction[row];
      events.cost_e8[to] = cost == nullptr ? 0 : (*cost)[row];
    }
  }
  if (row_count > 0) {
    const auto [least, most] = std::minmax_element(events.end_day.begin(), events.end_day.end());
    events.end_day_min = *least;
    events.end_day_max = *most;
  }
  events.segments = std::move(segments);
  return events;
}

}  // namespace safehaven::costing
