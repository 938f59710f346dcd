#include "services/linkage/core/score/scorer.h"

#include <algorithm>
#include <cmath>

#include "services/linkage/core/train/train.h"

namespace safehaven::linkage {
namespace {

// log2(average agreement / share of the value), by code.
template <typename Values, typename HashOf>
std::vector<Weight> RarityByCode(const Values& values, const FrequencyTable& table, HashOf hash_of) {
  std::vector<Weight> rarity(values.size(), 0);
  if (table.share.empty()) return rarity;
  for (size_t code = 1; code < values.size(); ++code) {
    const auto found = table.share.find(hash_of(values[code]));
    const double share = found == table.share.end() ? table.unseen : found->second;
    rarity[code] = WeightOfRatio(table.agreement, share);
  }
  return rarity;
}

Weight HalfOfCommoner(const std::vector<Weight>& rarity, Code a, Code b) {
  return std::min(rarity[a], rarity[b]) / 2;
}

// A prior this much above the first estimate keeps every pair that the refined one
// could want.
constexpr Weight kPriorMargin = 4 * kWeightPerBit;
constexpr int kLambdaRoundsMax = 50;
constexpr double kLambdaMin = 1e-12;
constexpr double kLambdaMax = 0.5;

// The fixed point of lambda = expected matches / pairs.
double RefineLambda(const absl::flat_hash_map<Pattern, Scorer::PatternFacts>& patterns, double pairs,
                    double lambda) {
  std::vector<std::pair<Pattern, Scorer::PatternFacts>> sorted(patterns.begin(), patterns.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (int round = 0; round < kLambdaRoundsMax; ++round) {
    const Weight prior = WeightOfPrior(lambda);
    double matches = 0;
    for (const auto& [pattern, facts] : sorted) {
      if (facts.ruling == Ruling::kForbidden) continue;
      const Weight weight = std::min(facts.weight, facts.household) + prior;
      const double probability = facts.ruling == Ruling::kCertain ? 1 : ProbabilityOf(weight);
      matches += probability * static_cast<double>(facts.pairs);
    }
    const double next = std::clamp(matches / pairs, kLambdaMin, kLambdaMax);
    if (std::abs(next - lambda) < lambda * 1e-3) return next;
    lambda = next;
  }
  return lambda;
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

}  // namespace

Rarity::Rarity(const Profiles& profiles, const Model& model)
    : profiles_(profiles), cap_(model.rarity_cap) {
  for (const FieldModel& field : model.fields) {
    comparators_.push_back(field.comparator);
    extra_columns_.push_back(field.extra_column);
  }
  const Vocabulary& vocabulary = profiles.vocabulary;
  const auto hash = [](const auto& value) { return value.hash; };
  given_ = RarityByCode(vocabulary.atoms, model.frequencies.given, hash);
  family_ = RarityByCode(vocabulary.atoms, model.frequencies.family, hash);
  postcode_ = RarityByCode(vocabulary.postcodes, model.frequencies.postcode, hash);
  for (size_t column = 0; column < vocabulary.extra.size(); ++column) {
    extra_.push_back(RarityByCode(vocabulary.extra[column], model.frequencies.extra[column], hash));
  }
}

Weight Rarity::OfField(size_t field, Level level, ProfileIndex a, ProfileIndex b) const {
  const Profile& p = profiles_.rows[a];
  const Profile& q = profiles_.rows[b];
  switch (comparators_[field]) {
    case Comparator::kName: {
      const Level given = name_level::GivenOf(level);
      const Level family = name_level::FamilyOf(level);
      Weight rarity = 0;
      if (given == given_level::kEqual) rarity += std::min(given_[p.given_first], given_[q.given_first]);
      if (given == given_level::kClose) rarity += HalfOfCommoner(given_, p.given_first, q.given_first);
      if (family == family_level::kEqual) rarity += family_[p.family_joined];
      if (family == family_level::kClose) {
        rarity += HalfOfCommoner(family_, p.family_joined, q.family_joined);
      }
      return rarity;
    }
    case Comparator::kPlace:
      return place_level::PostcodeOf(level) == postcode_level::kEqual ? postcode_[p.postcode] : 0;
    case Comparator::kIdentifier:
    case Comparator::kText: {
      const uint16_t column = extra_columns_[field];
      return level == 0 ? extra_[column][profiles_.extra[column][a]] : 0;
    }
    default:
      return 0;
  }
}

Weight Rarity::Of(Pattern pattern, const PatternLayout& layout, ProfileIndex a, ProfileIndex b) const {
  Weight sum = 0;
  for (size_t field = 0; field < comparators_.size(); ++field) {
    const Level level = layout.LevelOf(pattern, field);
    if (level != kNullLevel) sum += OfField(field, level, a, b);
  }
  return std::min(sum, cap_);
}

Scorer::Scorer(const Profiles& profiles, const Model& model)
    : model_(model), comparer_(profiles, model.fields), rarity_(profiles, model) {
  for (const FieldModel& field : model.fields) {
    std::vector<Weight>& weights = weights_.emplace_back();
    std::vector<Weight>& household = household_weights_.emplace_back();
    for (size_t level = 0; level < field.m.size(); ++level) {
      weights.push_back(WeightOfRatio(field.m[level], field.u[level]));
      household.push_back(WeightOfRatio(field.m[level], field.h[level]));
    }
  }
}

Scorer::PatternFacts& Scorer::Facts(Pattern pattern) {
  const auto [entry, is_new] = patterns_.try_emplace(pattern);
  if (is_new) {
    PatternFacts& facts = entry->second;
    facts.household = -WeightOfPrior(model_.household);
    for (size_t field = 0; field < weights_.size(); ++field) {
      const Level level = layout().LevelOf(pattern, field);
      if (level == kNullLevel) continue;
      facts.weight += weights_[field][static_cast<size_t>(level)];
      facts.household += household_weights_[field][static_cast<size_t>(level)];
    }
    facts.ruling = RulingOf(pattern, layout(), model_.fields);
  }
  return entry->second;
}

ScoredPair Scorer::Score(ProfileIndex a, ProfileIndex b) {
  const Pattern pattern = Compare(a, b);
  const Weight weight = Evidence(pattern, a, b) + WeightOfPrior(model_.lambda);
  const Ruling ruling = RulingFor(pattern);
  return {.a = std::min(a, b),
          .b = std::max(a, b),
          .pattern = pattern,
          .weight = weight,
          .decision = Decide(ruling, weight, model_.thresholds),
          .not_alone = ruling == Ruling::kNotAlone};
}

ScoreResult ScoreAll(const Profiles& profiles, std::span<const SourceRule> sources, const Blocks& blocks,
                     bool refine_lambda, Model& model) {
  ScoreResult result;
  Scorer scorer(profiles, model);
  const Weight evidence_min = model.thresholds.exclude - WeightOfPrior(model.lambda) -
                              (refine_lambda ? kPriorMargin : 0);
  for (size_t rule = 0; rule < blocks.rule_count(); ++rule) {
    blocks.ForEachPair(rule, [&](ProfileIndex a, ProfileIndex b) {
      const Profile& p = profiles.rows[a];
      const Profile& q = profiles.rows[b];
      if (!Admissible(p, q, sources) || blocks.FoundEarlier(rule, a, b)) return true;
      const Pattern pattern = scorer.Compare(a, b);
      Scorer::PatternFacts& facts = scorer.Facts(pattern);
      ++facts.pairs;
      ++result.counts.pairs_compared;
      if (facts.ruling == Ruling::kForbidden) {
        ++result.counts.pairs_forbidden;
        return true;
      }
      // Rarity can add only so much, so most pairs end here.
      const Weight most = std::min(facts.weight + model.rarity_cap, facts.household);
      if (facts.ruling != Ruling::kCertain && most < evidence_min) return true;
      const Weight weight = scorer.Evidence(pattern, a, b);
      if (facts.ruling != Ruling::kCertain && weight < evidence_min) return true;
      result.pairs.push_back({.a = a,
                              .b = b,
                              .pattern = pattern,
                              .weight = weight,
                              .rule = static_cast<uint16_t>(rule),
                              .decision = Decision::kNone});
      return true;
    });
  }
  if (refine_lambda) {
    model.lambda = RefineLambda(scorer.patterns(), AdmissiblePairs(profiles, sources), model.lambda);
  }
  const Weight prior = WeightOfPrior(model.lambda);
  for (ScoredPair& pair : result.pairs) {
    pair.weight += prior;
    const Ruling ruling = scorer.RulingFor(pair.pattern);
    pair.decision = Decide(ruling, pair.weight, model.thresholds);
    pair.not_alone = ruling == Ruling::kNotAlone;
  }
  std::erase_if(result.pairs, [](const ScoredPair& pair) { return pair.decision == Decision::kNone; });
  result.counts.pairs_kept = result.pairs.size();
  return result;
}

}  // namespace safehaven::linkage
