#include "services/costing/core/explain.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/reference_costs.h"
#include "services/costing/core/support_costs.h"

namespace safehaven::costing {
namespace {

// Of parts of one ledger, whose total the run has checked: their sums fit.
Money Plus(Money a, Money b) { return Money(static_cast<int64_t>(int128{a.e8_pounds()} + b.e8_pounds())); }

// "12.34%" of a whole.
std::string Percent(Money part, Money whole) {
  if (whole == Money(0)) return "0%";
  const bool negative = whole < Money(0);
  const int128 scaled = int128{part.e8_pounds()} * 10'000 * (negative ? -1 : 1);
  const int128 hundredths = DivideHalfEven(scaled, negative ? -int128{whole.e8_pounds()} : int128{whole.e8_pounds()});
  return absl::StrCat(FineMoney(hundredths * 100'000'000'000'000).ToString(2), "%");
}

}  // namespace

// Collects nodes and links by what they are, so that a place is there once.
class FlowBuilder {
 public:
  size_t Node(FlowStage stage, const std::string& id, const std::string& name) {
    const auto [at, is_new] = ids_.emplace(std::pair(stage, id), flow_.nodes.size());
    if (is_new) flow_.nodes.push_back({.stage = stage, .id = id, .name = name, .amount = Money(0), .why = ""});
    return at->second;
  }

  void Link(size_t from, size_t to, Money amount) {
    if (amount == Money(0)) return;
    Money& total = links_[{from, to}];
    total = Plus(total, amount);
  }

  void Why(size_t node, std::string why) { flow_.nodes[node].why = std::move(why); }

  // A node's amount is what goes out of it, or, for the last ones, what comes in.
  Flow Finish(std::string title, Money total) {
    std::vector<int64_t> out(flow_.nodes.size(), 0), in(flow_.nodes.size(), 0);
    for (const auto& [ends, amount] : links_) {
      out[ends.first] += amount.e8_pounds();
      in[ends.second] += amount.e8_pounds();
    }
    for (size_t i = 0; i < flow_.nodes.size(); ++i) {
      flow_.nodes[i].amount = Money(flow_.nodes[i].stage == FlowStage::kFigure || out[i] == 0 ? in[i] : out[i]);
    }
    Sort();
    flow_.title = std::move(title);
    flow_.total = total;
    return std::move(flow_);
  }

 private:
  void Sort() {
    std::vector<size_t> order(flow_.nodes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](size_t a, size_t b) {
      const FlowNode& left = flow_.nodes[a];
      const FlowNode& right = flow_.nodes[b];
      if (left.stage != right.stage) return left.stage < right.stage;
      if (left.amount != right.amount) return left.amount > right.amount;
      return left.id < right.id;
    });
    std::vector<size_t> place(order.size());
    std::vector<FlowNode> sorted;
    for (size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      sorted.push_back(std::move(flow_.nodes[order[i]]));
    }
    flow_.nodes = std::move(sorted);
    for (const auto& [ends, amount] : links_) flow_.links.push_back({place[ends.first], place[ends.second], amount});
  }

  Flow flow_;
  std::map<std::pair<FlowStage, std::string>, size_t> ids_;
  std::map<std::pair<size_t, size_t>, Money> links_;
};

