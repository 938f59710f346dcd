// From a protected table (or selected rows) and a closed release to a reply, and from
// nothing else: the types here are the only way (docs/architecture.md, rule 5).
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_REPLY_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_REPLY_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/disclosure/protect.h"
#include "libs/merkle/proven_leaf.h"
#include "safehaven/costing/v1/answer.pb.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "services/costing/core/records.h"
#include "services/costing/store/release_store.h"

namespace safehaven::costing {

// What linkage said of the persons of one answer, by person number.
struct ResolvedPersons {
  std::map<uint64_t, std::string> pseudonyms;
  std::map<uint64_t, std::string> sealed_nhs_numbers;
};

class ClosedRelease;

// An answer that may leave. Made from a table that has passed Protect(), or from rows
// with pseudonyms and sealed items in place of persons.
class ReleasableAnswer {
 public:
  static ReleasableAnswer FromTable(const ReleasableTable& table, const DisclosureRules& rules);
  // INTERNAL with reason PERSON_UNRESOLVED if linkage did not resolve somebody.
  static absl::StatusOr<ReleasableAnswer> FromRecords(const RecordTable& table, const ResolvedPersons& persons,
                                                      const DisclosureRules& rules);
  // What a closed release kept. DATA_LOSS with reason RELEASE_CORRUPT unless it is what
  // the closing entry says was released.
  static absl::StatusOr<ReleasableAnswer> FromKept(const std::string& bytes, const ClosedRelease& release);

  const v1::ProtectedAnswer& answer() const { return answer_; }

 private:
  explicit ReleasableAnswer(v1::ProtectedAnswer answer) : answer_(std::move(answer)) {}
  v1::ProtectedAnswer answer_;
};

// The closing entry of a release, durable in costing's log.
class ClosedRelease {
 public:
  const ProvenLeaf& leaf() const { return leaf_; }

 private:
  friend absl::StatusOr<ClosedRelease> CloseRelease(ReleaseStore& store, const OpenedRelease& opened,
                                                    const ReleasableAnswer& answer, v1::ReleaseClosing closing,
                                                    absl::Time deadline);
  friend absl::StatusOr<ClosedRelease> FindClosedRelease(ReleaseStore& store,
                                                         const storage::v1::UsedWarrantRecord& used,
                                                         absl::Time deadline);
  explicit ClosedRelease(ProvenLeaf leaf) : leaf_(std::move(leaf)) {}
  ProvenLeaf leaf_;
};

// Most bytes of an answer: with its receipt it has to fit a message, and with its
// closing entry one append of the log.
inline constexpr size_t kAnswerBytesMax = 15 << 20;

// Logs what is about to be sent and keeps it. `closing` with warrant, opening and time;
// the rest is filled in from the answer.
absl::StatusOr<ClosedRelease> CloseRelease(ReleaseStore& store, const OpenedRelease& opened,
                                           const ReleasableAnswer& answer, v1::ReleaseClosing closing,
                                           absl::Time deadline);

// The entry that a release of before was closed with. `used` has a closed answer.
absl::StatusOr<ClosedRelease> FindClosedRelease(ReleaseStore& store, const storage::v1::UsedWarrantRecord& used,
                                                absl::Time deadline);

v1::AnswerResponse MakeReply(const ReleasableAnswer& answer, const ClosedRelease& release,
                             const type::v1::ProvenLeaf& warrant);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_REPLY_H_
