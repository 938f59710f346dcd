// Weighs pairs under a model. Thread-compatible: one scorer a thread. Borrows
// profiles and model, which must outlive it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_SCORER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_SCORER_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/score/decision.h"
#include "services/linkage/core/workers.h"

namespace safehaven::linkage {

// A pair worth keeping, with its evidence.
struct ScoredPair {
  ProfileIndex a = 0;  // a < b
  ProfileIndex b = 0;
  Pattern pattern = 0;
  // The prior and the rarity of values included.
  Weight weight = 0;
  // The rule that found it first.
  uint16_t rule = 0;
  Decision decision = Decision::kNone;
  // At most for review, whatever the weight (Ruling::kNotAlone).
  bool not_alone = false;
};

// What rarity adds to a pair's weight, by field; only agreeing levels have any.
// A table of shares says how common a value is: the rarer than average, the more an
// agreement says. Close levels count half, by the commoner of the two values.
class Rarity {
 public:
  Rarity(const Profiles& profiles, const Model& model);

  // The sum over all fields, at most `model.rarity_cap`.
  Weight Of(Pattern pattern, const PatternLayout& layout, ProfileIndex a, ProfileIndex b) const;

  // One field's part, before the cap.
  Weight OfField(size_t field, Level level, ProfileIndex a, ProfileIndex b) const;

  // Takes in the values that the vocabulary got since.
  void Grow();
  // Takes in that the values of one profile were replaced (live/growing_columns.h).
  void Refresh(ProfileIndex profile);

 private:
  const Profiles& profiles_;
  const Model& model_;
  std::vector<Comparator> comparators_;
  std::vector<uint16_t> extra_columns_;
  Weight cap_;
  // Weight of the rarity of each value, by code.
  std::vector<Weight> given_;
  std::vector<Weight> family_;
  std::vector<Weight> postcode_;
  std::vector<std::vector<Weight>> extra_;
};

class Scorer {
 public:
  Scorer(const Profiles& profiles, const Model& model);

  // Weight of levels and rarity without the prior.
  Weight Evidence(Pattern pattern, ProfileIndex a, ProfileIndex b) {
    const PatternFacts& facts = Facts(pattern);
    return std::min(facts.weight + rarity_.Of(pattern, comparer_.layout(), a, b), facts.household);
  }

  Pattern Compare(ProfileIndex a, ProfileIndex b) const { return comparer_.Compare(a, b); }
  const Comparer& comparer() const { return comparer_; }
  Ruling RulingFor(Pattern pattern) { return Facts(pattern).ruling; }

  // The whole answer for one pair; `rule` is left 0.
  ScoredPair Score(ProfileIndex a, ProfileIndex b);

  const PatternLayout& layout() const { return comparer_.layout(); }
  const Rarity& rarity() const { return rarity_; }
  Rarity& rarity() { return rarity_; }

  // What depends on the pattern alone.
  struct PatternFacts {
    // Against strangers, by levels.
    Weight weight = 0;
    // Against another person of the household: the most that the pair can weigh.
    Weight household = 0;
    Ruling ruling = Ruling::kByWeight;
    // Pairs seen by ScoreAll.
    uint64_t pairs = 0;
  };
  PatternFacts& Facts(Pattern pattern);
  const absl::flat_hash_map<Pattern, PatternFacts>& patterns() const { return patterns_; }

 private:
  const Model& model_;
  Comparer comparer_;
  Rarity rarity_;
  // m/h of each field's levels.
  std::vector<std::vector<Weight>> household_weights_;
  absl::flat_hash_map<Pattern, PatternFacts> patterns_;
};

struct ScoreCounts {
  uint64_t pairs_compared = 0;
  // Candidates left out because both have a verified NHS number and these differ.
  uint64_t pairs_forbidden = 0;
  uint64_t pairs_kept = 0;
};

struct ScoreResult {
  // In order of rule and block; decisions other than kNone and kForbidden.
  std::vector<ScoredPair> pairs;
  ScoreCounts counts;
};

// Scores all candidates on the threads of `workers`; the result does not depend on them. With `refine_lambda`, the share of matches is estimated
// from the weights of all candidates (a fixed point of the expected number of
// matches) and written to `model.lambda` before the decisions are made.
ScoreResult ScoreAll(const Profiles& profiles, std::span<const SourceRule> sources, const Blocks& blocks,
                     bool refine_lambda, Model& model, const Workers& workers = {});

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_SCORER_H_
