// Small cost models, ledgers and events for tests of the costing core. Every code
// and number in them is invented.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_COSTING_FIXTURES_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_COSTING_FIXTURES_H_

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "services/costing/core/events.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"

namespace safehaven::costing::testing_support {

// Pounds as decimal text.
inline Money Pounds(absl::string_view text) {
  const absl::StatusOr<Money> money = Money::Parse(text);
  SH_CHECK(money.ok());
  return *money;
}

inline CivilDay Day(absl::string_view text) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  SH_CHECK(day.ok());
  return *day;
}

// A record key that ends in `number`.
inline RecordKey KeyOf(uint64_t number) {
  RecordKey key{};
  for (int i = 0; i < 8; ++i) key[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  return key;
}

// One trust: a support pool (estates) that serves a ward and education, one resource
// with two activities, of which the second (teaching rounds) has no driver, and a
// pool outside the quantum.
inline constexpr char kModelYaml[] = R"(format: safehaven-cost-model/1
provider: ZA1
version: 3
period: {start: 2025-04-01, end: 2026-03-31}
cost_groups:
  - own_patient_care
  - education_training
  - research_development
  - commercial_other
  - other_organisations_patients
pools:
  - {id: estates, name: Estates, kind: support}
  - {id: ward_nursing, name: Ward nursing, kind: resource, resource: NURWRD}
  - {id: education, name: Education and training, kind: education_training}
  - {id: outside, name: Impairments, kind: excluded}
ledger_map:
  - {cost_centre: E100, account: "*", to: estates, fraction: "1"}
  - {cost_centre: N210, account: "5400", to: education, amount: "1250.00", cost_group: education_training}
  - {cost_centre: N210, account: "5400", to: ward_nursing, fraction: "1"}
  - {cost_centre: N210, account: "*", to: ward_nursing, fraction: "0.85", cost_group: own_patient_care}
  - {cost_centre: N210, account: "*", to: education, fraction: "0.15"}
  - {cost_centre: X900, account: "9000", to: outside, fraction: "1"}
support_allocation:
  method: reciprocal
  order: [estates]
  statistics:
    estates: {ward_nursing: 3, education: 1}
resources: [{id: NURWRD, name: Ward nurses}]
activities:
  - {id: WARDCR, name: Ward care}
  - {id: ROUNDS, name: Ward rounds}
links:
  - {resource: NURWRD, activity: WARDCR, share: 95}
  - {resource: NURWRD, activity: ROUNDS, share: 5}
drivers:
  - {activity: WARDCR, feed: apc, column: bed_days}
  - {activity: WARDCR, feed: op, column: count, weight_by_point_of_delivery: {CL: 2, NCL: 1}}
feeds:
  - {id: apc, dataset: acute/apc}
  - {id: op, dataset: acute/op}
)";

// The ledger that fits it: 151,250.00 pounds in all.
inline Ledger SmallLedger() {
  Ledger ledger;
  ledger.provider = "ZA1";
  ledger.lines = {{"E100", "1000", "Rent", Pounds("40000.00")},
                  {"N210", "5400", "Nurse teachers", Pounds("2000.00")},
                  {"N210", "5400", "Nurse teachers, accrual", Pounds("250.00")},
                  {"N210", "5000", "Nurses' pay", Pounds("99999.99")},
                  {"N210", "5001", "Agency nurses", Pounds("0.01")},
                  {"X900", "9000", "Impairment", Pounds("9000.00")}};
  ledger.total = Pounds("151250.00");
  return ledger;
}

// Three episodes (bed days 1, 2, 4) and three attendances (CL, NCL and one of a
// point of delivery that carries no weight).
inline EventColumns SmallEvents() {
  EventColumnsBuilder builder({"bed_days"});
  const auto append = [&builder](uint64_t key, absl::string_view feed, absl::string_view point_of_delivery,
                                 int64_t bed_days) {
    const std::vector<int64_t> drivers = {bed_days};
    SH_CHECK(builder
                 .Append({.key = KeyOf(key),
                          .feed = feed,
                          .point_of_delivery = point_of_delivery,
                          .currency = "AA01A",
                          .treatment_function = "100",
                          .start = Day("2025-06-01"),
                          .end = Day("2025-06-03"),
                          .drivers = drivers})
                 .ok());
  };
  append(1, "apc", "EL", 1);
  append(2, "apc", "NEL", 2);
  append(3, "apc", "NEL", 4);
  append(4, "op", "CL", 0);
  append(5, "op", "NCL", 0);
  append(6, "op", "OPROC", 0);
  return builder.Finish();
}

}  // namespace safehaven::costing::testing_support

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_COSTING_FIXTURES_H_
