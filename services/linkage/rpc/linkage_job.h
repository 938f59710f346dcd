// One run, from stored rows to a crosswalk that could be published. No thread, no
// store: what it needs is given, and the same input gives the same persons. Only the
// persons' cell keys are random, and drawn once for a person.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_JOB_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_JOB_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/environment.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/core/protection.h"
#include "services/linkage/core/record.h"
#include "services/linkage/core/review.h"
#include "services/linkage/rpc/live_people.h"
#include "services/linkage/store/crosswalk_store.h"

namespace safehaven::linkage {

// Where a run is: a stage in words, and how much of the whole is behind it.
struct RunProgress {
  std::string stage;
  int per_mille = 0;
};

struct JobInput {
  const storage::v1::LinkageRunRecord& run;
  std::vector<SourceRecord> records;  // in order of the run's sources
  StoredCrosswalk previous;
  // The authority's frozen version; without one a new version is trained.
  std::optional<Model> version;
  // What clerks have settled.
  DecidedPairs decided;
  // Identities that are never one person's, whatever clerks said.
  std::vector<ProtectedPair> protected_pairs;
  bool test_numbers_allowed = false;  // demo profile: numbers of the 999 range
  std::function<void(const RunProgress&)> on_progress;
};

struct JobResult {
  StoredCrosswalk stored;
  storage::v1::LinkageSummaryRecord summary;
  // The version used or made.
  Model model;
  // The same people for asking about one record.
  LivePeople live;
  // What the run went out from.
  Crosswalk previous;
};

// Fails as LearnRules and Link do; FAILED_PRECONDITION with reason VERSION_OUTGROWN also
// if the frozen version knows no births as late as the run's.
absl::StatusOr<JobResult> RunJob(JobInput input, Randomness& randomness);

// The people of a crosswalk that was published before, from the records of its run.
// FAILED_PRECONDITION with reason CROSSWALK_NOT_REPEATED if they are not the same people,
// because records or decisions changed since.
absl::StatusOr<LivePeople> RestoreLive(JobInput input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_JOB_H_
