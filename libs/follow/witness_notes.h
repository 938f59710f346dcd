// The newest word of each witness on a log, as the log's service keeps it for those who
// follow: it takes what witnesses bring and gives it out, and decides nothing by it.
// Kept in memory: a witness comes again within its interval. Thread-safe.
#ifndef SAFEHAVEN_LIBS_FOLLOW_WITNESS_NOTES_H_
#define SAFEHAVEN_LIBS_FOLLOW_WITNESS_NOTES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/merkle/checkpoint_follower.h"

namespace safehaven {

class WitnessNotes {
 public:
  // `rules`: the log's origin and keys; `witnesses`: whose word is taken, by their texts.
  // INVALID_ARGUMENT with reason KEY_MALFORMED.
  static absl::StatusOr<std::unique_ptr<WitnessNotes>> Make(FollowRules rules, std::span<const std::string> witnesses);

  // Keeps a cosigned checkpoint of this log, of `log_size` leaves now, for each witness
  // that signed it and has not brought a longer one. The failures of ReadWitnessWords();
  // OUT_OF_RANGE with reason LOG_SIZE_UNKNOWN if the log is not that long.
  absl::Status Take(const std::string& note, uint64_t log_size) ABSL_LOCKS_EXCLUDED(mutex_);

  // The notes kept, each once.
  std::vector<std::string> Newest() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  explicit WitnessNotes(FollowRules rules) : rules_(std::move(rules)) {}

  struct Kept {
    uint64_t size = 0;
    std::string note;
  };

  const FollowRules rules_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Kept> by_key_ ABSL_GUARDED_BY(mutex_);  // public key of the witness
};

// The same for a service that may have been told of no witness (null): as if it knew an
// empty list of them.
absl::Status TakeCosigned(WitnessNotes* notes, const std::string& note, uint64_t log_size);
std::vector<std::string> KeptCosigned(const WitnessNotes* notes);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_FOLLOW_WITNESS_NOTES_H_
