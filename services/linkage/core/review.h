// Clerical review: which pairs people should look at, and what their verdicts add up to.
// Two people look at a pair, neither knowing what the other said; where they differ a
// third one settles it. What is settled binds every later run (link.h, decided_apart and
// decided_together) and trains (train/labels.h). Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_REVIEW_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_REVIEW_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/link.h"

namespace safehaven::linkage {

enum class Verdict : uint8_t { kNone = 0, kSame = 1, kDifferent = 2, kCannotTell = 3 };

struct GivenVerdict {
  std::string reviewer;  // who, as a digest
  Verdict verdict = Verdict::kNone;
  int64_t time_unix_ms = 0;
};

// A pair of records, the first token the lower, and what was said about it.
struct Review {
  std::string id;
  RecordToken a;
  RecordToken b;
  std::vector<GivenVerdict> verdicts;
};

// 32 lower-case hex digits, the same for the pair in every run of the authority.
std::string ReviewIdOf(absl::string_view authority, const RecordToken& a, const RecordToken& b);

enum class ReviewState : uint8_t {
  kOpen,       // fewer than two verdicts
  kDisagreed,  // two that differ: a third person decides
  kSettled,
};

struct Settlement {
  ReviewState state = ReviewState::kOpen;
  // Of a settled review. kCannotTell: the pair stays as the model has it.
  Verdict outcome = Verdict::kNone;
};

// Two equal verdicts settle a review; where the first two differ, the third one does.
Settlement Settle(std::span<const GivenVerdict> verdicts);

// What settled reviews say to a run.
struct DecidedPairs {
  std::vector<DecidedPair> apart;
  std::vector<DecidedPair> together;
};
DecidedPairs DecidedBy(std::span<const Review> reviews);

// A pair worth looking at.
struct ReviewCandidate {
  RecordToken a;  // the smallest of its profile; below `b`
  RecordToken b;
  Weight weight = 0;
  // Entropy of the pair's probability in thousandths of a bit, times the pairs of records
  // that a link would join (at most kReviewStakesMax).
  uint64_t gain = 0;
};
inline constexpr uint64_t kReviewStakesMax = 25;

// Pairs for review, and links that clustering refused, of people whom nobody hides: those
// that tell most first, at most `count_max`. `hidden` is ascending. O(n log n).
std::vector<ReviewCandidate> QueueReviews(std::span<const RecordPlace> places, std::span<const PairEvidence> evidence,
                                          std::span<const PersonNumber> hidden, size_t count_max);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_REVIEW_H_