namespace {

// Adds the ledger side of one pool's own cost: `amount` of it over the accounts that its
// rules moved there.
void LinkAccounts(const CostModel& model, const CostRun& run, size_t pool, size_t pool_node, Money amount,
                  FlowBuilder& builder) {
  std::vector<Money> parts;
  std::vector<size_t> nodes;
  for (const LedgerPosting& posting : run.ledger_mapping.postings) {
    if (posting.pool != pool || posting.amount == Money(0)) continue;
    const LedgerRule& rule = model.ledger_map[posting.rule];
    const std::string account = absl::StrCat(rule.cost_centre, " / ", rule.account);
    parts.push_back(posting.amount);
    nodes.push_back(builder.Node(FlowStage::kAccount, account, absl::StrCat("ledger ", account)));
    builder.Why(nodes.back(), rule.amount ? absl::StrCat("an amount of ", rule.amount->ToString(), " goes to ", model.pools[pool].name)
                                          : absl::StrCat(Percent(Money(rule.fraction_e8), Money(kMoneyUnitsPerPound)),
                                                         " of the rest goes to ", model.pools[pool].name));
  }
  const std::vector<Money> shares = SplitInProportion(amount, parts);
  for (size_t i = 0; i < shares.size(); ++i) builder.Link(nodes[i], pool_node, shares[i]);
}

std::string PoolName(const CostModel& model, size_t pool) { return absl::StrCat("pool ", model.pools[pool].name); }
std::string SupportName(const CostModel& model, size_t pool) { return absl::StrCat("support ", model.pools[pool].name); }

}  // namespace

std::vector<Money> SplitInProportion(Money amount, std::span<const Money> parts) {
  std::vector<Money> shares(parts.size());
  int128 whole = 0;
  for (const Money part : parts) whole += part.e8_pounds();
  if (whole == 0) return shares;
  const int128 sign = whole < 0 ? -1 : 1;
  int128 left = amount.e8_pounds();
  size_t largest = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const int128 share = DivideHalfEven(int128{amount.e8_pounds()} * parts[i].e8_pounds() * sign, whole * sign);
    shares[i] = Money(static_cast<int64_t>(share));
    left -= share;
    if (std::llabs(parts[i].e8_pounds()) > std::llabs(parts[largest].e8_pounds())) largest = i;
  }
  shares[largest] = Money(static_cast<int64_t>(shares[largest].e8_pounds() + left));
  return shares;
}

absl::StatusOr<Explainer> Explainer::Make(const CostModel& model, const Ledger& ledger, const CostRun& run) {
  Explainer result(model, ledger, run);
  for (const size_t sender : model.support_order) {
    std::vector<Money> direct(model.pools.size());
    direct[sender] = run.ledger_mapping.pool_cost[sender];
    const SupportProblem problem = SupportProblemOf(model, std::move(direct));
    SH_ASSIGN_OR_RETURN(SupportResult solved, model.support_method == SupportMethod::kStepDown
                                                  ? AllocateStepDown(problem)
                                                  : AllocateReciprocal(problem));
    result.received_.push_back(std::move(solved.final_cost));
  }
  return result;
}

Flow Explainer::Down(std::string title, const std::function<bool(uint32_t event)>& is_in_figure) const {
  std::vector<BlockPart> parts;
  std::vector<int128> weights;
  for (size_t b = 0; b < run_.lines.blocks.size(); ++b) {
    const CostLineBlock& block = run_.lines.blocks[b];
    int128 cost = 0, weight = 0;
    int128& weight_all = weights.emplace_back(0);
    for (size_t i = 0; i < block.count; ++i) {
      weight_all += run_.lines.weight[block.first_use + i];
      if (!is_in_figure(run_.lines.event[block.first_use + i])) continue;
      cost += run_.lines.cost_e8[block.first + i];
      weight += run_.lines.weight[block.first_use + i];
    }
    if (weight != 0) parts.push_back({b, Money(static_cast<int64_t>(cost)), weight});
  }
  return DrawDown(std::move(title), parts, [&weights](size_t block) { return weights[block]; });
}

Flow Explainer::Down(std::string title, std::span<const BlockPart> parts, const FigureIndex& index) const {
  return DrawDown(std::move(title), parts, [&index](size_t block) { return index.BlockWeight(block); });
}

