// Events in the order of the people they belong to, for answering: columns over all
// segments, with the rows of one person side by side. So one pass counts the distinct
// people of every cell exactly: a person is over when the next begins. About 23 bytes
// a row. Immutable, so any number of threads may read it.
//
// Only linked rows of people with attributes are in it. The others (no link, or a
// person of whom nothing is known) can be in no population and are only counted.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_LINKED_EVENTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_LINKED_EVENTS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/costing/core/people.h"
#include "services/costing/core/segment.h"

namespace safehaven::costing {

// A record of a crosswalk and its person.
struct CrosswalkEntry {
  RecordKey key{};
  uint64_t person = 0;
};

// Segments are shared between the snapshots of all crosswalks and outlive a change of
// any: whoever still reads an old snapshot keeps its segments.
using SharedSegment = std::shared_ptr<const EventSegment>;

// Rows [rows_of(p), rows_of(p + 1)) are the person's at place p.
struct LinkedEvents {
  std::vector<SharedSegment> segments;
  std::vector<size_t> first_row;    // by place; one more than people
  std::vector<uint32_t> segment;    // index into `segments`
  std::vector<uint16_t> segment_row;
  std::vector<int32_t> end_day;     // days since 1970
  std::vector<uint16_t> currency;   // codes of `currencies`
  std::vector<uint16_t> point_of_delivery;
  std::vector<uint8_t> restriction;
  std::vector<int64_t> cost_e8;     // own patient care; 0 before a costing run
  std::vector<std::string> currencies;
  std::vector<std::string> points_of_delivery;
  int32_t end_day_min = 0;  // over all rows; 0 and 0 if there are none
  int32_t end_day_max = 0;
  int64_t unlinked_count = 0;            // rows without a person in the crosswalk
  int64_t without_attributes_count = 0;  // rows of a person of whom nothing is known

  size_t row_count() const { return segment.size(); }

  // INVALID_ARGUMENT with reason CROSSWALK_INCONSISTENT if one record has two
  // persons; RESOURCE_EXHAUSTED with reason TOO_MANY_EVENTS beyond what codes hold.
  static absl::StatusOr<LinkedEvents> Make(std::vector<SharedSegment> segments,
                                           std::span<const CrosswalkEntry> crosswalk, const People& people);
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_LINKED_EVENTS_H_
