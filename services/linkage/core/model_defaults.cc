// The model before training. Its m are starting points from general experience with
// administrative records of people, not fitted to any data set; training moves them.
#include <cmath>

#include "services/linkage/core/model.h"

namespace safehaven::linkage {
namespace {

// Probability 0.95 and 0.5: what a matching service accepts by itself, and what is
// likelier than not (linkage.md 1.1: automatic match of the social care matcher).
const Weight kLinkDefault = WeightOfPrior(0.95);
const Weight kReviewDefault = WeightOfPrior(0.5);
// For keeping an objector's records out one chance in twenty is enough.
const Weight kExcludeDefault = WeightOfPrior(0.05);
// "Clearly ahead" is 3 to 5 bits in practice (linkage.md 2.1).
constexpr Weight kClearMarginDefault = 4 * kWeightPerBit;
// Rare values add at most 6 bits: rarer than one in 64 of the average is as often a
// spelling mistake of one system as a rare name.
constexpr Weight kRarityCapDefault = 6 * kWeightPerBit;
// Block limits of narrow and of broad rules.
constexpr uint32_t kNarrowBlock = 500;
constexpr uint32_t kBroadBlock = 60;
// Further columns that get rules of their own: all rules together are at most 64.
constexpr uint16_t kTextRulesMax = 6;
constexpr uint16_t kIdentifierRulesMax = 8;

using Shares = std::vector<double>;

// m of given and family name, by level.
const Shares kGiven = {0.88, 0.035, 0.045, 0.01, 0.015, 0.015};
const Shares kFamily = {0.90, 0.045, 0.01, 0.045};
constexpr double kSwapped = 0.004;
constexpr double kSwappedClose = 0.001;
constexpr double kCrossed = 0.005;
// m of postcode; of the address where the postcode agrees (but for a slip); and
// where the person has moved.
const Shares kPostcode = {0.75, 0.03, 0.03, 0.04, 0.08, 0.07};
const Shares kAddressSame = {0.87, 0.05, 0.04, 0.04};
const Shares kAddressMoved = {0.10, 0.04, 0.03, 0.83};
const Shares kAddressAlone = {0.70, 0.05, 0.03, 0.22};

Shares NameShares() {
  Shares m(name_level::kCount);
  for (Level g = 0; g < given_level::kCount; ++g) {
    for (Level f = 0; f < family_level::kCount; ++f) {
      m[static_cast<size_t>(name_level::Joint(g, f))] = (1 - kSwapped - kSwappedClose) *
                                                        kGiven[static_cast<size_t>(g)] *
                                                        kFamily[static_cast<size_t>(f)];
    }
    m[static_cast<size_t>(name_level::kGivenAlone + g)] = (1 - kCrossed) * kGiven[static_cast<size_t>(g)];
  }
  for (Level f = 0; f < family_level::kCount; ++f) {
    m[static_cast<size_t>(name_level::kFamilyAlone + f)] = (1 - kCrossed) * kFamily[static_cast<size_t>(f)];
  }
  m[name_level::kGivenCrossed] = kCrossed;
  m[name_level::kFamilyCrossed] = kCrossed;
  m[name_level::kSwapped] = kSwapped;
  m[name_level::kSwappedClose] = kSwappedClose;
  return m;
}

Shares PlaceShares() {
  Shares m(place_level::kCount);
  for (Level p = 0; p < postcode_level::kCount; ++p) {
    const bool same = p == postcode_level::kEqual || p == postcode_level::kSlip;
    for (Level a = 0; a < address_level::kCount; ++a) {
      m[static_cast<size_t>(place_level::Joint(p, a))] =
          kPostcode[static_cast<size_t>(p)] *
          (same ? kAddressSame : kAddressMoved)[static_cast<size_t>(a)];
    }
    m[static_cast<size_t>(place_level::kPostcodeAlone + p)] = kPostcode[static_cast<size_t>(p)];
  }
  for (Level a = 0; a < address_level::kCount; ++a) {
    m[static_cast<size_t>(place_level::kAddressAlone + a)] = kAddressAlone[static_cast<size_t>(a)];
  }
  return m;
}

FieldModel Field(std::string name, Comparator comparator, Shares m, const Shares& u) {
  // Before training a household is no better explanation than strangers.
  return {.name = std::move(name), .comparator = comparator, .m = std::move(m), .u = u, .h = u};
}

// Chance levels for the joint fields are always counted from the data; before that
// all levels are alike.
Shares Even(const Shares& m, Comparator comparator) {
  Shares u(m.size());
  const auto levels = LevelsOf(comparator);
  for (size_t i = 0; i < u.size(); ++i) {
    double size = 0;
    for (const LevelInfo& level : levels) size += level.group == levels[i].group;
    u[i] = 1 / size;
  }
  return u;
}

std::vector<FieldModel> PersonFields() {
  const Shares name = NameShares();
  const Shares place = PlaceShares();
  return {
      Field("nhs_number", Comparator::kNhsNumber, {0.985, 0.005, 0.01, 0.94, 0.03, 0.03},
            {1e-9, 1e-7, 1 - 2e-7, 1e-9, 1e-7, 1 - 2e-7}),
      Field("name", Comparator::kName, name, Even(name, Comparator::kName)),
      Field("birth_date", Comparator::kBirthDate,
            {0.935, 0.008, 0.03, 0.012, 0.002, 0.004, 0.004, 0.005, 0.94, 0.05, 0.01, 0.96, 0.04},
            {3e-5, 1e-5, 6e-4, 3e-3, 1.5e-3, 0.0345, 0.21, 0.75, 3e-3, 0.1, 0.897, 0.02, 0.98}),
      Field("place", Comparator::kPlace, place, Even(place, Comparator::kPlace)),
      Field("sex", Comparator::kSex, {0.985, 0.015}, {0.5, 0.5}),
      Field("local_id", Comparator::kLocalId, {0.96, 0.04}, {1e-9, 1 - 1e-9}),
  };
}

std::vector<BlockingRule> PersonRules() {
  using enum KeyPart;
  const auto narrow = [](std::string name, std::vector<KeyPart> parts) {
    return BlockingRule{.name = std::move(name), .parts = std::move(parts), .block_profiles_max = kNarrowBlock, .split = true};
  };
  const auto broad = [](std::string name, std::vector<KeyPart> parts) {
    return BlockingRule{.name = std::move(name), .parts = std::move(parts), .block_profiles_max = kBroadBlock};
  };
  return {
      narrow("nhs_number", {kNhsNumber}),
      narrow("local_id", {kLocalId}),
      narrow("family_birth", {kFamilyName, kBirthDate}),
      narrow("given_birth", {kGivenName, kBirthDate}),
      narrow("postcode_birth", {kPostcode, kBirthDate}),
      narrow("names_year", {kNamePair, kBirthYear}),
      narrow("names_month_day", {kNamePair, kBirthMonthDay}),
      narrow("names_sector", {kNamePair, kSector}),
      narrow("sound_initial_year", {kFamilyPhonetic, kGivenInitial, kBirthYear}),
      narrow("swapped_birth_initial", {kBirthSwapProof, kFamilyInitial}),
      narrow("root_family_year", {kGivenRoot, kFamilyName, kBirthYear}),
      narrow("sector_given_year", {kSector, kGivenName, kBirthYear}),
      narrow("house_initial", {kPostcode, kHouseNumber, kGivenInitial}),
      narrow("house_birth_year", {kPostcode, kHouseNumber, kBirthYear}),
      broad("names", {kNamePair}),
      broad("birth", {kBirthDate}),
      broad("swapped_birth", {kBirthSwapProof}),
      broad("postcode", {kPostcode}),
      broad("name_starts", {kFamilyPrefix, kGivenPrefix}),
      broad("sound_root", {kFamilyPhonetic, kGivenRoot}),
      broad("sound_month_day", {kFamilyPhonetic, kBirthMonthDay}),
      broad("given_month_day", {kGivenName, kBirthMonthDay}),
      broad("family_sector", {kFamilyName, kSector}),
      broad("given_sector", {kGivenName, kSector}),
      broad("family_year", {kFamilyName, kBirthYear}),
      broad("given_year", {kGivenName, kBirthYear}),
      broad("family", {kFamilyName}),
      broad("given", {kGivenName}),
      broad("family_sound", {kFamilyPhonetic}),
      broad("family_start_year", {kFamilyPrefix, kBirthYear}),
      broad("initials_month_day", {kGivenInitial, kBirthMonthDay}),
      broad("month_day", {kBirthMonthDay}),
      broad("sector", {kSector}),
      broad("all", {}),
  };
}

}  // namespace

Model DefaultModel(const std::vector<ExtraField>& extra_fields) {
  Model model;
  model.name = "uk-person-1";
  model.fields = PersonFields();
  model.rules = PersonRules();
  model.thresholds = {.link = kLinkDefault, .review = kReviewDefault, .exclude = kExcludeDefault};
  model.clear_margin = kClearMarginDefault;
  model.rarity_cap = kRarityCapDefault;
  model.frequencies.extra.resize(extra_fields.size());
  for (uint16_t column = 0; column < extra_fields.size(); ++column) {
    const ExtraField& extra = extra_fields[column];
    const bool identifier = extra.comparator == Comparator::kIdentifier;
    FieldModel field = identifier ? Field(extra.name, Comparator::kIdentifier, {0.90, 0.05, 0.05},
                                          {1e-6, 1e-6, 1 - 2e-6})
                                  : Field(extra.name, Comparator::kText, {0.75, 0.08, 0.04, 0.13},
                                          {0.05, 0.02, 0.03, 0.90});
    field.extra_column = column;
    model.fields.push_back(std::move(field));
    const auto broad = [&](const std::string& name, std::vector<KeyPart> parts) {
      model.rules.push_back({.name = extra.name + name,
                             .parts = std::move(parts),
                             .extra_column = column,
                             .block_profiles_max = kBroadBlock});
    };
    if (!identifier && column < kTextRulesMax) {
      broad("", {KeyPart::kExtra});
      broad("_given", {KeyPart::kExtra, KeyPart::kGivenName});
      broad("_family", {KeyPart::kExtra, KeyPart::kFamilyName});
    }
    if (identifier && column < kIdentifierRulesMax) {
      model.rules.push_back({.name = extra.name,
                             .parts = {KeyPart::kExtra},
                             .extra_column = column,
                             .block_profiles_max = kNarrowBlock,
                             .split = true});
      broad("_start", {KeyPart::kExtraPrefix});
    }
  }
  return model;
}

}  // namespace safehaven::linkage
