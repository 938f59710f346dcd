#include "services/linkage/core/train/em.h"

#include <algorithm>
#include <cmath>

namespace safehaven::linkage {
namespace {

constexpr double kStartLambda = 0.1;
constexpr double kLambdaMin = 1e-9;

// One field's levels of every pattern, laid out for the inner loop.
struct FieldColumn {
  size_t field;
  std::vector<Level> levels;
};

// Of every pattern: how likely it is one person's, and two people's of one household.
struct Kinds {
  std::vector<double> match;
  std::vector<double> household;
};

// A household shares its place and town as much as one person's records do, whatever
// that is found to be.
bool SharedByHousehold(Comparator comparator) {
  return comparator == Comparator::kPlace || comparator == Comparator::kText;
}

std::vector<FieldColumn> UsableColumns(const PatternCounts& counts, const PatternLayout& layout,
                                       const std::vector<bool>& left_out) {
  std::vector<FieldColumn> columns;
  for (size_t field = 0; field < layout.field_count(); ++field) {
    if (left_out[field]) continue;
    FieldColumn column{.field = field, .levels = {}};
    column.levels.reserve(counts.size());
    for (const auto& [pattern, count] : counts) column.levels.push_back(layout.LevelOf(pattern, field));
    columns.push_back(std::move(column));
  }
  return columns;
}

// `household_share` is 0 where households are no kind of their own.
Kinds Expectation(const std::vector<FieldColumn>& columns, const std::vector<FieldModel>& fields,
                  const EmSession& session, double household_share, const std::vector<double>& correction,
                  size_t pattern_count) {
  const double strangers = 1 - session.lambda - household_share;
  Kinds kinds = {.match = std::vector<double>(pattern_count, session.lambda / strangers),
                 .household = std::vector<double>(pattern_count, household_share / strangers)};
  for (size_t i = 0; i < correction.size(); ++i) {
    kinds.match[i] *= correction[i];
    kinds.household[i] *= correction[i];
  }
  for (const FieldColumn& column : columns) {
    const FieldModel& field = fields[column.field];
    const std::vector<double>& m = session.m[column.field];
    const std::vector<double>& h = SharedByHousehold(field.comparator) ? m : field.h;
    for (size_t i = 0; i < pattern_count; ++i) {
      if (column.levels[i] == kNullLevel) continue;
      const size_t level = static_cast<size_t>(column.levels[i]);
      kinds.match[i] *= m[level] / field.u[level];
      if (household_share > 0) kinds.household[i] *= h[level] / field.u[level];
    }
  }
  for (size_t i = 0; i < pattern_count; ++i) {
    const double whole = 1 + kinds.match[i] + kinds.household[i];
    kinds.match[i] /= whole;
    kinds.household[i] /= whole;
  }
  return kinds;
}

double ExpectedPairs(const PatternCounts& counts, const std::vector<double>& probability) {
  double pairs = 0;
  for (size_t i = 0; i < counts.size(); ++i) pairs += static_cast<double>(counts[i].second) * probability[i];
  return pairs;
}

// The field of names, or the number of fields.
size_t NameField(const std::vector<FieldModel>& fields) {
  return static_cast<size_t>(std::find_if(fields.begin(), fields.end(), [](const FieldModel& field) {
                               return field.comparator == Comparator::kName;
                             }) - fields.begin());
}

double GivenApart(const PatternCounts& counts, const PatternLayout& layout, size_t name_field,
                  const std::vector<double>& probability) {
  double known = 0;
  double apart = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const Level given = name_level::GivenOf(layout.LevelOf(counts[i].first, name_field));
    if (given == kNullLevel) continue;
    const double pairs = static_cast<double>(counts[i].second) * probability[i];
    known += pairs;
    if (given == given_level::kDifferent) apart += pairs;
  }
  return known > 0 ? apart / known : 0;
}

// m of one field from the pairs' probabilities; returns the largest change.
double Maximise(const FieldColumn& column, const FieldModel& field, const PatternCounts& counts,
                const std::vector<double>& probability, std::vector<double>& m) {
  std::vector<double> weights(m.size(), 0.0);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (column.levels[i] == kNullLevel) continue;
    weights[static_cast<size_t>(column.levels[i])] +=
        static_cast<double>(counts[i].second) * probability[i];
  }
  const auto levels = LevelsOf(field.comparator);
  double change = 0;
  for (size_t begin = 0; begin < m.size();) {
    size_t end = begin;
    double total = kEmPriorPairs;
    for (; end < m.size() && levels[end].group == levels[begin].group; ++end) total += weights[end];
    for (size_t i = begin; i < end; ++i) {
      const double updated = (weights[i] + kEmPriorPairs * field.m[i]) / total;
      change = std::max(change, std::abs(updated - m[i]));
      m[i] = updated;
    }
    begin = end;
  }
  return change;
}

}  // namespace

EmSession RunEm(const PatternCounts& counts, const PatternLayout& layout,
                const std::vector<FieldModel>& fields, const std::vector<bool>& left_out,
                const std::vector<double>& correction, const HouseholdKind& household) {
  EmSession session;
  for (const FieldModel& field : fields) session.m.push_back(field.m);
  double pairs = 0;
  for (const auto& [pattern, count] : counts) pairs += static_cast<double>(count);
  if (pairs == 0) return session;
  session.lambda = kStartLambda;
  const auto share_of = [&](double lambda) {
    return std::min(household.for_each_match.value_or(1) * lambda, (1 - lambda) / 2);
  };
  double household_share = household.there ? share_of(kStartLambda) : 0;
  const std::vector<FieldColumn> columns = UsableColumns(counts, layout, left_out);
  Kinds kinds;
  for (; session.rounds < kEmRoundsMax; ++session.rounds) {
    kinds = Expectation(columns, fields, session, household_share, correction, counts.size());
    session.matches = ExpectedPairs(counts, kinds.match);
    const double lambda = std::clamp(session.matches / pairs, kLambdaMin, 1 - 2 * kLambdaMin);
    double change = std::abs(lambda - session.lambda);
    session.lambda = lambda;
    if (household.there && household.for_each_match.has_value()) {
      household_share = share_of(lambda);
    } else if (household.there) {
      const double share = ExpectedPairs(counts, kinds.household) / pairs;
      household_share = std::clamp(share, kLambdaMin, 1 - lambda - kLambdaMin / 2);
    }
    for (const FieldColumn& column : columns) {
      change = std::max(change, Maximise(column, fields[column.field], counts, kinds.match,
                                         session.m[column.field]));
    }
    if (change < kEmChangeMax) break;
  }
  const std::vector<double>& probability = kinds.match;
  const size_t name_field = NameField(fields);
  if (name_field < fields.size()) session.given_apart = GivenApart(counts, layout, name_field, probability);
  double wrong = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    wrong += static_cast<double>(counts[i].second) * std::min(probability[i], 1 - probability[i]);
  }
  session.overlap = session.matches > 0 ? wrong / session.matches : 1;
  return session;
}

}  // namespace safehaven::linkage
