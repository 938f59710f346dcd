#include "libs/follow/consent_follower.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/merkle/tree.h"
#include "libs/merkle/witness.h"
#include "libs/warrant/verify.h"

namespace safehaven {
namespace {

// A service whose clock is further off cannot judge expiry.
constexpr absl::Duration kHeartbeatSkewMax = absl::Seconds(10);
constexpr char kKeyRefused[] = "no key that is believed here has signed what consent says of its log";
constexpr char kClocksApart[] = "this clock and consent's are more than ten seconds apart";

bool AreApart(absl::Time a, absl::Time b) {
  return a - b > kHeartbeatSkewMax || b - a > kHeartbeatSkewMax;
}

bool Halts(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "INCARNATION_CHANGED" || reason == "LOG_ROLLED_BACK" || reason == "LOG_FORKED";
}

bool IsKeyRefusal(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "NOTE_UNSIGNED" || reason == "NOTE_SIGNATURE";
}

// What the refusal of a log says of a warrant that came with it.
absl::Status AsWarrantRefusal(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (reason == "INCARNATION_CHANGED") {
    return PermissionDenied("WARRANT_INCARNATION", "the warrant is of another incarnation of consent's log");
  }
  if (reason == "LOG_ROLLED_BACK" || reason == "LOG_FORKED") {
    return PermissionDenied(absl::StrCat("WARRANT_", reason), status.message());
  }
  return PermissionDenied("WARRANT_CHECKPOINT", status.message());
}

}  // namespace

ConsentFollower::ConsentFollower(Options options, ConsentCalls calls, const Clock& clock, Save save,
                                 std::optional<FollowedCheckpoint> last)
    : options_(std::move(options)), calls_(std::move(calls)), clock_(clock), save_(std::move(save)),
      last_(std::move(last)), witnesses_(options_.witnesses) {
  const bool reconciled = last_.has_value() && !options_.reconciled_incarnation.empty() &&
                          last_->incarnation != options_.reconciled_incarnation;
  if (reconciled) last_.reset();
}

absl::Status ConsentFollower::Accept(absl::string_view note, const std::vector<Digest>& proof) {
  SH_ASSIGN_OR_RETURN(const FollowedCheckpoint accepted, AcceptCheckpoint(note, proof, options_.rules, last_));
  if (!last_.has_value() && !options_.reconciled_incarnation.empty() &&
      accepted.incarnation != options_.reconciled_incarnation) {
    return FailedPrecondition("INCARNATION_CHANGED", "consent's incarnation is not the one that was reconciled");
  }
  if (last_ == accepted) return absl::OkStatus();
  SH_RETURN_IF_ERROR(save_(accepted));
  last_ = accepted;
  recent_[accepted.size] = accepted.root;
  if (recent_.size() > kRecentMax) recent_.erase(recent_.begin());
  return absl::OkStatus();
}

absl::Status ConsentFollower::HearWords(absl::string_view note) {
  FollowRules rules = options_.rules;
  rules.witnesses = options_.witnesses.witnesses;
  const auto words = ReadWitnessWords(note, std::move(rules));
  if (!words.ok()) return absl::OkStatus();
  const Checkpoint& seen = words->front().checkpoint;
  FollowedCheckpoint last;
  {
    absl::MutexLock lock(&mutex_);
    if (!last_.has_value() || last_->incarnation != seen.incarnation) return absl::OkStatus();
    last = *last_;
  }
  const bool older = seen.size <= last.size;
  const ConsistencyClaim growth = older ? ConsistencyClaim{seen.size, seen.root, last.size, last.root}
                                        : ConsistencyClaim{last.size, last.root, seen.size, seen.root};
  std::vector<Digest> proof;
  if (growth.first_size > 0 && growth.first_size < growth.second_size) {
    auto proven = calls_.prove(growth.first_size, growth.second_size);
    if (!proven.ok()) return absl::OkStatus();
    proof = *std::move(proven);
  }
  const absl::Status one_history = VerifyConsistency(growth, proof);
  absl::MutexLock lock(&mutex_);
  if (!one_history.ok()) {
    const absl::Status forked = PermissionDenied("LOG_FORKED", "a witness has signed another history of consent's log");
    if (halt_.ok()) halt_ = forked;
    return forked;
  }
  // A word of tomorrow would stand for fresh for ever: it is none.
  const absl::Time latest = clock_.Now() + kHeartbeatSkewMax;
  for (const WitnessWord& word : *words) {
    if (word.time <= latest) witnesses_.Heard(word.public_key, word.time);
  }
  return absl::OkStatus();
}

absl::Status ConsentFollower::HearWitnesses() {
  {
    absl::MutexLock lock(&mutex_);
    const absl::Time now = clock_.Now();
    if (!witnesses_.IsDue(now)) return absl::OkStatus();
    witnesses_.Asked(now);
  }
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> notes, calls_.cosigned());
  for (size_t i = 0; i < notes.size() && i < kWitnessesMax; ++i) SH_RETURN_IF_ERROR(HearWords(notes[i]));
  return absl::OkStatus();
}

