#include "libs/log/transparency_log.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "libs/log/log_records.h"
#include "libs/log/log_start.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/heartbeat.h"
#include "libs/merkle/log_keys.h"
#include "libs/storage/checks.h"

namespace safehaven {
namespace {

// How often an erasure starts again when something else wrote the record meanwhile.
constexpr int kEraseAttemptsMax = 3;
// Reading a large log at start-up may take its time: some million leaves a second.
constexpr absl::Duration kStartTimeout = absl::Minutes(30);

// What waiting appends share with their callbacks, which may come after the wait.
struct Outcome {
  explicit Outcome(size_t count) : waiting(count), results(count) {}
  absl::Mutex mutex;
  absl::CondVar changed;
  size_t waiting ABSL_GUARDED_BY(mutex);
  std::vector<absl::StatusOr<Appended>> results ABSL_GUARDED_BY(mutex);
};

AppendCallback CallbackFor(const std::shared_ptr<Outcome>& outcome, size_t place) {
  return [outcome, place](absl::StatusOr<Appended> result) {
    absl::MutexLock lock(&outcome->mutex);
    outcome->results[place] = std::move(result);
    // Woken once: nothing can be done with a part of them.
    if (--outcome->waiting == 0) outcome->changed.Signal();
  };
}

// All results; DEADLINE_EXCEEDED if one is not there by `deadline`, else the first failure.
absl::StatusOr<std::vector<Appended>> AwaitAll(Outcome& outcome, absl::Time deadline) {
  absl::MutexLock lock(&outcome.mutex);
  while (outcome.waiting > 0) {
    if (outcome.changed.WaitWithDeadline(&outcome.mutex, deadline) && outcome.waiting > 0) {
      return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                     "the append was not acknowledged in time");
    }
  }
  std::vector<Appended> appended;
  for (absl::StatusOr<Appended>& result : outcome.results) {
    SH_RETURN_IF_ERROR(result);
    appended.push_back(*std::move(result));
  }
  return appended;
}

bool SamePreconditions(const Batch& a, const Batch& b) {
  return std::equal(a.preconditions.begin(), a.preconditions.end(), b.preconditions.begin(), b.preconditions.end(),
                    [](const Precondition& x, const Precondition& y) {
                      return x.key == y.key && x.version == y.version;
                    });
}

bool WritesWhatItRequires(const Batch& batch) {
  return std::any_of(batch.preconditions.begin(), batch.preconditions.end(), [&batch](const Precondition& required) {
    return std::any_of(batch.puts.begin(), batch.puts.end(),
                       [&required](const KeyValue& put) { return put.key == required.key; }) ||
           std::find(batch.deletes.begin(), batch.deletes.end(), required.key) != batch.deletes.end();
  });
}

absl::Status AppendInvalid(absl::string_view why) {
  return InvalidArgument("LOG_APPEND_INVALID", why);
}

bool IsOwnKind(uint8_t kind) { return kind == kIncarnationKind || kind == kLogKeyKind; }

bool IsEraseReason(absl::string_view reason) {
  if (reason.empty() || reason.size() > kEraseReasonBytesMax) return false;
  return std::all_of(reason.begin(), reason.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

StoredLogName NameOf(const LogOptions& options, const std::vector<NoteSigner>& signers) {
  StoredLogName name = {.key_prefix = options.key_prefix,
                        .origin = options.origin,
                        .keys = options.earlier_keys};
  for (const NoteSigner& signer : signers) name.keys.push_back(signer.verifier());
  return name;
}

absl::Status CheckSigners(const LogOptions& options, const std::vector<NoteSigner>& signers) {
  const bool named = std::all_of(signers.begin(), signers.end(), [&options](const NoteSigner& signer) {
    return signer.verifier().name() == options.origin && signer.verifier().kind() == NoteKeyKind::kEd25519;
  });
  if (named && signers.size() <= kLogKeysMax) return absl::OkStatus();
  return InvalidArgument("LOG_ORIGIN_MALFORMED", "the log's keys are a few Ed25519 keys named as its origin");
}

}  // namespace

absl::StatusOr<std::unique_ptr<TransparencyLog>> TransparencyLog::Open(
    LogOptions options, NoteSigner signer, Store& store, const Clock& clock,
    Randomness& randomness) {
  std::vector<NoteSigner> signers = {std::move(signer)};
  signers.insert(signers.end(), options.next_signers.begin(), options.next_signers.end());
  SH_RETURN_IF_ERROR(CheckSigners(options, signers));
  const StoredLogName name = NameOf(options, signers);
  const LogStart start = {.name = name,
                          .signers = signers,
                          .earlier_keys = options.earlier_keys,
                          .key_reason = options.key_reason,
                          .store = store,
                          .clock = clock,
                          .randomness = randomness,
                          .deadline = absl::Now() + kStartTimeout};
  SH_ASSIGN_OR_RETURN(std::optional<StoredLog> found, LoadStoredLog(store, name, start.deadline));
  // There is nothing that a log that begins now could have come back from.
  const bool new_incarnation = options.new_incarnation && found.has_value();
  if (!found.has_value()) {
    SH_ASSIGN_OR_RETURN(found, BeginLog(start));
  }
  SH_ASSIGN_OR_RETURN(StoredLog stored, GoOn(start, *std::move(found), new_incarnation));
  return std::unique_ptr<TransparencyLog>(new TransparencyLog(
      std::move(options), std::move(signers), store, clock, randomness, std::move(stored)));
}

TransparencyLog::TransparencyLog(LogOptions options, std::vector<NoteSigner> signers, Store& store,
                                 const Clock& clock, Randomness& randomness, StoredLog stored)
    : options_(std::move(options)), signers_(std::move(signers)),
      own_keys_(log_records::Keys(options_.key_prefix).All()), store_(store),
      published_(std::move(stored.tree), std::move(stored.newest)), queue_(options_.queue),
      committer_(std::make_unique<GroupCommitter>(
          GroupCommitter::Options{.key_prefix = options_.key_prefix,
                                  .commit_timeout = options_.commit_timeout,
                                  .on_published = options_.on_published},
          GroupCommitter::Parts{.signers = signers_,
                                .store = store_,
                                .clock = clock,
                                .randomness = randomness,
                                .published = published_,
                                .queue = queue_},
          stored.state_version)) {}

TransparencyLog::~TransparencyLog() { Drain(); }

void TransparencyLog::Drain() {
  queue_.Close();
  committer_.reset();
}

absl::Status TransparencyLog::CheckRequest(const AppendRequest& request) const {
  if (IsOwnKind(request.kind)) return AppendInvalid("this kind is the log's own");
  if (AppendBytes(request) > kAppendBytesMax || AppendEntries(request) > kAppendEntriesMax) {
    return AppendInvalid("the append is too large");
  }
  SH_RETURN_IF_ERROR(storage_checks::CheckBatch(request.batch));
  const auto is_own = [this](const std::string& key) { return absl::StartsWith(key, own_keys_); };
  bool touches_own = false;
  for (const KeyValue& put : request.batch.puts) touches_own = touches_own || is_own(put.key);
  for (const std::string& key : request.batch.deletes) touches_own = touches_own || is_own(key);
  for (const Precondition& condition : request.batch.preconditions) {
    touches_own = touches_own || is_own(condition.key);
  }
  if (touches_own) return InvalidArgument("LOG_KEY_RESERVED", "these keys are the log's own");
  return absl::OkStatus();
}

absl::Status TransparencyLog::CheckTogether(const std::vector<AppendRequest>& requests) const {
  if (requests.empty() || requests.size() > kAppendsTogetherMax) {
    return AppendInvalid("none, or too many at once");
  }
  for (const AppendRequest& request : requests) {
    SH_RETURN_IF_ERROR(CheckRequest(request));
    const AppendRequest& first = requests.front();
    if (request.deadline != first.deadline || !SamePreconditions(request.batch, first.batch) ||
        (requests.size() > 1 && WritesWhatItRequires(request.batch))) {
      return AppendInvalid("what is appended together would not hold or fail together");
    }
  }
  return absl::OkStatus();
}

void TransparencyLog::AppendThen(AppendRequest request, AppendCallback callback) {
  absl::Status refused = CheckRequest(request);
  // The callback is shared for a moment: the queue keeps it only if it takes the append.
  if (refused.ok()) {
    std::vector<PendingAppend> alone(1);
    alone.front() = {.request = std::move(request), .callback = callback};
    refused = queue_.Push(std::move(alone));
  }
  if (!refused.ok()) callback(refused);
}

absl::StatusOr<Appended> TransparencyLog::Append(AppendRequest request) {
  std::vector<AppendRequest> alone(1);
  alone.front() = std::move(request);
  SH_ASSIGN_OR_RETURN(std::vector<Appended> appended, AppendTogether(std::move(alone)));
  return std::move(appended.front());
}

absl::StatusOr<std::vector<Appended>> TransparencyLog::AppendTogether(std::vector<AppendRequest> requests) {
  SH_RETURN_IF_ERROR(CheckTogether(requests));
  const absl::Time deadline = requests.front().deadline;
  // Shared with the callbacks, which may outlive this wait.
  const auto outcome = std::make_shared<Outcome>(requests.size());
  std::vector<PendingAppend> together;
  for (AppendRequest& request : requests) {
    together.push_back({.request = std::move(request), .callback = CallbackFor(outcome, together.size())});
  }
  SH_RETURN_IF_ERROR(queue_.Push(std::move(together)));
  return AwaitAll(*outcome, deadline);
}

absl::StatusOr<std::string> TransparencyLog::SignedHeartbeat(absl::Time now,
                                                             const HeartbeatClaims& claims) const {
  const Checkpoint checkpoint = published_.newest().checkpoint;
  return SignHeartbeat({.origin = checkpoint.origin,
                        .incarnation = checkpoint.incarnation,
                        .size = checkpoint.size,
                        .root = checkpoint.root,
                        .time = absl::FromUnixMillis(absl::ToUnixMillis(now)),
                        .floor = claims.floor,
                        .objections_size = claims.objections_size},
                       signers_);
}

absl::StatusOr<std::vector<Digest>> TransparencyLog::InclusionProof(uint64_t index,
                                                                    uint64_t size) const {
  return published_.InclusionProof(index, size);
}

absl::StatusOr<std::vector<Digest>> TransparencyLog::ConsistencyProof(uint64_t first,
                                                                      uint64_t second) const {
  return published_.ConsistencyProof(first, second);
}

absl::Status TransparencyLog::CheckIndex(uint64_t index) const {
  return published_.LeafHashAt(index).status();
}

absl::StatusOr<LogEntry> TransparencyLog::Read(uint64_t index, absl::Time deadline) const {
  SH_RETURN_IF_ERROR(CheckIndex(index));
  SH_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, ReadRange(index, 1, deadline));
  return std::move(entries.front());
}

absl::StatusOr<std::vector<LogEntry>> TransparencyLog::ReadRange(uint64_t begin, uint64_t count,
                                                                 absl::Time deadline) const {
  const uint64_t size = published_.size();
  if (begin > size) return CheckIndex(begin);
  const uint64_t readable = std::min(count, size - begin);
  if (readable == 0) return std::vector<LogEntry>();
  SH_ASSIGN_OR_RETURN(std::vector<LogEntry> entries,
                      ReadStoredEntries(store_, options_.key_prefix, begin, readable, deadline));
  for (const LogEntry& entry : entries) {
    // The commitment itself, against the tree that was checked at the start.
    SH_ASSIGN_OR_RETURN(const Digest leaf_hash, published_.LeafHashAt(entry.index));
    if (leaf_hash != LeafHash(AsBytes(entry.commitment))) {
      return ChainBroken({.index = entry.index, .reason = "LEAF_ALTERED"});
    }
  }
  return entries;
}

absl::StatusOr<ProvenLeaf> TransparencyLog::Prove(uint64_t index, absl::Time deadline) const {
  SH_ASSIGN_OR_RETURN(LogEntry entry, Read(index, deadline));
  if (entry.erased) return FailedPrecondition("LEAF_ERASED", "the body of the leaf was erased");
  SignedCheckpoint newest = published_.newest();
  SH_ASSIGN_OR_RETURN(std::vector<Digest> inclusion,
                      published_.InclusionProof(index, newest.checkpoint.size));
  return ProvenLeaf{.kind = entry.kind,
                    .index = index,
                    .salt = std::move(entry.salt),
                    .body = std::move(entry.body),
                    .inclusion = std::move(inclusion),
                    .checkpoint = std::move(newest.note)};
}

absl::Status TransparencyLog::Erase(uint64_t index, absl::string_view reason,
                                    absl::Time deadline) {
  if (!IsEraseReason(reason)) {
    return InvalidArgument("ERASE_REASON_MALFORMED", "a reason is 1 to 64 of A-Z, 0-9 and _");
  }
  SH_RETURN_IF_ERROR(CheckIndex(index));
  const std::string key = log_records::Keys(options_.key_prefix).Side(index);
  absl::Status last;
  for (int attempt = 0; attempt < kEraseAttemptsMax; ++attempt) {
    SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(key, deadline));
    SH_ASSIGN_OR_RETURN(const log_records::SideRecord present, log_records::DecodeSide(entry.value));
    if (present.erased) return absl::OkStatus();
    if (IsOwnKind(present.kind)) return FailedPrecondition("LEAF_PERMANENT", "the log's own leaves stay");
    const log_records::SideRecord erased = {.kind = present.kind,
                                            .erased = true,
                                            .salt = "",
                                            .body = "",
                                            .erase_reason = std::string(reason)};
    last = store_.Apply({.preconditions = {{key, entry.version}},
                         .puts = {{key, log_records::Encode(erased)}},
                         .deletes = {}},
                        deadline).status();
    if (!absl::IsAborted(last)) return last;
  }
  return last;
}

absl::StatusOr<LogAudit> TransparencyLog::VerifyAll(absl::Time deadline) const {
  const auto known_leaf = [this](uint64_t index) {
    const absl::StatusOr<Digest> leaf_hash = published_.LeafHashAt(index);
    return leaf_hash.ok() ? std::optional<Digest>(*leaf_hash) : std::nullopt;
  };
  return AuditStoredLog(store_, NameOf(options_, signers_), known_leaf, deadline);
}

}  // namespace safehaven
