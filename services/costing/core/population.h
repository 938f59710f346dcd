// Whom an answer may be about: the checks that tie a question to its warrant and to
// the snapshot, and the people who are in it or have to be left out. Pure;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_POPULATION_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_POPULATION_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

// Does `warrant` cover this question over this snapshot? The service has verified the
// warrant itself (log, presenter, expiry, one use); this is the second lock, beside
// the data. PERMISSION_DENIED with reason WARRANT_QUESTION, WARRANT_OPERATION,
// WARRANT_POPULATION (another list or day), WARRANT_CROSSWALK (nothing may be linked,
// so nobody can be told to be on a list) or WARRANT_DATASET (no flow);
// FAILED_PRECONDITION with reason CROSSWALK_NOT_LOADED; UNAVAILABLE with reason
// OBJECTIONS_NOT_APPLIED if the snapshot lacks objections that the warrant names.
absl::Status CheckBinding(const Snapshot& snapshot, const Question& question, const Warrant& warrant);

// People to take out of, or strip in, the records of one source.
struct SourceExclusions {
  PersonSet removed;
  PersonSet stripped;
};

struct Exclusions {
  std::map<std::string, SourceExclusions> by_source;  // every source of the question
  PersonSet anywhere;  // removed or stripped in at least one of them
};

// Applies the warrant's rules to the sources of the question's data sets. All rules
// that fit a source apply together. A source that no rule fits is unknown, and what
// is unknown excludes: everybody in any set is removed there. FAILED_PRECONDITION
// with reason EXCLUSION_SET_NOT_LOADED if a rule names a set that the snapshot lacks.
absl::StatusOr<Exclusions> ApplyObjections(const Snapshot& snapshot, const Question& question,
                                           const Warrant& warrant);

// By segment of the snapshot: may it be read for this question? Its flow is in the
// warrant, its data set in the question, and it holds events (the general practice
// register holds list memberships, which are attributes of people, not events).
std::vector<bool> ReadableSegments(const Snapshot& snapshot, const Question& question, const Warrant& warrant);

// May rows that a law restricts be in the answer? Only if the question names the
// restriction as a dimension or filter: consent permits that item only to an approval
// that names the restriction.
bool AsksForRestricted(const Question& question);

// The source of a data set of the catalogue, or "".
absl::string_view SourceOf(absl::string_view dataset);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_POPULATION_H_
