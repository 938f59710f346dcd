#include "services/costing/core/model.h"

#include <array>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"
#include "services/costing/core/model_check.h"

namespace safehaven::costing {
namespace {

constexpr std::array<absl::string_view, kCostGroupCount> kGroupNames = {
    "own_patient_care", "education_training", "research_development", "commercial_other",
    "other_organisations_patients"};
constexpr std::array<absl::string_view, 7> kPoolKindNames = {
    "support", "resource", "education_training", "research_development",
    "commercial", "other_patients", "excluded"};
constexpr std::array<absl::string_view, 2> kMethodNames = {"step_down", "reciprocal"};

constexpr std::array<absl::string_view, 4> kDriverKindNames = {"count", "time", "actual_cost", "relative_weight"};

absl::Status CheckSizes(const CostModel& model) {
  const std::array<std::pair<absl::string_view, bool>, 9> lists = {{
      {"pools", model.pools.size() <= kPoolsMax},
      {"ledger_map", model.ledger_map.size() <= kLedgerRulesMax},
      {"resources", model.resources.size() <= kResourcesMax},
      {"activities", model.activities.size() <= kActivitiesMax},
      {"links", model.links.size() <= kLinksMax},
      {"drivers", model.drivers.size() <= kDriversMax},
      {"feeds", model.feeds.size() <= kFeedsMax},
      {"matching", model.matching.size() <= kMatchingRulesMax},
      {"income_map", model.income_map.size() <= kLedgerRulesMax},
  }};
  for (const auto& [list, fits] : lists) {
    if (!fits) return ModelInvalid(list, "has too many entries");
  }
  if (model.pools.empty()) return ModelInvalid("pools", "is empty");
  if (model.ledger_map.empty()) return ModelInvalid("ledger_map", "is empty");
  return absl::OkStatus();
}

absl::Status CheckHead(const CostModel& model) {
  if (!OdsCode::Parse(model.provider).ok()) return ModelInvalid("provider", "must be an ODS code");
  if (model.version < 1) return ModelInvalid("version", "must be 1 or more");
  if (model.period_end < model.period_start) return ModelInvalid("period.end", "is before period.start");
  return absl::OkStatus();
}

absl::Status CheckPools(const CostModel& model) {
  SH_RETURN_IF_ERROR(CheckIds("pools", model.pools, IsLowerSnake, "lower_snake, at most 64 characters"));
  std::vector<bool> used(model.resources.size(), false);
  for (size_t i = 0; i < model.pools.size(); ++i) {
    const Pool& pool = model.pools[i];
    SH_RETURN_IF_ERROR(CheckName(At("pools", i, "name"), pool.name));
    if (pool.kind != PoolKind::kResource) continue;
    if (pool.resource >= used.size()) return ModelInvalid(At("pools", i, "resource"), "is no resource of the model");
    used[pool.resource] = true;
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) return ModelInvalid(At("resources", i, "id"), "belongs to no pool");
  }
  return absl::OkStatus();
}

absl::Status CheckSupport(const CostModel& model) {
  std::vector<bool> ordered(model.pools.size(), false);
  if (model.support_order.size() > kSupportPoolsMax) {
    return ModelInvalid("support_allocation.order", absl::StrCat("has more than ", kSupportPoolsMax, " pools"));
  }
  for (size_t i = 0; i < model.support_order.size(); ++i) {
    const size_t pool = model.support_order[i];
    const std::string field = absl::StrCat("support_allocation.order[", i, "]");
    if (pool >= model.pools.size() || model.pools[pool].kind != PoolKind::kSupport) {
      return ModelInvalid(field, "is no support pool of the model");
    }
    if (ordered[pool]) return ModelInvalid(field, "is there twice");
    ordered[pool] = true;
  }
  for (size_t pool = 0; pool < model.pools.size(); ++pool) {
    if (model.pools[pool].kind == PoolKind::kSupport && !ordered[pool]) {
      return ModelInvalid("support_allocation.order",
                          absl::StrCat("the support pool ", model.pools[pool].id, " is missing"));
    }
  }
  std::set<std::pair<size_t, size_t>> seen;
  for (const SupportStatistic& statistic : model.support_statistics) {
    const bool known = statistic.sender < model.pools.size() && statistic.receiver < model.pools.size();
    const std::string field =
        known ? absl::StrCat("support_allocation.statistics.", model.pools[statistic.sender].id, ".",
                             model.pools[statistic.receiver].id)
              : "support_allocation.statistics";
    if (!known) return ModelInvalid(field, "names a pool that the model does not have");
    if (model.pools[statistic.sender].kind != PoolKind::kSupport) {
      return ModelInvalid(field, "the sender is no support pool");
    }
    if (model.pools[statistic.receiver].kind == PoolKind::kExcluded) {
      return ModelInvalid(field, "an excluded pool receives no support cost");
    }
    if (statistic.sender == statistic.receiver) return ModelInvalid(field, "a pool cannot serve itself");
    if (statistic.weight <= 0 || statistic.weight > kWeightMax) {
      return ModelInvalid(field, "the weight must be a whole number above 0");
    }
    if (!seen.insert({statistic.sender, statistic.receiver}).second) return ModelInvalid(field, "is there twice");
  }
  const SupportProblem problem = SupportProblemOf(model, std::vector<Money>(model.pools.size()));
  const absl::Status drains = model.support_method == SupportMethod::kStepDown ? CheckStepDown(problem)
                                                                               : CheckReciprocal(problem);
  if (drains.ok()) return drains;
  return ModelInvalid("support_allocation.statistics", drains.message());
}

absl::Status CheckLinks(const CostModel& model) {
  SH_RETURN_IF_ERROR(CheckIds("resources", model.resources, IsCollectionCode, "1 to 6 of A-Z and 0-9"));
  SH_RETURN_IF_ERROR(CheckIds("activities", model.activities, IsCollectionCode, "1 to 6 of A-Z and 0-9"));
  for (size_t i = 0; i < model.resources.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckName(At("resources", i, "name"), model.resources[i].name));
  }
  for (size_t i = 0; i < model.activities.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckName(At("activities", i, "name"), model.activities[i].name));
  }
  std::vector<bool> linked(model.resources.size(), false);
  std::set<std::pair<size_t, size_t>> seen;
  for (size_t i = 0; i < model.links.size(); ++i) {
    const ResourceLink& link = model.links[i];
    if (link.resource >= model.resources.size()) {
      return ModelInvalid(At("links", i, "resource"), "is no resource of the model");
    }
    if (link.activity >= model.activities.size()) {
      return ModelInvalid(At("links", i, "activity"), "is no activity of the model");
    }
    if (link.share <= 0 || link.share > kWeightMax) {
      return ModelInvalid(At("links", i, "share"), "must be a whole number above 0");
    }
    if (!seen.insert({link.resource, link.activity}).second) {
      return ModelInvalid(At("links", i, "activity"), "is linked to this resource twice");
    }
    linked[link.resource] = true;
  }
  for (size_t i = 0; i < linked.size(); ++i) {
    if (!linked[i]) return ModelInvalid(At("resources", i, "id"), "is linked to no activity");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsLowerSnake(absl::string_view id) {
  if (id.empty() || id.size() > 64 || id[0] < 'a' || id[0] > 'z') return false;
  for (const char c : id) {
    if (!(absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_')) return false;
  }
  return true;
}

bool IsCollectionCode(absl::string_view code) {
  if (code.empty() || code.size() > 6) return false;
  for (const char c : code) {
    if (!(absl::ascii_isupper(c) || absl::ascii_isdigit(c))) return false;
  }
  return true;
}

bool IsLedgerCode(absl::string_view code) {
  if (code.empty() || code.size() > 24) return false;
  for (const char c : code) {
    if (absl::ascii_isupper(c) || absl::ascii_isdigit(c)) continue;
    if (absl::string_view("-_./&").find(c) == absl::string_view::npos) return false;
  }
  return true;
}

std::string At(absl::string_view list, size_t index, absl::string_view field) {
  return absl::StrCat(list, "[", index, "].", field);
}

absl::Status CheckName(absl::string_view field, const std::string& name) {
  if (name.empty() || name.size() > kModelTextMax) {
    return ModelInvalid(field, absl::StrCat("must have 1 to ", kModelTextMax, " characters"));
  }
  return absl::OkStatus();
}

// Length first, so that no two lists of texts give the same canonical text.
void AppendField(std::string* out, absl::string_view text) { absl::StrAppend(out, text.size(), ":", text, ";"); }

absl::Status ModelInvalid(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "COST_MODEL_INVALID", absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}

std::optional<CostGroup> GroupOf(PoolKind kind) {
  switch (kind) {
    case PoolKind::kResource: return CostGroup::kOwnPatientCare;
    case PoolKind::kEducationTraining: return CostGroup::kEducationTraining;
    case PoolKind::kResearchDevelopment: return CostGroup::kResearchDevelopment;
    case PoolKind::kCommercial: return CostGroup::kCommercialOther;
    case PoolKind::kOtherPatients: return CostGroup::kOtherOrganisationsPatients;
    case PoolKind::kSupport:
    case PoolKind::kExcluded: return std::nullopt;
  }
  return std::nullopt;
}

absl::Status CheckModel(const CostModel& model) {
  SH_RETURN_IF_ERROR(CheckHead(model));
  SH_RETURN_IF_ERROR(CheckSizes(model));
  SH_RETURN_IF_ERROR(CheckPools(model));
  SH_RETURN_IF_ERROR(CheckLedgerMap(model));
  SH_RETURN_IF_ERROR(CheckSupport(model));
  SH_RETURN_IF_ERROR(CheckLinks(model));
  SH_RETURN_IF_ERROR(CheckIncomeMap(model));
  SH_RETURN_IF_ERROR(CheckFeedsAndDrivers(model));
  return CheckMatching(model);
}

SupportProblem SupportProblemOf(const CostModel& model, std::vector<Money> direct) {
  SupportProblem problem;
  for (const Pool& pool : model.pools) problem.names.push_back(pool.id);
  problem.direct = std::move(direct);
  problem.senders = model.support_order;
  problem.statistics = model.support_statistics;
  return problem;
}

std::string CanonicalModel(const CostModel& model) {
  std::string out = "safehaven-cost-model/1;";
  AppendField(&out, model.provider);
  absl::StrAppend(&out, model.version, ";", model.period_start.ToString(), ";", model.period_end.ToString(), ";");
  for (const Pool& pool : model.pools) {
    AppendField(&out, pool.id);
    AppendField(&out, pool.name);
    absl::StrAppend(&out, Name(pool.kind), ";");
    if (pool.kind == PoolKind::kResource) AppendField(&out, model.resources[pool.resource].id);
  }
  AppendLedgerMap(model, &out);
  absl::StrAppend(&out, "support;", Name(model.support_method), ";");
  for (const size_t pool : model.support_order) AppendField(&out, model.pools[pool].id);
  for (const SupportStatistic& statistic : model.support_statistics) {
    absl::StrAppend(&out, statistic.sender, ",", statistic.receiver, ",", statistic.weight, ";");
  }
  out += "resources;";
  for (const Resource& resource : model.resources) {
    AppendField(&out, resource.id);
    AppendField(&out, resource.name);
  }
  out += "activities;";
  for (const Activity& activity : model.activities) {
    AppendField(&out, activity.id);
    AppendField(&out, activity.name);
  }
  out += "links;";
  for (const ResourceLink& link : model.links) {
    absl::StrAppend(&out, link.resource, ",", link.activity, ",", link.share, ";");
  }
  AppendFeeds(model, &out);
  return out;
}

absl::string_view Name(CostGroup group) { return kGroupNames[static_cast<size_t>(group)]; }
absl::string_view Name(PoolKind kind) { return kPoolKindNames[static_cast<size_t>(kind)]; }
absl::string_view Name(DriverKind kind) { return kDriverKindNames[static_cast<size_t>(kind)]; }
absl::string_view Name(SupportMethod method) { return kMethodNames[static_cast<size_t>(method)]; }

std::optional<PoolKind> ParsePoolKind(absl::string_view name) {
  for (size_t i = 0; i < kPoolKindNames.size(); ++i) {
    if (kPoolKindNames[i] == name) return static_cast<PoolKind>(i);
  }
  return std::nullopt;
}

std::optional<SupportMethod> ParseSupportMethod(absl::string_view name) {
  for (size_t i = 0; i < kMethodNames.size(); ++i) {
    if (kMethodNames[i] == name) return static_cast<SupportMethod>(i);
  }
  return std::nullopt;
}

std::optional<CostGroup> ParseCostGroup(absl::string_view name) {
  for (size_t i = 0; i < kGroupNames.size(); ++i) {
    if (kGroupNames[i] == name) return static_cast<CostGroup>(i);
  }
  return std::nullopt;
}

std::optional<DriverKind> ParseDriverKind(absl::string_view name) {
  for (size_t i = 0; i < kDriverKindNames.size(); ++i) {
    if (kDriverKindNames[i] == name) return static_cast<DriverKind>(i);
  }
  return std::nullopt;
}

}  // namespace safehaven::costing
