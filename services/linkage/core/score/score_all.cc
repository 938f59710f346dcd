// All candidates of a run: blocks cut into pieces of about equal work, each piece on
// one thread, the results put together in the order of the pieces.
#include <algorithm>
#include <cmath>
#include <memory>

#include "services/linkage/core/block/found_earlier.h"
#include "services/linkage/core/score/left_over.h"
#include "services/linkage/core/score/scorer.h"
#include "services/linkage/core/train/train.h"

namespace safehaven::linkage {
namespace {

// Pairs a piece has at least, unless its rule has fewer: enough to make the overhead
// small, few enough to share a run evenly.
constexpr uint64_t kPiecePairsMin = 100'000;

// A prior this much above the first estimate keeps every pair that the refined one
// could want.
constexpr Weight kPriorMargin = 4 * kWeightPerBit;
constexpr int kLambdaRoundsMax = 50;
constexpr double kLambdaMin = 1e-12;
constexpr double kLambdaMax = 0.5;

using PatternTable = std::vector<std::pair<Pattern, Scorer::PatternFacts>>;

double ExpectedMatches(const PatternTable& patterns, Weight prior) {
  double matches = 0;
  for (const auto& [pattern, facts] : patterns) {
    if (facts.ruling == Ruling::kForbidden) continue;
    const Weight weight = std::min(facts.weight, facts.household) + prior;
    const double probability = facts.ruling == Ruling::kCertain ? 1 : ProbabilityOf(weight);
    matches += probability * static_cast<double>(facts.pairs);
  }
  return matches;
}

PatternTable Sorted(const absl::flat_hash_map<Pattern, Scorer::PatternFacts>& patterns) {
  PatternTable sorted(patterns.begin(), patterns.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return sorted;
}

// The fixed point of lambda = expected matches / pairs. Records that say the same are one
// profile and never compared (`repeats`: one pair with itself for each such profile), but
// there are at least as many matches as they are: where nothing else is found twice, exact
// duplicates would be taken for chance otherwise. The larger number and not the sum, so that
// many of them do not make other pairs likelier.
double RefineLambda(const PatternTable& compared, const PatternTable& repeats, double pairs, double lambda) {
  for (int round = 0; round < kLambdaRoundsMax; ++round) {
    const Weight prior = WeightOfPrior(lambda);
    const double matches = std::max(ExpectedMatches(compared, prior), ExpectedMatches(repeats, prior));
    const double next = std::clamp(matches / pairs, kLambdaMin, kLambdaMax);
    if (std::abs(next - lambda) < lambda * 1e-3) return next;
    lambda = next;
  }
  return lambda;
}

// Patterns of profiles of several records with themselves.
PatternTable RepeatsOf(const Profiles& profiles, const Model& model) {
  Scorer scorer(profiles, model);
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    if (profiles.RecordsOf(p).size() > 1) ++scorer.Facts(scorer.Compare(p, p)).pairs;
  }
  return Sorted(scorer.patterns());
}

// Number of pairs that are pairs at all.
double AdmissiblePairs(const Profiles& profiles, std::span<const SourceRule> sources) {
  std::vector<double> count(sources.size(), 0);
  for (const Profile& profile : profiles.rows) ++count[profile.source];
  double total = 0;
  double all = 0;
  for (size_t s = 0; s < sources.size(); ++s) {
    total += count[s];
    if (sources[s].duplicate_free) all -= count[s] * (count[s] - 1) / 2;
  }
  return std::max(1.0, all + total * (total - 1) / 2);
}

// Blocks of one rule.
struct Piece {
  size_t rule = 0;
  size_t begin = 0;
  size_t end = 0;
};

std::vector<Piece> CutIntoPieces(const Blocks& blocks) {
  std::vector<Piece> pieces;
  for (size_t rule = 0; rule < blocks.rule_count(); ++rule) {
    Piece piece = {.rule = rule};
    uint64_t pairs = 0;
    for (size_t block = 0; block < blocks.block_count(rule); ++block) {
      const uint64_t size = blocks.Block(rule, block).size();
      pairs += size * (size - 1) / 2;
      piece.end = block + 1;
      if (pairs < kPiecePairsMin) continue;
      pieces.push_back(piece);
      piece.begin = piece.end;
      pairs = 0;
    }
    if (piece.begin < piece.end) pieces.push_back(piece);
  }
  return pieces;
}

// The profiles of a block copied side by side: their pairs are then compared without
// a miss of the cache for each.
struct Gathered {
  std::vector<Profile> profiles;
  std::vector<uint32_t> block_numbers;
  std::vector<Code> extra;

