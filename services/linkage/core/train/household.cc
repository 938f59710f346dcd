#include "services/linkage/core/train/household.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "services/linkage/core/compare/comparer.h"

namespace safehaven::linkage {
namespace {

constexpr double kChanceMin = 1e-9;
// A block of flats written as one address is no household.
constexpr size_t kHouseholdMax = 12;
// Fewer households than one person in twenty has are not believed: addresses may be
// made up or the households not be in the data.
constexpr double kOthersMin = 0.05;
// Of pairs of records of one person, those at most whose given names and dates of birth
// are both not alike, and those whose given names and sexes differ: the products of what
// each is alone (the default m) some times over, as spoilt fields come together.
constexpr double kOddPairs = 0.05;
constexpr double kOddTwins = 0.002;

using Shares = std::vector<double>;

// `share` of pairs agree as matches do, the rest as strangers do.
Shares Blend(const Shares& m, const Shares& u, double share) {
  Shares h(m.size());
  for (size_t i = 0; i < h.size(); ++i) h[i] = std::max(kChanceMin, share * m[i] + (1 - share) * u[i]);
  return h;
}

// Given and family names are independent within a household, as they are among
// strangers, only with other shares.
Shares NameHousehold(const FieldModel& name) {
  const auto begin = [](const Shares& shares, Level from) { return shares.begin() + from; };
  const auto part = [&](const Shares& shares, Level from, Level to) {
    return Shares(begin(shares, from), begin(shares, to));
  };
  const Shares given = Blend(part(name.m, name_level::kGivenAlone, name_level::kGivenCrossed),
                             part(name.u, name_level::kGivenAlone, name_level::kGivenCrossed),
                             kHouseholdGivenName);
  const Shares family = Blend(part(name.m, name_level::kFamilyAlone, name_level::kFamilyCrossed),
                              part(name.u, name_level::kFamilyAlone, name_level::kFamilyCrossed),
                              kHouseholdFamilyName);
  Shares h = name.u;
  for (size_t i = 0; i < given.size(); ++i) {
    for (size_t j = 0; j < family.size(); ++j) {
      h[static_cast<size_t>(name_level::Joint(static_cast<Level>(i), static_cast<Level>(j)))] =
          std::max(kChanceMin, given[i] * family[j]);
    }
    h[static_cast<size_t>(name_level::kGivenAlone) + i] = given[i];
  }
  for (size_t j = 0; j < family.size(); ++j) h[static_cast<size_t>(name_level::kFamilyAlone) + j] = family[j];
  return h;
}

// Profiles with one value of something that a household shares, by value.
using Shared = std::vector<std::pair<uint64_t, ProfileIndex>>;

Shared ByAddress(const Profiles& profiles, const std::vector<ProfileIndex>& among) {
  Shared shared;
  for (const ProfileIndex p : among) {
    const Profile& profile = profiles.rows[p];
    if (profile.postcode != kNoCode && profile.address != kNoCode && profile.given != kNoCode) {
      shared.emplace_back(uint64_t{profile.postcode} << 32 | profile.address, p);
    }
  }
  std::sort(shared.begin(), shared.end());
  return shared;
}

Shared ByNumber(const Profiles& profiles, const std::vector<ProfileIndex>& among, uint16_t column) {
  Shared shared;
  for (const ProfileIndex p : among) {
    const Code code = profiles.extra[column][p];
    if (code != kNoCode && profiles.rows[p].given != kNoCode) shared.emplace_back(code, p);
  }
  std::sort(shared.begin(), shared.end());
  return shared;
}

// What a pair that shares something looks like by its names, dates of birth and sexes.
struct Shape {
  bool given_apart = false;
  Level birth = kNullLevel;
  Level sex = kNullLevel;

  // Two people as a rule: other names, and dates that are no slip apart or other sexes.
  bool BornApart() const {
    return given_apart && birth >= date_level::kWithinMonth && birth <= date_level::kDifferent;
  }
  bool OtherSex() const { return given_apart && !BornApart() && sex == sex_level::kDifferent; }
  bool TwoPeople() const { return BornApart() || OtherSex(); }
};

class PairReader {
 public:
  PairReader(const Profiles& profiles, const Model& model) : model_(model), comparer_(profiles, model.fields) {}

  Pattern Compare(ProfileIndex a, ProfileIndex b) const { return comparer_.Compare(a, b); }
  Level LevelOf(Pattern pattern, size_t field) const { return comparer_.layout().LevelOf(pattern, field); }

  Shape ShapeOf(Pattern pattern) const {
    Shape shape;
    for (size_t field = 0; field < model_.fields.size(); ++field) {
      const Level level = LevelOf(pattern, field);
      switch (model_.fields[field].comparator) {
        case Comparator::kName: shape.given_apart = name_level::GivenOf(level) == given_level::kDifferent; break;
        case Comparator::kBirthDate: shape.birth = level; break;
        case Comparator::kSex: shape.sex = level; break;
        default: break;
      }
    }
    return shape;
  }

 private:
  const Model& model_;
  Comparer comparer_;
};

// Calls `visit(a, b)` for pairs that share a value.
template <typename Visit>
void ForPairs(const Shared& shared, Visit visit) {
  for (size_t i = 0; i < shared.size(); ++i) {
    const size_t end = std::min(shared.size(), i + kHouseholdMax);
    for (size_t j = i + 1; j < end && shared[j].first == shared[i].first; ++j) {
      visit(shared[i].second, shared[j].second);
    }
  }
}

// A share of pairs seen, with `known` as the prior.
struct Share {
  double agreeing = 0;
  double compared = 0;

