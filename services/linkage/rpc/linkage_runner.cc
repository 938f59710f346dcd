#include "services/linkage/rpc/linkage_runner.h"

#include <memory>
#include <utility>

#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

const absl::Time kForever = absl::InfiniteFuture();
constexpr absl::Duration kPermitWait = absl::Milliseconds(200);
// Together as long as a lease: who is not heard for that long is not there.
constexpr int kPermitTriesMax = 150;

absl::Status Stopped() {
  return Failure(absl::StatusCode::kCancelled, "SERVICE_STOPPING", "the run goes on at the next start");
}

}  // namespace

LinkageRunner::~LinkageRunner() { Stop(); }

absl::Status LinkageRunner::Start() {
  SH_ASSIGN_OR_RETURN(const std::vector<storage::v1::LinkageRunRecord> pending, world_.runs.Pending(kForever));
  {
    absl::MutexLock lock(&mutex_);
    for (const storage::v1::LinkageRunRecord& run : pending) {
      if (!progress_.try_emplace(run.run(), RunProgress{.stage = "waiting", .per_mille = 0}).second) continue;
      waiting_.push_back(run);
    }
  }
  thread_ = std::thread([this] { Loop(); });
  return absl::OkStatus();
}

void LinkageRunner::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  cancellation_.Cancel();
  if (thread_.joinable()) thread_.join();
}

absl::Status LinkageRunner::Submit(const storage::v1::LinkageRunRecord& run) {
  absl::MutexLock lock(&mutex_);
  if (progress_.contains(run.run())) return absl::OkStatus();
  if (waiting_.size() >= kRunsWaitingMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "RUNS_WAITING", "too many runs wait already");
  }
  waiting_.push_back(run);
  progress_[run.run()] = {.stage = "waiting", .per_mille = 0};
  return absl::OkStatus();
}

void LinkageRunner::TakeApartSoon() {
  absl::MutexLock lock(&mutex_);
  take_apart_ = true;
}

std::optional<RunProgress> LinkageRunner::ProgressOf(absl::string_view run) const {
  absl::MutexLock lock(&mutex_);
  const auto found = progress_.find(std::string(run));
  return found == progress_.end() ? std::nullopt : std::optional(found->second);
}

void LinkageRunner::Enter(const std::string& run, const RunProgress& progress) {
  {
    absl::MutexLock lock(&mutex_);
    progress_[run] = progress;
  }
  if (world_.on_progress) world_.on_progress(progress);
}

void LinkageRunner::Loop() {
  // First of all; what fails is done again below.
  TakeAllApart().IgnoreError();
  Restore();
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || take_apart_ || !waiting_.empty();
  };
  while (true) {
    storage::v1::LinkageRunRecord run;
    bool take_apart = false;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (stopping_) return;
      take_apart = std::exchange(take_apart_, false);
      if (!take_apart) {
        run = waiting_.front();
        waiting_.pop_front();
      }
    }
    if (take_apart) {
      const absl::Status status = TakeAllApart();
      if (status.ok()) continue;
      LogLine(Severity::kWarning, "protected_people_not_taken_apart", {{"status", status}});
      TakeApartSoon();
      world_.sleeper.Sleep(kPermitWait, cancellation_);
      continue;
    }
    const absl::Status status = Do(run);
    if (ReasonOf(status) == "SERVICE_STOPPING") return;
    LogLine(status.ok() ? Severity::kInfo : Severity::kWarning, "linkage_run_ended",
            {{"run", run.run()}, {"revision", run.summary().crosswalk_revision()}, {"status", status}});
    absl::MutexLock lock(&mutex_);
    progress_.erase(run.run());
  }
}

