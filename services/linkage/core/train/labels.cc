#include "services/linkage/core/train/labels.h"

#include <vector>

#include "services/linkage/core/compare/comparer.h"

namespace safehaven::linkage {

void TrainFromLabels(const Profiles& profiles, std::span<const std::pair<ProfileIndex, ProfileIndex>> same,
                     Model& model) {
  const Comparer comparer(profiles, model.fields);
  std::vector<std::vector<double>> counts;
  for (const FieldModel& field : model.fields) counts.emplace_back(field.m.size(), 0.0);
  for (const auto& [a, b] : same) {
    const Pattern pattern = comparer.Compare(a, b);
    for (size_t field = 0; field < counts.size(); ++field) {
      const Level level = comparer.layout().LevelOf(pattern, field);
      if (level != kNullLevel) ++counts[field][static_cast<size_t>(level)];
    }
  }
  for (size_t field = 0; field < counts.size(); ++field) {
    std::vector<double>& m = model.fields[field].m;
    const auto levels = LevelsOf(model.fields[field].comparator);
    // Levels of a group sum to 1: what could not be compared says nothing.
    for (size_t begin = 0; begin < m.size();) {
      size_t end = begin;
      double seen = 0;
      for (; end < m.size() && levels[end].group == levels[begin].group; ++end) seen += counts[field][end];
      for (size_t i = begin; i < end; ++i) {
        m[i] = (m[i] * kLabelPriorPairs + counts[field][i]) / (kLabelPriorPairs + seen);
      }
      begin = end;
    }
  }
}

}  // namespace safehaven::linkage
