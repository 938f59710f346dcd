#include "services/costing/core/run.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/activity_uses.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/run_certificate.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::costing {
namespace {

template <typename Amounts>
absl::StatusOr<Money> Sum(const Amounts& amounts) {
  WideMoney total;
  for (const Money amount : amounts) total += amount;
  return total.Narrow();
}

absl::Status CloseStage(absl::string_view stage, Money in, Money out, Reconciliation& reconciliation) {
  if (in != out) {
    return Failure(absl::StatusCode::kInternal, "NOT_RECONCILED",
                   absl::StrCat("stage ", stage, " took ", in.ToString(), " and handed on ", out.ToString()),
                   {{"stage", std::string(stage)}});
  }
  reconciliation.stages.push_back({std::string(stage), in, out});
  return absl::OkStatus();
}

// Resources to activities: each resource's cost over its links.
absl::StatusOr<std::vector<ActivityCost>> CostActivities(const CostModel& model,
                                                         const std::vector<Money>& resource_cost) {
  std::vector<std::vector<size_t>> links_of(model.resources.size());
  for (size_t i = 0; i < model.links.size(); ++i) links_of[model.links[i].resource].push_back(i);
  std::vector<ActivityCost> costs(model.links.size());
  for (size_t resource = 0; resource < links_of.size(); ++resource) {
    std::vector<int64_t> shares;
    for (const size_t link : links_of[resource]) shares.push_back(model.links[link].share);
    SH_ASSIGN_OR_RETURN(const std::vector<Money> amounts, Apportion(resource_cost[resource], shares));
    for (size_t i = 0; i < amounts.size(); ++i) {
      const size_t link = links_of[resource][i];
      costs[link] = {resource, model.links[link].activity, amounts[i]};
    }
  }
  // By activity, then resource: the order in which cost lines are written.
  std::sort(costs.begin(), costs.end(), [](const ActivityCost& a, const ActivityCost& b) {
    return std::tie(a.activity, a.resource) < std::tie(b.activity, b.resource);
  });
  return costs;
}

// One run in the making. The members are filled stage by stage.
class Runner {
 public:
  Runner(const CostModel& model, const Ledger& ledger, std::span<const EventColumns* const> batches,
         std::span<const FeedRows> rows)
      : model_(model), ledger_(ledger), batches_(batches), rows_(rows) {}

  absl::StatusOr<CostRun> Run() {
    SH_RETURN_IF_ERROR(CheckModel(model_));
    SH_ASSIGN_OR_RETURN(order_, OrderEvents(batches_));
    run_.provider = model_.provider;
    run_.model_version = model_.version;
    run_.period_start = model_.period_start;
    run_.period_end = model_.period_end;
    SH_RETURN_IF_ERROR(MapToPools());
    SH_RETURN_IF_ERROR(SpreadSupport());
    SH_RETURN_IF_ERROR(CostResources());
    SH_RETURN_IF_ERROR(CostEvents());
    SH_RETURN_IF_ERROR(Reconcile());
    CountFeeds();
    run_.certificate = Certify(model_, ledger_, batches_, order_, run_);
    return std::move(run_);
  }

 private:
  absl::Status MapToPools() {
    // The ledger's own total is not taken on trust: it is a sum made elsewhere.
    WideMoney total;
    for (const LedgerLine& line : ledger_.lines) total += line.amount;
    SH_ASSIGN_OR_RETURN(run_.reconciliation.ledger_total, total.Narrow());
    SH_ASSIGN_OR_RETURN(run_.ledger_mapping, MapLedger(ledger_, model_));
    SH_ASSIGN_OR_RETURN(const Money out, Sum(run_.ledger_mapping.pool_cost));
    return CloseStage("ledger_to_pools", run_.reconciliation.ledger_total, out, run_.reconciliation);
  }

  absl::Status SpreadSupport() {
    const SupportProblem problem = SupportProblemOf(model_, run_.ledger_mapping.pool_cost);
    SH_ASSIGN_OR_RETURN(run_.support, model_.support_method == SupportMethod::kStepDown
                                          ? AllocateStepDown(problem)
                                          : AllocateReciprocal(problem));
    SH_ASSIGN_OR_RETURN(const Money in, Sum(problem.direct));
    SH_ASSIGN_OR_RETURN(const Money out, Sum(run_.support.final_cost));
    return CloseStage("support_to_pools", in, out, run_.reconciliation);
  }

