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

// Probability of a match for every pattern.
std::vector<double> Expectation(const std::vector<FieldColumn>& columns,
                                const std::vector<FieldModel>& fields, const EmSession& session,
                                const std::vector<double>& correction, size_t pattern_count) {
  std::vector<double> odds(pattern_count, session.lambda / (1 - session.lambda));
  for (size_t i = 0; i < correction.size(); ++i) odds[i] *= correction[i];
  for (const FieldColumn& column : columns) {
    const std::vector<double>& m = session.m[column.field];
    const std::vector<double>& u = fields[column.field].u;
    for (size_t i = 0; i < pattern_count; ++i) {
      if (column.levels[i] == kNullLevel) continue;
      const size_t level = static_cast<size_t>(column.levels[i]);
      odds[i] *= m[level] / u[level];
    }
  }
  for (double& value : odds) value = value / (1 + value);
  return odds;
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
                const std::vector<double>& correction) {
  EmSession session;
  for (const FieldModel& field : fields) session.m.push_back(field.m);
  double pairs = 0;
  for (const auto& [pattern, count] : counts) pairs += static_cast<double>(count);
  if (pairs == 0) return session;
  session.lambda = kStartLambda;
  const std::vector<FieldColumn> columns = UsableColumns(counts, layout, left_out);
  std::vector<double> probability;
  for (; session.rounds < kEmRoundsMax; ++session.rounds) {
    probability = Expectation(columns, fields, session, correction, counts.size());
    double matches = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      matches += static_cast<double>(counts[i].second) * probability[i];
    }
    const double lambda = std::clamp(matches / pairs, kLambdaMin, 1 - kLambdaMin);
    double change = std::abs(lambda - session.lambda);
    session.lambda = lambda;
    session.matches = matches;
    for (const FieldColumn& column : columns) {
      change = std::max(change, Maximise(column, fields[column.field], counts, probability,
                                         session.m[column.field]));
    }
    if (change < kEmChangeMax) break;
  }
  double wrong = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    wrong += static_cast<double>(counts[i].second) * std::min(probability[i], 1 - probability[i]);
  }
  session.overlap = session.matches > 0 ? wrong / session.matches : 1;
  return session;
}

}  // namespace safehaven::linkage
