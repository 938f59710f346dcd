#include "cli/sample/ledgers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/sample/random.h"
#include "cli/sample/writer.h"
#include "libs/base/money.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// A ledger for a region without activity is still a ledger: 10,000 pounds of care.
constexpr int64_t kOwnCareMinPence = 1'000'000;

// Weights of cost centres outside own patients' care are in 10,000 of it.
constexpr int64_t kOwnCareWeight = 10'000;

// What the provider's events of `delivery` (all if empty) cost at the national mean
// times the provider's index.
int64_t ExpectedPence(const Provider& provider, const SourceActivity& activity,
                      absl::string_view delivery) {
  int64_t total = 0;
  for (const Dataset& dataset : activity.datasets) {
    for (const Event& event : dataset.events) {
      const Currency& currency = Currencies()[event.currency];
      if (delivery.empty() || SpecOf(currency.delivery).code == delivery) {
        total += NationalCostPence(event);
      }
    }
  }
  return total / 100 * provider.index;
}

bool IsOwnCare(PoolKind kind) { return kind == PoolKind::kSupport || kind == PoolKind::kResource; }

// What each cost centre costs, in pence.
std::vector<int64_t> CentreTotals(const Provider& provider, const SourceActivity& activity) {
  const int64_t own_care = std::max(ExpectedPence(provider, activity, ""), kOwnCareMinPence);
  std::vector<int64_t> totals(provider.cost_centres.size(), 0);
  int64_t following = 0;
  int64_t sharing_weight = 0;
  for (size_t index = 0; index < totals.size(); ++index) {
    const CostCentre& centre = provider.cost_centres[index];
    if (!centre.follows.empty()) {
      totals[index] = ExpectedPence(provider, activity, centre.follows) / 1'000 * centre.weight;
      following += totals[index];
    } else if (IsOwnCare(PoolOf(provider, centre.pool).kind)) {
      sharing_weight += centre.weight;
    }
  }
  for (size_t index = 0; index < totals.size(); ++index) {
    const CostCentre& centre = provider.cost_centres[index];
    if (!centre.follows.empty()) continue;
    // Own care shares what is left; the rest is measured by all of own care.
    const bool own = IsOwnCare(PoolOf(provider, centre.pool).kind);
    const int128 base = own ? own_care - following : own_care;
    const int64_t whole = own ? sharing_weight : kOwnCareWeight;
    totals[index] = static_cast<int64_t>(base * centre.weight / whole);
  }
  return totals;
}

}  // namespace

std::vector<LedgerLine> MakeLedger(const Provider& provider, const SourceActivity& activity,
                                   uint64_t seed) {
  Random random(seed, absl::StrCat("ledger/", provider.code));
  const std::vector<int64_t> totals = CentreTotals(provider, activity);
  std::vector<LedgerLine> ledger;
  for (size_t index = 0; index < totals.size(); ++index) {
    const CostCentre& centre = provider.cost_centres[index];
    for (const AccountShare& share : SharesOf(centre.profile)) {
      const int64_t jitter = random.Between(9'700, 10'300);
      const int128 amount = int128{totals[index]} * share.per_mille * jitter / 1'000 / 10'000;
      ledger.push_back({centre.code, share.account, absl::StrCat(centre.name, ", ", share.name),
                        static_cast<int64_t>(amount)});
    }
  }
  return ledger;
}

absl::Status WriteLedger(const std::string& out_dir, const Provider& provider,
                         const std::vector<LedgerLine>& ledger) {
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(absl::StrCat(
                                             out_dir, "/ledgers/", provider.code, ".csv")));
  writer.Write("provider,cost_centre,account,description,amount\n");
  for (const LedgerLine& line : ledger) {
    writer.Field(provider.code);
    writer.Field(line.cost_centre);
    writer.Field(line.account);
    writer.Field(line.description);
    writer.Field(PoundsText(line.amount_pence));
    writer.EndRow();
  }
  return writer.Close();
}

}  // namespace safehaven::sample
