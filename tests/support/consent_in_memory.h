// consent as a service sees it that follows it: a real log and a real key in memory, and
// a clock that a test moves. For tests of costing.
#ifndef SAFEHAVEN_TESTS_SUPPORT_CONSENT_IN_MEMORY_H_
#define SAFEHAVEN_TESTS_SUPPORT_CONSENT_IN_MEMORY_H_

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/environment.h"
#include "libs/follow/consent_follower.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven::costing {

inline constexpr char kConsentOrigin[] = "demo.safehaven.invalid/consent";
inline constexpr char kAuthority[] = "CAG 9-01(a)/2025";
inline constexpr char kFlow[] = "acute-apc-2025";

// Stands still until it is moved, and counts who looks. Far ahead of real time, because
// stores compare deadlines with that. Thread-safe.
class WorldClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    ++looks_;
    const absl::Time now = now_;
    now_ += step_;
    return now;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }
  // Moves by `step` whenever somebody looks.
  void StepAtEachLook(absl::Duration step) {
    absl::MutexLock lock(&mutex_);
    step_ = step;
  }
  int looks() const {
    absl::MutexLock lock(&mutex_);
    return looks_;
  }

 private:
  mutable absl::Mutex mutex_;
  mutable absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(2'240'000'000);
  mutable int looks_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration step_ ABSL_GUARDED_BY(mutex_);
};

// consent as costing sees it. Single-threaded but for what Admit() calls.
class ConsentInMemory {
 public:
  // `incarnation`: a hex digit, other for each life of a consent.
  explicit ConsentInMemory(const Clock& clock, char incarnation = '1')
      : clock_(clock), incarnation_(32, incarnation), signer_(safehaven::testing_support::TestSigner(kConsentOrigin, 'k')) {
    Log(2, "register");
  }

  ProvenLeaf Log(uint8_t kind, const std::string& body) {
    const std::string salt(kSaltBytes, 's');
    tree_.Append(LeafHash(AsBytes(Commitment({.kind = kind, .salt = salt, .body = body}))));
    return {.kind = kind,
            .index = tree_.size() - 1,
            .salt = salt,
            .body = body,
            .inclusion = *tree_.InclusionProof(tree_.size() - 1, tree_.size()),
            .checkpoint = Note()};
  }

  // A warrant for `question` with a new id, changed by `change` before it is logged.
  type::v1::PresentedWarrant Permit(const Question& question, absl::string_view presenter,
                                    const std::function<void(Warrant&)>& change = {}) {
    Warrant warrant = {.id = absl::StrCat(incarnation_.substr(0, 1), absl::StrFormat("%031x", ++warrants_)),
                       .question_digest = QuestionDigest(question),
                       .operation = question.operation,
                       .purpose = question.purpose,
                       .identifiability = question.identifiability,
                       .audience = "costing",
                       .presenter_thumbprint = ThumbprintOf(presenter),
                       .organisation = "ZC1",
                       .role = "analyst",
                       .caller_digest = std::string(32, 'c'),
                       .approval = question.approval,
                       .population = {.commissioner = question.commissioner, .list_day = question.list_day},
                       .disclosure_domain = "organisation:ZC1",
                       .flows = {kFlow},
                       .crosswalk = kAuthority,
                       .objections = {{.source = "*", .sets = {"national"}}},
                       .objection_revision = objections(1),
                       .register_revision = {incarnation_, tree_.size()},
                       .issue_time = clock_.Now(),
                       .expire_time = clock_.Now() + absl::Seconds(10)};
    if (question.operation == Operation::kRecords) warrant.pseudonym_domain = "CAG 9-01(a)/2025|ZC1|1";
    if (change) change(warrant);
    type::v1::PresentedWarrant presented;
    *presented.mutable_proof() = ProvenLeafToProto(Log(kWarrantLeafKind, SerialiseWarrant(warrant)));
    return presented;
  }

  // A withdrawal of an approval: warrants from before are void.
  void Narrow() {
    Log(2, "withdrawn");
    floor_ = tree_.size();
  }

  ConsentNews News(const Revision& have) const {
    ConsentNews news = {.heartbeat = *SignHeartbeat({.origin = kConsentOrigin,
                                                     .incarnation = incarnation_,
                                                     .size = tree_.size(),
                                                     .root = tree_.Root(),
                                                     .time = clock_.Now(),
                                                     .floor = floor_},
                                                    signer_),
                        .checkpoint = Note(),
                        .consistency = {}};
    if (have.size > 0 && have.size <= tree_.size()) news.consistency = *tree_.ConsistencyProof(have.size, tree_.size());
    return news;
  }

  ConsentCalls Calls() {
    return {.watch = [this](const Revision& have, const Revision&) -> absl::StatusOr<ConsentNews> { return News(have); },
            .prove = [this](uint64_t first, uint64_t second) { return tree_.ConsistencyProof(first, second); }};
  }

  const std::string& incarnation() const { return incarnation_; }
  Revision objections(uint64_t size) const { return {incarnation_, size}; }
  NoteVerifier verifier() const { return signer_.verifier(); }

  static std::string ThumbprintOf(absl::string_view program) {
    std::string thumbprint(32, '#');
    program.copy(thumbprint.data(), thumbprint.size());
    return thumbprint;
  }

 private:
  std::string Note() const {
    return *SignCheckpoint(
        {.origin = kConsentOrigin, .size = tree_.size(), .root = tree_.Root(), .incarnation = incarnation_}, signer_);
  }

  const Clock& clock_;
  const std::string incarnation_;
  NoteSigner signer_;
  MerkleTree tree_;
  uint64_t floor_ = 0;
  uint64_t warrants_ = 0;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_TESTS_SUPPORT_CONSENT_IN_MEMORY_H_
