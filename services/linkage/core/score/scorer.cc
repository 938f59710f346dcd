#include "services/linkage/core/score/scorer.h"

#include <algorithm>

#include "services/linkage/core/train/dependence.h"

namespace safehaven::linkage {
namespace {

// log2(average agreement / share of the value).
Weight RarityOf(const FrequencyTable& table, uint64_t hash) {
  if (table.share.empty()) return 0;
  const auto found = table.share.find(hash);
  const double share = found == table.share.end() ? table.unseen : found->second;
  return WeightOfRatio(table.agreement, share);
}

// Adds what is missing of the rarities by code.
template <typename Values>
void GrowByCode(const Values& values, const FrequencyTable& table, std::vector<Weight>& rarity) {
  if (rarity.empty()) {
    rarity.reserve(values.size());
    rarity.push_back(0);
  }
  for (size_t code = rarity.size(); code < values.size(); ++code) {
    rarity.push_back(RarityOf(table, values[code].hash));
  }
}

Weight HalfOfCommoner(const std::vector<Weight>& rarity, Code a, Code b) {
  return std::min(rarity[a], rarity[b]) / 2;
}

}  // namespace

Rarity::Rarity(const Profiles& profiles, const Model& model)
    : profiles_(profiles), model_(model), cap_(model.rarity_cap) {
  for (const FieldModel& field : model.fields) {
    comparators_.push_back(field.comparator);
    extra_columns_.push_back(field.extra_column);
  }
  extra_.resize(profiles.vocabulary.extra.size());
  Grow();
}

void Rarity::Grow() {
  const Vocabulary& vocabulary = profiles_.vocabulary;
  GrowByCode(vocabulary.atoms, model_.frequencies.given, given_);
  GrowByCode(vocabulary.atoms, model_.frequencies.family, family_);
  GrowByCode(vocabulary.postcodes, model_.frequencies.postcode, postcode_);
  for (size_t column = 0; column < extra_.size(); ++column) {
    GrowByCode(vocabulary.extra[column], model_.frequencies.extra[column], extra_[column]);
  }
}

void Rarity::Refresh(ProfileIndex profile) {
  const Profile& row = profiles_.rows[profile];
  const Vocabulary& vocabulary = profiles_.vocabulary;
  const auto refresh = [](Code code, const auto& values, const FrequencyTable& table, std::vector<Weight>& rarity) {
    if (code != kNoCode) rarity[code] = RarityOf(table, values[code].hash);
  };
  refresh(row.given_first, vocabulary.atoms, model_.frequencies.given, given_);
  refresh(row.family_joined, vocabulary.atoms, model_.frequencies.family, family_);
  refresh(row.postcode, vocabulary.postcodes, model_.frequencies.postcode, postcode_);
  for (size_t column = 0; column < extra_.size(); ++column) {
    refresh(profiles_.extra[column][profile], vocabulary.extra[column], model_.frequencies.extra[column], extra_[column]);
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
    std::vector<Weight>& household = household_weights_.emplace_back();
    for (size_t level = 0; level < field.m.size(); ++level) {
      household.push_back(WeightOfRatio(field.m[level], field.h[level]));
    }
  }
}

Scorer::PatternFacts& Scorer::Facts(Pattern pattern) {
  const auto [entry, is_new] = patterns_.try_emplace(pattern);
  if (is_new) {
    PatternFacts& facts = entry->second;
    facts.household = -WeightOfPrior(model_.household);
    for (size_t field = 0; field < household_weights_.size(); ++field) {
      const Level level = layout().LevelOf(pattern, field);
      if (level == kNullLevel) continue;
      // Of two explanations for an agreement by chance the likelier one counts.
      facts.weight += WeightOfRatio(model_.fields[field].m[static_cast<size_t>(level)],
                                    ChanceOf(model_, layout(), pattern, field, {}));
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

}  // namespace safehaven::linkage