  double Given(double known) const {
    return (agreeing + kHouseholdPriorPairs * known) / (compared + kHouseholdPriorPairs);
  }
};

// How many of `pairs` that look like two people's are so, where `one_person` look like one's.
double TrulyTwo(double pairs, double one_person, double odd) { return std::max(0.0, pairs - odd * one_person); }

// Of pairs that share a number of `column` and look like two people's, how many are.
double BelievedShared(const Profiles& profiles, const PairReader& reader, uint16_t column) {
  std::vector<ProfileIndex> all(profiles.size());
  std::iota(all.begin(), all.end(), ProfileIndex{0});
  double born_apart = 0;
  double other_sex = 0;
  double one_person = 0;
  ForPairs(ByNumber(profiles, all, column), [&](ProfileIndex a, ProfileIndex b) {
    const Shape shape = reader.ShapeOf(reader.Compare(a, b));
    born_apart += shape.BornApart();
    other_sex += shape.OtherSex();
    one_person += !shape.TwoPeople();
  });
  const double two_people = TrulyTwo(born_apart, one_person, kOddPairs) + TrulyTwo(other_sex, one_person, kOddTwins);
  return two_people == 0 ? 0 : two_people / (born_apart + other_sex);
}

// Other people that a person lives with.
double CountOthers(const PairReader& reader, const Shared& placed) {
  if (placed.size() < 2) return kHouseholdOthers;
  double pairs = 0;
  ForPairs(placed, [&](ProfileIndex a, ProfileIndex b) { pairs += reader.ShapeOf(reader.Compare(a, b)).given_apart; });
  return std::max(2 * pairs / static_cast<double>(placed.size()), kOthersMin);
}

double CountTwins(const Profiles& profiles, const PairReader& reader) {
  std::vector<ProfileIndex> all(profiles.size());
  std::iota(all.begin(), all.end(), ProfileIndex{0});
  Share twins;
  double one_person = 0;
  ForPairs(ByAddress(profiles, all), [&](ProfileIndex a, ProfileIndex b) {
    const Shape shape = reader.ShapeOf(reader.Compare(a, b));
    if (shape.birth == kNullLevel) return;
    // That the sexes differ as well says that they are two people whatever the date says.
    const bool two_people = shape.given_apart && shape.sex == sex_level::kDifferent;
    one_person += !shape.given_apart;
    twins.compared += two_people;
    twins.agreeing += two_people && shape.birth == date_level::kEqual;
  });
  twins.agreeing = TrulyTwo(twins.agreeing, one_person, kOddTwins);
  return twins.Given(kHouseholdTwins);
}

}  // namespace

HouseholdShares CountHouseholds(const Profiles& profiles, const ProvisionalPeople& people, const Model& model) {
  HouseholdShares shares;
  shares.number.assign(model.fields.size(), kHouseholdNumber);
  const PairReader reader(profiles, model);
  const Shared placed = ByAddress(profiles, people.first_profile);
  shares.others = CountOthers(reader, placed);
  shares.twins = CountTwins(profiles, reader);
  for (size_t field = 0; field < model.fields.size(); ++field) {
    if (model.fields[field].comparator != Comparator::kIdentifier) continue;
    const uint16_t column = model.fields[field].extra_column;
    const double believed = BelievedShared(profiles, reader, column);
    if (believed == 0) continue;
    // Where nothing but the number shows who lives together, all who share it do.
    const Shared together = placed.size() < 2 ? ByNumber(profiles, people.first_profile, column) : placed;
    Share share;
    ForPairs(together, [&](ProfileIndex a, ProfileIndex b) {
      const Pattern pattern = reader.Compare(a, b);
      const Level level = reader.LevelOf(pattern, field);
      if (level == kNullLevel || !reader.ShapeOf(pattern).TwoPeople()) return;
      ++share.compared;
      share.agreeing += level == identifier_level::kEqual;
    });
    share.agreeing *= believed;
    shares.number[field] = share.Given(kHouseholdNumber);
  }
  return shares;
}

void SetHousehold(const HouseholdShares& shares, const ProvisionalPeople& people, Model& model) {
  if (people.count() < 2) return;
  for (size_t i = 0; i < model.fields.size(); ++i) {
    FieldModel& field = model.fields[i];
    switch (field.comparator) {
      case Comparator::kName: field.h = NameHousehold(field); break;
      case Comparator::kBirthDate: field.h = Blend(field.m, field.u, shares.twins); break;
      case Comparator::kPlace:
      case Comparator::kText: field.h = field.m; break;
      // One twin's number on the other's record, a mother's on her baby's.
      case Comparator::kNhsNumber: field.h = Blend(field.m, field.u, kHouseholdNumber); break;
      // The same, or one telephone for all.
      case Comparator::kIdentifier: field.h = Blend(field.m, field.u, shares.number[i]); break;
      case Comparator::kLocalId:
      case Comparator::kSex: field.h = field.u; break;
    }
  }
  model.household = std::min(0.5, shares.others / static_cast<double>(people.count()));
}

}  // namespace safehaven::linkage
