// Trains a model from unlabelled records: frequencies, then chance agreement, then
// one EM session a blocking rule and the median over the sessions. Pure; the result
// depends on the records' content only, not on their order.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_TRAIN_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_TRAIN_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// At most this many pairs of a rule train it: whole blocks, in order of their
// hashed keys, which is as good as drawn at random.
inline constexpr uint64_t kSessionPairsMax = 60'000;
// Larger blocks are nearly all strangers and would crowd the matches out.
inline constexpr size_t kSessionBlockMax = 200;
// A session counts only if it found this many matches and told them apart so well.
inline constexpr double kSessionMatchesMin = 20;
inline constexpr double kSessionOverlapMax = 0.1;
// Nor does one whose matches have different given names so often: it has found households.
// Given names of one person are another form, a slip or exchanged, and seldom different.
inline constexpr double kSessionGivenApartMax = 0.25;

// What became of one rule's session.
struct SessionReport {
  std::string rule;
  uint64_t pairs = 0;
  double lambda = 0;
  double matches = 0;
  double overlap = 1;
  // Share of matches whose given names differ (em.h).
  double given_apart = 0;
  int rounds = 0;
  bool used = false;
};

struct TrainingReport {
  // Provisional people that frequencies were counted over.
  uint64_t people = 0;
  std::vector<SessionReport> sessions;
};

// Are the two profiles a pair at all? Not within a source of one record a person.
inline bool Admissible(const Profile& a, const Profile& b, std::span<const SourceRule> sources) {
  return a.source != b.source || !sources[a.source].duplicate_free;
}

// Sets frequencies, u and m of `model`; its lambda becomes a first estimate, which
// scoring refines (score/scorer.h).
TrainingReport Train(const Profiles& profiles, std::span<const SourceRule> sources, const Blocks& blocks,
                     Model& model);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_TRAIN_H_