absl::Status LinkageRunner::Do(storage::v1::LinkageRunRecord& run) {
  // A retry may have handed in a run that ended while it was on its way.
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageRunRecord now, world_.runs.Get(run.run(), kForever));
  if (now.phase() != storage::v1::LINKAGE_RUN_PHASE_PENDING) return absl::OkStatus();
  const auto attempt = [&]() -> absl::Status {
    Enter(run.run(), {.stage = "read", .per_mille = 10});
    SH_ASSIGN_OR_RETURN(JobInput input, InputOf(run));
    input.on_progress = [&](const RunProgress& progress) { Enter(run.run(), progress); };
    SH_ASSIGN_OR_RETURN(JobResult result, RunJob(std::move(input), world_.randomness));
    if (cancellation_.IsCancelled()) return Stopped();
    return Publish(run, std::move(result));
  };
  const absl::Status status = attempt();
  // Once committed, the revision exists; its sets are tried again by PublishWaiting().
  const bool over = run.phase() == storage::v1::LINKAGE_RUN_PHASE_PUBLISHED;
  if (status.ok() || over || ReasonOf(status) == "SERVICE_STOPPING") return status;
  return Fail(run, status);
}

absl::Status LinkageRunner::Publish(storage::v1::LinkageRunRecord& run, JobResult result) {
  Enter(run.run(), {.stage = "publish", .per_mille = 850});
  // What was protected while the run was in work. What comes later finds the new revision.
  const auto standing = world_.protections.Standing();
  if (TakeApartIn(*standing, result.stored, world_.randomness)) result.live.index.reset();
  SH_RETURN_IF_ERROR(world_.models.Put(result.model, kForever));
  SH_RETURN_IF_ERROR(world_.crosswalks.Stage(result.stored, world_.randomness, kForever));
  SH_ASSIGN_OR_RETURN(const KeyValue time, world_.history.Stage(result.previous, result.stored.crosswalk,
                                                                world_.clock.Now(), kForever));
  Enter(run.run(), {.stage = "publish", .per_mille = 900});
  // A run takes longer than a warrant lives: what it was permitted by must still hold.
  SH_RETURN_IF_ERROR(AwaitPermit(run));
  storage::v1::LinkageRunRecord published = run;
  published.set_phase(storage::v1::LINKAGE_RUN_PHASE_PUBLISHED);
  *published.mutable_summary() = result.summary;
  SH_RETURN_IF_ERROR(Commit(result.stored, time, published));
  run = std::move(published);
  Enter(run.run(), {.stage = "publish", .per_mille = 950});
  const absl::Status shown = Show(std::move(result.stored));
  if (result.live.index != nullptr) world_.live.Publish(run.authority(), std::move(result.live));
  return shown;
}

absl::Status LinkageRunner::Show(StoredCrosswalk stored) {
  const std::string authority = stored.crosswalk.authority;
  const uint64_t revision = stored.crosswalk.revision;
  const absl::Status shown =
      world_.publications.PublishCrosswalk(std::make_shared<const StoredCrosswalk>(std::move(stored)));
  // What is superseded takes room and does no harm: the next run erases it.
  const absl::Status erased = world_.crosswalks.EraseSuperseded(authority, revision, kForever);
  if (!erased.ok()) LogLine(Severity::kWarning, "superseded_crosswalks_not_erased", {{"status", erased}});
  return shown;
}

absl::Status LinkageRunner::TakeAllApart() {
  if (world_.protections.Standing()->empty()) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> authorities, world_.crosswalks.Authorities(kForever));
  absl::Status first_failure;
  for (const std::string& authority : authorities) first_failure.Update(TakeApartUnder(authority));
  return first_failure;
}

absl::Status LinkageRunner::TakeApartUnder(const std::string& authority) {
  SH_ASSIGN_OR_RETURN(StoredCrosswalk stored, world_.crosswalks.ReadNewest(authority, kForever));
  const Crosswalk previous = stored.crosswalk;
  const auto standing = world_.protections.Standing();
  // Events are those of one revision.
  stored.crosswalk.events.clear();
  if (!TakeApartIn(*standing, stored, world_.randomness)) return absl::OkStatus();
  stored.crosswalk.revision = previous.revision + 1;
  SH_RETURN_IF_ERROR(world_.crosswalks.Stage(stored, world_.randomness, kForever));
  SH_ASSIGN_OR_RETURN(const KeyValue time,
                      world_.history.Stage(previous, stored.crosswalk, world_.clock.Now(), kForever));
  SH_RETURN_IF_ERROR(world_.crosswalks.Commit(stored, {time}, kForever));
  // Whom, is not said.
  LogLine(Severity::kInfo, "protected_people_taken_apart", {{"authority", authority}});
  return Show(std::move(stored));
}

