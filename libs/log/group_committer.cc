#include "libs/log/group_committer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"

namespace safehaven {
namespace {

// A group is planned again when something else changed a key that it relied on.
// Each time that something has made progress, so a few are enough.
constexpr int kPlansMax = 8;

absl::Status NotWritten(const absl::Status& cause) {
  return Unavailable("AUDIT_UNAVAILABLE",
                     absl::StrCat("the log could not be written: ", cause.message()));
}

absl::Status PreconditionRefused() {
  return Failure(absl::StatusCode::kAborted, "PRECONDITION_FAILED",
                 "something else changed what the append relied on");
}

void AnswerAll(std::vector<PendingAppend>& group, const absl::Status& status) {
  for (PendingAppend& pending : group) pending.callback(status);
}

}  // namespace

GroupCommitter::GroupCommitter(Options options, const Parts& parts, Version state_version)
    : options_(std::move(options)), keys_(options_.key_prefix), parts_(parts),
      state_version_(state_version), thread_([this] { Run(); }) {}

GroupCommitter::~GroupCommitter() { thread_.join(); }

void GroupCommitter::Run() {
  while (true) {
    Group group = parts_.queue.TakeGroup();
    if (group.empty()) return;
    CommitGroup(std::move(group));
  }
}

// In real time, as the store counts, whatever clock the log was given.
absl::Time GroupCommitter::CommitDeadline() const { return absl::Now() + options_.commit_timeout; }

void GroupCommitter::CommitGroup(Group group) {
  group = DropExpired(std::move(group));
  for (int plans = 0; plans < kPlansMax && !group.empty(); ++plans) {
    const absl::Status resolved = ResolveDoubt();
    if (!resolved.ok()) return AnswerAll(group, NotWritten(resolved));
    absl::StatusOr<CommitPlan> plan = Plan(group);
    if (!plan.ok()) return AnswerAll(group, NotWritten(plan.status()));
    std::vector<Appended> results;
    if (!plan->accepted.empty()) {
      const absl::StatusOr<Attempt> attempt =
          Prepare(group, plan->accepted, plan->batch, results);
      if (!attempt.ok()) return AnswerAll(group, NotWritten(attempt.status()));
      const absl::Status written = Write(plan->batch, *attempt);
      if (absl::IsAborted(written)) continue;
      // Also those whose preconditions failed: they may have been judged by appends
      // of this group that are not in the log.
      if (!written.ok()) return AnswerAll(group, NotWritten(written));
    }
    for (const size_t place : plan->refused) group[place].callback(PreconditionRefused());
    for (size_t i = 0; i < results.size(); ++i) {
      group[plan->accepted[i]].callback(std::move(results[i]));
    }
    if (!results.empty() && options_.on_published) options_.on_published(parts_.published.newest());
    return;
  }
  AnswerAll(group, NotWritten(PreconditionRefused()));
}

GroupCommitter::Group GroupCommitter::DropExpired(Group group) {
  const absl::Time now = parts_.clock.Now();
  Group kept;
  for (PendingAppend& pending : group) {
    if (now < pending.request.deadline) {
      kept.push_back(std::move(pending));
    } else {
      pending.callback(Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                               "the append was not begun in time"));
    }
  }
  return kept;
}

absl::Status GroupCommitter::ResolveDoubt() {
  if (!in_doubt_.has_value()) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(const Entry entry, parts_.store.Get(keys_.State(), CommitDeadline()));
  if (entry.version != state_version_) {
    SH_ASSIGN_OR_RETURN(const log_records::StateRecord state, log_records::DecodeState(entry.value));
    if (state.checkpoint != in_doubt_->checkpoint.note) {
      // Stays in doubt, so nothing is ever appended after it.
      return FailedPrecondition("LOG_TAKEN_OVER", "another process writes this log; restart");
    }
    parts_.published.Stage(in_doubt_->leaf_hashes);
    parts_.published.Publish(in_doubt_->checkpoint);
    state_version_ = entry.version;
    if (options_.on_published) options_.on_published(in_doubt_->checkpoint);
  }
  in_doubt_.reset();
  return absl::OkStatus();
}

absl::StatusOr<CommitPlan> GroupCommitter::Plan(const Group& group) {
  const std::vector<std::string> keys = PreconditionKeys(group);
  KeyVersions versions;
  if (!keys.empty()) {
    SH_ASSIGN_OR_RETURN(const auto entries, parts_.store.MultiGet(keys, CommitDeadline()));
    for (size_t i = 0; i < keys.size(); ++i) {
      versions[keys[i]] =
          entries[i].has_value() ? std::optional<Version>(entries[i]->version) : std::nullopt;
    }
  }
  return PlanCommit(group, versions);
}

absl::StatusOr<GroupCommitter::Attempt> GroupCommitter::Prepare(const Group& group,
                                                                const std::vector<size_t>& accepted,
                                                                Batch& batch,
                                                                std::vector<Appended>& results) {
  Attempt attempt;
  Checkpoint& checkpoint = attempt.checkpoint.checkpoint;
  checkpoint = parts_.published.newest().checkpoint;
  const std::string salts = parts_.randomness.Bytes(accepted.size() * kSaltBytes);
  for (size_t i = 0; i < accepted.size(); ++i) {
    const AppendRequest& request = group[accepted[i]].request;
    Appended appended;
    appended.index = checkpoint.size + i;
    appended.salt = salts.substr(i * kSaltBytes, kSaltBytes);
    appended.commitment =
        Commitment({.kind = request.kind, .salt = appended.salt, .body = request.body});
    attempt.leaf_hashes.push_back(LeafHash(AsBytes(appended.commitment)));
    batch.puts.push_back({keys_.Leaf(appended.index), log_records::EncodeLeaf(appended.commitment)});
    batch.puts.push_back({keys_.Side(appended.index),
                          log_records::Encode(log_records::SideRecord{.kind = request.kind,
                                                                      .erased = false,
                                                                      .salt = appended.salt,
                                                                      .body = request.body,
                                                                      .erase_reason = ""})});
    results.push_back(std::move(appended));
  }
  checkpoint.root = parts_.published.Stage(attempt.leaf_hashes);
  checkpoint.size += accepted.size();
  SH_ASSIGN_OR_RETURN(attempt.checkpoint.note, SignCheckpoint(checkpoint, parts_.signers));
  batch.puts.push_back({keys_.State(), log_records::Encode(log_records::StateRecord{
                                           .size = checkpoint.size,
                                           .checkpoint = attempt.checkpoint.note})});
  // Whoever else writes this log, now or late, loses against this.
  batch.preconditions.push_back({keys_.State(), state_version_});
  for (Appended& appended : results) {
    appended.revision = checkpoint.revision();
    appended.checkpoint = attempt.checkpoint.note;
  }
  return attempt;
}

// ABORTED if the group is to be planned again. After any other failure either nothing
// was written, or the attempt is in doubt.
absl::Status GroupCommitter::Write(const Batch& batch, const Attempt& attempt) {
  const absl::StatusOr<Version> version = parts_.store.Apply(batch, CommitDeadline());
  if (version.ok()) {
    parts_.published.Publish(attempt.checkpoint);
    state_version_ = *version;
    return absl::OkStatus();
  }
  // These two say that nothing was and will be written. ABORTED says so too, but the
  // precondition may be the log's own state, which then has to be looked at.
  const bool certain = absl::IsDeadlineExceeded(version.status()) ||
                       absl::IsResourceExhausted(version.status());
  if (!certain) in_doubt_ = attempt;
  return version.status();
}

}  // namespace safehaven
