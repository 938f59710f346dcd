#include "services/costing/core/model_diff.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace safehaven::costing {
namespace {

// A model as texts by name, so that two models differ where their texts do.
using Flat = std::map<std::string, std::string>;

std::string DaysText(const LedgerRule& rule) {
  return absl::StrCat(rule.first_day ? absl::StrCat(" from ", rule.first_day->ToString()) : "",
                      rule.last_day ? absl::StrCat(" to ", rule.last_day->ToString()) : "");
}

void FlattenLedger(const CostModel& model, Flat& flat) {
  std::map<std::string, int> seen;
  for (const LedgerRule& rule : model.ledger_map) {
    const std::string key = absl::StrCat("ledger_map.", rule.cost_centre, "/", rule.account);
    const std::string share = rule.amount ? absl::StrCat("amount ", rule.amount->ToString())
                                          : absl::StrCat("fraction ", Money(rule.fraction_e8).ToString());
    flat[absl::StrCat(key, "[", seen[key]++, "]")] =
        absl::StrCat("to ", model.pools[rule.pool].id, ", ", share, DaysText(rule));
  }
  for (const IncomeRule& rule : model.income_map) {
    flat[absl::StrCat("income_map.", rule.cost_centre, "/", rule.account)] = std::string(Name(rule.group));
  }
}

void FlattenSupport(const CostModel& model, Flat& flat) {
  flat["support_allocation.method"] = std::string(Name(model.support_method));
  flat["support_allocation.order"] = absl::StrJoin(model.support_order, ", ", [&model](std::string* out, size_t pool) {
    out->append(model.pools[pool].id);
  });
  for (const SupportStatistic& statistic : model.support_statistics) {
    flat[absl::StrCat("support_allocation.statistics.", model.pools[statistic.sender].id, ".",
                      model.pools[statistic.receiver].id)] = absl::StrCat(statistic.weight);
  }
}

std::string DriverText(const Driver& driver) {
  std::string text = absl::StrCat(driver.column, ", ", Name(driver.kind), ", factor ", driver.factor);
  if (driver.weight_by_point_of_delivery) {
    absl::StrAppend(&text, ", by point of delivery ", absl::StrJoin(*driver.weight_by_point_of_delivery, " ",
                                                                   absl::PairFormatter("=")));
  }
  if (driver.weight_by) {
    absl::StrAppend(&text, ", by ", driver.weight_by->column, " ",
                    absl::StrJoin(driver.weight_by->weights, " ", absl::PairFormatter("=")), " otherwise ",
                    driver.weight_by->otherwise);
  }
  for (const RowFilter& filter : driver.where) {
    absl::StrAppend(&text, ", where ", filter.column, filter.is_excluding ? " not in " : " in ",
                    absl::StrJoin(filter.values, " "));
  }
  return text;
}

void FlattenFeeds(const CostModel& model, Flat& flat) {
  for (const Feed& feed : model.feeds) {
    flat[absl::StrCat("feeds.", feed.id)] =
        absl::StrCat(feed.dataset, feed.is_auxiliary ? ", auxiliary" : ", master",
                     feed.activity_column.empty() ? "" : ", activity in ", feed.activity_column);
  }
  std::map<std::string, int> seen;
  for (const Driver& driver : model.drivers) {
    const std::string activity = driver.activity == kActivityOfRow ? "*" : model.activities[driver.activity].id;
    const std::string key = absl::StrCat("drivers.", activity, ".", model.feeds[driver.feed].id);
    flat[absl::StrCat(key, "[", seen[key]++, "]")] = DriverText(driver);
  }
  flat["matching.unmatched"] = model.unmatched == UnmatchedPolicy::kCosted ? "costed" : "counted_only";
  flat["year_edge"] = model.year_edge == YearEdge::kEnded ? "ended" : "overlapping";
  for (size_t i = 0; i < model.matching.size(); ++i) {
    const MatchingRule& rule = model.matching[i];
    flat[absl::StrCat("matching.rules[", i, "]")] = absl::StrCat(
        rule.id, ": ", model.feeds[rule.feed].id, " by ", rule.key == MatchKey::kEvent ? "event" : "patient", " to ",
        absl::StrJoin(rule.targets, " ", [&model](std::string* out, size_t feed) { out->append(model.feeds[feed].id); }),
        ", days ", rule.days_before, " before, ", rule.days_after, " after");
  }
}

Flat Flatten(const CostModel& model) {
  Flat flat = {{"provider", model.provider},
               {"version", absl::StrCat(model.version)},
               {"period", absl::StrCat(model.period_start.ToString(), " to ", model.period_end.ToString())}};
  for (const Pool& pool : model.pools) {
    flat[absl::StrCat("pools.", pool.id)] =
        absl::StrCat(Name(pool.kind), ", ", pool.name,
                     pool.kind == PoolKind::kResource ? absl::StrCat(", resource ", model.resources[pool.resource].id) : "");
  }
  FlattenLedger(model, flat);
  FlattenSupport(model, flat);
  for (const Resource& resource : model.resources) flat[absl::StrCat("resources.", resource.id)] = resource.name;
  for (const Activity& activity : model.activities) flat[absl::StrCat("activities.", activity.id)] = activity.name;
  for (const ResourceLink& link : model.links) {
    flat[absl::StrCat("links.", model.resources[link.resource].id, ".", model.activities[link.activity].id)] =
        absl::StrCat(link.share);
  }
  FlattenFeeds(model, flat);
  return flat;
}

}  // namespace

std::vector<ModelChange> DiffModels(const CostModel& before, const CostModel& after) {
  const Flat old_texts = Flatten(before), new_texts = Flatten(after);
  std::map<std::string, ModelChange> changes;
  for (const auto& [what, text] : old_texts) changes[what] = {what, text, ""};
  for (const auto& [what, text] : new_texts) {
    ModelChange& change = changes[what];
    change.what = what;
    change.after = text;
  }
  std::vector<ModelChange> result;
  for (auto& [what, change] : changes) {
    if (change.before != change.after) result.push_back(std::move(change));
  }
  return result;
}

}  // namespace safehaven::costing
