// Does the runs that were accepted, one after the other, on a thread of its own. What
// decides a run is in its record, so a run that a crash ended is done again at the next
// start, with the same result; what it publishes, it publishes whole.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_RUNNER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_RUNNER_H_

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/environment.h"
#include "libs/client/retry.h"
#include "libs/ingest/staging/staged_loads.h"
#include "services/linkage/rpc/consent_gate.h"
#include "services/linkage/rpc/linkage_job.h"
#include "services/linkage/rpc/protection_book.h"
#include "services/linkage/rpc/publications.h"
#include "services/linkage/store/crosswalk_history.h"
#include "services/linkage/store/model_store.h"
#include "services/linkage/store/review_store.h"
#include "services/linkage/store/run_store.h"

namespace safehaven::linkage {

// Runs that wait at most; beyond that a new one is refused.
inline constexpr size_t kRunsWaitingMax = 64;

// Thread-safe.
class LinkageRunner {
 public:
  // What a run works on; all are borrowed and outlive the runner.
  struct World {
    StagedLoads& loads;
    CrosswalkStore& crosswalks;
    RunStore& runs;
    ConsentGate& gate;
    Publications& publications;
    ModelStore& models;
    ReviewStore& reviews;
    LivePeopleBook& live;
    CrosswalkHistory& history;
    ProtectionBook& protections;
    const Clock& clock;
    Sleeper& sleeper;
    Randomness& randomness;
    bool test_numbers_allowed = false;
    // Told of each stage, on the runner's thread; for logs and tests. May be empty.
    std::function<void(const RunProgress&)> on_progress;
  };

  explicit LinkageRunner(World world) : world_(std::move(world)) {}
  // Stops.
  ~LinkageRunner();
  LinkageRunner(const LinkageRunner&) = delete;
  LinkageRunner& operator=(const LinkageRunner&) = delete;

  // Takes up the runs that are pending and begins. Call once. As the store fails.
  absl::Status Start() ABSL_LOCKS_EXCLUDED(mutex_);

  // Gives up at the next stage; a run in work stays pending and is done at the next start.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // A run that is in the store. RESOURCE_EXHAUSTED with reason RUNS_WAITING.
  absl::Status Submit(const storage::v1::LinkageRunRecord& run) ABSL_LOCKS_EXCLUDED(mutex_);

  // What is protected has changed: between two runs, people who are two protected identities
  // are taken apart in every newest crosswalk. Needs no permit, because it only narrows.
  void TakeApartSoon() ABSL_LOCKS_EXCLUDED(mutex_);

  // How far a run is that waits or is in work; nothing of others: the store knows them.
  std::optional<RunProgress> ProgressOf(absl::string_view run) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Do(storage::v1::LinkageRunRecord& run);
  // Makes what a run found the newest revision, together with its run's end.
  absl::Status Publish(storage::v1::LinkageRunRecord& run, JobResult result);
  // A committed revision becomes what everybody sees.
  absl::Status Show(StoredCrosswalk stored);
  // The staged revision together with its run's end; OK also if only the answer was lost.
  absl::Status Commit(const StoredCrosswalk& stored, const KeyValue& time,
                      const storage::v1::LinkageRunRecord& published);
  // In every newest crosswalk.
  absl::Status TakeAllApart();
  absl::Status TakeApartUnder(const std::string& authority);
  // Keeps that the run failed with `status`, unless it has ended otherwise; returns it.
  absl::Status Fail(storage::v1::LinkageRunRecord& run, const absl::Status& status);
  // Everything that decides the result of a run.
  absl::StatusOr<JobInput> InputOf(const storage::v1::LinkageRunRecord& run);
  // After a start: brings the people of every newest crosswalk back into memory.
  void Restore();
  // The permit, once consent is fresh; a little patience after a restart.
  absl::Status AwaitPermit(const storage::v1::LinkageRunRecord& run);
  void Enter(const std::string& run, const RunProgress& progress) ABSL_LOCKS_EXCLUDED(mutex_);

  const World world_;
  Cancellation cancellation_;
  mutable absl::Mutex mutex_;
  std::deque<storage::v1::LinkageRunRecord> waiting_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, RunProgress> progress_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Also at the start: the service may have stopped before it was done.
  bool take_apart_ ABSL_GUARDED_BY(mutex_) = true;
  // Last: it uses the others.
  std::thread thread_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_LINKAGE_RUNNER_H_
