#include "cli/sample/activity.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "libs/base/money.h"

namespace safehaven::sample {
namespace {

// More than anybody can have of one kind in a year: stops a runaway draw.
constexpr int kEventsPerPersonMax = 150;

// Rows of 10,000 that loading has to reject: a number whose check digit is wrong, or
// a first day that does not exist. Assumptions; small, as sources check both.
constexpr uint32_t kCheckDigitFaultRate = 5;
constexpr uint32_t kImpossibleDateRate = 2;

// The days of the year that the person was there, none if they never were.
int32_t DaysPresent(const Person& person) {
  return std::max(0, person.present.last.days_since_1970() -
                         person.present.first.days_since_1970() + 1);
}

}  // namespace

std::string Dataset::RecordId(size_t index) const {
  return absl::StrFormat("%s-%07d", id_prefix, index + 1);
}

int64_t NationalCostPence(const Event& event) {
  const Currency& currency = Currencies()[event.currency];
  switch (currency.delivery) {
    case PointOfDelivery::kMentalHealthSpell:
      return currency.unit_cost_pence * event.drivers[2];  // priced by the bed day
    case PointOfDelivery::kHomeCare:
      return currency.unit_cost_pence * event.drivers[1] / currency.driver_means[1];
    case PointOfDelivery::kResidentialCare:
    case PointOfDelivery::kNursingCare:
      return currency.unit_cost_pence * event.drivers[0] / currency.driver_means[0];
    default:
      return currency.unit_cost_pence;
  }
}

std::vector<Occurrence> DrawOccurrences(const Population& population, PointOfDelivery delivery,
                                        Random& random) {
  const DeliverySpec& spec = SpecOf(delivery);
  std::vector<uint64_t> weights(population.people.size(), 0);
  uint128 weight_sum = 0;
  for (size_t index = 0; index < weights.size(); ++index) {
    const Person& person = population.people[index];
    if (!random.Chance(spec.user_rate)) continue;
    const uint64_t factor = spec.age_factors[AgeFactorIndex(AgeAtEnd(person, population.period))];
    weights[index] = factor * person.need_per_mille * static_cast<uint64_t>(DaysPresent(person));
    weight_sum += weights[index];
  }
  std::vector<Occurrence> occurrences;
  if (weight_sum == 0) return occurrences;
  // The whole region's expected count in millionths, shared out by weight.
  const uint128 total = static_cast<uint128>(spec.per_100000) * 10 * population.people.size();
  for (size_t index = 0; index < weights.size(); ++index) {
    if (weights[index] == 0) continue;
    const uint64_t mean = static_cast<uint64_t>(total * weights[index] / weight_sum);
    const Person& person = population.people[index];
    const int count = random.GeometricCount(mean, kEventsPerPersonMax);
    for (int made = 0; made < count; ++made) {
      const int32_t day = static_cast<int32_t>(random.Between(0, DaysPresent(person) - 1));
      occurrences.push_back({static_cast<uint32_t>(index), person.present.first.AddDays(day)});
    }
  }
  return occurrences;
}

std::optional<uint16_t> PickCurrency(PointOfDelivery delivery, int age, Sex sex, Random& random) {
  const std::span<const Currency> currencies = Currencies();
  const auto fits = [&](const Currency& currency) {
    return currency.delivery == delivery && age >= currency.age_min && age <= currency.age_max &&
           (currency.sex == 0 || currency.sex == static_cast<int>(sex));
  };
  uint64_t total = 0;
  for (const Currency& currency : currencies) total += fits(currency) ? currency.weight : 0;
  if (total == 0) return std::nullopt;
  uint64_t left = random.Below(total);
  for (size_t index = 0; index < currencies.size(); ++index) {
    if (!fits(currencies[index])) continue;
    if (left < currencies[index].weight) return static_cast<uint16_t>(index);
    left -= currencies[index].weight;
  }
  return std::nullopt;
}

Drivers DrawDrivers(const Currency& currency, Random& random) {
  Drivers drivers = {};
  for (size_t index = 0; index < kDriversMax; ++index) {
    const int64_t mean = currency.driver_means[index];
    if (mean == 0) continue;
    // Rounded half up; a mean of 1 stays 0, 1 or 2.
    drivers[index] = static_cast<int32_t>((mean * random.Between(40, 160) + 50) / 100);
  }
  return drivers;
}

bool FitStay(const Person& person, int32_t nights_min, Stay& stay) {
  const CivilDay latest = person.present.last.AddDays(-stay.nights);
  stay.start = std::max(person.present.first, std::min(stay.start, latest));
  const int32_t left =
      person.present.last.days_since_1970() - stay.start.days_since_1970();
  stay.nights = std::min(stay.nights, left);
  return stay.nights >= nights_min;
}

Restriction RestrictionOf(const Dataset& dataset, const Event& event) {
  return dataset.source == Source::kGp ? Restriction::kNone
                                       : Currencies()[event.currency].restriction;
}

void FinishRows(Random& random, Dataset& dataset) {
  std::vector<Event>& events = dataset.events;
  for (size_t left = events.size(); left > 1; --left) {
    std::swap(events[left - 1], events[random.Below(left)]);
  }
  if (dataset.source == Source::kGp) return;
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.start < b.start; });
  for (Event& event : events) {
    if (random.Chance(kCheckDigitFaultRate)) {
      event.fault = RowFault::kCheckDigit;
    } else if (random.Chance(kImpossibleDateRate)) {
      event.fault = RowFault::kImpossibleDate;
    }
  }
}

Activity MakeActivity(const Population& population, uint64_t seed) {
  const Names names;
  DaysByPerson conveyed(population.people.size());
  const auto at = [](Source source) { return static_cast<size_t>(source); };
  Activity activity;
  activity[at(Source::kGp)] = MakeRegister(population, names, seed);
  activity[at(Source::kAmbulance)] = MakeAmbulance(population, names, seed, conveyed);
  activity[at(Source::kAcute)] = MakeAcute(population, names, seed, conveyed);
  activity[at(Source::kMentalHealth)] = MakeMentalHealth(population, names, seed);
  activity[at(Source::kCommunity)] = MakeCommunity(population, names, seed);
  activity[at(Source::kSocialCare)] = MakeSocialCare(population, names, seed);
  return activity;
}

}  // namespace safehaven::sample
