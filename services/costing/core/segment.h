// A segment: up to 65,536 events of one load, as columns, immutable. Segments are how
// costing stores activity (one value a segment) and what it reads to cost a provider
// or to answer a question.
//
// Each carries its flow, so that it is always known what may be read under a warrant
// and what has to go when a basis ends; and for each record a secret random key from
// which later versions perturb cells (the same records always give the same noise).
// Costs come in by a costing run, as a new version of the segment. Values only;
// thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_SEGMENT_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_SEGMENT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/events.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// Longest flow, load, data set, provider or run id.
inline constexpr size_t kSegmentIdMax = 128;

// The cost of every event of a segment in one cost group, in 1e-8 pounds.
struct GroupCost {
  CostGroup group = CostGroup::kOwnPatientCare;
  std::vector<int64_t> cost_e8;
  friend bool operator==(const GroupCost&, const GroupCost&) = default;
};

struct EventSegment {
  std::string flow;      // id of the flow: source, agreement, period
  std::string dataset;   // of the catalogue: "acute/apc"
  std::string provider;  // ODS code
  std::string load;      // the load that brought the rows
  std::string run;       // the costing run whose cost is in it; empty before the first
  EventColumns events;
  std::vector<uint32_t> cell_keys;  // one a record: secret, random, never changed
  std::vector<GroupCost> costs;     // at most one a group; empty before the first run
  friend bool operator==(const EventSegment&, const EventSegment&) = default;
};

// Bytes of the segment: format byte, head, columns, SHA-256. Columns must have
// events.row_count() rows: a programmer's duty.
std::string SerialiseSegment(const EventSegment& segment);

// DATA_LOSS with reason SEGMENT_DAMAGED if the bytes do not verify, hold anything out
// of range or anything more, or are of a format that this version does not know.
absl::StatusOr<EventSegment> ParseSegment(absl::string_view bytes);

// The segment with own-patient-care cost of `run` in place of any cost it had.
// `cost_e8` has a value a row.
EventSegment WithCost(EventSegment segment, absl::string_view run, std::span<const int64_t> cost_e8);

// The own-patient-care cost by row; nullptr before the first run.
const std::vector<int64_t>* OwnPatientCareCost(const EventSegment& segment);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_SEGMENT_H_
