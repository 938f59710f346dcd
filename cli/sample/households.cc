// Households of the sample region: who lives together, with which names and ages.
#include <algorithm>
#include <array>

#include "cli/sample/people.h"

namespace safehaven::sample {
namespace {

// Households by kind, in 10,000 (ONS, Families and households in the UK: 2023, rounded:
// 30 % of one person, 10 % lone parents ...). Care homes so that about 0.5 % of all
// people live in one.
constexpr std::array<uint32_t, 7> kKindWeights = {3'120, 2'950, 2'050, 780, 500, 500, 6};

// Ages of the first adult by five-year band from 15 to 99, by kind. Chosen so that
// the whole pyramid comes near England's (about 21 % under 18, 19 % from 65 on).
constexpr int kAdultAgeFirst = 15;
constexpr size_t kAdultBandCount = 17;
constexpr std::array<std::array<uint32_t, kAdultBandCount>, 7> kAgeWeights = {{
    {2, 25, 60, 62, 55, 52, 60, 70, 80, 85, 85, 105, 115, 105, 68, 32, 8},
    {0, 25, 80, 65, 40, 30, 45, 75, 105, 122, 130, 132, 110, 66, 28, 7, 1},
    {0, 20, 90, 190, 230, 220, 140, 80, 25, 5, 0, 0, 0, 0, 0, 0, 0},
    {2, 60, 130, 180, 200, 180, 140, 80, 28, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 100, 250, 300, 200, 100, 40, 10, 0, 0, 0, 0},
    {60, 350, 250, 150, 80, 50, 30, 20, 10, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20, 50, 110, 220, 310, 210, 70},
}};

// Heritages in 1,000, near England's mix (Census 2021, ethnic group, rounded).
constexpr std::array<uint32_t, kHeritageCount> kHeritageWeights = {825, 50, 40, 40, 35, 10};

// Children in a family, and in a lone parent's household: one, two, three, four.
constexpr std::array<uint32_t, 4> kFamilyChildren = {42, 42, 12, 4};
constexpr std::array<uint32_t, 4> kLoneParentChildren = {56, 32, 9, 3};

// All in 10,000.
constexpr uint32_t kMarriedRate = 6'500;
constexpr uint32_t kTakesNameRate = 8'500;
constexpr uint32_t kRecentMarriageUnder45Rate = 2'500;
constexpr uint32_t kRecentMarriageFrom45Rate = 400;
constexpr uint32_t kSameSexCoupleRate = 300;
constexpr uint32_t kMixedCoupleRate = 800;
constexpr uint32_t kMiddleNameRate = 5'500;
constexpr uint32_t kNamedAfterFatherRate = 150;
// 1 maternity in 65 is multiple (ONS, Birth characteristics).
constexpr uint32_t kTwinRate = 155;
// About 9 % of households move in a year; three years back are of interest.
constexpr uint32_t kMovedRate = 2'600;
constexpr uint32_t kMovedAcrossRate = 1'200;
constexpr int kMovedYears = 3;
constexpr uint32_t kArrivedRate = 200;
constexpr uint32_t kLeftRate = 150;
constexpr uint32_t kNoFixedAbodeRate = 50;  // of single households

Sex Opposite(Sex sex) { return sex == Sex::kMale ? Sex::kFemale : Sex::kMale; }
Sex RandomSex(Random& random) { return random.Chance(5'000) ? Sex::kMale : Sex::kFemale; }

// Builds one household after the other into `population`, up to `persons` people.
class Builder {
 public:
  Builder(int64_t persons, const Names& names, Random& random, Population& population)
      : persons_(static_cast<size_t>(persons)),
        names_(names),
        random_(random),
        population_(population),
        last_(population.period.last) {}

  void BuildAll() {
    while (population_.people.size() < persons_) BuildOne();
  }

 private:
  void BuildOne() {
    Household household;
    household.kind = static_cast<HouseholdKind>(random_.PickIndex(kKindWeights));
    household.heritage = static_cast<Heritage>(random_.PickIndex(kHeritageWeights));
    const int commissioner = random_.Chance(kNeighbourRate) ? 1 : 0;
    household.home = population_.places.TakeHome(commissioner, random_);
    if (household.kind != HouseholdKind::kCareHome) AddMoves(household);
    population_.households.push_back(std::move(household));
    AddMembers(population_.households.back());
  }

  void AddMoves(Household& household) {
    const int days = population_.period.last.days_since_1970() -
                     population_.period.first.days_since_1970();
    if (random_.Chance(kMovedRate)) {
      const int here = population_.places.CommissionerOf(household.home);
      const int there = random_.Chance(kMovedAcrossRate) ? 1 - here : here;
      household.former_home = population_.places.TakeHome(there, random_);
      household.moved = last_.AddDays(-static_cast<int32_t>(random_.Between(10, kMovedYears * 365)));
    } else if (random_.Chance(kArrivedRate)) {
      household.arrived = population_.period.first.AddDays(
          static_cast<int32_t>(random_.Between(1, days - 1)));
    } else if (random_.Chance(kLeftRate)) {
      household.left = population_.period.first.AddDays(
          static_cast<int32_t>(random_.Between(1, days - 1)));
    }
  }

  void AddMembers(const Household& household) {
    switch (household.kind) {
      case HouseholdKind::kSingle: {
        Person& person = AddRandomAdult(household, 5'000);
        const int age = AgeAtEnd(person, population_.period);
        person.no_fixed_abode = age < 65 && random_.Chance(kNoFixedAbodeRate);
        return;
      }
      case HouseholdKind::kCouple:
        AddCouple(household);
        return;
      case HouseholdKind::kFamily: {
        const size_t first = AddCouple(household);
        AddChildren(household, first, static_cast<int>(random_.PickIndex(kFamilyChildren)) + 1);
        return;
      }
      case HouseholdKind::kLoneParent: {
        const size_t first = population_.people.size();
        AddRandomAdult(household, 8'600);
        AddChildren(household, first, static_cast<int>(random_.PickIndex(kLoneParentChildren)) + 1);
        return;
      }
      case HouseholdKind::kParentsAndAdults: {
        const size_t first = AddCouple(household);
        AddGrownChildren(household, first, static_cast<int>(random_.Between(1, 2)));
        return;
      }
      case HouseholdKind::kSharers:
        for (int64_t left = random_.Between(2, 4); left > 0; --left) {
          AddRandomAdult(household, 5'000);
        }
        return;
      case HouseholdKind::kCareHome:
        for (int64_t left = random_.Between(18, 34); left > 0; --left) {
          AddRandomAdult(household, 7'000);
        }
        return;
    }
  }

  int DrawAge(HouseholdKind kind) {
    const auto& weights = kAgeWeights[static_cast<size_t>(kind)];
    const int band = static_cast<int>(random_.PickIndex(weights));
    const int age = kAdultAgeFirst + 5 * band + static_cast<int>(random_.Below(5));
    return std::max(age, 18);
  }

  CivilDay BirthAtAge(int age) {
    return last_.AddDays(-static_cast<int32_t>(age * 1461 / 4 + static_cast<int>(random_.Below(365))));
  }

  // Adds somebody of the household. Beyond `persons_` it is still made, so that the
  // draws do not depend on where the region ends; BuildAll's caller cuts the rest off.
  Person& AddPerson(const Household& household, Sex sex, CivilDay birth, Heritage heritage) {
    Person person;
    person.household = static_cast<uint32_t>(&household - population_.households.data());
    person.heritage = heritage;
    person.sex = sex;
    person.birth = birth;
    person.given_name = names_.GivenName(heritage, sex, birth.year(), random_);
    if (random_.Chance(kMiddleNameRate)) {
      person.middle_name = names_.GivenName(heritage, sex, birth.year() - 30, random_);
    }
    population_.people.push_back(std::move(person));
    return population_.people.back();
  }

  Person& AddAdult(const Household& household, int age, Sex sex) {
    Person& person = AddPerson(household, sex, BirthAtAge(age), household.heritage);
    person.family_name = names_.FamilyName(household.heritage, random_);
    return person;
  }

  // `female_rate`: of 10,000, how many are women.
  Person& AddRandomAdult(const Household& household, uint32_t female_rate) {
    const Sex sex = random_.Chance(female_rate) ? Sex::kFemale : Sex::kMale;
    const int age = DrawAge(household.kind);
    return AddAdult(household, age, sex);
  }

  // Two adults; returns the index of the first.
  size_t AddCouple(const Household& household) {
    const size_t first = population_.people.size();
    const int age = DrawAge(household.kind);
    AddAdult(household, age, Sex::kMale);
    const Sex sex = random_.Chance(kSameSexCoupleRate) ? Sex::kMale : Opposite(Sex::kMale);
    const int partner_age = std::max(18, age + static_cast<int>(random_.Between(-6, 3)));
    Heritage heritage = household.heritage;
    if (random_.Chance(kMixedCoupleRate)) {
      heritage = static_cast<Heritage>(random_.PickIndex(kHeritageWeights));
    }
    Person& partner = AddPerson(household, sex, BirthAtAge(partner_age), heritage);
    partner.family_name = names_.FamilyName(heritage, random_);
    if (random_.Chance(kMarriedRate) && random_.Chance(kTakesNameRate)) {
      const uint32_t rate =
          partner_age < 45 ? kRecentMarriageUnder45Rate : kRecentMarriageFrom45Rate;
      if (random_.Chance(rate)) partner.former_family_name = partner.family_name;
      partner.family_name = population_.people[first].family_name;
    }
    return first;
  }

  // Children of the adult at `parent`, whose family name they bear.
  void AddChildren(const Household& household, size_t parent, int count) {
    const int parent_age = AgeAtEnd(population_.people[parent], population_.period);
    // The eldest child at home was born when the parent was 18 to 40.
    const int eldest = std::min(17, parent_age - 18);
    const int youngest = std::clamp(parent_age - 40, 0, eldest);
    int age = static_cast<int>(random_.Between(youngest, eldest));
    for (int made = 0; made < count && age >= 0; ++made) {
      const size_t child = AddChild(household, parent, BirthAtAge(age));
      if (random_.Chance(kTwinRate)) {
        const size_t twin = AddChild(household, parent, population_.people[child].birth);
        population_.people[child].twin = static_cast<uint32_t>(twin);
        population_.people[twin].twin = static_cast<uint32_t>(child);
      }
      age -= static_cast<int>(random_.Between(1, 4));
    }
  }

  void AddGrownChildren(const Household& household, size_t parent, int count) {
    const int parent_age = AgeAtEnd(population_.people[parent], population_.period);
    for (int made = 0; made < count; ++made) {
      const int age = std::clamp(parent_age - static_cast<int>(random_.Between(24, 36)), 18, 45);
      AddChild(household, parent, BirthAtAge(age));
    }
  }

  size_t AddChild(const Household& household, size_t parent, CivilDay birth) {
    const size_t index = population_.people.size();
    const Sex sex = RandomSex(random_);
    Person& child = AddPerson(household, sex, birth, household.heritage);
    const Person& first_parent = population_.people[parent];
    child.family_name = first_parent.family_name;
    if (sex == Sex::kMale && first_parent.sex == Sex::kMale &&
        random_.Chance(kNamedAfterFatherRate)) {
      child.given_name = first_parent.given_name;
    }
    return index;
  }

  const size_t persons_;
  const Names& names_;
  Random& random_;
  Population& population_;
  const CivilDay last_;
};

}  // namespace

void AddHouseholds(int64_t persons, const Names& names, Random& random, Population& population) {
  const size_t count = static_cast<size_t>(persons);
  population.people.reserve(count + 40);
  Builder(persons, names, random, population).BuildAll();
  // The last household may have been cut in two.
  population.people.resize(count);
  for (Person& person : population.people) {
    if (person.twin.has_value() && *person.twin >= count) person.twin.reset();
  }
}

}  // namespace safehaven::sample
