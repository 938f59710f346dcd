// What consent knows, folded from its log: the log is the only truth, and this is
// rebuilt from it at every start.
//
// Readers take an immutable View and keep it for one decision; while nothing has changed
// they take no lock for it. The one writer folds each new leaf in. Thread-safe.
//
// Each thread that asked keeps the View that it saw last until it asks again: memory,
// not freshness, because the version is compared first.
#ifndef SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STATE_H_
#define SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STATE_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/evidence/evidence.h"
#include "safehaven/storage/v1/consent.pb.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/holding_index.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/store/objection_sets.h"

namespace safehaven::consent {

// Kinds of leaves in consent's log (docs/formats.md, "Log leaves"). Persistent: never
// change a value.
inline constexpr uint8_t kDecisionLeaf = 2;    // a permit or a refusal, as decided
inline constexpr uint8_t kRegisterLeaf = 3;    // a change of the register
inline constexpr uint8_t kObjectionsLeaf = 4;  // a batch of objections
inline constexpr uint8_t kInquiryLeaf = 5;     // somebody looked back at people's records, or erased
inline constexpr uint8_t kRedactionLeaf = 6;   // what an erased leaf still says
inline constexpr uint8_t kProposalLeaf = 7;    // a change of the register that waits
// Warrants are kWarrantLeafKind of libs/warrant/verify.h.

// An inquiry for a person's own request.
inline constexpr char kPatientInquiry[] = "patient";
// One that is no inquiry: officers erased what is over.
inline constexpr char kErasureInquiry[] = "erasure";

// Everything that one decision looks at.
struct View {
  std::shared_ptr<const RegisterSnapshot> snapshot;
  std::shared_ptr<const std::vector<Holding>> holdings;
  std::shared_ptr<const HoldingIndex> holding_index;  // of the first of `holdings`
  uint64_t register_size = 0;    // log size just after the last change of the register
  uint64_t objections_size = 0;  // log size just after the last objections
  uint64_t floor = 0;            // warrants from before this size are void
};

// One batch of objections: where it lies and which set it is of.
struct ObjectionLeaf {
  uint64_t index = 0;
  std::string set;
};

// A load of objections. Sources name their loads themselves, so the name alone says
// nothing: two of them may call a load of different sets the same.
struct LoadName {
  std::string set;
  std::string load;
  friend auto operator<=>(const LoadName&, const LoadName&) = default;
};

// Where a row of a load lies.
struct ObjectionRow {
  uint64_t leaf = 0;
  uint64_t row = 0;  // of that leaf
};

class ConsentState {
 public:
  ConsentState();

  // Folds one leaf in; leaves come in the order of the log. DATA_LOSS with reason
  // LEAF_CORRUPT if its body does not parse.
  absl::Status Fold(uint8_t kind, uint64_t index, absl::string_view body) ABSL_LOCKS_EXCLUDED(mutex_);

  // The same for a decision that was just written, without reading it again.
  absl::Status FoldDecision(const storage::v1::DecisionRecord& record) ABSL_LOCKS_EXCLUDED(mutex_);

  View view() const ABSL_LOCKS_EXCLUDED(mutex_);

  // All register events, for asking what was known earlier.
  std::vector<RegisterEvent> Events() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Leaves of objections with index >= `after_size`, ascending.
  std::vector<ObjectionLeaf> ObjectionsAfter(uint64_t after_size) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Next offset of a load of objections; 0 for one that is not known.
  uint64_t ObjectionOffset(const LoadName& load) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Where the load's row at `offset` lies, if there is one.
  std::optional<ObjectionRow> FindObjection(const LoadName& load, uint64_t offset) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Leaf of the inquiry with this id, or of the proposal with this request id.
  std::optional<uint64_t> InquiryLeafOf(absl::string_view id) const ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<uint64_t> ProposalLeafOf(absl::string_view request_id) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Leaves of the inquiries that were made for this person's own requests, ascending.
  std::vector<uint64_t> LooksAt(uint64_t nhs_number) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Who objects now; at least what view().objections_size says.
  const ObjectionSets& objections() const { return sets_; }

  // Signed requests used up by decisions and acts of the last kNonceKept before the newest
  // one: for the ReplayWindow of a process that begins.
  std::vector<UsedRequest> UsedRequests() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Log size of the register change with this request id, if there is one.
  std::optional<uint64_t> AppliedAs(absl::string_view request_id) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status FoldRegister(uint64_t index, absl::string_view body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FoldObjections(uint64_t index, absl::string_view body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FoldDecided(const storage::v1::DecisionRecord& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FoldUsedRequests(std::span<const storage::v1::UsedRequestRecord* const> used, int64_t use_unix_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FoldInquiry(uint64_t index, absl::string_view body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FoldRedaction(uint64_t index, absl::string_view body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FoldProposal(uint64_t index, absl::string_view body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The same holding again adds nothing.
  absl::Status AddHolding(const storage::v1::HoldingRecord& held) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes view_ of everything that was folded.
  void Apply() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  struct LoadProgress {
    uint64_t next_offset = 0;
    std::map<uint64_t, uint64_t> leaves;  // by the offset at which each begins
  };

  const uint64_t id_;  // of this object, never used again in the process
  // Grows with every fold that changes the view, after it is done.
  std::atomic<uint64_t> version_{1};
  ObjectionSets sets_;
  mutable absl::Mutex mutex_;
  mutable View view_ ABSL_GUARDED_BY(mutex_);
  std::vector<RegisterEvent> events_ ABSL_GUARDED_BY(mutex_);
  // Folded, but not yet in the view: a snapshot is made when somebody looks, once for a
  // whole log at the start.
  mutable size_t events_applied_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable std::vector<Holding> new_holdings_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> known_holdings_ ABSL_GUARDED_BY(mutex_);  // their records
  std::vector<ObjectionLeaf> objections_ ABSL_GUARDED_BY(mutex_);
  std::map<LoadName, LoadProgress> loads_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> requests_ ABSL_GUARDED_BY(mutex_);
  std::deque<UsedRequest> used_requests_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> inquiries_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> proposals_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::vector<uint64_t>> looks_ ABSL_GUARDED_BY(mutex_);  // by NHS number
};

// Records of the log from and to domain types.
storage::v1::HoldingRecord ToRecord(const Holding& holding);
storage::v1::UsedRequestRecord ToRecord(const UsedRequest& request);
absl::StatusOr<Holding> FromRecord(const storage::v1::HoldingRecord& record);

// The register events of one change. DATA_LOSS with reason LEAF_CORRUPT.
absl::StatusOr<std::vector<RegisterEvent>> EventsOf(uint64_t index, const storage::v1::RegisterChangeRecord& record);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STATE_H_
