#include "services/costing/core/run.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/activity_uses.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/line_maker.h"
#include "services/costing/core/rerun_plan.h"
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
         std::span<const FeedRows> rows, const RunBasis* before, KeptLines* kept)
      : model_(model), ledger_(ledger), batches_(batches), rows_(rows), before_(before), kept_(kept) {}

  absl::StatusOr<CostRun> Run() {
    SH_RETURN_IF_ERROR(CheckModel(model_));
    SH_ASSIGN_OR_RETURN(order_, OrderEvents(batches_));
    if (before_ != nullptr) plan_.emplace(RerunPlan::Make(*before_, model_, batches_, rows_));
    run_.provider = model_.provider;
    run_.model_version = model_.version;
    run_.period_start = model_.period_start;
    run_.period_end = model_.period_end;
    SH_RETURN_IF_ERROR(MapToPools());
    SH_RETURN_IF_ERROR(SpreadSupport());
    SH_RETURN_IF_ERROR(CostResources());
    SH_RETURN_IF_ERROR(kept_ == nullptr ? CostEvents() : TakeKept());
    SH_RETURN_IF_ERROR(SumEvents());
    SH_RETURN_IF_ERROR(CloseEvents());
    SH_RETURN_IF_ERROR(Reconcile());
    CountFeeds();
    run_.certificate = Certify(model_, ledger_, DigestOfEvents(), run_);
    if (kept_ != nullptr && kept_->output_digest != run_.certificate.output_digest) return Changed("its output's digest");
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
    ReserveLines();
    const std::vector<bool> to_weigh = plan_ ? plan_->ToWeigh() : std::vector<bool>(model_.activities.size(), true);
    SH_ASSIGN_OR_RETURN(ActivityUses uses, ActivityUses::Make(model_, batches_, rows_, order_, to_weigh));
    LineMaker maker(order_, plan_ ? &*plan_ : nullptr, run_);
    UsesOfActivity of_activity;
    for (size_t i = 0; i < run_.activity_costs.size();) {
      const size_t activity = run_.activity_costs[i].activity;
      size_t end = i;
      while (end < run_.activity_costs.size() && run_.activity_costs[end].activity == activity) ++end;
      const std::span<const ActivityCost> costs = std::span(run_.activity_costs).subspan(i, end - i);
      i = end;
      bool is_used = false;
      if (to_weigh[activity]) {
        SH_RETURN_IF_ERROR(uses.Of(activity, of_activity));
        is_used = !of_activity.uses.empty() || of_activity.unmatched_weight > 0;
        if (is_used) SH_RETURN_IF_ERROR(maker.Make(costs, of_activity));
      } else {
        SH_ASSIGN_OR_RETURN(is_used, maker.Reuse(costs));
      }
      if (!is_used) run_.undistributed.insert(run_.undistributed.end(), costs.begin(), costs.end());
    }
    return absl::OkStatus();
  }

  static absl::Status Changed(absl::string_view what) {
    return DataLoss("RUN_CHANGED", absl::StrCat("what was kept of the run is not of this model and ledger: ", what));
  }

  // Each link of the model has its block with all its cost, or reached nobody.
  absl::Status TakeKept() {
    run_.lines = std::move(kept_->lines);
    run_.unmatched = std::move(kept_->unmatched);
    std::map<std::pair<size_t, size_t>, WideMoney> sums;
    for (const CostLineBlock& block : run_.lines.blocks) {
      WideMoney& sum = sums[{block.activity, block.resource}];
      for (size_t i = 0; i < block.count; ++i) sum += Money(run_.lines.cost_e8[block.first + i]);
    }
    for (const ActivityCost& cost : run_.unmatched) sums[{cost.activity, cost.resource}] += cost.amount;
    for (const ActivityCost& cost : run_.activity_costs) {
      const auto at = sums.find({cost.activity, cost.resource});
      if (at == sums.end()) {
        run_.undistributed.push_back(cost);
        continue;
      }
      WideMoney amount;
      amount += cost.amount;
      if (!(at->second == amount)) return Changed(model_.activities[cost.activity].id);
      sums.erase(at);
    }
    return sums.empty() ? absl::OkStatus() : Changed("a link that is not in the model");
  }

  std::string DigestOfEvents() const {
    if (kept_ != nullptr) return kept_->events_digest;
    if (plan_ && plan_->has_same_events()) return plan_->before().certificate.events_digest;
    return EventsDigest(batches_, order_);
  }

  // What the rows alone will need, or what was needed before: growing would copy tens of
  // millions of uses.
  void ReserveLines() {
    size_t use_count = 0, line_count = 0;
    for (const FeedRows& rows : rows_) use_count += rows.row_count();
    line_count = use_count;
    if (plan_) {
      use_count = plan_->before().lines.event.size();
      line_count = plan_->before().lines.line_count();
    }
    run_.lines.event.reserve(use_count);
    run_.lines.weight.reserve(use_count);
    run_.lines.rule.reserve(use_count);
    run_.lines.cost_e8.reserve(line_count);
  }

  absl::Status SumEvents() {
    const CostLines& lines = run_.lines;
    run_.event_cost_e8.assign(order_.event_count(), 0);
    costed_.assign(order_.event_count(), 0);
    for (const uint32_t event : lines.event) costed_[event] = 1;
    bool overflows = false;
    for (const CostLineBlock& block : lines.blocks) {
      for (size_t i = 0; i < block.count; ++i) {
        int64_t& total = run_.event_cost_e8[lines.event[block.first_use + i]];
        overflows |= __builtin_add_overflow(total, lines.cost_e8[block.first + i], &total);
      }
    }
    if (overflows) return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "an event's cost does not fit 64 bits");
    return absl::OkStatus();
  }

  absl::Status CloseEvents() {
    WideMoney distributed, undistributed, unmatched;
    for (const int64_t cost : run_.event_cost_e8) distributed += Money(cost);
    for (const ActivityCost& cost : run_.undistributed) undistributed += cost.amount;
    for (const ActivityCost& cost : run_.unmatched) unmatched += cost.amount;
    WideMoney out = distributed;
    out += undistributed;
    out += unmatched;
    SH_ASSIGN_OR_RETURN(run_.reconciliation.distributed, distributed.Narrow());
    SH_ASSIGN_OR_RETURN(run_.reconciliation.undistributed, undistributed.Narrow());
    SH_ASSIGN_OR_RETURN(run_.reconciliation.unmatched, unmatched.Narrow());
    SH_ASSIGN_OR_RETURN(const Money out_narrow, out.Narrow());
    return CloseStage("activities_to_events", own_patient_care_, out_narrow, run_.reconciliation);
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
      std::vector<FeedCounts> by_code(batch.feed.values.size());
      for (size_t row = 0; row < batch.row_count(); ++row) {
        FeedCounts& counts = by_code[batch.feed.codes[row]];
        ++counts.events_in;
        counts.events_costed += costed_[order_.first_of_batch[i] + row];
        if (!BearsCost(model_, batch.start_day[row], batch.end_day[row])) ++counts.events_outside_period;
      }
      for (size_t code = 0; code < by_code.size(); ++code) {
        if (by_code[code].events_in == 0) continue;
        FeedCounts& counts = feeds[batch.feed.values[code]];
        counts.events_in += by_code[code].events_in;
        counts.events_costed += by_code[code].events_costed;
        counts.events_outside_period += by_code[code].events_outside_period;
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
  const RunBasis* const before_;
  KeptLines* const kept_;
  std::optional<RerunPlan> plan_;
  Money own_patient_care_;
  std::vector<uint8_t> costed_;
  CostRun run_;
};

}  // namespace

absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches) {
  return RunCosting(model, ledger, batches, {});
}

absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches, std::span<const FeedRows> rows) {
  return Runner(model, ledger, batches, rows, nullptr, nullptr).Run();
}

absl::StatusOr<CostRun> RerunCosting(const RunBasis& before, const CostModel& model, const Ledger& ledger,
                                     std::span<const EventColumns* const> batches, std::span<const FeedRows> rows) {
  return Runner(model, ledger, batches, rows, &before, nullptr).Run();
}

absl::StatusOr<CostRun> RestoreCosting(KeptLines kept, const CostModel& model, const Ledger& ledger,
                                       std::span<const EventColumns* const> batches, std::span<const FeedRows> rows) {
  return Runner(model, ledger, batches, rows, nullptr, &kept).Run();
}

}  // namespace safehaven::costing