Flow Explainer::DrawDown(std::string title, std::span<const BlockPart> parts,
                         const std::function<int128(size_t block)>& weight_of) const {
  FlowBuilder builder;
  const size_t figure = builder.Node(FlowStage::kFigure, "figure", title);
  std::map<size_t, Money> of_resource;
  int128 total = 0;
  for (const BlockPart& part : parts) {
    const CostLineBlock& block = run_.lines.blocks[part.block];
    const size_t activity = builder.Node(FlowStage::kActivity, model_.activities[block.activity].id,
                                         absl::StrCat("activity ", model_.activities[block.activity].name));
    const size_t resource = builder.Node(FlowStage::kResource, model_.resources[block.resource].id,
                                         absl::StrCat("resource ", model_.resources[block.resource].name));
    builder.Why(activity, absl::StrCat("uses ", static_cast<int64_t>(part.weight), " of ",
                                       static_cast<int64_t>(weight_of(part.block)), " that reached events"));
    builder.Link(resource, activity, part.cost);
    builder.Link(activity, figure, part.cost);
    of_resource[block.resource] = Plus(of_resource[block.resource], part.cost);
    total += part.cost.e8_pounds();
  }
  std::vector<Money> of_sender(received_.size());
  for (const auto& [resource, amount] : of_resource) LinkPools(resource, amount, of_sender, builder);
  for (size_t s = 0; s < of_sender.size(); ++s) {
    if (of_sender[s] == Money(0)) continue;
    const size_t sender = model_.support_order[s];
    LinkAccounts(model_, run_, sender,
                 builder.Node(FlowStage::kSupportPool, model_.pools[sender].id, SupportName(model_, sender)), of_sender[s],
                 builder);
  }
  return builder.Finish(std::move(title), Money(static_cast<int64_t>(total)));
}

// A resource's money over its pools, and each pool's over what it is made of: its own
// cost first, then each support pool's, which adds up in `of_sender`.
void Explainer::LinkPools(size_t resource, Money amount, std::vector<Money>& of_sender, FlowBuilder& builder) const {
  const size_t resource_node = builder.Node(FlowStage::kResource, model_.resources[resource].id, "");
  std::vector<size_t> pools;
  std::vector<Money> parts;
  for (size_t pool = 0; pool < model_.pools.size(); ++pool) {
    if (model_.pools[pool].kind != PoolKind::kResource || model_.pools[pool].resource != resource) continue;
    pools.push_back(pool);
    parts.push_back(run_.support.final_cost[pool]);
  }
  const std::vector<Money> shares = SplitInProportion(amount, parts);
  for (size_t i = 0; i < pools.size(); ++i) {
    const size_t node = builder.Node(FlowStage::kPool, model_.pools[pools[i]].id, PoolName(model_, pools[i]));
    builder.Link(node, resource_node, shares[i]);
    std::vector<Money> makeup = {run_.ledger_mapping.pool_cost[pools[i]]};
    for (const std::vector<Money>& received : received_) makeup.push_back(received[pools[i]]);
    const std::vector<Money> origins = SplitInProportion(shares[i], makeup);
    LinkAccounts(model_, run_, pools[i], node, origins[0], builder);
    for (size_t s = 0; s < received_.size(); ++s) {
      if (origins[s + 1] == Money(0)) continue;
      const size_t sender = model_.support_order[s];
      const size_t support = builder.Node(FlowStage::kSupportPool, model_.pools[sender].id, SupportName(model_, sender));
      builder.Link(support, node, origins[s + 1]);
      of_sender[s] = Plus(of_sender[s], origins[s + 1]);
    }
  }
}

absl::StatusOr<Flow> Explainer::Up(const std::string& cost_centre, const std::string& account,
                                   const std::function<std::string(uint32_t event)>& figure_of) const {
  return DrawUp(cost_centre, account, [this, &figure_of](size_t b) {
    const CostLineBlock& block = run_.lines.blocks[b];
    std::map<std::string, Money> sums;
    for (size_t i = 0; i < block.count; ++i) {
      Money& sum = sums[figure_of(run_.lines.event[block.first_use + i])];
      sum = Plus(sum, Money(run_.lines.cost_e8[block.first + i]));
    }
    return sums;
  });
}

