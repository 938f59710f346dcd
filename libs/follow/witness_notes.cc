#include "libs/follow/witness_notes.h"

#include <set>

#include "libs/base/status.h"
#include "libs/merkle/witness.h"

namespace safehaven {

absl::StatusOr<std::unique_ptr<WitnessNotes>> WitnessNotes::Make(FollowRules rules,
                                                                 std::span<const std::string> witnesses) {
  SH_ASSIGN_OR_RETURN(rules.witnesses, ReadWitnesses(witnesses));
  return std::unique_ptr<WitnessNotes>(new WitnessNotes(std::move(rules)));
}

absl::Status TakeCosigned(WitnessNotes* notes, const std::string& note, uint64_t log_size) {
  if (notes == nullptr) return PermissionDenied("WITNESS_UNKNOWN", "this service was told of no witness");
  return notes->Take(note, log_size);
}

std::vector<std::string> KeptCosigned(const WitnessNotes* notes) {
  return notes == nullptr ? std::vector<std::string>() : notes->Newest();
}

absl::Status WitnessNotes::Take(const std::string& note, uint64_t log_size) {
  SH_ASSIGN_OR_RETURN(const std::vector<WitnessWord> words, ReadWitnessWords(note, rules_));
  absl::MutexLock lock(&mutex_);
  for (const WitnessWord& word : words) {
    if (word.checkpoint.size > log_size) {
      return Failure(absl::StatusCode::kOutOfRange, "LOG_SIZE_UNKNOWN", "the log is not as long as the checkpoint says");
    }
    Kept& kept = by_key_[word.public_key];
    // By size: a time that was ahead must not keep later words out.
    if (kept.note.empty() || word.checkpoint.size >= kept.size) kept = {.size = word.checkpoint.size, .note = note};
  }
  return absl::OkStatus();
}

std::vector<std::string> WitnessNotes::Newest() const {
  absl::MutexLock lock(&mutex_);
  std::set<std::string> notes;
  for (const auto& [key, kept] : by_key_) notes.insert(kept.note);
  return {notes.begin(), notes.end()};
}

}  // namespace safehaven
