// consent for tests of linkage: a real log and key in memory that permits whatever a
// test asks.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_CONSENT_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_CONSENT_H_

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/environment.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/follow/consent_follower.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/type/v1/warrant.pb.h"

namespace safehaven::linkage {

inline constexpr char kConsentOrigin[] = "demo.safehaven.invalid/consent";
inline constexpr char kAuthority[] = "CAG 9-01(a)/2025";

// consent as linkage sees it. Single-threaded unless a test says otherwise.
class FakeConsent {
 public:
  FakeConsent(const Clock& clock, char incarnation)
      : clock_(clock), incarnation_(32, incarnation),
        signer_(*NoteSigner::Make(kConsentOrigin, NoteKeyKind::kEd25519,
                                  *Ed25519PrivateKey::FromSeed(std::string(32, 'k')))) {
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
    Warrant warrant = {.id = absl::StrFormat("%032x", ++warrants_),
                       .question_digest = QuestionDigest(question),
                       .operation = question.operation,
                       .purpose = question.purpose,
                       .identifiability = question.identifiability,
                       .audience = "linkage",
                       .presenter_thumbprint = ThumbprintOf(presenter),
                       .organisation = "ZC1",
                       .role = question.operation == Operation::kLink ? "data_engineer" : "analyst",
                       .caller_digest = std::string(32, 'c'),
                       .approval = kAuthority,
                       .population = {.commissioner = question.commissioner, .list_day = question.list_day},
                       .disclosure_domain = "organisation:ZC1",
                       .flows = {"acute-apc-2025", "gp-register-2025", "social-2025"},
                       .crosswalk = kAuthority,
                       .objections = {{.source = "*", .sets = {"national", absl::StrCat("programme:", kAuthority), "type1"}}},
                       .objection_revision = {.incarnation = incarnation_, .size = objections_size_},
                       .issue_time = clock_.Now(),
                       .expire_time = clock_.Now() + absl::Seconds(10)};
    if (question.operation == Operation::kRecords) warrant.pseudonym_domain = "CAG 9-01(a)/2025|ZC1|1";
    if (change) change(warrant);
    type::v1::PresentedWarrant presented;
    *presented.mutable_proof() = ProvenLeafToProto(Log(kWarrantLeafKind, SerialiseWarrant(warrant)));
    return presented;
  }

  // One batch of objections to `set`; withdrawals of them if `withdrawn`.
  void Object(const std::string& set, const std::vector<NhsNumber>& numbers, bool withdrawn = false) {
    Log(3, "objections");
    consent::v1::ObjectionBatch batch;
    batch.set_set(set);
    batch.set_size(tree_.size());
    for (const NhsNumber& number : numbers) {
      consent::v1::Objection* objection = batch.add_objections();
      objection->set_nhs_number(number.value());
      objection->set_withdrawn(withdrawn);
    }
    batches_.push_back(batch);
    objections_size_ = tree_.size();
  }

  // A withdrawal of an approval: warrants from before are void.
  void Narrow() {
    Log(2, "withdrawn");
    floor_ = tree_.size();
  }

  absl::StatusOr<consent::v1::ReadObjectionsResponse> ReadObjections(uint64_t after_size) const {
    if (silent) return Unavailable("UNREACHABLE", "silent");
    consent::v1::ReadObjectionsResponse response;
    response.set_incarnation(incarnation_);
    for (const consent::v1::ObjectionBatch& batch : batches_) {
      if (batch.size() > after_size) *response.add_batches() = batch;
    }
    response.set_up_to_size(std::max(after_size, objections_size_));
    response.set_complete(true);
    return response;
  }

  ConsentNews News(const Revision& have) const {
    ConsentNews news = {.heartbeat = *SignHeartbeat({.origin = kConsentOrigin,
                                                     .incarnation = incarnation_,
                                                     .size = tree_.size(),
                                                     .root = tree_.Root(),
                                                     .time = clock_.Now(),
                                                     .floor = floor_,
                                                     .objections_size = objections_size_},
                                                    signer_),
                        .checkpoint = Note(),
                        .consistency = {}};
    if (have.size > 0 && have.size <= tree_.size()) {
      news.consistency = *tree_.ConsistencyProof(have.size, tree_.size());
    }
    return news;
  }

  absl::StatusOr<std::vector<Digest>> Prove(uint64_t first, uint64_t second) const {
    return tree_.ConsistencyProof(first, second);
  }

  NoteVerifier verifier() const { return signer_.verifier(); }
  Revision objection_revision() const { return {incarnation_, objections_size_}; }

  static std::string ThumbprintOf(absl::string_view program) {
    std::string thumbprint(32, '#');
    program.copy(thumbprint.data(), thumbprint.size());
    return thumbprint;
  }

  bool silent = false;

 private:
  std::string Note() const {
    return *SignCheckpoint(
        {.origin = kConsentOrigin, .size = tree_.size(), .root = tree_.Root(), .incarnation = incarnation_}, signer_);
  }

  const Clock& clock_;
  const std::string incarnation_;
  NoteSigner signer_;
  MerkleTree tree_;
  std::vector<consent::v1::ObjectionBatch> batches_;
  uint64_t objections_size_ = 0;
  uint64_t floor_ = 0;
  uint64_t warrants_ = 0;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_CONSENT_H_