absl::StatusOr<Flow> Explainer::Up(const std::string& cost_centre, const std::string& account,
                                   const FigureIndex& index) const {
  return DrawUp(cost_centre, account, [&index](size_t block) { return index.PointsOfDelivery(block); });
}

absl::StatusOr<Flow> Explainer::DrawUp(const std::string& cost_centre, const std::string& account,
                                       const FiguresOfBlock& figures_of) const {
  const std::string id = absl::StrCat(cost_centre, " / ", account);
  bool is_known = false, is_named = false;
  Money of_account;
  for (const LedgerLine& line : ledger_.lines) {
    if (line.cost_centre != cost_centre || line.account != account) continue;
    is_known = true;
    of_account = Plus(of_account, line.amount);
  }
  if (!is_known) {
    return Failure(absl::StatusCode::kNotFound, "ACCOUNT_UNKNOWN", absl::StrCat("the ledger has no account ", id));
  }
  for (const LedgerRule& rule : model_.ledger_map) is_named |= rule.cost_centre == cost_centre && rule.account == account;
  FlowBuilder builder;
  const size_t account_node = builder.Node(FlowStage::kAccount, id, absl::StrCat("ledger ", id));
  // The lines that one set of rules fits were moved together.
  std::vector<Money> parts;
  std::vector<size_t> pools;
  for (const LedgerPosting& posting : run_.ledger_mapping.postings) {
    const LedgerRule& rule = model_.ledger_map[posting.rule];
    if (rule.cost_centre != cost_centre || rule.account != (is_named ? account : "*")) continue;
    parts.push_back(posting.amount);
    pools.push_back(posting.pool);
  }
  const std::vector<Money> shares = SplitInProportion(of_account, parts);
  std::map<size_t, Money> of_pool;
  for (size_t i = 0; i < pools.size(); ++i) SpreadToPools(account_node, pools[i], shares[i], of_pool, builder);
  std::map<size_t, Money> of_resource;
  for (const auto& [pool, amount] : of_pool) {
    const size_t node = builder.Node(FlowStage::kPool, model_.pools[pool].id, PoolName(model_, pool));
    if (model_.pools[pool].kind != PoolKind::kResource) {
      const std::string kind(Name(model_.pools[pool].kind));
      builder.Link(node, builder.Node(FlowStage::kFigure, kind, absl::StrCat("stays: ", kind)), amount);
      continue;
    }
    const Resource& resource = model_.resources[model_.pools[pool].resource];
    builder.Link(node, builder.Node(FlowStage::kResource, resource.id, absl::StrCat("resource ", resource.name)), amount);
    Money& sum = of_resource[model_.pools[pool].resource];
    sum = Plus(sum, amount);
  }
  LinkFigures(of_resource, figures_of, builder);
  return builder.Finish(absl::StrCat("where the money of ledger ", id, " went"), of_account);
}

// Money of an account that was posted to `pool`: it stays there, or, if that is a support
// pool, goes on to those that it supports, directly or through others.
void Explainer::SpreadToPools(size_t account_node, size_t pool, Money amount, std::map<size_t, Money>& of_pool,
                              FlowBuilder& builder) const {
  const auto at = std::find(model_.support_order.begin(), model_.support_order.end(), pool);
  if (at == model_.support_order.end()) {
    of_pool[pool] = Plus(of_pool[pool], amount);
    builder.Link(account_node, builder.Node(FlowStage::kPool, model_.pools[pool].id, PoolName(model_, pool)), amount);
    return;
  }
  const size_t support = builder.Node(FlowStage::kSupportPool, model_.pools[pool].id, SupportName(model_, pool));
  builder.Link(account_node, support, amount);
  const std::vector<Money> onwards =
      SplitInProportion(amount, received_[static_cast<size_t>(at - model_.support_order.begin())]);
  for (size_t receiver = 0; receiver < onwards.size(); ++receiver) {
    if (onwards[receiver] == Money(0)) continue;
    builder.Link(support, builder.Node(FlowStage::kPool, model_.pools[receiver].id, PoolName(model_, receiver)),
                 onwards[receiver]);
    of_pool[receiver] = Plus(of_pool[receiver], onwards[receiver]);
  }
}

