#include "services/costing/core/figure_index.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace safehaven::costing {

FigureIndex FigureIndex::Make(const CostRun& run, std::span<const EventColumns* const> batches) {
  FigureIndex index(run, batches);
  index.GroupEvents();
  index.SumBlocks();
  index.IndexUses();
  return index;
}

// Events of one kind get one number, over all batches.
void FigureIndex::GroupEvents() {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, uint32_t> numbers;
  for (const EventColumns* batch : batches_) {
    first_of_batch_.push_back(group_of_event_.size());
    std::map<std::tuple<uint16_t, uint16_t, uint16_t, uint16_t>, uint32_t> of_batch;
    for (size_t row = 0; row < batch->row_count(); ++row) {
      const auto [at, is_new] = of_batch.try_emplace({batch->feed.codes[row], batch->point_of_delivery.codes[row],
                                                      batch->currency.codes[row], batch->treatment_function.codes[row]},
                                                     0);
      if (is_new) {
        const auto [number, is_first] =
            numbers.try_emplace({batch->feed.at(row), batch->point_of_delivery.at(row), batch->currency.at(row),
                                 batch->treatment_function.at(row)},
                                static_cast<uint32_t>(groups_.size()));
        at->second = number->second;
        if (is_first) {
          groups_.push_back({&batch->feed.at(row), &batch->point_of_delivery.at(row), &batch->currency.at(row),
                             &batch->treatment_function.at(row)});
        }
      }
      group_of_event_.push_back(at->second);
      ++groups_[at->second].event_count;
    }
  }
  by_key_.resize(group_of_event_.size());
  std::iota(by_key_.begin(), by_key_.end(), uint32_t{0});
  std::sort(by_key_.begin(), by_key_.end(), [this](uint32_t a, uint32_t b) { return KeyOf(a) < KeyOf(b); });
}

void FigureIndex::SumBlocks() {
  std::vector<Cell> of_group(groups_.size());
  std::vector<uint32_t> seen;
  for (const CostLineBlock& block : run_.lines.blocks) {
    int128 weight_all = 0;
    seen.clear();
    for (size_t i = 0; i < block.count; ++i) {
      const uint32_t group = group_of_event_[run_.lines.event[block.first_use + i]];
      Cell& cell = of_group[group];
      const int64_t weight = run_.lines.weight[block.first_use + i];
      if (cell.weight == 0) seen.push_back(group);
      cell.weight += weight;
      // Of parts of one ledger, whose total the run has checked: their sums fit.
      cell.cost = Money(static_cast<int64_t>(int128{cell.cost.e8_pounds()} + run_.lines.cost_e8[block.first + i]));
      weight_all += weight;
    }
    std::sort(seen.begin(), seen.end());
    std::vector<Cell>& cells = cells_.emplace_back();
    for (const uint32_t group : seen) {
      cells.push_back(std::exchange(of_group[group], Cell{}));
      cells.back().group = group;
    }
    block_weight_.push_back(weight_all);
  }
}

void FigureIndex::IndexUses() {
  const std::vector<uint32_t>& event = run_.lines.event;
  first_use_.assign(group_of_event_.size() + 1, 0);
  for (const uint32_t e : event) ++first_use_[e + 1];
  for (size_t e = 0; e < group_of_event_.size(); ++e) first_use_[e + 1] += first_use_[e];
  std::vector<size_t> next(first_use_.begin(), first_use_.end() - 1);
  use_.resize(event.size());
  for (size_t i = 0; i < event.size(); ++i) use_[next[event[i]]++] = static_cast<uint32_t>(i);
}

const RecordKey& FigureIndex::KeyOf(uint32_t event) const {
  const auto after = std::upper_bound(first_of_batch_.begin(), first_of_batch_.end(), event);
  const auto batch = static_cast<size_t>(after - first_of_batch_.begin()) - 1;
  return batches_[batch]->keys[event - first_of_batch_[batch]];
}

std::optional<uint32_t> FigureIndex::Find(const RecordKey& key) const {
  const auto at = std::lower_bound(by_key_.begin(), by_key_.end(), key,
                                   [this](uint32_t event, const RecordKey& wanted) { return KeyOf(event) < wanted; });
  if (at == by_key_.end() || KeyOf(*at) != key) return std::nullopt;
  return *at;
}

std::vector<BlockPart> FigureIndex::OfEvent(uint32_t event) const {
  std::vector<BlockPart> parts;
  const std::vector<CostLineBlock>& blocks = run_.lines.blocks;
  for (size_t i = first_use_[event]; i < first_use_[event + 1]; ++i) {
    const size_t use = use_[i];
    // Blocks of one activity share their uses and stand together, in ascending order.
    auto block = std::upper_bound(blocks.begin(), blocks.end(), use,
                                  [](size_t wanted, const CostLineBlock& b) { return wanted < b.first_use + b.count; });
    for (; block != blocks.end() && block->first_use <= use && use < block->first_use + block->count; ++block) {
      const size_t line = block->first + (use - block->first_use);
      parts.push_back({static_cast<size_t>(block - blocks.begin()), Money(run_.lines.cost_e8[line]), run_.lines.weight[use]});
    }
  }
  return parts;
}

bool FigureIndex::Fits(const Group& group, const FigureFilter& filter) const {
  const auto fits = [](const std::string& wanted, const std::string& value) { return wanted.empty() || wanted == value; };
  return fits(filter.feed, *group.feed) && fits(filter.point_of_delivery, *group.point_of_delivery) &&
         fits(filter.currency, *group.currency) && fits(filter.treatment_function, *group.treatment_function);
}

std::vector<BlockPart> FigureIndex::Of(const FigureFilter& filter) const {
  std::vector<uint8_t> is_in;
  for (const Group& group : groups_) is_in.push_back(Fits(group, filter) ? 1 : 0);
  std::vector<BlockPart> parts;
  for (size_t block = 0; block < cells_.size(); ++block) {
    int128 cost = 0, weight = 0;
    for (const Cell& cell : cells_[block]) {
      if (is_in[cell.group] == 0) continue;
      cost += cell.cost.e8_pounds();
      weight += cell.weight;
    }
    if (weight != 0) parts.push_back({block, Money(static_cast<int64_t>(cost)), weight});
  }
  return parts;
}

int64_t FigureIndex::EventCount(const FigureFilter& filter) const {
  int64_t count = 0;
  for (const Group& group : groups_) count += Fits(group, filter) ? group.event_count : 0;
  return count;
}

std::map<std::string, Money> FigureIndex::PointsOfDelivery(size_t block) const {
  std::map<std::string, Money> sums;
  for (const Cell& cell : cells_[block]) {
    Money& sum = sums[*groups_[cell.group].point_of_delivery];
    sum = Money(static_cast<int64_t>(int128{sum.e8_pounds()} + cell.cost.e8_pounds()));
  }
  return sums;
}

}  // namespace safehaven::costing
