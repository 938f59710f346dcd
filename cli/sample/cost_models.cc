// The text of cost models.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/sample/ledgers.h"
#include "cli/sample/writer.h"

namespace safehaven::sample {
namespace {

constexpr uint32_t kWhole = 1'000;  // per mille

absl::string_view KindName(PoolKind kind) {
  switch (kind) {
    case PoolKind::kSupport: return "support";
    case PoolKind::kResource: return "resource";
    case PoolKind::kEducation: return "education_training";
    case PoolKind::kResearch: return "research_development";
    case PoolKind::kCommercial: return "commercial";
    case PoolKind::kOtherPatients: return "other_patients";
    case PoolKind::kExcluded: return "excluded";
  }
  return "";
}

// ", cost_group: ..." where the kind of pool has one.
absl::string_view CostGroupText(PoolKind kind) {
  switch (kind) {
    case PoolKind::kResource: return ", cost_group: own_patient_care";
    case PoolKind::kEducation: return ", cost_group: education_training";
    case PoolKind::kResearch: return ", cost_group: research_development";
    case PoolKind::kCommercial: return ", cost_group: commercial_other";
    case PoolKind::kOtherPatients: return ", cost_group: other_organisations_patients";
    case PoolKind::kSupport:
    case PoolKind::kExcluded: return "";
  }
  return "";
}

std::string FractionText(uint32_t per_mille) {
  return per_mille == kWhole ? "1" : absl::StrFormat("0.%03d", per_mille);
}

void AddPools(const Provider& provider, std::string& text) {
  absl::StrAppend(&text, "pools:\n");
  for (const Pool& pool : provider.pools) {
    absl::StrAppend(&text, "  - {id: ", pool.id, ", name: \"", pool.name,
                    "\", kind: ", KindName(pool.kind));
    if (!pool.resource.empty()) absl::StrAppend(&text, ", resource: ", pool.resource);
    absl::StrAppend(&text, "}\n");
  }
}

int64_t LedgerAmount(const std::vector<LedgerLine>& ledger, const Split& split) {
  int64_t amount = 0;
  for (const LedgerLine& line : ledger) {
    if (line.cost_centre == split.cost_centre && line.account == split.account) {
      amount += line.amount_pence;
    }
  }
  return amount;
}

void AddRule(const Provider& provider, absl::string_view centre, absl::string_view account,
             absl::string_view pool, absl::string_view how, std::string& text) {
  absl::StrAppend(&text, "  - {cost_centre: ", centre, ", account: \"", account, "\", to: ", pool,
                  ", ", how, CostGroupText(PoolOf(provider, pool).kind), "}\n");
}

// The rules of one cost centre: the exceptions by account, what they leave, and the rest.
void AddCentreRules(const Provider& provider, const CostCentre& centre,
                    const std::vector<LedgerLine>& ledger, std::string& text) {
  for (const AccountShare& account : SharesOf(centre.profile)) {
    uint32_t left = kWhole;
    bool has_split = false;
    for (const Split& split : provider.splits) {
      if (split.cost_centre != centre.code || split.account != account.account) continue;
      has_split = true;
      std::string how;
      if (split.as_amount) {
        const int64_t part = LedgerAmount(ledger, split) * split.per_mille / kWhole;
        how = absl::StrCat("amount: \"", PoundsText(part), "\"");
      } else {
        left -= split.per_mille;
        how = absl::StrCat("fraction: \"", FractionText(split.per_mille), "\"");
      }
      AddRule(provider, centre.code, account.account, split.pool, how, text);
    }
    if (has_split) {
      AddRule(provider, centre.code, account.account, centre.pool,
              absl::StrCat("fraction: \"", FractionText(left), "\""), text);
    }
  }
  AddRule(provider, centre.code, "*", centre.pool, "fraction: \"1\"", text);
}

uint32_t WeightOf(const Pool& sender, const Pool& receiver) {
  if (receiver.id == sender.id || receiver.kind == PoolKind::kExcluded) return 0;
  switch (sender.statistic) {
    case Statistic::kFloorArea: return receiver.floor_area;
    case Statistic::kStaff: return receiver.staff;
    case Statistic::kPatientFacingStaff:
      return receiver.kind == PoolKind::kResource ? receiver.staff : 0;
  }
  return 0;
}

void AddSupport(const Provider& provider, std::string& text) {
  std::string order;
  for (const Pool& pool : provider.pools) {
    if (pool.kind != PoolKind::kSupport) continue;
    absl::StrAppend(&order, order.empty() ? "" : ", ", pool.id);
  }
  absl::StrAppend(&text, "support_allocation:\n  method: ",
                  provider.reciprocal ? "reciprocal" : "step_down", "\n  order: [", order,
                  "]\n  statistics:\n");
  for (const Pool& sender : provider.pools) {
    if (sender.kind != PoolKind::kSupport) continue;
    std::string weights;
    for (const Pool& receiver : provider.pools) {
      const uint32_t weight = WeightOf(sender, receiver);
      if (weight == 0) continue;
      absl::StrAppend(&weights, weights.empty() ? "" : ", ", receiver.id, ": ", weight);
    }
    absl::StrAppend(&text, "    ", sender.id, ": {", weights, "}\n");
  }
}

void AddNamed(absl::string_view key, std::span<const Named> items, std::string& text) {
  absl::StrAppend(&text, key, ":\n");
  for (const Named& item : items) {
    absl::StrAppend(&text, "  - {id: ", item.id, ", name: \"", item.name, "\"}\n");
  }
}

void AddDrivers(const Provider& provider, std::string& text) {
  absl::StrAppend(&text, "links:\n");
  for (const Link& link : provider.links) {
    absl::StrAppend(&text, "  - {resource: ", link.resource, ", activity: ", link.activity,
                    ", share: ", link.share, "}\n");
  }
  absl::StrAppend(&text, "drivers:\n");
  for (const Driver& driver : provider.drivers) {
    absl::StrAppend(&text, "  - {activity: ", driver.activity, ", feed: ", driver.feed,
                    ", column: ", driver.column);
    if (!driver.weights.empty()) {
      absl::StrAppend(&text, ", weight_by_point_of_delivery: {", driver.weights, "}");
    }
    absl::StrAppend(&text, "}\n");
  }
  absl::StrAppend(&text, "feeds:\n");
  for (const Named& feed : provider.feeds) {
    absl::StrAppend(&text, "  - {id: ", feed.id, ", dataset: ", feed.name, "}\n");
  }
}

}  // namespace

std::string CostModelText(const Provider& provider, const std::vector<LedgerLine>& ledger,
                          const Period& period) {
  std::string text = absl::StrCat(
      "format: safehaven-cost-model/1\nprovider: ", provider.code, "\nversion: 1\nperiod: {start: ",
      period.first.ToString(), ", end: ", period.last.ToString(),
      "}\ncost_groups:\n  - own_patient_care\n  - education_training\n  - research_development\n"
      "  - commercial_other\n  - other_organisations_patients\n");
  AddPools(provider, text);
  absl::StrAppend(&text, "ledger_map:\n");
  for (const CostCentre& centre : provider.cost_centres) {
    AddCentreRules(provider, centre, ledger, text);
  }
  AddSupport(provider, text);
  AddNamed("resources", provider.resources, text);
  AddNamed("activities", provider.activities, text);
  AddDrivers(provider, text);
  return text;
}

absl::Status WriteCostModel(const std::string& out_dir, const Provider& provider,
                            const std::vector<LedgerLine>& ledger, const Period& period) {
  return WriteFile(absl::StrCat(out_dir, "/models/", provider.code, "/model.yaml"),
                   CostModelText(provider, ledger, period));
}

}  // namespace safehaven::sample
