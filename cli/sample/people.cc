#include "cli/sample/people.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "absl/status/statusor.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// 999 000 000 to 999 999 999: the bases of the range that is never issued
// (docs/formats.md, "NHS numbers").
constexpr uint32_t kFirstBase = 999'000'000;
constexpr uint32_t kBaseCount = 1'000'000;

// Deaths a year per 100,000 by ten-year age band, 0-9 to 90 and over (ONS, Deaths
// registered in England and Wales, both sexes, rounded).
constexpr std::array<uint32_t, 10> kDeathRates = {45,  15,    45,    85,    180,
                                                  420, 1'000, 2'400, 7'200, 21'000};

// Long-term conditions, mean per 1,000 people by ten-year band. An assumption shaped
// on prevalence by age: about one under 50, two to three from 70 on.
constexpr std::array<uint32_t, 10> kConditionMeans = {60,  120,   220,   380,   650,
                                                      1'050, 1'600, 2'200, 2'700, 2'900};
constexpr int kConditionCountMax = 9;

// Need for care relative to others of the same age, per mille, and how many of 1,000
// have it: mean 995. An assumption; it makes the costliest 5 % take near half of the
// hospital cost, as linked data sets show.
constexpr std::array<uint32_t, 6> kNeeds = {300, 800, 1'500, 3'000, 6'000, 12'000};
constexpr std::array<uint32_t, 6> kNeedWeights = {500, 250, 150, 70, 25, 5};

// In 10,000.
constexpr uint32_t kUnregisteredRate = 50;
// Days between a move and the new registration. 40 % were not registered anew six
// months after a move in one study (Millett et al. 2005, quoted in PMC4545352).
constexpr int kRegistrationLagDaysMax = 300;
constexpr int kListYearsMax = 25;

size_t TenYearBand(int age) { return static_cast<size_t>(std::clamp(age / 10, 0, 9)); }

// A day of the stretch, or nothing if it is empty.
std::optional<CivilDay> DayBetween(CivilDay first, CivilDay last, Random& random) {
  if (first > last) return std::nullopt;
  const int64_t days = last.days_since_1970() - first.days_since_1970();
  return first.AddDays(static_cast<int32_t>(random.Between(0, days)));
}

// Nobody dies who has left: the region would not hear of it.
void DecideDeath(const Period& period, const Household& household, Random& random,
                 Person& person) {
  const bool in_care_home = household.kind == HouseholdKind::kCareHome;
  const int age = std::max(0, AgeYears(person.birth, period.last));
  const uint64_t rate = kDeathRates[TenYearBand(age)] * (in_care_home ? 2u : 1u);
  if (random.Below(100'000) < rate && !household.left.has_value()) {
    const CivilDay here = std::max(period.first, household.arrived.value_or(period.first));
    person.death = DayBetween(std::max(here, person.birth), period.last, random);
  }
}

void DecideNeed(const Period& period, Random& random, Person& person) {
  person.need_per_mille = kNeeds[random.PickIndex(kNeedWeights)];
  const int age = AgeAtEnd(person, period);
  // Three quarters of the mean are for everybody, a quarter goes with need.
  const uint64_t mean = kConditionMeans[TenYearBand(age)];
  const uint64_t mean_per_million = mean * (750 + person.need_per_mille / 4);
  person.condition_count = random.GeometricCount(mean_per_million, kConditionCountMax);
}

void SetPresence(const Period& period, const Household& household, Person& person) {
  person.present.first = std::max(period.first, person.birth);
  if (household.arrived.has_value()) {
    person.present.first = std::max(person.present.first, *household.arrived);
  }
  person.present.last = period.last;
  if (household.left.has_value()) {
    person.present.last = std::min(person.present.last, *household.left);
  }
  if (person.death.has_value()) {
    person.present.last = std::min(person.present.last, *person.death);
  }
}

// The last day on the list of somebody who died or left; nothing while it lasts.
std::optional<CivilDay> ListEnd(const Household& household, const Person& person) {
  return household.left.has_value() ? household.left : person.death;
}

void AddMemberships(const Population& population, const Household& household, Random& random,
                    Person& person) {
  const Places& places = population.places;
  const Period& period = population.period;
  Membership current;
  current.postcode = household.home.postcode;
  current.practice = places.ChoosePractice(current.postcode, random);
  current.from = period.last.AddDays(-static_cast<int32_t>(random.Between(400, kListYearsMax * 365)));
  if (household.arrived.has_value()) current.from = *household.arrived;
  const bool moved_across = household.former_home.has_value() &&
                            places.CommissionerOf(*household.former_home) !=
                                places.CommissionerOf(household.home);
  if (moved_across && household.moved > person.birth) {
    const CivilDay registered = household.moved.AddDays(
        static_cast<int32_t>(random.Between(0, kRegistrationLagDaysMax)));
    Membership former = current;
    former.postcode = household.former_home->postcode;
    former.practice = places.ChoosePractice(former.postcode, random);
    former.from = std::max(former.from.AddDays(-kListYearsMax * 365), person.birth);
    const std::optional<CivilDay> end = ListEnd(household, person);
    if (registered > period.last || (end.has_value() && registered > *end)) {
      // Not yet registered anew: still on the old list.
      former.to = end;
      person.memberships.push_back(former);
      return;
    }
    former.to = registered.AddDays(-1);
    if (*former.to >= period.first && former.from <= *former.to) {
      person.memberships.push_back(former);
    }
    current.from = registered;
  }
  current.from = std::max(current.from, person.birth);
  current.to = ListEnd(household, person);
  // Born elsewhere after the household left: never on a list here.
  if (current.to.has_value() && *current.to < current.from) return;
  person.memberships.push_back(current);
}

}  // namespace

int AgeAtEnd(const Person& person, const Period& period) {
  const CivilDay on = person.death.value_or(period.last);
  return std::max(0, AgeYears(person.birth, on));
}

NhsNumberSource::NhsNumberSource(uint64_t seed) {
  Random random(seed, "nhs-numbers");
  offset_ = static_cast<uint32_t>(random.Below(kBaseCount));
  // A step that shares no factor with the count visits every base once.
  do {
    step_ = static_cast<uint32_t>(random.Between(100'000, kBaseCount - 100'000));
  } while (std::gcd(step_, kBaseCount) != 1);
}

NhsNumber NhsNumberSource::Next() {
  while (true) {
    SH_CHECK(used_ < kBaseCount);
    const uint64_t at = (offset_ + static_cast<uint64_t>(step_) * used_) % kBaseCount;
    ++used_;
    absl::StatusOr<NhsNumber> number = NhsNumber::FromBase(kFirstBase + static_cast<uint32_t>(at));
    // One base in eleven has no check digit. 999 999 999x is left out too: it looks
    // like the placeholders that standardisation throws away.
    if (number.ok() && at != kBaseCount - 1) return *number;
  }
}

void CompletePeople(uint64_t seed, Population& population) {
  NhsNumberSource numbers(seed);
  Random lives(seed, "lives");
  Random lists(seed, "lists");
  Random needs(seed, "needs");
  for (Person& person : population.people) {
    const Household& household = population.households[person.household];
    person.nhs_number = numbers.Next();
    DecideDeath(population.period, household, lives, person);
    DecideNeed(population.period, needs, person);
    SetPresence(population.period, household, person);
    const bool unregistered = lists.Chance(kUnregisteredRate);
    AddMemberships(population, household, lists, person);
    if (unregistered) person.memberships.clear();
  }
}

Population MakePopulation(int64_t persons, uint64_t seed, const Period& period) {
  Population population;
  population.period = period;
  const Names names;
  Random places(seed, "places");
  population.places = Places::Make(persons, names, places);
  Random households(seed, "households");
  AddHouseholds(persons, names, households, population);
  CompletePeople(seed, population);
  return population;
}

}  // namespace safehaven::sample
