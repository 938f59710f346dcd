// Sums of a run's lines by what can be asked about: one event, or all events of a kind
// (feed, point of delivery, currency, treatment function). Made once a run, so that any
// figure is explained in milliseconds. Immutable: any number of threads may read it.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_FIGURE_INDEX_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_FIGURE_INDEX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/costing/core/events.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

// What one block of lines has in a figure.
struct BlockPart {
  size_t block = 0;  // of CostLines::blocks
  Money cost;
  int128 weight = 0;
};

// Events that have every value that is given; none given: all.
struct FigureFilter {
  std::string feed, point_of_delivery, currency, treatment_function;
};

class FigureIndex {
 public:
  // Time is that of a few passes over the lines. `run` and `batches` outlive it.
  static FigureIndex Make(const CostRun& run, std::span<const EventColumns* const> batches);

  // The event with this record key, or nothing.
  std::optional<uint32_t> Find(const RecordKey& key) const;

  // By block, ascending; empty if the figure has no line.
  std::vector<BlockPart> OfEvent(uint32_t event) const;
  std::vector<BlockPart> Of(const FigureFilter& filter) const;
  // Events of the filter, with a cost or without.
  int64_t EventCount(const FigureFilter& filter) const;

  // All of one block's lines.
  int128 BlockWeight(size_t block) const { return block_weight_[block]; }
  // The costs of one block by point of delivery.
  std::map<std::string, Money> PointsOfDelivery(size_t block) const;

 private:
  struct Group {
    const std::string *feed, *point_of_delivery, *currency, *treatment_function;
    int64_t event_count = 0;
  };
  struct Cell {
    uint32_t group = 0;
    Money cost;
    int64_t weight = 0;
  };

  FigureIndex(const CostRun& run, std::span<const EventColumns* const> batches) : run_(run), batches_(batches.begin(), batches.end()) {}
  void GroupEvents();
  void SumBlocks();
  void IndexUses();
  bool Fits(const Group& group, const FigureFilter& filter) const;

  const CostRun& run_;
  std::vector<const EventColumns*> batches_;
  std::vector<Group> groups_;
  std::vector<uint32_t> group_of_event_;
  std::vector<std::vector<Cell>> cells_;  // by block, by group ascending
  std::vector<int128> block_weight_;
  // Uses of event e: places use_[first_use_[e]] to use_[first_use_[e + 1]] of the lines' uses.
  std::vector<size_t> first_use_;
  std::vector<uint32_t> use_;
  std::vector<uint32_t> by_key_;  // events, ascending by record key
  std::vector<size_t> first_of_batch_;
  const RecordKey& KeyOf(uint32_t event) const;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_FIGURE_INDEX_H_
