#include "services/linkage/core/explain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/train/dependence.h"

namespace safehaven::linkage {
namespace {

std::string DateText(uint32_t packed) {
  if (packed == 0) return "";
  return absl::StrFormat("%04d-%02d-%02d", packed >> 9, packed >> 5 & 15, packed & 31);
}

std::string Joined(absl::string_view first, absl::string_view second) {
  return absl::StrCat(first, first.empty() || second.empty() ? "" : ", ", second);
}

// One field's value of a profile, as it was compared.
std::string ValueOf(const Profiles& profiles, const FieldModel& field, ProfileIndex index) {
  const Profile& profile = profiles.rows[index];
  const Vocabulary& vocabulary = profiles.vocabulary;
  switch (field.comparator) {
    case Comparator::kNhsNumber:
      if (profile.nhs_number == 0) return "";
      return absl::StrFormat("%010d%s", profile.nhs_number, profile.nhs_number_verified ? " verified" : "");
    case Comparator::kName:
      return Joined(vocabulary.given_texts.text(profile.given), vocabulary.family_texts.text(profile.family));
    case Comparator::kBirthDate: return DateText(profile.birth_date);
    case Comparator::kPlace:
      return Joined(vocabulary.postcode_texts.text(profile.postcode),
                    vocabulary.address_texts.text(profile.address));
    case Comparator::kSex:
      return profile.sex == Sex::kUnknown ? "" : absl::StrCat(static_cast<int>(profile.sex));
    case Comparator::kLocalId: return std::string(vocabulary.local_id_texts.text(profile.local_id));
    case Comparator::kIdentifier:
    case Comparator::kText:
      return std::string(vocabulary.extra_texts[field.extra_column].text(
          profiles.extra[field.extra_column][index]));
  }
  return "";
}

std::string FirstRule(const Profiles& profiles, const Model& model, ProfileIndex a, ProfileIndex b) {
  for (const BlockingRule& rule : model.rules) {
    const BlockKey key = KeyOf(rule, profiles, a);
    if (key != 0 && key == KeyOf(rule, profiles, b)) return rule.name;
  }
  return "";
}

}  // namespace

absl::StatusOr<Waterfall> Explain(const Profiles& profiles, const Model& model, ProfileIndex a,
                                  ProfileIndex b, ShowValues show) {
  if (a >= profiles.size() || b >= profiles.size()) {
    return InvalidArgument("PROFILE_UNKNOWN", "there is no such profile in this run");
  }
  Scorer scorer(profiles, model);
  const ScoredPair pair = scorer.Score(a, b);
  Waterfall waterfall{.model = ModelIdentity(model),
                      .prior = WeightOfPrior(model.lambda),
                      .total = pair.weight,
                      .decision = pair.decision,
                      .thresholds = model.thresholds,
                      .rule = FirstRule(profiles, model, a, b)};
  Weight rarity = 0;
  for (size_t i = 0; i < model.fields.size(); ++i) {
    const FieldModel& field = model.fields[i];
    const Level level = scorer.layout().LevelOf(pair.pattern, i);
    WaterfallStep step{.field = field.name, .level = "not compared"};
    if (level != kNullLevel) {
      const size_t index = static_cast<size_t>(level);
      step.level = std::string(LevelsOf(field.comparator)[index].name);
      step.weight = WeightOfRatio(field.m[index], ChanceOf(model, scorer.layout(), pair.pattern, i, {}));
      step.rarity = scorer.rarity().OfField(i, level, a, b);
      rarity += step.rarity;
    }
    if (show == ShowValues::kYes) {
      step.values.emplace(std::pair(ValueOf(profiles, field, a), ValueOf(profiles, field, b)));
    }
    waterfall.steps.push_back(std::move(step));
  }
  waterfall.rarity_capped = std::min(0, model.rarity_cap - rarity);
  Weight sum = waterfall.prior + waterfall.rarity_capped;
  for (const WaterfallStep& step : waterfall.steps) sum += step.weight + step.rarity;
  waterfall.household = pair.weight - sum;
  return waterfall;
}

std::string ToText(const Waterfall& waterfall) {
  const auto bits = [](Weight weight) {
    return absl::StrFormat("%+7.1f", static_cast<double>(weight) / kWeightPerBit);
  };
  std::string text = absl::StrCat(bits(waterfall.prior), "  prior\n");
  for (const WaterfallStep& step : waterfall.steps) {
    absl::StrAppend(&text, bits(step.weight + step.rarity), "  ", step.field, ": ", step.level);
    if (step.rarity != 0) absl::StrAppendFormat(&text, " (rarity%s)", bits(step.rarity));
    if (step.values.has_value()) {
      const auto& [first, second] = step.values->Reveal();
      absl::StrAppend(&text, "  [", first, " | ", second, "]");
    }
    text.push_back('\n');
  }
  if (waterfall.rarity_capped != 0) {
    absl::StrAppend(&text, bits(waterfall.rarity_capped), "  rarity beyond the cap\n");
  }
  if (waterfall.household != 0) {
    absl::StrAppend(&text, bits(waterfall.household), "  may be another person of the household\n");
  }
  absl::StrAppend(&text, bits(waterfall.total), "  total: ", DecisionName(waterfall.decision), " (link from",
                  bits(waterfall.thresholds.link), ", review from", bits(waterfall.thresholds.review),
                  ", possible from", bits(waterfall.thresholds.exclude), ")\nfound by ",
                  waterfall.rule.empty() ? "no rule" : waterfall.rule, ", model ",
                  waterfall.model.substr(0, 12), "\n");
  return text;
}

}  // namespace safehaven::linkage
