#include "services/linkage/core/review.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kIdDigits = 32;

// Thousandths of a bit.
uint64_t EntropyOf(Weight weight) {
  const double p = ProbabilityOf(weight);
  if (p <= 0 || p >= 1) return 0;
  return static_cast<uint64_t>(std::lround(-1000 * (p * std::log2(p) + (1 - p) * std::log2(1 - p))));
}

// The smallest token and the person of each profile, and each person's number of records.
struct Known {
  absl::flat_hash_map<uint32_t, const RecordPlace*> profiles;
  absl::flat_hash_map<PersonNumber, uint64_t> records;
};

Known Index(std::span<const RecordPlace> places) {
  Known known;
  // Ascending by token, so the first of a profile is the smallest.
  for (const RecordPlace& place : places) {
    if (place.person == kNoPerson) continue;
    known.profiles.try_emplace(place.profile, &place);
    ++known.records[place.person];
  }
  return known;
}

}  // namespace

std::string ReviewIdOf(absl::string_view authority, const RecordToken& a, const RecordToken& b) {
  std::string text = absl::StrCat("safehaven-review\n", authority, "\n");
  for (const RecordToken& token : {a, b}) text.append(token.bytes.begin(), token.bytes.end());
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest).substr(0, kIdDigits);
}

Settlement Settle(std::span<const GivenVerdict> verdicts) {
  if (verdicts.size() < 2) return {};
  if (verdicts[0].verdict == verdicts[1].verdict) {
    return {.state = ReviewState::kSettled, .outcome = verdicts[0].verdict};
  }
  if (verdicts.size() == 2) return {.state = ReviewState::kDisagreed};
  return {.state = ReviewState::kSettled, .outcome = verdicts[2].verdict};
}

DecidedPairs DecidedBy(std::span<const Review> reviews) {
  DecidedPairs decided;
  for (const Review& review : reviews) {
    const Settlement settlement = Settle(review.verdicts);
    if (settlement.outcome == Verdict::kSame) decided.together.emplace_back(review.a, review.b);
    if (settlement.outcome == Verdict::kDifferent) decided.apart.emplace_back(review.a, review.b);
  }
  return decided;
}

std::vector<ReviewCandidate> QueueReviews(std::span<const RecordPlace> places, std::span<const PairEvidence> evidence,
                                          std::span<const PersonNumber> hidden, size_t count_max) {
  const Known known = Index(places);
  const auto is_hidden = [&](PersonNumber person) {
    return std::binary_search(hidden.begin(), hidden.end(), person);
  };
  std::vector<ReviewCandidate> queue;
  for (const PairEvidence& pair : evidence) {
    if (pair.decision != Decision::kReview && !Links(pair.decision)) continue;
    const auto a = known.profiles.find(pair.profile_a);
    const auto b = known.profiles.find(pair.profile_b);
    if (a == known.profiles.end() || b == known.profiles.end()) continue;
    const PersonNumber person_a = a->second->person;
    const PersonNumber person_b = b->second->person;
    // One person by other records already, and a link that was made: no question.
    if (person_a == person_b || is_hidden(person_a) || is_hidden(person_b)) continue;
    const uint64_t stakes = std::min(kReviewStakesMax, known.records.at(person_a) * known.records.at(person_b));
    const auto [first, second] = std::minmax(a->second->token, b->second->token);
    queue.push_back({.a = first, .b = second, .weight = pair.weight, .gain = EntropyOf(pair.weight) * stakes});
  }
  std::sort(queue.begin(), queue.end(), [](const ReviewCandidate& x, const ReviewCandidate& y) {
    return std::tuple(y.gain, x.a, x.b) < std::tuple(x.gain, y.a, y.b);
  });
  if (queue.size() > count_max) queue.resize(count_max);
  return queue;
}

}  // namespace safehaven::linkage
