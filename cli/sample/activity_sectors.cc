// The rows of ambulance, mental health and community services.
#include <algorithm>

#include "cli/sample/activity.h"
#include "cli/sample/source_index.h"

namespace safehaven::sample {
namespace {

constexpr int kSpellNightsMax = 300;

int AgeOn(const Population& population, const Occurrence& occurrence) {
  return std::max(0, AgeYears(population.people[occurrence.person].birth, occurrence.start));
}

// Contacts that last less than a day.
void AddContacts(const Population& population, PointOfDelivery delivery, Random& random,
                 SourceIndex& index, Dataset& dataset) {
  for (const Occurrence& occurrence : DrawOccurrences(population, delivery, random)) {
    const std::optional<uint16_t> currency =
        PickCurrency(delivery, AgeOn(population, occurrence),
                     population.people[occurrence.person].sex, random);
    if (!currency.has_value()) continue;
    Event event;
    event.recorded = index.EntryFor(occurrence.person);
    event.currency = *currency;
    event.start = occurrence.start;
    event.end = occurrence.start;
    event.drivers = DrawDrivers(Currencies()[*currency], random);
    dataset.events.push_back(event);
  }
}

void AddMentalHealthSpells(const Population& population, Random& random, SourceIndex& index,
                           Dataset& dataset) {
  const PointOfDelivery delivery = PointOfDelivery::kMentalHealthSpell;
  for (const Occurrence& occurrence : DrawOccurrences(population, delivery, random)) {
    const Person& person = population.people[occurrence.person];
    const std::optional<uint16_t> currency =
        PickCurrency(delivery, AgeOn(population, occurrence), person.sex, random);
    if (!currency.has_value()) continue;
    const uint64_t mean = static_cast<uint64_t>(Currencies()[*currency].driver_means[2]) - 1;
    Stay stay{occurrence.start, 1 + random.GeometricCount(mean * 1'000'000, kSpellNightsMax)};
    if (!FitStay(person, 1, stay)) continue;
    Event event;
    event.recorded = index.EntryFor(occurrence.person);
    event.currency = *currency;
    event.start = stay.start;
    event.end = stay.start.AddDays(stay.nights);
    event.drivers[2] = stay.nights;
    dataset.events.push_back(event);
  }
}

}  // namespace

SourceActivity MakeAmbulance(const Population& population, const Names& names, uint64_t seed,
                             DaysByPerson& conveyed) {
  SourceIndex index(population, names, Source::kAmbulance, seed, "");
  Random random(seed, "activity/ambulance");
  Dataset dataset{Source::kAmbulance, "incidents", "ZB1", "AMB",
                  {{"call_minutes", "minutes"}, {"vehicle_minutes", "minutes"},
                   {"crew_minutes", "minutes"}},
                  {}};
  for (const PointOfDelivery delivery :
       {PointOfDelivery::kHearTreat, PointOfDelivery::kSeeTreat, PointOfDelivery::kSeeConvey,
        PointOfDelivery::kAmbulanceOther}) {
    for (const Occurrence& occurrence : DrawOccurrences(population, delivery, random)) {
      const std::optional<uint16_t> currency =
          PickCurrency(delivery, AgeOn(population, occurrence),
                       population.people[occurrence.person].sex, random);
      if (!currency.has_value()) continue;
      Event event;
      event.recorded = index.NewEntry(occurrence.person, occurrence.start);
      event.currency = *currency;
      event.start = occurrence.start;
      event.end = occurrence.start;
      event.drivers = DrawDrivers(Currencies()[*currency], random);
      dataset.events.push_back(event);
      if (delivery == PointOfDelivery::kSeeConvey) {
        conveyed[occurrence.person].push_back(occurrence.start);
      }
    }
  }
  FinishRows(random, dataset);
  SourceActivity activity;
  activity.datasets.push_back(std::move(dataset));
  activity.recorded = index.TakeEntries();
  return activity;
}

SourceActivity MakeMentalHealth(const Population& population, const Names& names, uint64_t seed) {
  SourceIndex index(population, names, Source::kMentalHealth, seed, "M");
  Random random(seed, "activity/mental_health");
  Dataset dataset{Source::kMentalHealth, "contacts", "ZM1", "MH",
                  {{"contact_minutes", "minutes"}, {"travel_minutes", "minutes"},
                   {"bed_days", "days"}},
                  {}};
  AddContacts(population, PointOfDelivery::kMentalHealthContact, random, index, dataset);
  AddMentalHealthSpells(population, random, index, dataset);
  FinishRows(random, dataset);
  SourceActivity activity;
  activity.datasets.push_back(std::move(dataset));
  activity.recorded = index.TakeEntries();
  return activity;
}

SourceActivity MakeCommunity(const Population& population, const Names& names, uint64_t seed) {
  SourceIndex index(population, names, Source::kCommunity, seed, "C");
  Random random(seed, "activity/community");
  Dataset dataset{Source::kCommunity, "contacts", "ZH1", "COM",
                  {{"contact_minutes", "minutes"}, {"travel_minutes", "minutes"},
                   {"consumable_pence", "pence"}},
                  {}};
  AddContacts(population, PointOfDelivery::kCommunityContact, random, index, dataset);
  FinishRows(random, dataset);
  SourceActivity activity;
  activity.datasets.push_back(std::move(dataset));
  activity.recorded = index.TakeEntries();
  return activity;
}

}  // namespace safehaven::sample
