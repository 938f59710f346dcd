// The acute trust's rows: emergency care, admissions, outpatients.
#include <algorithm>

#include "cli/sample/activity.h"
#include "cli/sample/source_index.h"

namespace safehaven::sample {
namespace {

constexpr char kProvider[] = "ZA1";
constexpr int kNightsMax = 100;

struct Context {
  const Population& population;
  SourceIndex& index;
  Random& random;
};

// A row for `occurrence`, with its currency and drawn work; false if no currency fits.
bool StartRow(const Context& context, PointOfDelivery delivery, const Occurrence& occurrence,
              Event& event) {
  const Person& person = context.population.people[occurrence.person];
  const int age = std::max(0, AgeYears(person.birth, occurrence.start));
  const std::optional<uint16_t> currency =
      PickCurrency(delivery, age, person.sex, context.random);
  if (!currency.has_value()) return false;
  event.currency = *currency;
  event.start = occurrence.start;
  event.end = occurrence.start;
  event.drivers = DrawDrivers(Currencies()[*currency], context.random);
  event.recorded = context.index.EntryFor(occurrence.person);
  return true;
}

// Attendances in the emergency department. Somebody the ambulance brought attends on
// that day. `attended` gets each person's days.
Dataset MakeEmergencyCare(const Context& context, const DaysByPerson& conveyed,
                          DaysByPerson& attended) {
  Dataset dataset{Source::kAcute, "ec", kProvider, "EC",
                  {{"department_minutes", "minutes"}, {"consultant_minutes", "minutes"},
                   {"imaging_tests", "tests"}, {"pathology_tests", "tests"}},
                  {}};
  for (Occurrence occurrence :
       DrawOccurrences(context.population, PointOfDelivery::kEmergencyCare, context.random)) {
    const size_t nth = attended[occurrence.person].size();
    const std::vector<CivilDay>& days = conveyed[occurrence.person];
    if (nth < days.size()) occurrence.start = days[nth];
    attended[occurrence.person].push_back(occurrence.start);
    Event event;
    if (StartRow(context, PointOfDelivery::kEmergencyCare, occurrence, event)) {
      dataset.events.push_back(event);
    }
  }
  FinishRows(context.random, dataset);
  return dataset;
}

int32_t DrawNights(PointOfDelivery delivery, const Currency& currency, Random& random) {
  const int64_t mean = currency.driver_means[0];
  switch (delivery) {
    case PointOfDelivery::kNonElectiveLong:  // two nights and more, by definition
      return 2 + random.GeometricCount(static_cast<uint64_t>(std::max<int64_t>(mean - 2, 0)) * 1'000'000, kNightsMax);
    case PointOfDelivery::kElective:
      return 1 + random.GeometricCount(static_cast<uint64_t>(mean - 1) * 1'000'000, kNightsMax);
    case PointOfDelivery::kNonElectiveShort:
      return random.Chance(5'000) ? 1 : 0;
    default:
      return 0;
  }
}

// Admissions. An emergency admission follows an attendance of the person if there was
// one.
Dataset MakeAdmissions(const Context& context, const DaysByPerson& attended) {
  Dataset dataset{Source::kAcute, "apc", kProvider, "APC",
                  {{"bed_days", "days"}, {"theatre_minutes", "minutes"},
                   {"consultant_minutes", "minutes"}, {"imaging_tests", "tests"},
                   {"pathology_tests", "tests"}, {"drug_pence", "pence"},
                   {"device_pence", "pence"}},
                  {}};
  std::vector<uint32_t> admitted(context.population.people.size(), 0);
  for (const PointOfDelivery delivery :
       {PointOfDelivery::kNonElectiveLong, PointOfDelivery::kNonElectiveShort,
        PointOfDelivery::kElective, PointOfDelivery::kDayCase}) {
    const bool emergency = delivery == PointOfDelivery::kNonElectiveLong ||
                           delivery == PointOfDelivery::kNonElectiveShort;
    for (Occurrence occurrence : DrawOccurrences(context.population, delivery, context.random)) {
      const std::vector<CivilDay>& days = attended[occurrence.person];
      uint32_t& nth = admitted[occurrence.person];
      if (emergency && nth < days.size()) occurrence.start = days[nth++];
      Event event;
      if (!StartRow(context, delivery, occurrence, event)) continue;
      Stay stay{event.start,
                DrawNights(delivery, Currencies()[event.currency], context.random)};
      const int32_t nights_min = delivery == PointOfDelivery::kNonElectiveLong ? 2 : 0;
      if (!FitStay(context.population.people[occurrence.person], nights_min, stay)) continue;
      event.start = stay.start;
      event.end = stay.start.AddDays(stay.nights);
      event.drivers[0] = std::max(stay.nights, 1);
      dataset.events.push_back(event);
    }
  }
  FinishRows(context.random, dataset);
  return dataset;
}

Dataset MakeOutpatients(const Context& context) {
  Dataset dataset{Source::kAcute, "op", kProvider, "OP",
                  {{"contact_minutes", "minutes"}, {"consultant_minutes", "minutes"},
                   {"imaging_tests", "tests"}, {"pathology_tests", "tests"},
                   {"drug_pence", "pence"}},
                  {}};
  for (const PointOfDelivery delivery :
       {PointOfDelivery::kConsultantLed, PointOfDelivery::kNotConsultantLed,
        PointOfDelivery::kOutpatientProcedure}) {
    for (const Occurrence& occurrence :
         DrawOccurrences(context.population, delivery, context.random)) {
      Event event;
      if (StartRow(context, delivery, occurrence, event)) dataset.events.push_back(event);
    }
  }
  FinishRows(context.random, dataset);
  return dataset;
}

}  // namespace

SourceActivity MakeAcute(const Population& population, const Names& names, uint64_t seed,
                         const DaysByPerson& conveyed) {
  SourceIndex index(population, names, Source::kAcute, seed, "H");
  Random random(seed, "activity/acute");
  const Context context{population, index, random};
  DaysByPerson attended(population.people.size());
  SourceActivity activity;
  Dataset emergency_care = MakeEmergencyCare(context, conveyed, attended);
  activity.datasets.push_back(MakeAdmissions(context, attended));
  activity.datasets.push_back(MakeOutpatients(context));
  activity.datasets.push_back(std::move(emergency_care));
  activity.recorded = index.TakeEntries();
  return activity;
}

}  // namespace safehaven::sample