  absl::Status CostResources() {
    std::vector<Money> resource_cost(model_.resources.size());
    WideMoney in;
    for (size_t i = 0; i < model_.pools.size(); ++i) {
      if (model_.pools[i].kind != PoolKind::kResource) continue;
      Money& cost = resource_cost[model_.pools[i].resource];
      SH_ASSIGN_OR_RETURN(cost, Add(cost, run_.support.final_cost[i]));
      in += run_.support.final_cost[i];
    }
    SH_ASSIGN_OR_RETURN(run_.activity_costs, CostActivities(model_, resource_cost));
    WideMoney out;
    for (const ActivityCost& cost : run_.activity_costs) out += cost.amount;
    SH_ASSIGN_OR_RETURN(own_patient_care_, in.Narrow());
    SH_ASSIGN_OR_RETURN(const Money out_narrow, out.Narrow());
    return CloseStage("resources_to_activities", own_patient_care_, out_narrow, run_.reconciliation);
  }

  absl::Status CostEvents() {
    run_.event_cost_e8.assign(order_.event_count(), 0);
    costed_.assign(order_.event_count(), false);
    // What the rows alone will need: growing would copy tens of millions of uses.
    size_t row_count = 0;
    for (const FeedRows& rows : rows_) row_count += rows.row_count();
    run_.lines.event.reserve(row_count);
    run_.lines.weight.reserve(row_count);
    run_.lines.rule.reserve(row_count);
    run_.lines.cost_e8.reserve(row_count);
    SH_ASSIGN_OR_RETURN(ActivityUses uses, ActivityUses::Make(model_, batches_, rows_, order_));
    UsesOfActivity of_activity;
    WideMoney undistributed, unmatched;
    for (size_t i = 0; i < run_.activity_costs.size();) {
      const size_t activity = run_.activity_costs[i].activity;
      size_t end = i;
      while (end < run_.activity_costs.size() && run_.activity_costs[end].activity == activity) ++end;
      SH_RETURN_IF_ERROR(uses.Of(activity, of_activity));
      const std::span<const ActivityCost> costs = std::span(run_.activity_costs).subspan(i, end - i);
      i = end;
      if (!of_activity.uses.empty() || of_activity.unmatched_weight > 0) {
        SH_RETURN_IF_ERROR(CostActivity(costs, of_activity));
        continue;
      }
      for (const ActivityCost& cost : costs) {
        run_.undistributed.push_back(cost);
        undistributed += cost.amount;
      }
    }
    WideMoney out = undistributed;
    WideMoney distributed;
    for (const int64_t cost : run_.event_cost_e8) distributed += Money(cost);
    for (const ActivityCost& cost : run_.unmatched) unmatched += cost.amount;
    out += distributed;
    out += unmatched;
    SH_ASSIGN_OR_RETURN(run_.reconciliation.distributed, distributed.Narrow());
    SH_ASSIGN_OR_RETURN(run_.reconciliation.undistributed, undistributed.Narrow());
    SH_ASSIGN_OR_RETURN(run_.reconciliation.unmatched, unmatched.Narrow());
    SH_ASSIGN_OR_RETURN(const Money out_narrow, out.Narrow());
    return CloseStage("activities_to_events", own_patient_care_, out_narrow, run_.reconciliation);
  }

  // Divides the costs of one activity, one a resource, over the events that use it and
  // the rows that found no event.
  absl::Status CostActivity(std::span<const ActivityCost> costs, const UsesOfActivity& of) {
    CostLines& lines = run_.lines;
    const size_t first_use = lines.event.size();
    weights_.clear();
    for (const ActivityUse& use : of.uses) {
      weights_.push_back(use.weight);
      lines.event.push_back(order_.by_key[use.place]);
      lines.weight.push_back(use.weight);
      lines.rule.push_back(static_cast<uint8_t>(use.rule));
      costed_[lines.event.back()] = true;
    }
    // Last, so that an event has the unit that is left over before they have it.
    if (of.unmatched_weight > 0) weights_.push_back(of.unmatched_weight);
    SH_ASSIGN_OR_RETURN(const Apportioner apportioner, Apportioner::Make(weights_));
    shares_.resize(weights_.size());
    for (const ActivityCost& cost : costs) {
      SH_RETURN_IF_ERROR(apportioner.Share(cost.amount, shares_));
      lines.blocks.push_back({.activity = cost.activity,
                              .resource = cost.resource,
                              .group = CostGroup::kOwnPatientCare,
                              .first = lines.cost_e8.size(),
                              .first_use = first_use,
                              .count = of.uses.size()});
      lines.cost_e8.insert(lines.cost_e8.end(), shares_.begin(),
                           shares_.begin() + static_cast<std::ptrdiff_t>(of.uses.size()));
      for (size_t i = 0; i < of.uses.size(); ++i) {
        int64_t& total = run_.event_cost_e8[lines.event[first_use + i]];
        if (__builtin_add_overflow(total, shares_[i], &total)) {
          return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "an event's cost does not fit 64 bits");
        }
      }
      if (of.unmatched_weight > 0) run_.unmatched.push_back({cost.resource, cost.activity, Money(shares_.back())});
    }
    return absl::OkStatus();
  }

