// What happened to the people of the region: one data set per extract, its rows, and
// the sources' indexes of people that the rows' identities come from.
//
// A source writes a person down once, or by mistake twice, and every row carries what
// its index says; only the ambulance service writes anew at every incident. So errors
// are correlated within a person and a source, as in practice. Values only.
#ifndef SAFEHAVEN_CLI_SAMPLE_ACTIVITY_H_
#define SAFEHAVEN_CLI_SAMPLE_ACTIVITY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/sample/currencies.h"
#include "cli/sample/errors.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

// What is wrong with the row itself, so that loading has to reject it.
enum class RowFault : uint8_t { kNone, kCheckDigit, kImpossibleDate };

struct DriverColumn {
  absl::string_view name;
  absl::string_view unit;
};

struct Event {
  uint32_t recorded = 0;  // index into the source's index of people
  uint16_t currency = 0;  // index into Currencies(); unused in gp/register
  RowFault fault = RowFault::kNone;
  CivilDay start;
  CivilDay end;
  Drivers drivers = {};
  // gp/register only: index into the person's memberships.
  uint32_t membership = 0;
};

struct Dataset {
  Source source;
  std::string name;       // "apc"
  std::string provider;   // "ZA1"
  std::string id_prefix;  // of record ids: "APC"
  std::vector<DriverColumn> drivers;
  std::vector<Event> events;  // in file order

  // "APC-0000001": the id of the row at `index`.
  std::string RecordId(size_t index) const;
};

// What one source has: its data sets and the index of people that their rows point into.
struct SourceActivity {
  std::vector<Dataset> datasets;
  std::vector<Recorded> recorded;
};

// By source.
using Activity = std::array<SourceActivity, kSourceCount>;

// Everything that happened.
Activity MakeActivity(const Population& population, uint64_t seed);

// The restriction of the row's currency; none for gp/register.
Restriction RestrictionOf(const Dataset& dataset, const Event& event);

// What the row would cost at the national mean, in pence. Not for gp/register.
int64_t NationalCostPence(const Event& event);

// Somebody's event of one point of delivery, and its day.
struct Occurrence {
  uint32_t person;
  CivilDay start;
};

// Draws events of `delivery` with the published rate per head: by age, need and time
// spent in the region. In the order of people.
std::vector<Occurrence> DrawOccurrences(const Population& population, PointOfDelivery delivery,
                                        Random& random);

// Picks a currency of `delivery` that fits somebody of `age` and `sex`; the index into
// Currencies(), or nothing if none fits.
std::optional<uint16_t> PickCurrency(PointOfDelivery delivery, int age, Sex sex, Random& random);

// Each mean of the currency, made 40 % to 160 % of itself.
Drivers DrawDrivers(const Currency& currency, Random& random);

// Moves or shortens a stay of `nights` nights from `start` so that it ends while the
// person is there. False if less than `nights_min` are left.
struct Stay {
  CivilDay start;
  int32_t nights;
};
bool FitStay(const Person& person, int32_t nights_min, Stay& stay);

// Puts rows in order of their first day, those of a day in random order, so that the
// order does not tell who belongs to whom, and spoils a few. The register's rows are
// only put in random order.
void FinishRows(Random& random, Dataset& dataset);

// Days of some kind of event, by person.
using DaysByPerson = std::vector<std::vector<CivilDay>>;

// One source each. `conveyed`: when the ambulance took people to hospital; there they
// are emergency attendances.
SourceActivity MakeRegister(const Population& population, const Names& names, uint64_t seed);
SourceActivity MakeAmbulance(const Population& population, const Names& names, uint64_t seed,
                             DaysByPerson& conveyed);
SourceActivity MakeAcute(const Population& population, const Names& names, uint64_t seed,
                         const DaysByPerson& conveyed);
SourceActivity MakeMentalHealth(const Population& population, const Names& names, uint64_t seed);
SourceActivity MakeCommunity(const Population& population, const Names& names, uint64_t seed);
SourceActivity MakeSocialCare(const Population& population, const Names& names, uint64_t seed);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_ACTIVITY_H_
