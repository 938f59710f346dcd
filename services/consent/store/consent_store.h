// consent's durable side: its log, and the state folded from it.
//
// A decision is only as good as the register and the objections it was made on, so
// what is written names them: a warrant is appended on the condition that neither has
// changed since the View that it was decided on, and is refused (ABORTED) otherwise;
// the caller then decides again. So no warrant is ever younger in the log than a
// change it did not see.
//
// A change that was begun may be in the log although its writer heard a failure. From
// then on the store is behind: it permits nothing on the older View and takes no other
// change, until it has read what the log has. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STORE_H_
#define SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/log/transparency_log.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/storage/store.h"
#include "services/consent/store/consent_state.h"

namespace safehaven::consent {

// A View, with what it has to be compared with at writing.
struct GuardedView {
  View view;
  std::optional<Version> register_version;    // of the key that every change of the register writes
  std::optional<Version> objections_version;  // of the key that every batch of objections writes
};

class ConsentStore {
 public:
  // Folds the whole log. Both are borrowed and outlive it. DATA_LOSS with reason
  // LEAF_CORRUPT or CHAIN_BROKEN.
  static absl::StatusOr<std::unique_ptr<ConsentStore>> Open(Store& store, TransparencyLog& log);

  // Without a lock, unless the store is behind: then it reads the log first, and gives
  // the View that it has if it cannot, on which nothing can be permitted.
  GuardedView view();
  const ConsentState& state() const { return state_; }
  TransparencyLog& log() { return log_; }

  // A change of the register, planned on `planned`. ABORTED with reason
  // PRECONDITION_FAILED if the register has changed since. Returns its log size. This and
  // the other changes are not begun after `deadline` (DEADLINE_EXCEEDED with reason
  // DEADLINE_PASSED); once begun they are waited for, as long as the log takes.
  absl::StatusOr<uint64_t> AppendRegister(const storage::v1::RegisterChangeRecord& record, const GuardedView& planned,
                                          absl::Time deadline);

  // A batch of objections. ALREADY_EXISTS with reason OFFSET_WRITTEN if its rows are in
  // the log, LOAD_DIFFERS if others are there in their place, or OUT_OF_RANGE with reason
  // OFFSET_AHEAD (each with metadata "next_offset"). Returns its log size.
  absl::StatusOr<uint64_t> AppendObjections(const storage::v1::ObjectionBatchRecord& record, absl::Time deadline);

  // Warrants (their bytes), then the decision that names them: all of them or none, so no
  // warrant is in the log without the decision that it comes from. With warrants,
  // ABORTED if register or objections have changed since `decided`. Returns the warrants'
  // leaves, or, where there are none, the decision's, each with its proof.
  absl::StatusOr<std::vector<ProvenLeaf>> AppendDecision(std::vector<std::string> warrants,
                                                         const storage::v1::DecisionRecord& record,
                                                         const GuardedView& decided, absl::Time deadline);

  // An inquiry, logged before anything of it is answered. Returns its leaf.
  absl::StatusOr<uint64_t> AppendInquiry(const storage::v1::InquiryRecord& record, absl::Time deadline);
  // NOT_FOUND with reason INQUIRY_UNKNOWN; as Read.
  absl::StatusOr<storage::v1::InquiryRecord> FindInquiry(absl::string_view id, absl::Time deadline);

  // A change of the register that waits. Nothing of it is in force.
  absl::Status AppendProposal(const storage::v1::ProposalRecord& record, absl::Time deadline);
  // The proposal with this request id, or nothing.
  absl::StatusOr<std::optional<storage::v1::ProposalRecord>> FindProposal(absl::string_view request_id,
                                                                          absl::Time deadline);

  // Logs what the leaf record.index() still says, then erases that leaf's body, with
  // record.reason(). A crash between the two leaves a body that the next call finds.
  absl::Status Redact(const storage::v1::RedactionRecord& record, absl::Time deadline);

  // Every leaf from `begin` on, in order, until `visit` fails; as the log is now.
  absl::Status Scan(uint64_t begin, absl::Time deadline,
                    const std::function<absl::Status(const LogEntry&)>& visit) const;

  // The objections of one leaf. DATA_LOSS, or NOT_FOUND with reason LEAF_ERASED.
  absl::StatusOr<storage::v1::ObjectionBatchRecord> ReadObjections(uint64_t index, absl::Time deadline);

 private:
  ConsentStore(Store& store, TransparencyLog& log);

  // Folds a leaf; of one whose body was erased what was redacted of it, or nothing.
  absl::Status FoldEntry(const LogEntry& entry, absl::Time deadline);

  // How all that is guarded is written. (guarded_writes.cc)
  // Appends a change on the condition that nothing has changed since `register_version`
  // and the newest objections, and folds it. ABORTED with reason PRECONDITION_FAILED if
  // something has, which is folded then.
  absl::StatusOr<uint64_t> AppendGuarded(AppendRequest request, const std::optional<Version>& register_version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // OFFSET_WRITTEN, or LOAD_DIFFERS: which of them it is.
  absl::Status CompareWritten(const storage::v1::ObjectionBatchRecord& record, uint64_t next_offset, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // Folds what the log has beyond what was folded, if the store is behind. UNAVAILABLE
  // with reason LOG_IN_DOUBT while the log itself does not know.
  absl::Status CatchUp() ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // Reads the versions of the two guarded keys anew.
  absl::Status RefreshVersions(absl::Time deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  absl::StatusOr<ProvenLeaf> Prove(uint8_t kind, std::string body, Appended appended);

  const std::string register_key_;
  const std::string objections_key_;
  Store& store_;
  TransparencyLog& log_;
  ConsentState state_;

  // One change of the register or the objections at a time: they are rare, and each
  // has to see the one before. Decisions do not take it.
  absl::Mutex write_mutex_;
  // Version::value, which begins at 1; 0 for an absent key.
  std::atomic<uint64_t> register_version_{0};
  std::atomic<uint64_t> objections_version_{0};
  // Changes below this size are folded.
  uint64_t folded_size_ ABSL_GUARDED_BY(write_mutex_) = 0;
  std::atomic<bool> behind_{false};
  // While behind: the size beyond which the log knows what was written.
  uint64_t doubt_size_ ABSL_GUARDED_BY(write_mutex_) = 0;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_STORE_CONSENT_STORE_H_