absl::Status ConsentFollower::Poll() {
  SH_RETURN_IF_ERROR(Exchange());
  return HearWitnesses();
}

absl::Status ConsentFollower::Exchange() {
  Revision have, applied;
  {
    absl::MutexLock lock(&mutex_);
    if (last_.has_value()) have = {.incarnation = last_->incarnation, .size = last_->size};
    if (heartbeat_.has_value()) applied = {.incarnation = heartbeat_->incarnation, .size = heartbeat_->floor};
  }
  // Freshness counts from before the call: what consent knew then is in the answer.
  const absl::Time asked_time = clock_.Now();
  SH_ASSIGN_OR_RETURN(const ConsentNews news, calls_.watch(have, applied));
  const absl::StatusOr<Heartbeat> heartbeat =
      OpenHeartbeat(news.heartbeat, options_.rules.origin, options_.rules.log_keys);
  absl::MutexLock lock(&mutex_);
  key_refused_ = IsKeyRefusal(heartbeat.status());
  if (key_refused_) return FailedPrecondition("CONSENT_KEY_REFUSED", kKeyRefused);
  SH_RETURN_IF_ERROR(heartbeat);
  // Warrants may have moved us on while the call was under way; then the next poll
  // asks from there.
  const bool overtaken = last_.has_value() && last_->size != have.size && last_->incarnation == have.incarnation;
  if (!overtaken) {
    const absl::Status accepted = Accept(news.checkpoint, news.consistency);
    // What was noticed first is what the operator has to know: a log that was rolled back
    // looks forked as soon as it has grown again.
    if (Halts(accepted) && halt_.ok()) halt_ = accepted;
    SH_RETURN_IF_ERROR(accepted);
  }
  clocks_apart_ = AreApart(heartbeat->time, clock_.Now());
  if (clocks_apart_) return FailedPrecondition("CLOCK_SKEW", kClocksApart);
  if (!heartbeat_.has_value() || heartbeat->time >= heartbeat_->time) {
    heartbeat_ = *heartbeat;
    heard_time_ = asked_time;
  }
  return absl::OkStatus();
}

absl::StatusOr<Heartbeat> ConsentFollower::Fresh() const {
  absl::MutexLock lock(&mutex_);
  if (!halt_.ok()) return halt_;
  if (key_refused_) return FailedPrecondition("CONSENT_KEY_REFUSED", kKeyRefused);
  // Not a halt: it ends by itself when the clocks are set right.
  if (clocks_apart_) return Unavailable("CLOCK_SKEW", kClocksApart);
  const absl::Duration age = clock_.Now() - heard_time_;
  // Heard in our future: the clock was set back, and age says nothing any more.
  if (!heartbeat_.has_value() || age > kWarrantLifeMax || age < -kHeartbeatSkewMax) {
    return Unavailable("CONSENT_STALE", "no heartbeat of consent within one warrant's life");
  }
  SH_RETURN_IF_ERROR(witnesses_.Check(clock_.Now()));
  return *heartbeat_;
}

int64_t ConsentFollower::HeartbeatAgeMs() const {
  absl::MutexLock lock(&mutex_);
  if (!heartbeat_.has_value()) return -1;
  return absl::ToInt64Milliseconds(clock_.Now() - heard_time_);
}

absl::Status ConsentFollower::PlaceNewer(const ProvenLeaf& leaf, const FollowedCheckpoint& last, uint64_t size) {
  const absl::StatusOr<std::vector<Digest>> proof = calls_.prove(last.size, size);
  if (proof.status().code() == absl::StatusCode::kOutOfRange) {
    return PermissionDenied("WARRANT_LOG_FORKED", "consent itself does not know a log of that size");
  }
  if (!proof.ok()) return Unavailable("CONSENT_UNREACHABLE", "consent did not prove that its log grew");
  absl::MutexLock lock(&mutex_);
  // Another call may have gone further meanwhile; the caller then tries again.
  if (!last_.has_value() || !(*last_ == last)) return Failure(absl::StatusCode::kAborted, "OVERTAKEN", "try again");
  const absl::Status accepted = Accept(leaf.checkpoint, *proof);
  return accepted.ok() || accepted.code() == absl::StatusCode::kUnavailable ? accepted : AsWarrantRefusal(accepted);
}

