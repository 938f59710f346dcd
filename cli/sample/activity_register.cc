// The GP register (one row per time on a practice's list) and adult social care.
#include <algorithm>

#include "cli/sample/activity.h"
#include "cli/sample/source_index.h"
#include "libs/base/money.h"

namespace safehaven::sample {
namespace {

// Of 10,000 people, those with adult social care. Southend had about 4,000 people of
// 175,000 with both a health and a social care record, 2.3 % (legal-basis notes, 2.3).
constexpr uint64_t kUserRate = 250;
constexpr AgeFactors kUseByAge = {0, 0, 60, 300, 350, 450, 700, 1200, 2800, 8000, 14000};
constexpr int kAgeMin = 18;
// Of 10,000: care home residents whom the council pays for (others pay themselves);
// residents with nursing; services that ran when the year began; users at home with
// care visits, and those with equipment too.
constexpr uint32_t kFundedResidentRate = 5'500;
constexpr uint32_t kNursingRate = 3'300;
constexpr uint32_t kRunningRate = 6'000;
constexpr uint32_t kHomeCareRate = 6'500;
constexpr uint32_t kAlsoEquipmentRate = 3'000;
constexpr uint32_t kSmallHomeRate = 800;
constexpr int kWeekHoursMin = 5;
constexpr int kWeekHoursMax = 22;

bool IsCareHomeResident(const Population& population, const Person& person) {
  return population.households[person.household].kind == HouseholdKind::kCareHome;
}

// Who uses social care: residents whom the council funds, and people at home by age
// and need, so that together they are near kUserRate.
std::vector<uint32_t> ChooseUsers(const Population& population, Random& random) {
  const size_t count = population.people.size();
  std::vector<uint64_t> weights(count, 0);
  uint128 weight_sum = 0;
  uint64_t residents = 0;
  for (size_t index = 0; index < count; ++index) {
    const Person& person = population.people[index];
    const int age = AgeAtEnd(person, population.period);
    if (IsCareHomeResident(population, person)) {
      ++residents;
    } else if (age >= kAgeMin && person.present.first <= person.present.last) {
      weights[index] = uint64_t{kUseByAge[AgeFactorIndex(age)]} * person.need_per_mille;
      weight_sum += weights[index];
    }
  }
  const uint64_t wanted = count * kUserRate;  // in 10,000ths of a person
  const uint64_t funded = residents * kFundedResidentRate;
  const uint64_t at_home = wanted > funded ? wanted - funded : 0;
  std::vector<uint32_t> users;
  for (size_t index = 0; index < count; ++index) {
    uint64_t rate = 0;
    if (weights[index] > 0) {
      rate = static_cast<uint64_t>(static_cast<uint128>(at_home) * weights[index] / weight_sum);
    } else if (IsCareHomeResident(population, population.people[index])) {
      rate = kFundedResidentRate;
    }
    if (random.Below(10'000) < rate) users.push_back(static_cast<uint32_t>(index));
  }
  return users;
}

class SocialCare {
 public:
  SocialCare(const Population& population, const Names& names, uint64_t seed)
      : population_(population),
        index_(population, names, Source::kSocialCare, seed, "S"),
        random_(seed, "activity/social_care"),
        dataset_{Source::kSocialCare, "services", "ZL1", "ASC",
                 {{"weeks", "weeks"}, {"care_hours", "hours"}, {"equipment_pence", "pence"}},
                 {}} {}

  SourceActivity Make() {
    for (const uint32_t person : ChooseUsers(population_, random_)) AddServices(person);
    FinishRows(random_, dataset_);
    SourceActivity activity;
    activity.datasets.push_back(std::move(dataset_));
    activity.recorded = index_.TakeEntries();
    return activity;
  }

 private:
  void AddServices(uint32_t person_index) {
    const Person& person = population_.people[person_index];
    if (person.present.first > person.present.last) return;
    if (IsCareHomeResident(population_, person)) {
      const bool nursing = random_.Chance(kNursingRate);
      AddCare(person_index,
              nursing ? PointOfDelivery::kNursingCare : PointOfDelivery::kResidentialCare);
    } else if (random_.Chance(kSmallHomeRate)) {
      AddCare(person_index, PointOfDelivery::kResidentialCare);
    } else if (random_.Chance(kHomeCareRate)) {
      AddCare(person_index, PointOfDelivery::kHomeCare);
      if (random_.Chance(kAlsoEquipmentRate)) AddEquipment(person_index);
    } else {
      AddEquipment(person_index);
    }
  }

  CivilDay DayPresent(const Person& person) {
    const int64_t days =
        person.present.last.days_since_1970() - person.present.first.days_since_1970();
    return person.present.first.AddDays(static_cast<int32_t>(random_.Between(0, days)));
  }

  Event StartRow(uint32_t person_index, PointOfDelivery delivery) {
    const Person& person = population_.people[person_index];
    Event event;
    event.recorded = index_.EntryFor(person_index);
    const std::optional<uint16_t> currency = PickCurrency(delivery, 75, person.sex, random_);
    event.currency = currency.value_or(0);
    return event;
  }

  // Care by the week, until the person leaves or it is no longer needed.
  void AddCare(uint32_t person_index, PointOfDelivery delivery) {
    const Person& person = population_.people[person_index];
    Event event = StartRow(person_index, delivery);
    const bool running = random_.Chance(kRunningRate);
    const CivilDay day = DayPresent(person);
    event.start = running ? person.present.first : day;
    const bool until_end = random_.Chance(7'500);
    const int64_t longest =
        person.present.last.days_since_1970() - event.start.days_since_1970();
    const int32_t shorter = static_cast<int32_t>(random_.Between(0, longest));
    event.end = until_end ? person.present.last : event.start.AddDays(shorter);
    const int32_t days = event.end.days_since_1970() - event.start.days_since_1970() + 1;
    event.drivers[0] = (days + 6) / 7;
    const int32_t hours = static_cast<int32_t>(random_.Between(kWeekHoursMin, kWeekHoursMax));
    if (delivery == PointOfDelivery::kHomeCare) event.drivers[1] = event.drivers[0] * hours;
    dataset_.events.push_back(event);
  }

  void AddEquipment(uint32_t person_index) {
    Event event = StartRow(person_index, PointOfDelivery::kEquipment);
    event.start = DayPresent(population_.people[person_index]);
    event.end = event.start;
    event.drivers = DrawDrivers(Currencies()[event.currency], random_);
    dataset_.events.push_back(event);
  }

  const Population& population_;
  SourceIndex index_;
  Random random_;
  Dataset dataset_;
};

}  // namespace

SourceActivity MakeSocialCare(const Population& population, const Names& names, uint64_t seed) {
  return SocialCare(population, names, seed).Make();
}

SourceActivity MakeRegister(const Population& population, const Names& names, uint64_t seed) {
  SourceIndex index(population, names, Source::kGp, seed, "");
  Random random(seed, "activity/gp");
  const Period& period = population.period;
  Dataset dataset{Source::kGp, "register", "ZS1", "GP", {{"condition_count", "conditions"}}, {}};
  for (size_t person_index = 0; person_index < population.people.size(); ++person_index) {
    const Person& person = population.people[person_index];
    const Household& household = population.households[person.household];
    for (size_t nth = 0; nth < person.memberships.size(); ++nth) {
      const Membership& membership = person.memberships[nth];
      // A practice knows the address of the time it had the person on its list.
      const bool former = membership.postcode != household.home.postcode;
      const CivilDay day = former ? household.moved.AddDays(-1) : person.present.last;
      Event event;
      event.recorded = index.NewEntry(static_cast<uint32_t>(person_index), day);
      event.membership = static_cast<uint32_t>(nth);
      event.start = std::max(membership.from, period.first);
      event.end = std::min(membership.to.value_or(period.last), period.last);
      event.drivers[0] = person.condition_count;
      dataset.events.push_back(event);
    }
  }
  FinishRows(random, dataset);
  SourceActivity activity;
  activity.datasets.push_back(std::move(dataset));
  activity.recorded = index.TakeEntries();
  return activity;
}

}  // namespace safehaven::sample
