#include "services/linkage/core/score/decision.h"

namespace safehaven::linkage {
namespace {

// What the rules look at, gathered over the fields.
struct Facts {
  Level number = kNullLevel;
  bool number_agrees = false;
  bool names_conflict = false;
  bool birth_conflicts = false;
  bool sex_conflicts = false;
};

void AddName(Level level, Facts& facts) {
  facts.names_conflict = level == name_level::Joint(given_level::kDifferent, family_level::kDifferent);
}

Facts FactsOf(Pattern pattern, const PatternLayout& layout, const std::vector<FieldModel>& fields) {
  Facts facts;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Level level = layout.LevelOf(pattern, i);
    if (level == kNullLevel) continue;
    switch (fields[i].comparator) {
      case Comparator::kNhsNumber:
        facts.number = level;
        facts.number_agrees |= level == number_level::kVerifiedEqual || level == number_level::kEqual;
        break;
      case Comparator::kName:
        AddName(level, facts);
        break;
      case Comparator::kBirthDate:
        facts.birth_conflicts = level == date_level::kWithinDecade || level == date_level::kDifferent ||
                                level == date_level::kNoneOfTwo;
        break;
      case Comparator::kSex:
        facts.sex_conflicts = level == sex_level::kDifferent;
        break;
      case Comparator::kLocalId:
        facts.number_agrees |= level == local_id_level::kEqual;
        break;
      case Comparator::kIdentifier:
        facts.number_agrees |= level == identifier_level::kEqual;
        break;
      case Comparator::kPlace:
      case Comparator::kText:
        break;
    }
  }
  return facts;
}

}  // namespace

absl::string_view DecisionName(Decision decision) {
  switch (decision) {
    case Decision::kCrossCheck: return "cross_check";
    case Decision::kWeight: return "weight";
    case Decision::kClear: return "clearly_ahead";
    case Decision::kReview: return "review";
    case Decision::kPossible: return "possible";
    case Decision::kNone: return "none";
    case Decision::kForbidden: return "forbidden";
  }
  return "unknown";
}

Ruling RulingOf(Pattern pattern, const PatternLayout& layout, const std::vector<FieldModel>& fields) {
  const Facts facts = FactsOf(pattern, layout, fields);
  if (facts.number == number_level::kVerifiedDifferent) return Ruling::kForbidden;
  if (facts.number == number_level::kVerifiedNear) return Ruling::kNotAlone;
  if (facts.number == number_level::kVerifiedEqual) {
    return facts.birth_conflicts && facts.names_conflict ? Ruling::kNotAlone : Ruling::kCertain;
  }
  const bool opposed = facts.sex_conflicts && facts.birth_conflicts && !facts.number_agrees;
  return opposed ? Ruling::kForbidden : Ruling::kByWeight;
}

Decision Decide(Ruling ruling, Weight weight, const Thresholds& thresholds) {
  if (ruling == Ruling::kForbidden) return Decision::kForbidden;
  if (ruling == Ruling::kCertain) return Decision::kCrossCheck;
  if (weight >= thresholds.link) {
    return ruling == Ruling::kByWeight ? Decision::kWeight : Decision::kReview;
  }
  if (weight >= thresholds.review) return Decision::kReview;
  return weight >= thresholds.exclude ? Decision::kPossible : Decision::kNone;
}

}  // namespace safehaven::linkage
