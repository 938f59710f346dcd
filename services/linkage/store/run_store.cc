#include "services/linkage/store/run_store.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven::linkage {
namespace {

using storage::v1::LinkageRunRecord;

std::string RunKey(absl::string_view run) { return KeyWriter().Text("run").Text(run).Take(); }

absl::StatusOr<LinkageRunRecord> Parse(const std::string& bytes) {
  LinkageRunRecord run;
  if (!run.ParseFromString(bytes)) return DataLoss("RECORD_CORRUPT", "a run's record does not parse");
  return run;
}

}  // namespace

absl::StatusOr<LinkageRunRecord> RunStore::Add(const LinkageRunRecord& run, absl::Time deadline) {
  const std::string key = RunKey(run.run());
  const Batch batch = {.preconditions = {{.key = key, .version = std::nullopt}}, .puts = {PutOf(run)}};
  const absl::Status applied = store_.Apply(batch, deadline).status();
  if (applied.ok()) return run;
  if (!absl::IsAborted(applied)) return applied;
  SH_ASSIGN_OR_RETURN(LinkageRunRecord earlier, Get(run.run(), deadline));
  if (earlier.question_digest() != run.question_digest()) {
    return Failure(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "that request id asked for something else");
  }
  return earlier;
}

absl::StatusOr<LinkageRunRecord> RunStore::Get(absl::string_view run, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(RunKey(run), deadline);
  if (absl::IsNotFound(entry.status())) return NotFound("RUN_UNKNOWN", "there is no run of that id");
  SH_RETURN_IF_ERROR(entry);
  return Parse(entry->value);
}

absl::StatusOr<std::vector<LinkageRunRecord>> RunStore::Pending(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::vector<LinkageRunRecord> pending;
  absl::Status parsed;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, KeyWriter().Text("run").Take(), *snapshot, deadline,
                                [&](absl::string_view, const Entry& entry) {
                                  absl::StatusOr<LinkageRunRecord> run = Parse(entry.value);
                                  parsed = run.status();
                                  if (!run.ok()) return false;
                                  if (run->phase() == storage::v1::LINKAGE_RUN_PHASE_PENDING) {
                                    pending.push_back(*std::move(run));
                                  }
                                  return true;
                                }));
  SH_RETURN_IF_ERROR(parsed);
  std::sort(pending.begin(), pending.end(), [](const LinkageRunRecord& a, const LinkageRunRecord& b) {
    return std::pair(a.accept_unix_ms(), a.run()) < std::pair(b.accept_unix_ms(), b.run());
  });
  return pending;
}

absl::StatusOr<LinkageRunRecord> RunStore::NewestPublished(absl::string_view authority, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::optional<LinkageRunRecord> newest;
  absl::Status parsed;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, KeyWriter().Text("run").Take(), *snapshot, deadline,
                                [&](absl::string_view, const Entry& entry) {
                                  absl::StatusOr<LinkageRunRecord> run = Parse(entry.value);
                                  parsed = run.status();
                                  if (!run.ok()) return false;
                                  const bool published = run->phase() == storage::v1::LINKAGE_RUN_PHASE_PUBLISHED &&
                                                         authority == run->authority();
                                  const uint64_t revision = run->summary().crosswalk_revision();
                                  if (published && (!newest.has_value() ||
                                                    revision > newest->summary().crosswalk_revision())) {
                                    newest = *std::move(run);
                                  }
                                  return true;
                                }));
  SH_RETURN_IF_ERROR(parsed);
  if (!newest.has_value()) return NotFound("RUN_UNKNOWN", "no run of that authority was published");
  return *std::move(newest);
}

KeyValue RunStore::PutOf(const LinkageRunRecord& run) {
  return {.key = RunKey(run.run()), .value = run.SerializeAsString()};
}

absl::Status RunStore::Update(const LinkageRunRecord& run, absl::Time deadline) {
  return store_.Apply({.preconditions = {}, .puts = {PutOf(run)}, .deletes = {}}, deadline).status();
}

}  // namespace safehaven::linkage
