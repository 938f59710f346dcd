// The five providers whose costs are known: how their ledgers are made up and how
// their cost models divide them. All of it is invented in the shape of the costing
// standards (docs/formats.md, "General ledger" and "Cost model"). Constants only.
#ifndef SAFEHAVEN_CLI_SAMPLE_PROVIDERS_H_
#define SAFEHAVEN_CLI_SAMPLE_PROVIDERS_H_

#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"
#include "cli/sample/errors.h"

namespace safehaven::sample {

enum class PoolKind : uint8_t { kSupport, kResource, kEducation, kResearch, kCommercial,
                                kOtherPatients, kExcluded };

// What a support pool's cost follows.
enum class Statistic : uint8_t { kFloorArea, kStaff, kPatientFacingStaff };

struct Pool {
  absl::string_view id;
  absl::string_view name;
  PoolKind kind;
  absl::string_view resource = "";  // kResource only
  uint32_t floor_area = 0;          // square metres
  uint32_t staff = 0;               // tenths of a whole-time equivalent
  Statistic statistic = Statistic::kStaff;  // kSupport only
};

// How a cost centre's total divides over accounts.
enum class AccountProfile : uint8_t { kNursing, kMedical, kScientific, kMedicines, kDevices,
                                      kPremises, kOffice, kVehicles, kPurchased, kTrading,
                                      kImpairment };

struct CostCentre {
  absl::string_view code;
  absl::string_view name;
  absl::string_view pool;
  AccountProfile profile;
  // Support and resource cost centres share the cost of own patients' care in
  // proportion to their weights; the others come on top, in 10,000 of it.
  uint32_t weight;
  // A point of delivery: then the cost centre has `weight` per mille of what its
  // events cost nationally, and the others share the rest.
  absl::string_view follows = "";
};

struct Named {
  absl::string_view id;
  absl::string_view name;
};

struct Link {
  absl::string_view resource;
  absl::string_view activity;
  uint32_t share;
};

struct Driver {
  absl::string_view activity;
  absl::string_view feed;
  absl::string_view column;
  absl::string_view weights = "";  // "CL: 2, NCL: 1", or empty
};

// An exception of the ledger map: part of one account goes to another pool.
struct Split {
  absl::string_view cost_centre;
  absl::string_view account;
  absl::string_view pool;
  uint32_t per_mille;
  bool as_amount;  // written as an amount, else as a fraction
};

struct Provider {
  absl::string_view code;
  Source source;
  uint32_t index;  // cost against the national mean, in hundredths
  bool reciprocal;
  std::span<const Pool> pools;
  std::span<const CostCentre> cost_centres;
  std::span<const Named> resources;
  std::span<const Named> activities;
  std::span<const Link> links;
  std::span<const Driver> drivers;
  std::span<const Named> feeds;  // feed and data set
  std::span<const Split> splits;
};

std::span<const Provider> Providers();

struct AccountShare {
  absl::string_view account;
  absl::string_view name;
  int32_t per_mille;  // negative: recoveries
};
std::span<const AccountShare> SharesOf(AccountProfile profile);

// The pool of `provider` with `id`, which exists.
const Pool& PoolOf(const Provider& provider, absl::string_view id);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_PROVIDERS_H_
