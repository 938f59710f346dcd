// Whose is this record? One record against a live index, by the same model and the same
// clustering as a batch: the answer is what linking the record together with everything
// in the index would give, and the record leaves no trace.
//
// Outcomes can be compared with those of the national Master Person Service and of tools
// that ask the Personal Demographics Service (match, potential match, many matches, no
// match); docs/formats.md, "Asking about one record", says how they differ.
// One thread at a time; see LiveIndex.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_MATCH_ONE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_MATCH_ONE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/live/live_index.h"

namespace safehaven::linkage {

enum class MatchOutcome : uint8_t {
  kMatch,           // a batch would put the record to one person
  kPotentialMatch,  // no link, but a clerk would look at one person
  kManyMatches,     // it would join several persons, or several are for review and none is ahead
  kNoMatch,
};
absl::string_view MatchOutcomeName(MatchOutcome outcome);

// A person and the best pair of the record with one of its records.
struct MatchedPerson {
  PersonNumber person = kNoPerson;
  Weight weight = 0;
  Decision decision = Decision::kNone;
  friend bool operator==(const MatchedPerson&, const MatchedPerson&) = default;
};

struct LiveMatch {
  MatchOutcome outcome = MatchOutcome::kNoMatch;
  // kMatch: the one person. Otherwise all that were found down to review, best first.
  std::vector<MatchedPerson> persons;
  // Pairs compared.
  uint64_t compared = 0;
};

// Borrows the index, which outlives it and is not changed while Match() runs.
class LiveQuery {
 public:
  // `lane` is below the index's number of lanes, and nobody else's.
  LiveQuery(LiveIndex& index, size_t lane);

  // `record` is standardised under the version's rules; persons in `hidden` (ascending)
  // are as if they were not there. INVALID_ARGUMENT with reason SOURCE_UNKNOWN or
  // NAME_TOO_LONG.
  absl::StatusOr<LiveMatch> Match(const StandardRecord& record, std::span<const PersonNumber> hidden);

 private:
  LiveMatch Answer(const StandardRecord& record, std::span<const PersonNumber> hidden);
  // Persons with whom the guest would be in one cluster.
  std::vector<PersonNumber> Joined(const LiveIndex::Guest& guest);

  LiveIndex& index_;
  const size_t lane_;
  Scorer scorer_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_MATCH_ONE_H_
