// Where a figure comes from: from a patient's event, a currency or all of a point of
// delivery, down through activities, resources, pools and support costs to the accounts
// of the ledger; and from an account up to where its money went.
//
// A run keeps sums, not the way of each unit, so the way is drawn in proportion: a part of
// a pool carries the pool's own make-up. Parts of one thing always add up to it exactly.
// For the controller's own data only: nothing here is protected. Pure; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_EXPLAIN_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_EXPLAIN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/money.h"
#include "services/costing/core/figure_index.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

// The kinds of places that money passes, in the order in which it passes them.
enum class FlowStage : uint8_t { kAccount, kSupportPool, kPool, kResource, kActivity, kFigure };
inline constexpr size_t kFlowStageCount = 6;

struct FlowNode {
  FlowStage stage = FlowStage::kFigure;
  std::string id;    // unique within its stage
  std::string name;  // for people
  Money amount;      // of the figure that passes here
  std::string why;   // in words: driver and share; may be empty
};

// Money from one node to another, by indices.
struct FlowLink {
  size_t from = 0;
  size_t to = 0;
  Money amount;
};

struct Flow {
  std::string title;
  Money total;
  std::vector<FlowNode> nodes;  // by stage, then by amount, the largest first
  std::vector<FlowLink> links;
};

// Parts of `amount` in proportion to `parts` (of any sign, with a sum other than 0), which
// add up to it: each is rounded half to even and the largest takes what is left over. All
// 0 if the parts add to 0.
std::vector<Money> SplitInProportion(Money amount, std::span<const Money> parts);

class FlowBuilder;

class Explainer {
 public:
  // Solves the support costs once more for each support pool. All arguments outlive the
  // result, and `run` is what RunCosting() made of the others. The failures of
  // AllocateStepDown() and AllocateReciprocal().
  static absl::StatusOr<Explainer> Make(const CostModel& model, const Ledger& ledger, const CostRun& run);

  // The cost of all events (indices over all batches) that `is_in_figure` holds for.
  Flow Down(std::string title, const std::function<bool(uint32_t event)>& is_in_figure) const;

  // The same of a figure whose lines were summed up before.
  Flow Down(std::string title, std::span<const BlockPart> parts, const FigureIndex& index) const;
  // The same as Up() below, to points of delivery.
  absl::StatusOr<Flow> Up(const std::string& cost_centre, const std::string& account, const FigureIndex& index) const;

  // Where the money of one account went; `figure_of` names the figure of an event (its
  // point of delivery, say). NOT_FOUND with reason ACCOUNT_UNKNOWN if the ledger has no
  // such account.
  absl::StatusOr<Flow> Up(const std::string& cost_centre, const std::string& account,
                          const std::function<std::string(uint32_t event)>& figure_of) const;

 private:
  Explainer(const CostModel& model, const Ledger& ledger, const CostRun& run)
      : model_(model), ledger_(ledger), run_(run) {}

  void LinkPools(size_t resource, Money amount, std::vector<Money>& of_sender, FlowBuilder& builder) const;
  void SpreadToPools(size_t account_node, size_t pool, Money amount, std::map<size_t, Money>& of_pool,
                     FlowBuilder& builder) const;
  // What the events of a block are called, with what of its cost each has.
  using FiguresOfBlock = std::function<std::map<std::string, Money>(size_t block)>;
  Flow DrawDown(std::string title, std::span<const BlockPart> parts,
                const std::function<int128(size_t block)>& weight_of) const;
  absl::StatusOr<Flow> DrawUp(const std::string& cost_centre, const std::string& account,
                              const FiguresOfBlock& figures_of) const;
  void LinkFigures(const std::map<size_t, Money>& of_resource, const FiguresOfBlock& figures_of, FlowBuilder& builder) const;

  // received_[i][p]: what pool p has from the i-th support pool's own cost.
  std::vector<std::vector<Money>> received_;
  const CostModel& model_;
  const Ledger& ledger_;
  const CostRun& run_;
};

// The flow as text, one line a node, indented by stage: amount, share of the total, name
// and why. Nodes below `share_e4_min` ten-thousandths of the total are summed up.
std::string FlowText(const Flow& flow, int64_t share_e4_min);

// The flow as a picture: stages from left to right, ribbons as wide as their money. At
// most `nodes_max` nodes a stage, the rest as one.
std::string FlowSvg(const Flow& flow, size_t nodes_max);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_EXPLAIN_H_
