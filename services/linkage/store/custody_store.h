// Acts of custody at rest: protected identities, and what officers proposed and approved.
// An act is never changed but by its approval, and never deleted. The numbers of a
// protection are wrapped by the key from outside the store and its backups: whoever has
// a copy of the store alone learns no pair. Thread-safe; the store is borrowed and
// outlives it.
//
//     ("custody", id) -> LinkageCustodyRecord
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_CUSTODY_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_CUSTODY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/storage/store.h"
#include "services/linkage/core/protection.h"
#include "services/linkage/core/pseudonym.h"

namespace safehaven::linkage {

// Acts in all; national supports have some hundred protections a year.
inline constexpr size_t kCustodyMax = 2'000;

// As linkage.v1.CustodyKind.
enum class CustodyKind : uint8_t {
  kUnspecified = 0,
  kProtect = 1,
  kLift = 2,
  kRotate = 3,
  kBridge = 4,
  kDestroyFormerKeys = 5,
  kDestroyDomain = 6,
};

// One officer's word.
struct CustodyWord {
  std::string officer;  // digest, as in the warrant
  std::string role;
  std::string authority;
  int64_t time_unix_ms = 0;
};

struct CustodyAct {
  std::string id;  // 32 lower-case hex digits
  CustodyKind kind = CustodyKind::kUnspecified;
  std::string reason;
  CustodyWord proposed;
  std::optional<CustodyWord> approved;
  bool done = false;
  std::string protection;          // kLift
  std::string domain;              // the others
  std::string other_domain;        // kBridge
  uint32_t key_number = 0;         // kRotate, once it is done
  std::optional<ProtectedPair> pair;  // kProtect
  std::string request_digest;      // of the request, to tell another one with the same id
};

// Protections that nobody has lifted.
std::vector<ProtectedPair> StandingProtections(const std::vector<CustodyAct>& acts);
bool IsLifted(const std::vector<CustodyAct>& acts, absl::string_view protection);

class CustodyStore {
 public:
  // `store` and `randomness` are borrowed and outlive it.
  CustodyStore(Store& store, SecretKey wrapping_key, Randomness& randomness)
      : store_(store), wrapping_key_(wrapping_key), randomness_(randomness) {}

  // In the order in which they were proposed. DATA_LOSS with reason RECORD_CORRUPT; fails
  // as UnwrapKey does.
  absl::StatusOr<std::vector<CustodyAct>> All(absl::Time deadline);

  // NOT_FOUND with reason CUSTODY_UNKNOWN; otherwise as All().
  absl::StatusOr<CustodyAct> Get(absl::string_view id, absl::Time deadline);

  // Keeps a new act, or returns the one of the same id and request that is there.
  // ALREADY_EXISTS with reason REQUEST_ID_REUSED if that one answers to another request;
  // RESOURCE_EXHAUSTED with reason CUSTODY_FULL.
  absl::StatusOr<CustodyAct> Add(const CustodyAct& act, absl::Time deadline);

  // Writes the approval or the end of an act that is not done. ABORTED with reason
  // CUSTODY_DONE if it is, or if another was faster.
  absl::Status Update(const CustodyAct& act, absl::Time deadline);

 private:
  absl::StatusOr<std::string> ToBytes(const CustodyAct& act);
  absl::StatusOr<CustodyAct> FromBytes(const std::string& bytes);

  Store& store_;
  const SecretKey wrapping_key_;
  Randomness& randomness_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_CUSTODY_STORE_H_
