#include "services/costing/core/run.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/digest.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/event_weights.h"

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
  Runner(const CostModel& model, const Ledger& ledger, std::span<const EventColumns* const> batches)
      : model_(model), ledger_(ledger), batches_(batches) {}

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
    Certify();
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
    WideMoney undistributed;
    std::vector<int64_t> weights;
    for (size_t i = 0; i < run_.activity_costs.size();) {
      const size_t activity = run_.activity_costs[i].activity;
      size_t end = i;
      while (end < run_.activity_costs.size() && run_.activity_costs[end].activity == activity) ++end;
      SH_ASSIGN_OR_RETURN(const bool has_driver, WeighEvents(model_, activity, batches_, order_, weights));
      SH_ASSIGN_OR_RETURN(const bool distributed,
                          has_driver ? CostActivity(std::span(run_.activity_costs).subspan(i, end - i), weights)
                                     : absl::StatusOr<bool>(false));
      for (; i < end; ++i) {
        if (distributed) continue;
        run_.undistributed.push_back(run_.activity_costs[i]);
        undistributed += run_.activity_costs[i].amount;
      }
    }
    WideMoney distributed;
    for (const int64_t cost : run_.event_cost_e8) distributed += Money(cost);
    WideMoney out = distributed;
    out += undistributed;
    SH_ASSIGN_OR_RETURN(run_.reconciliation.distributed, distributed.Narrow());
    SH_ASSIGN_OR_RETURN(run_.reconciliation.undistributed, undistributed.Narrow());
    SH_ASSIGN_OR_RETURN(const Money out_narrow, out.Narrow());
    return CloseStage("activities_to_events", own_patient_care_, out_narrow, run_.reconciliation);
  }

  // Divides the costs of one activity, one a resource, over the events that use it.
  // False if none does: then the cost stays where it is shown.
  absl::StatusOr<bool> CostActivity(std::span<const ActivityCost> costs, const std::vector<int64_t>& weights) {
    std::vector<uint32_t> events;
    std::vector<int64_t> event_weights;
    for (const uint32_t event : order_.by_key) {
      if (weights[event] == 0) continue;
      events.push_back(event);
      event_weights.push_back(weights[event]);
    }
    if (events.empty()) return false;
    SH_ASSIGN_OR_RETURN(const Apportioner apportioner, Apportioner::Make(event_weights));
    CostLines& lines = run_.lines;
    for (const ActivityCost& cost : costs) {
      const size_t first = lines.cost_e8.size();
      lines.blocks.push_back({.activity = cost.activity,
                              .resource = cost.resource,
                              .group = CostGroup::kOwnPatientCare,
                              .first = first,
                              .count = events.size()});
      lines.event.insert(lines.event.end(), events.begin(), events.end());
      lines.cost_e8.resize(first + events.size());
      const std::span<int64_t> shares = std::span(lines.cost_e8).subspan(first);
      SH_RETURN_IF_ERROR(apportioner.Share(cost.amount, shares));
      for (size_t i = 0; i < events.size(); ++i) {
        int64_t& total = run_.event_cost_e8[events[i]];
        if (__builtin_add_overflow(total, shares[i], &total)) {
          return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "an event's cost does not fit 64 bits");
        }
        costed_[events[i]] = true;
      }
    }
    return true;
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
        const CivilDay end(batch.end_day[row]);
        if (end < model_.period_start || end > model_.period_end) ++counts.events_outside_period;
      }
    }
    for (auto& [feed, counts] : feeds) {
      counts.feed = feed;
      run_.reconciliation.feeds.push_back(counts);
    }
  }

  void Certify() {
    RunCertificate& certificate = run_.certificate;
    certificate.ledger_digest = LedgerDigest(ledger_);
    certificate.events_digest = EventsDigest();
    Digester model("safehaven-run-model/1");
    model.AddText(CanonicalModel(model_));
    certificate.model_digest = model.Finish();
    certificate.output_digest = OutputDigest();
    Digester all("safehaven-run/1");
    all.AddText(certificate.ledger_digest);
    all.AddText(certificate.events_digest);
    all.AddText(certificate.model_digest);
    all.AddText(certificate.output_digest);
    certificate.digest = all.Finish();
  }

  // Every event in key order, so that neither rows nor batches have an order of
  // their own. Driver columns go in by name: batches may hold them in any order.
  std::string EventsDigest() const {
    Digester digester("safehaven-run-events/1");
    digester.AddNumber(order_.event_count());
    std::vector<std::vector<size_t>> columns_by_name(batches_.size());
    for (size_t i = 0; i < batches_.size(); ++i) {
      const std::vector<DriverColumn>& drivers = batches_[i]->drivers;
      for (size_t column = 0; column < drivers.size(); ++column) columns_by_name[i].push_back(column);
      std::sort(columns_by_name[i].begin(), columns_by_name[i].end(),
                [&drivers](size_t a, size_t b) { return drivers[a].name < drivers[b].name; });
    }
    for (const uint32_t event : order_.by_key) {
      const auto after = std::upper_bound(order_.first_of_batch.begin(), order_.first_of_batch.end(), event);
      const auto batch_index = static_cast<size_t>(after - order_.first_of_batch.begin()) - 1;
      const EventColumns& batch = *batches_[batch_index];
      const size_t row = event - order_.first_of_batch[batch_index];
      digester.AddBytes(batch.keys[row].data(), batch.keys[row].size());
      digester.AddText(batch.feed.at(row));
      digester.AddText(batch.point_of_delivery.at(row));
      digester.AddText(batch.currency.at(row));
      digester.AddText(batch.treatment_function.at(row));
      digester.AddNumber(static_cast<uint32_t>(batch.start_day[row]));
      digester.AddNumber(static_cast<uint32_t>(batch.end_day[row]));
      digester.AddNumber(batch.restriction[row]);
      for (const size_t column : columns_by_name[batch_index]) {
        digester.AddText(batch.drivers[column].name);
        digester.AddNumber(static_cast<uint64_t>(batch.drivers[column].values[row]));
      }
    }
    return digester.Finish();
  }

  // The lines of a block are in key order already; an event is named by its place there.
  std::string OutputDigest() const {
    std::vector<uint32_t> place_of_event(order_.event_count());
    for (size_t place = 0; place < order_.by_key.size(); ++place) {
      place_of_event[order_.by_key[place]] = static_cast<uint32_t>(place);
    }
    Digester digester("safehaven-run-output/1");
    for (const CostLineBlock& block : run_.lines.blocks) {
      digester.AddText(model_.activities[block.activity].id);
      digester.AddText(model_.resources[block.resource].id);
      digester.AddText(Name(block.group));
      digester.AddNumber(block.count);
      std::vector<uint32_t> places(block.count);
      for (size_t i = 0; i < block.count; ++i) places[i] = place_of_event[run_.lines.event[block.first + i]];
      // Columns as the processor has them: all supported ones are little-endian.
      digester.AddBytes(places.data(), places.size() * sizeof(uint32_t));
      digester.AddBytes(run_.lines.cost_e8.data() + block.first, block.count * sizeof(int64_t));
    }
    for (const Money total : run_.reconciliation.group_total) digester.AddText(total.ToString());
    digester.AddText(run_.reconciliation.excluded.ToString());
    digester.AddText(run_.reconciliation.undistributed.ToString());
    return digester.Finish();
  }

  const CostModel& model_;
  const Ledger& ledger_;
  std::span<const EventColumns* const> batches_;
  EventOrder order_;
  Money own_patient_care_;
  std::vector<bool> costed_;
  CostRun run_;
};

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "certificates hash columns as little-endian bytes");

}  // namespace

absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches) {
  return Runner(model, ledger, batches).Run();
}

}  // namespace safehaven::costing