absl::Status LinkageRunner::Commit(const StoredCrosswalk& stored, const KeyValue& time,
                                   const storage::v1::LinkageRunRecord& published) {
  const absl::Status committed = world_.crosswalks.Commit(stored, {RunStore::PutOf(published), time}, kForever);
  if (committed.ok()) return committed;
  // The answer may be what was lost: the run's record is written with the revision.
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageRunRecord now, world_.runs.Get(published.run(), kForever));
  return now.phase() == storage::v1::LINKAGE_RUN_PHASE_PUBLISHED ? absl::OkStatus() : committed;
}

absl::Status LinkageRunner::Fail(storage::v1::LinkageRunRecord& run, const absl::Status& status) {
  // What cannot be read now is not written over: the next start finds how it ended.
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageRunRecord now, world_.runs.Get(run.run(), kForever));
  if (now.phase() != storage::v1::LINKAGE_RUN_PHASE_PENDING) return status;
  run.set_phase(storage::v1::LINKAGE_RUN_PHASE_FAILED);
  run.set_error_reason(ReasonOf(status).empty() ? "RUN_FAILED" : ReasonOf(status));
  run.set_error_message(std::string(status.message()));
  const absl::Status kept = world_.runs.Update(run, kForever);
  return kept.ok() ? status : kept;
}

absl::StatusOr<JobInput> LinkageRunner::InputOf(const storage::v1::LinkageRunRecord& run) {
  const std::vector<std::string> sources(run.sources().begin(), run.sources().end());
  const std::vector<storage::v1::LinkageRunLoad> loads(run.loads().begin(), run.loads().end());
  SH_ASSIGN_OR_RETURN(std::vector<SourceRecord> records, ReadRecords(world_.loads, loads, sources, kForever));
  SH_ASSIGN_OR_RETURN(StoredCrosswalk previous, world_.crosswalks.ReadNewest(run.authority(), kForever));
  JobInput input = {.run = run, .records = std::move(records), .test_numbers_allowed = world_.test_numbers_allowed};
  if (!run.train() && !previous.crosswalk.model.empty()) {
    absl::StatusOr<Model> version = world_.models.Get(previous.crosswalk.model, kForever);
    // Crosswalks from before versions were kept have none: then one is trained.
    if (!version.ok() && !absl::IsNotFound(version.status())) return version.status();
    if (version.ok() && version->frozen.has_value()) input.version = *std::move(version);
  }
  input.previous = std::move(previous);
  SH_ASSIGN_OR_RETURN(const std::vector<Review> reviews, world_.reviews.All(run.authority(), kForever));
  input.decided = DecidedBy(reviews);
  input.protected_pairs = *world_.protections.Standing();
  return input;
}

void LinkageRunner::Restore() {
  const auto authorities = world_.crosswalks.Authorities(kForever);
  if (!authorities.ok()) return;
  for (const std::string& authority : *authorities) {
    if (cancellation_.IsCancelled()) return;
    const auto restore = [&]() -> absl::Status {
      SH_ASSIGN_OR_RETURN(storage::v1::LinkageRunRecord run, world_.runs.NewestPublished(authority, kForever));
      // The version that the crosswalk names, also if the run itself trained it.
      run.set_train(false);
      SH_ASSIGN_OR_RETURN(JobInput input, InputOf(run));
      SH_ASSIGN_OR_RETURN(LivePeople live, RestoreLive(std::move(input)));
      world_.live.Publish(authority, std::move(live));
      return absl::OkStatus();
    };
    const absl::Status status = restore();
    LogLine(status.ok() ? Severity::kInfo : Severity::kWarning, "linkage_people_restored", {{"status", status}});
  }
}

absl::Status LinkageRunner::AwaitPermit(const storage::v1::LinkageRunRecord& run) {
  absl::Status permit;
  for (int i = 0; i < kPermitTriesMax; ++i) {
    if (cancellation_.IsCancelled()) return Stopped();
    permit = world_.gate.CheckPermit(run);
    if (!absl::IsUnavailable(permit)) return permit;
    world_.sleeper.Sleep(kPermitWait, cancellation_);
  }
  return permit;
}

}  // namespace safehaven::linkage
