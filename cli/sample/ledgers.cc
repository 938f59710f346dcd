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

int64_t OwnCarePence(const Provider& provider, const SourceActivity& activity) {
  int64_t total = 0;
  for (const Dataset& dataset : activity.datasets) {
    for (const Event& event : dataset.events) total += NationalCostPence(event);
  }
  return std::max(total / 100 * provider.index, kOwnCareMinPence);
}

bool IsOwnCare(PoolKind kind) { return kind == PoolKind::kSupport || kind == PoolKind::kResource; }

}  // namespace

std::vector<LedgerLine> MakeLedger(const Provider& provider, const SourceActivity& activity,
                                   uint64_t seed) {
  Random random(seed, absl::StrCat("ledger/", provider.code));
  const int64_t own_care = OwnCarePence(provider, activity);
  int64_t own_weight = 0;
  for (const CostCentre& centre : provider.cost_centres) {
    if (IsOwnCare(PoolOf(provider, centre.pool).kind)) own_weight += centre.weight;
  }
  std::vector<LedgerLine> ledger;
  for (const CostCentre& centre : provider.cost_centres) {
    for (const AccountShare& share : SharesOf(centre.profile)) {
      // own care x weight / weights x share / 1000, off by up to 3 %.
      const int128 scaled = int128{own_care} * centre.weight * share.per_mille *
                            random.Between(9'700, 10'300);
      const int128 amount = scaled / own_weight / 1'000 / 10'000;
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