  void Gather(const Profiles& all, const Blocks& blocks, std::span<const ProfileIndex> members) {
    const size_t stride = blocks.stride();
    const size_t columns = all.extra.size();
    profiles.resize(members.size());
    block_numbers.resize(members.size() * stride);
    extra.resize(members.size() * columns);
    for (size_t i = 0; i < members.size(); ++i) {
      profiles[i] = all.rows[members[i]];
      std::copy_n(blocks.BlockNumbers(members[i]), stride, block_numbers.begin() + static_cast<ptrdiff_t>(i * stride));
      for (size_t c = 0; c < columns; ++c) extra[i * columns + c] = all.extra[c][members[i]];
    }
  }
};

// What one thread works with.
struct Lane {
  Scorer scorer;
  Gathered gathered;
  ScoreCounts counts;
};

struct Pass {
  const Profiles& profiles;
  std::span<const SourceRule> sources;
  const Blocks& blocks;
  const Model& model;
  // Evidence below which a pair is not kept.
  Weight evidence_min = 0;
};

// Compares one pair; keeps it if it is worth it.
void ScoreOne(const Pass& pass, size_t rule, Pattern pattern, std::pair<ProfileIndex, ProfileIndex> pair,
              Lane& lane, std::vector<ScoredPair>& kept) {
  Scorer::PatternFacts& facts = lane.scorer.Facts(pattern);
  ++facts.pairs;
  ++lane.counts.pairs_compared;
  if (facts.ruling == Ruling::kForbidden) {
    ++lane.counts.pairs_forbidden;
    return;
  }
  // Rarity can add only so much, so most pairs end here.
  const Weight most = std::min(facts.weight + pass.model.rarity_cap, facts.household);
  if (facts.ruling != Ruling::kCertain && most < pass.evidence_min) return;
  const Weight weight = lane.scorer.Evidence(pattern, pair.first, pair.second);
  if (facts.ruling != Ruling::kCertain && weight < pass.evidence_min) return;
  kept.push_back({.a = pair.first,
                  .b = pair.second,
                  .pattern = pattern,
                  .weight = weight,
                  .rule = static_cast<uint16_t>(rule),
                  .decision = Decision::kNone});
}

std::vector<ScoredPair> ScorePiece(const Pass& pass, const Piece& piece, Lane& lane) {
  std::vector<ScoredPair> kept;
  const size_t stride = pass.blocks.stride();
  const size_t columns = pass.profiles.extra.size();
  const Comparer& comparer = lane.scorer.comparer();
  for (size_t block = piece.begin; block < piece.end; ++block) {
    const std::span<const ProfileIndex> members = pass.blocks.Block(piece.rule, block);
    Gathered& gathered = lane.gathered;
    gathered.Gather(pass.profiles, pass.blocks, members);
    for (size_t i = 0; i < members.size(); ++i) {
      const Profile& p = gathered.profiles[i];
      const uint32_t* numbers = gathered.block_numbers.data() + i * stride;
      for (size_t j = i + 1; j < members.size(); ++j) {
        const Profile& q = gathered.profiles[j];
        if (!Admissible(p, q, pass.sources)) continue;
        if (AnyEqual(numbers, gathered.block_numbers.data() + j * stride, piece.rule)) continue;
        const Pattern pattern = comparer.Compare(p, q, gathered.extra.data() + i * columns,
                                                 gathered.extra.data() + j * columns);
        ScoreOne(pass, piece.rule, pattern, {members[i], members[j]}, lane, kept);
      }
    }
  }
  return kept;
}

}  // namespace

ScoreResult ScoreAll(const Profiles& profiles, std::span<const SourceRule> sources, const Blocks& blocks,
                     bool refine_lambda, Model& model, const Workers& workers) {
  const Pass pass = {.profiles = profiles,
                     .sources = sources,
                     .blocks = blocks,
                     .model = model,
                     .evidence_min = model.thresholds.exclude - WeightOfPrior(model.lambda) -
                                     (refine_lambda ? kPriorMargin : 0) -
                                     (HasLeftOver(sources) ? kLeftOverRiseMax : 0)};
  std::vector<std::unique_ptr<Lane>> lanes;
  for (size_t i = 0; i < workers.count; ++i) {
    lanes.push_back(std::make_unique<Lane>(Lane{.scorer = Scorer(profiles, model), .gathered = {}, .counts = {}}));
  }
  const std::vector<Piece> pieces = CutIntoPieces(blocks);
  std::vector<std::vector<ScoredPair>> kept(pieces.size());
  ForPieces(workers, pieces.size(), [&](size_t piece, size_t lane) {
    kept[piece] = ScorePiece(pass, pieces[piece], *lanes[lane]);
  });

  ScoreResult result;
  for (std::vector<ScoredPair>& pairs : kept) {
    result.pairs.insert(result.pairs.end(), pairs.begin(), pairs.end());
    std::vector<ScoredPair>().swap(pairs);
  }
  Scorer& scorer = lanes[0]->scorer;
  for (size_t i = 0; i < lanes.size(); ++i) {
    result.counts.pairs_compared += lanes[i]->counts.pairs_compared;
    result.counts.pairs_forbidden += lanes[i]->counts.pairs_forbidden;
    if (i == 0) continue;
    for (const auto& [pattern, facts] : lanes[i]->scorer.patterns()) scorer.Facts(pattern).pairs += facts.pairs;
  }
  if (refine_lambda) {
    model.lambda = RefineLambda(Sorted(scorer.patterns()), RepeatsOf(profiles, model),
                                AdmissiblePairs(profiles, sources), model.lambda);
  }
  const Weight prior = WeightOfPrior(model.lambda);
  for (ScoredPair& pair : result.pairs) {
    pair.weight += prior;
    const Ruling ruling = scorer.RulingFor(pair.pattern);
    pair.decision = Decide(ruling, pair.weight, model.thresholds);
    pair.not_alone = ruling == Ruling::kNotAlone;
  }
  // Left-over records may still want pairs that are below every threshold now.
  const Weight least = HasLeftOver(sources) ? model.thresholds.exclude - kLeftOverRiseMax : model.thresholds.exclude;
  std::erase_if(result.pairs, [least](const ScoredPair& pair) {
    return pair.decision == Decision::kNone && pair.weight < least;
  });
  result.counts.pairs_kept = result.pairs.size();
  return result;
}

}  // namespace safehaven::linkage