  absl::Status Reconcile() {
    Reconciliation& reconciliation = run_.reconciliation;
    std::array<WideMoney, kCostGroupCount> groups;
    WideMoney excluded;
    for (size_t i = 0; i < model_.pools.size(); ++i) {
      const Pool& pool = model_.pools[i];
      const std::optional<CostGroup> group = GroupOf(pool.kind);
      if (group) groups[static_cast<size_t>(*group)] += run_.support.final_cost[i];
      if (pool.kind == PoolKind::kExcluded) excluded += run_.support.final_cost[i];
    }
    WideMoney accounted = excluded;
    for (size_t i = 0; i < kCostGroupCount; ++i) {
      SH_ASSIGN_OR_RETURN(reconciliation.group_total[i], groups[i].Narrow());
      accounted += groups[i];
    }
    SH_ASSIGN_OR_RETURN(reconciliation.excluded, excluded.Narrow());
    SH_ASSIGN_OR_RETURN(const Money accounted_narrow, accounted.Narrow());
    SH_ASSIGN_OR_RETURN(reconciliation.difference, Subtract(reconciliation.ledger_total, accounted_narrow));
    return CloseStage("ledger_to_cost_groups", reconciliation.ledger_total, accounted_narrow, reconciliation);
  }

  void CountFeeds() {
    std::map<std::string, FeedCounts> feeds;
    for (size_t i = 0; i < batches_.size(); ++i) {
      const EventColumns& batch = *batches_[i];
      for (size_t row = 0; row < batch.row_count(); ++row) {
        FeedCounts& counts = feeds[batch.feed.at(row)];
        ++counts.events_in;
        if (costed_[order_.first_of_batch[i] + row]) ++counts.events_costed;
        if (!BearsCost(model_, batch.start_day[row], batch.end_day[row])) ++counts.events_outside_period;
      }
    }
    for (auto& [feed, counts] : feeds) {
      counts.feed = feed;
      run_.reconciliation.feeds.push_back(counts);
    }
    for (const FeedRows& rows : rows_) CountMatches(rows);
  }

  void CountMatches(const FeedRows& rows) {
    std::vector<int64_t> by_rule(model_.matching.size() + 1, 0);
    for (size_t row = 0; row < rows.row_count(); ++row) {
      ++by_rule[rows.event[row] == kNoEvent ? model_.matching.size() : rows.rule[row]];
    }
    for (size_t rule = 0; rule < by_rule.size(); ++rule) {
      const bool is_unmatched = rule == model_.matching.size();
      if (!is_unmatched && model_.matching[rule].feed != rows.feed) continue;
      run_.reconciliation.matches.push_back({.feed = model_.feeds[rows.feed].id,
                                             .rule = is_unmatched ? "" : model_.matching[rule].id,
                                             .rows = by_rule[rule]});
    }
  }

  const CostModel& model_;
  const Ledger& ledger_;
  std::span<const EventColumns* const> batches_;
  std::span<const FeedRows> rows_;
  EventOrder order_;
  std::vector<int64_t> weights_, shares_;  // scratch
  Money own_patient_care_;
  std::vector<bool> costed_;
  CostRun run_;
};

}  // namespace

absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches) {
  return RunCosting(model, ledger, batches, {});
}

absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches, std::span<const FeedRows> rows) {
  return Runner(model, ledger, batches, rows).Run();
}

}  // namespace safehaven::costing
