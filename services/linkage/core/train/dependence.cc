#include "services/linkage/core/train/dependence.h"

#include <algorithm>
#include <utility>

namespace safehaven::linkage {
namespace {

// People of one value compared in order of profiles: at most so many each, and in all.
constexpr size_t kNeighboursMax = 20;
constexpr size_t kPairsMax = 200'000;

// Fields that may depend on field `on`: towns and their like on earlier ones, the place on
// all of those, the sex on the name.
std::vector<size_t> DependentsOf(const std::vector<FieldModel>& fields, size_t on) {
  std::vector<size_t> dependents;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Comparator comparator = fields[i].comparator;
    const bool on_name = fields[on].comparator == Comparator::kName && comparator == Comparator::kSex;
    const bool on_text = fields[on].comparator == Comparator::kText &&
                         (comparator == Comparator::kPlace || (comparator == Comparator::kText && i > on));
    if (on_name || on_text) dependents.push_back(i);
  }
  return dependents;
}

Code ValueOf(const Profiles& profiles, const FieldModel& field, ProfileIndex profile) {
  if (field.comparator == Comparator::kName) return profiles.rows[profile].given_first;
  return profiles.extra[field.extra_column][profile];
}

// Do the two agree in so little, beside field `on`, that they are two people? Records of
// one person that the first guess did not join must not pass for strangers.
bool AreStrangers(Pattern pattern, const PatternLayout& layout, const std::vector<FieldModel>& fields, size_t on) {
  int agreeing = 0;
  int opposed = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Level level = layout.LevelOf(pattern, i);
    if (level == kNullLevel) continue;
    switch (fields[i].comparator) {
      case Comparator::kName: {
        const Level given = name_level::GivenOf(level);
        const Level family = name_level::FamilyOf(level);
        if (i != on) agreeing += given != kNullLevel && given <= given_level::kClose;
        agreeing += family != kNullLevel && family <= family_level::kClose;
        agreeing += given == kNullLevel && family == kNullLevel;
        opposed += (i != on && given == given_level::kDifferent) || family == family_level::kDifferent;
        break;
      }
      case Comparator::kBirthDate:
        agreeing += level <= date_level::kWithinMonth || level == date_level::kTwoOfTwo;
        opposed += level == date_level::kDifferent || level == date_level::kWithinDecade;
        break;
      case Comparator::kNhsNumber:
      case Comparator::kLocalId:
      case Comparator::kIdentifier:
        agreeing += level == 0 ? 2 : 0;
        break;
      default:
        break;
    }
  }
  return agreeing == 0 ? opposed > 0 : agreeing == 1 && opposed > 1;
}

// Shares within groups of levels; those of a group that nobody reached stay `u`.
std::vector<double> SharesByGroup(const std::vector<double>& counts, const FieldModel& field) {
  std::vector<double> shares = field.u;
  const auto levels = LevelsOf(field.comparator);
  for (size_t begin = 0; begin < levels.size();) {
    size_t end = begin;
    double total = 0;
    for (; end < levels.size() && levels[end].group == levels[begin].group; ++end) total += counts[end];
    if (total >= kDependencePairsMin) {
      const double whole = total + 0.5 * static_cast<double>(end - begin);
      for (size_t i = begin; i < end; ++i) shares[i] = (counts[i] + 0.5) / whole;
    }
    begin = end;
  }
  return shares;
}

}  // namespace

bool AgreesForDependence(Comparator comparator, Level level) {
  if (level == kNullLevel) return false;
  if (comparator == Comparator::kName) return name_level::GivenOf(level) == given_level::kEqual;
  return level == 0;
}

void EstimateDependence(const Profiles& profiles, const ProvisionalPeople& people, Model& model) {
  model.dependences.clear();
  const Comparer comparer(profiles, model.fields);
  for (size_t on = 0; on < model.fields.size(); ++on) {
    const std::vector<size_t> dependents = DependentsOf(model.fields, on);
    if (dependents.empty()) continue;
    std::vector<std::pair<Code, ProfileIndex>> placed;
    for (const ProfileIndex p : people.first_profile) {
      const Code value = ValueOf(profiles, model.fields[on], p);
      if (value != kNoCode) placed.emplace_back(value, p);
    }
    std::sort(placed.begin(), placed.end());
    std::vector<std::vector<double>> counts;
    for (const size_t field : dependents) counts.emplace_back(model.fields[field].u.size(), 0.0);
    std::vector<double> totals(dependents.size(), 0.0);
    // Whole values in order of code, with a stride where there are too many.
    const size_t step = placed.size() * kNeighboursMax / kPairsMax + 1;
    for (size_t i = 0; i < placed.size(); i += step) {
      const size_t end = std::min(placed.size(), i + 1 + kNeighboursMax);
      for (size_t j = i + 1; j < end && placed[j].first == placed[i].first; ++j) {
        const Pattern pattern = comparer.Compare(placed[i].second, placed[j].second);
        if (!AreStrangers(pattern, comparer.layout(), model.fields, on)) continue;
        for (size_t d = 0; d < dependents.size(); ++d) {
          const Level level = comparer.layout().LevelOf(pattern, dependents[d]);
          if (level == kNullLevel) continue;
          ++counts[d][static_cast<size_t>(level)];
          ++totals[d];
        }
      }
    }
    for (size_t d = 0; d < dependents.size(); ++d) {
      if (totals[d] < kDependencePairsMin) continue;
      model.dependences.push_back({.field = static_cast<uint16_t>(dependents[d]),
                                   .on = static_cast<uint16_t>(on),
                                   .u = SharesByGroup(counts[d], model.fields[dependents[d]])});
    }
  }
}

double ChanceOf(const Model& model, const PatternLayout& layout, Pattern pattern, size_t field,
                const std::vector<bool>& agreeing) {
  const size_t level = static_cast<size_t>(layout.LevelOf(pattern, field));
  double u = model.fields[field].u[level];
  for (const FieldDependence& dependence : model.dependences) {
    if (dependence.field != field) continue;
    const bool agrees = AgreesForDependence(model.fields[dependence.on].comparator,
                                            layout.LevelOf(pattern, dependence.on)) ||
                        (!agreeing.empty() && agreeing[dependence.on]);
    if (agrees) u = std::max(u, dependence.u[level]);
  }
  return u;
}

}  // namespace safehaven::linkage