// Resources' money over activities, and on to what `figures_of` calls their events.
void Explainer::LinkFigures(const std::map<size_t, Money>& of_resource, const FiguresOfBlock& figures_of,
                            FlowBuilder& builder) const {
  std::map<std::pair<size_t, size_t>, std::map<std::string, Money>> figures;  // by activity and resource
  for (size_t b = 0; b < run_.lines.blocks.size(); ++b) {
    const CostLineBlock& block = run_.lines.blocks[b];
    if (of_resource.contains(block.resource)) figures[{block.activity, block.resource}] = figures_of(b);
  }
  for (const ActivityCost& cost : run_.unmatched) figures[{cost.activity, cost.resource}]["rows without an event"] = cost.amount;
  for (const ActivityCost& cost : run_.undistributed) figures[{cost.activity, cost.resource}]["no driver"] = cost.amount;
  for (const auto& [resource, amount] : of_resource) {
    std::vector<Money> costs;
    std::vector<size_t> activities;
    for (const ActivityCost& cost : run_.activity_costs) {
      if (cost.resource != resource) continue;
      costs.push_back(cost.amount);
      activities.push_back(cost.activity);
    }
    const std::vector<Money> by_activity = SplitInProportion(amount, costs);
    const size_t resource_node = builder.Node(FlowStage::kResource, model_.resources[resource].id, "");
    for (size_t i = 0; i < activities.size(); ++i) {
      if (by_activity[i] == Money(0)) continue;
      const Activity& activity = model_.activities[activities[i]];
      const size_t node = builder.Node(FlowStage::kActivity, activity.id, absl::StrCat("activity ", activity.name));
      builder.Link(resource_node, node, by_activity[i]);
      std::vector<Money> amounts;
      std::vector<std::string> names;
      for (const auto& [name, sum] : figures[{activities[i], resource}]) {
        names.push_back(name);
        amounts.push_back(sum);
      }
      const std::vector<Money> by_figure = SplitInProportion(by_activity[i], amounts);
      for (size_t f = 0; f < names.size(); ++f) {
        builder.Link(node, builder.Node(FlowStage::kFigure, names[f], names[f]), by_figure[f]);
      }
    }
  }
}

std::string FlowText(const Flow& flow, int64_t share_e4_min) {
  static constexpr std::array<absl::string_view, kFlowStageCount> kHeads = {
      "accounts of the ledger", "support costs", "pools", "resources", "activities", "figure"};
  std::string text = absl::StrCat(flow.title, ": ", flow.total.ToString(), " pounds\n");
  for (size_t stage = kFlowStageCount; stage-- > 0;) {
    Money small;
    int64_t small_count = 0;
    bool has_head = false;
    for (const FlowNode& node : flow.nodes) {
      if (static_cast<size_t>(node.stage) != stage) continue;
      if (!has_head) absl::StrAppend(&text, kHeads[stage], "\n");
      has_head = true;
      const int128 share = int128{std::llabs(node.amount.e8_pounds())} * 10'000;
      if (share < int128{std::llabs(flow.total.e8_pounds())} * share_e4_min) {
        small = Plus(small, node.amount);
        ++small_count;
        continue;
      }
      absl::StrAppend(&text, "  ", node.amount.ToString(), "  ", Percent(node.amount, flow.total), "  ", node.name,
                      node.why.empty() ? "" : ": ", node.why, "\n");
    }
    if (small_count > 0) {
      absl::StrAppend(&text, "  ", small.ToString(), "  ", Percent(small, flow.total), "  ", small_count, " smaller ones\n");
    }
  }
  return text;
}

}  // namespace safehaven::costing
