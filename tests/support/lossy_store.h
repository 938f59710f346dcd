// A store whose answer to some batches is lost: they are written, and the caller hears
// UNAVAILABLE. For tests of what a retry finds.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LOSSY_STORE_H_
#define SAFEHAVEN_TESTS_SUPPORT_LOSSY_STORE_H_

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "libs/base/status.h"
#include "libs/storage/faulty_store.h"

namespace safehaven {

// To be switched by one thread while no call is under way.
class LossyStore : public FaultyStore {
 public:
  explicit LossyStore(Store& store) : FaultyStore(FaultOptions{}, store) {}

  // From now on of every batch that puts a key with `part` in it; of none if it is empty.
  void LoseAnswersOf(const std::string& part) { part_ = part; }

  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override {
    SH_ASSIGN_OR_RETURN(const Version version, FaultyStore::Apply(batch, deadline));
    const auto is_lost = [this](const KeyValue& put) { return absl::StrContains(put.key, part_); };
    if (part_.empty() || std::none_of(batch.puts.begin(), batch.puts.end(), is_lost)) return version;
    return Unavailable("STORE_UNAVAILABLE", "written, but the answer was lost");
  }

 private:
  std::string part_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_LOSSY_STORE_H_
