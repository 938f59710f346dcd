#include "services/costing/core/line_maker.h"

#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "services/costing/core/digest.h"

namespace safehaven::costing {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "certificates hash columns as little-endian bytes");

BlockDigest ToDigest(const std::string& bytes) {
  BlockDigest digest{};
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

BlockDigest DigestCosts(std::span<const int64_t> costs) {
  Digester digester("safehaven-run-costs/1");
  digester.AddNumber(costs.size());
  digester.AddBytes(costs.data(), costs.size_bytes());
  return ToDigest(digester.Finish());
}

}  // namespace

// Events by their places in key order, so that no order of rows is in the digest.
BlockDigest LineMaker::DigestUses(size_t first_use, std::span<const uint32_t> places) const {
  Digester digester("safehaven-run-uses/1");
  digester.AddNumber(places.size());
  digester.AddBytes(places.data(), places.size_bytes());
  digester.AddBytes(run_.lines.weight.data() + first_use, places.size() * sizeof(int64_t));
  digester.AddBytes(run_.lines.rule.data() + first_use, places.size());
  return ToDigest(digester.Finish());
}

absl::Status LineMaker::Make(std::span<const ActivityCost> costs, const UsesOfActivity& of) {
  CostLines& lines = run_.lines;
  CostLineBlock uses = {.first_use = lines.event.size(), .count = of.uses.size(), .unmatched_weight = of.unmatched_weight};
  weights_.clear();
  places_.clear();
  apportioner_.reset();
  for (const ActivityUse& use : of.uses) {
    weights_.push_back(use.weight);
    places_.push_back(use.place);
    lines.event.push_back(order_.by_key[use.place]);
    lines.weight.push_back(use.weight);
    lines.rule.push_back(static_cast<uint8_t>(use.rule));
  }
  uses.uses_digest = DigestUses(uses.first_use, places_);
  ++run_.work.activities_weighed;
  for (const ActivityCost& cost : costs) SH_RETURN_IF_ERROR(Divide(cost, uses));
  return absl::OkStatus();
}

// `weights_` are those of `uses`, or have been made into `apportioner_`.
absl::Status LineMaker::Divide(const ActivityCost& cost, const CostLineBlock& uses) {
  const bool has_unmatched = uses.unmatched_weight > 0;
  if (!apportioner_) {
    // Last, so that an event has the unit that is left over before they have it.
    if (has_unmatched) weights_.push_back(uses.unmatched_weight);
    SH_ASSIGN_OR_RETURN(apportioner_, Apportioner::Make(weights_));
    shares_.resize(weights_.size());
  }
  SH_RETURN_IF_ERROR(apportioner_->Share(cost.amount, shares_));
  CostLines& lines = run_.lines;
  CostLineBlock block = uses;
  block.activity = cost.activity;
  block.resource = cost.resource;
  block.first = lines.cost_e8.size();
  block.cost_digest = DigestCosts(std::span(shares_).first(uses.count));
  lines.cost_e8.insert(lines.cost_e8.end(), shares_.begin(), shares_.begin() + static_cast<std::ptrdiff_t>(uses.count));
  lines.blocks.push_back(block);
  if (has_unmatched) run_.unmatched.push_back({cost.resource, cost.activity, Money(shares_.back())});
  ++run_.work.blocks_made;
  return absl::OkStatus();
}

void LineMaker::TakeOver(const ActivityCost& cost, const CostLineBlock& uses, const CostLineBlock& before,
                         Money unmatched) {
  CostLines& lines = run_.lines;
  CostLineBlock block = uses;
  block.activity = cost.activity;
  block.resource = cost.resource;
  block.first = lines.cost_e8.size();
  block.cost_digest = before.cost_digest;
  const auto begin = plan_->before().lines.cost_e8.begin() + static_cast<std::ptrdiff_t>(before.first);
  lines.cost_e8.insert(lines.cost_e8.end(), begin, begin + static_cast<std::ptrdiff_t>(before.count));
  lines.blocks.push_back(block);
  if (uses.unmatched_weight > 0) run_.unmatched.push_back({cost.resource, cost.activity, unmatched});
  ++run_.work.blocks_reused;
}

absl::StatusOr<bool> LineMaker::Reuse(std::span<const ActivityCost> costs) {
  const size_t activity = costs.front().activity;
  const std::span<const CostLineBlock> blocks = plan_->BlocksBefore(activity);
  if (blocks.empty()) return false;
  const CostLines& then = plan_->before().lines;
  CostLines& lines = run_.lines;
  CostLineBlock uses = blocks.front();
  const auto first = static_cast<std::ptrdiff_t>(uses.first_use), end = static_cast<std::ptrdiff_t>(uses.first_use + uses.count);
  uses.first_use = lines.event.size();
  lines.event.insert(lines.event.end(), then.event.begin() + first, then.event.begin() + end);
  lines.weight.insert(lines.weight.end(), then.weight.begin() + first, then.weight.begin() + end);
  lines.rule.insert(lines.rule.end(), then.rule.begin() + first, then.rule.begin() + end);
  if (!plan_->has_same_events()) {
    if (place_of_event_.empty()) {
      place_of_event_.resize(order_.event_count());
      for (size_t place = 0; place < order_.by_key.size(); ++place) {
        place_of_event_[order_.by_key[place]] = static_cast<uint32_t>(place);
      }
    }
    places_.clear();
    for (size_t i = uses.first_use; i < lines.event.size(); ++i) {
      lines.event[i] = plan_->EventNow(lines.event[i]);
      places_.push_back(place_of_event_[lines.event[i]]);
    }
    uses.uses_digest = DigestUses(uses.first_use, places_);
  }
  ++run_.work.activities_reused;
  apportioner_.reset();
  weights_.assign(then.weight.begin() + first, then.weight.begin() + end);
  for (const ActivityCost& cost : costs) {
    const std::optional<RerunPlan::CostBefore> was = plan_->CostOf(activity, cost.resource);
    const auto before = std::find_if(blocks.begin(), blocks.end(), [&](const CostLineBlock& block) {
      return was && block.resource == *plan_->ResourceBefore(cost.resource);
    });
    if (before != blocks.end() && was->amount == cost.amount) {
      TakeOver(cost, uses, *before, was->unmatched);
    } else {
      SH_RETURN_IF_ERROR(Divide(cost, uses));
    }
  }
  return true;
}

}  // namespace safehaven::costing
