// Matching the rows of auxiliary feeds to patients' events, by rules that are data
// (costing.md 1.3). Of the events that a rule allows, the nearest in days wins, then
// the target that is named first, then the smaller record key: so no order of rows or
// files decides. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MATCHING_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MATCHING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// A patient of the provider, or a record of a data set, by a hash that the caller
// makes; 0 is "not known". Never leaves the process.
using PatientHash = uint64_t;

// What matching needs to know of one event.
struct MatchableEvent {
  uint32_t event = 0;  // index over all batches of the run
  size_t feed = 0;
  RecordKey key{};
  PatientHash patient = 0;
  int32_t start_day = 0;
  int32_t end_day = 0;
};

// Finds events of one patient around a day. Immutable; thread-safe.
class PatientIndex {
 public:
  explicit PatientIndex(std::vector<MatchableEvent> events);

  // The event for a row of `patient` on `day` by `rule` (of key kPatient), or kNoEvent.
  // Linear in the patient's events.
  uint32_t Find(PatientHash patient, int32_t day, const MatchingRule& rule) const;

 private:
  std::vector<MatchableEvent> events_;  // by patient, then key
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MATCHING_H_