absl::Status ConsentFollower::PlaceOlder(const ProvenLeaf& leaf, const FollowedCheckpoint& last, uint64_t size) {
  const absl::StatusOr<std::vector<Digest>> proof = calls_.prove(size, last.size);
  if (!proof.ok()) return Unavailable("CONSENT_UNREACHABLE", "consent did not prove its log's past");
  const auto placed = CheckEarlierCheckpoint(leaf.checkpoint, *proof, options_.rules, last);
  return placed.ok() ? absl::OkStatus() : AsWarrantRefusal(placed.status());
}

absl::Status ConsentFollower::Place(const ProvenLeaf& leaf, const Checkpoint& checkpoint) {
  // Each try either places the leaf or finds that the follower moved on meanwhile.
  constexpr int kTriesMax = 8;
  for (int i = 0; i < kTriesMax; ++i) {
    FollowedCheckpoint last;
    {
      absl::MutexLock lock(&mutex_);
      if (!last_.has_value()) return Unavailable("CONSENT_STALE", "consent has not been heard yet");
      last = *last_;
      if (checkpoint.incarnation != last.incarnation) {
        return PermissionDenied("WARRANT_INCARNATION", "the warrant is of another incarnation of consent's log");
      }
      recent_[last.size] = last.root;
      const auto seen = recent_.find(checkpoint.size);
      if (seen != recent_.end()) {
        if (seen->second == checkpoint.root) return absl::OkStatus();
        return PermissionDenied("WARRANT_LOG_FORKED", "consent signed two logs of one size");
      }
    }
    const absl::Status placed = checkpoint.size > last.size ? PlaceNewer(leaf, last, checkpoint.size)
                                                            : PlaceOlder(leaf, last, checkpoint.size);
    if (ReasonOf(placed) != "OVERTAKEN") return placed;
  }
  return Unavailable("CONSENT_UNREACHABLE", "consent's log grew faster than it could be followed");
}

absl::StatusOr<Checkpoint> ConsentFollower::Read(const std::string& note) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = notes_.find(note);
    if (known != notes_.end()) return known->second;
  }
  // Which keys to believe never changes while we live, so neither does the verdict.
  SH_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(note, options_.rules));
  absl::MutexLock lock(&mutex_);
  if (notes_.size() >= kNotesMax) notes_.clear();
  notes_.emplace(note, checkpoint);
  return checkpoint;
}

absl::StatusOr<AdmittedWarrant> ConsentFollower::Admit(const ProvenLeaf& leaf, const Presentation& presentation) {
  SH_RETURN_IF_ERROR(Fresh());
  const absl::StatusOr<Checkpoint> checkpoint = Read(leaf.checkpoint);
  if (!checkpoint.ok()) return AsWarrantRefusal(checkpoint.status());
  if (!CheckLeafInTree(leaf, *checkpoint).ok()) {
    return PermissionDenied("WARRANT_UNPROVEN", "the warrant is not in consent's log as it is presented");
  }
  if (leaf.kind != kWarrantLeafKind) {
    return PermissionDenied("WARRANT_UNPROVEN", "the leaf is in consent's log, but it is not a warrant");
  }
  SH_RETURN_IF_ERROR(Place(leaf, *checkpoint));
  SH_ASSIGN_OR_RETURN(Warrant warrant, ParseWarrant(leaf.body));
  const std::string question_digest = QuestionDigest(*presentation.question);
  // Only now: placing it may have taken several calls, and the floor may have risen meanwhile.
  SH_ASSIGN_OR_RETURN(const Heartbeat heartbeat, Fresh());
  const WarrantExpectation expectation = {.audience = options_.audience,
                                          .presenter_thumbprint = presentation.presenter_thumbprint,
                                          .question_digest = question_digest,
                                          .operation = presentation.operation,
                                          .now = clock_.Now(),
                                          .start_time = options_.start_time,
                                          .floor = heartbeat.floor};
  SH_RETURN_IF_ERROR(CheckWarrantTerms(warrant, leaf.index, expectation));
  return AdmittedWarrant{.warrant = std::move(warrant),
                         .leaf_index = leaf.index,
                         .warrant_digest = ToBytes(Sha256(leaf.body))};
}

}  // namespace safehaven
