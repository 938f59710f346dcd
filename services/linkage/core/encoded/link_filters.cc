#include "services/linkage/core/encoded/link_filters.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <tuple>
#include <utility>

#include "libs/base/status.h"
#include "services/linkage/core/cluster.h"
#include "services/linkage/core/encoded/threshold.h"
#include "services/linkage/core/union_find.h"

namespace safehaven::linkage {
namespace {

constexpr uint32_t kMillion = 1'000'000;
constexpr size_t kFloorStep = (kDiceSteps - 1) / 2;
constexpr uint64_t kRecordsLimit = uint64_t{1} << 31;
// Blocks that stay in the first cache while a piece of the other side is held against them.
constexpr size_t kTileBlocks = 16;
constexpr size_t kPieceRecords = 256;

// A source in the form in which it is compared, in an order that depends on content only.
struct Side {
  std::vector<Filter> filters;
  std::vector<uint32_t> bits;
  // The record that each filter is, numbered through all sources.
  std::vector<uint32_t> records;
  std::vector<FilterBlock> blocks;
};

Side SideOf(const FilterSource& source, uint32_t first_record) {
  Side side;
  std::vector<uint32_t> order(source.filters.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(source.filters[a], a) < std::tie(source.filters[b], b);
  });
  for (const uint32_t i : order) {
    side.filters.push_back(source.filters[i]);
    side.bits.push_back(source.filters[i].CountBits());
    side.records.push_back(first_record + i);
  }
  side.blocks = BlocksOf(side.filters);
  return side;
}

// A pair of two sides' filters while it is known by their places.
struct Candidate {
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t dice = 0;
};

uint32_t DiceOf(uint32_t common, uint32_t bits_a, uint32_t bits_b) {
  return static_cast<uint32_t>(uint64_t{2} * common * kMillion / (bits_a + bits_b));
}

class Comparison {
 public:
  Comparison(const FilterLinkInput& input, uint32_t floor) : input_(input), floor_(floor), kernel_(BestDice()) {}

  // All pairs of two sides, or of one with itself, at or above the floor, in order of places.
  absl::StatusOr<std::vector<Candidate>> Compare(const Side& a, const Side& b) {
    const bool within = &a == &b;
    const size_t pieces = (a.filters.size() + kPieceRecords - 1) / kPieceRecords;
    std::vector<std::vector<Candidate>> kept(pieces);
    std::atomic<size_t> kept_count = 0;
    ForPieces(input_.workers, pieces, [&](size_t piece, size_t) {
      if (kept_count > kFilterPairsMax) return;
      const size_t begin = piece * kPieceRecords;
      const size_t end = std::min(a.filters.size(), begin + kPieceRecords);
      kept[piece] = ComparePiece(a, b, begin, end, within);
      kept_count += kept[piece].size();
    });
    if (kept_count > kFilterPairsMax) {
      return InvalidArgument("PAIRS_TOO_MANY", "too many records are alike: encode more fields or raise the threshold");
    }
    const uint64_t n = a.filters.size();
    comparisons_ += within ? n * (n - 1) / 2 : n * b.filters.size();
    std::vector<Candidate> all;
    for (const std::vector<Candidate>& part : kept) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end(),
              [](const Candidate& x, const Candidate& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
    return all;
  }

  // How alike strangers within a side are: the probability of so much or more, by step.
  std::array<double, kDiceSteps> Strangers(const Side& side) {
    const size_t count = side.filters.size();
    const size_t stride = count / kNoiseRecordsMax + 1;
    const size_t drawn = (count + stride - 1) / stride;
    std::vector<DiceCounts> counts(input_.workers.count, DiceCounts{});
    ForPieces(input_.workers, drawn, [&](size_t piece, size_t lane) {
      std::vector<DiceHit> hits;
      const size_t i = piece * stride;
      kernel_(side.filters[i], side.blocks, 0, floor_, hits);
      for (const DiceHit& hit : hits) {
        if (hit.index != i) ++counts[lane][DiceOf(hit.common, side.bits[i], side.bits[hit.index]) / kDiceStep];
      }
    });
    comparisons_ += drawn * count;
    std::array<double, kDiceSteps> chance{};
    const double pairs = static_cast<double>(drawn) * static_cast<double>(count - std::min<size_t>(count, 1));
    double above = 0;
    for (size_t step = kDiceSteps; step-- > 0;) {
      for (const DiceCounts& lane : counts) above += static_cast<double>(lane[step]);
      chance[step] = pairs > 0 ? above / pairs : 0;
    }
    return chance;
  }

  uint64_t comparisons() const { return comparisons_; }

 private:
  std::vector<Candidate> ComparePiece(const Side& a, const Side& b, size_t begin, size_t end, bool within) const {
    std::vector<Candidate> kept;
    std::vector<DiceHit> hits;
    for (size_t tile = 0; tile < b.blocks.size(); tile += kTileBlocks) {
      const auto blocks = std::span(b.blocks).subspan(tile, std::min(kTileBlocks, b.blocks.size() - tile));
      const auto first = static_cast<uint32_t>(tile * kFiltersPerBlock);
      if (within && first + blocks.size() * kFiltersPerBlock <= begin) continue;
      for (size_t i = begin; i < end; ++i) {
        hits.clear();
        kernel_(a.filters[i], blocks, first, floor_, hits);
        for (const DiceHit& hit : hits) {
          if (within && hit.index <= i) continue;
          kept.push_back({.a = static_cast<uint32_t>(i),
                          .b = hit.index,
                          .dice = DiceOf(hit.common, a.bits[i], b.bits[hit.index])});
        }
      }
    }
    return kept;
  }

  const FilterLinkInput& input_;
  uint32_t floor_;
  DiceKernel kernel_;
  uint64_t comparisons_ = 0;
};

// Pairs that are the best of both their records, by step. Two best ones are none.
DiceCounts CountBest(const std::vector<Candidate>& pairs, size_t count_a, size_t count_b) {
  struct Best {
    uint32_t dice = 0;
    uint32_t other = 0;
    bool single = false;
  };
  std::vector<Best> best_a(count_a), best_b(count_b);
  const auto offer = [](Best& best, uint32_t other, uint32_t dice) {
    if (dice == best.dice) best.single = false;
    if (dice > best.dice) best = {.dice = dice, .other = other, .single = true};
  };
  for (const Candidate& pair : pairs) {
    offer(best_a[pair.a], pair.b, pair.dice);
    offer(best_b[pair.b], pair.a, pair.dice);
  }
  DiceCounts counts{};
  for (uint32_t a = 0; a < count_a; ++a) {
    if (!best_a[a].single) continue;
    const Best& back = best_b[best_a[a].other];
    counts[best_a[a].dice / kDiceStep] += back.single && back.other == a;
  }
  return counts;
}

absl::Status Validate(const FilterLinkInput& input) {
  if (input.sources.size() > 64) return InvalidArgument("SOURCES_TOO_MANY", "a run has at most 64 sources");
  uint64_t records = 0;
  size_t duplicate_free = 0;
  for (const FilterSource& source : input.sources) {
    records += source.filters.size();
    duplicate_free += source.duplicate_free;
  }
  if (records >= kRecordsLimit) return InvalidArgument("RECORDS_TOO_MANY", "more records than a run can hold");
  if (!input.threshold.has_value() && duplicate_free < 2) {
    return InvalidArgument("THRESHOLD_REQUIRED",
                           "a threshold is found between two sources of one record a person; name one otherwise");
  }
  return absl::OkStatus();
}

// Joins along the pairs, most alike first, one record of a duplicate-free source each.
void ClusterFilters(std::span<const FilterSource> sources, const std::vector<uint16_t>& source_of,
                    FilterLinkResult& result) {
  UnionFind sets(source_of.size());
  std::vector<uint64_t> held(source_of.size(), 0);
  for (size_t r = 0; r < source_of.size(); ++r) {
    if (sources[source_of[r]].duplicate_free) held[r] = uint64_t{1} << source_of[r];
  }
  for (const FilterPair& pair : result.pairs) {
    const uint32_t x = sets.Find(pair.a);
    const uint32_t y = sets.Find(pair.b);
    if (x == y || (held[x] & held[y]) != 0) continue;
    if (sets.SizeOf(x) + sets.SizeOf(y) > kClusterProfilesMax) continue;
    const uint64_t both = held[x] | held[y];
    held[sets.Union(x, y)] = both;
  }
  for (FilterPair& pair : result.pairs) pair.together = sets.Find(pair.a) == sets.Find(pair.b);
  constexpr uint32_t kUnnumbered = UINT32_MAX;
  std::vector<uint32_t> number(source_of.size(), kUnnumbered);
  for (uint32_t r = 0; r < source_of.size(); ++r) {
    uint32_t& cluster = number[sets.Find(r)];
    if (cluster == kUnnumbered) cluster = result.cluster_count++;
    result.cluster_of.push_back(cluster);
  }
}

}  // namespace

absl::StatusOr<FilterLinkResult> LinkFilters(const FilterLinkInput& input) {
  SH_RETURN_IF_ERROR(Validate(input));
  FilterLinkResult result;
  std::vector<Side> sides;
  std::vector<uint16_t> source_of;
  for (size_t s = 0; s < input.sources.size(); ++s) {
    const FilterSource& source = input.sources[s];
    sides.push_back(SideOf(source, static_cast<uint32_t>(source_of.size())));
    source_of.resize(source_of.size() + source.filters.size(), static_cast<uint16_t>(s));
    result.empty += static_cast<uint64_t>(std::count(sides[s].bits.begin(), sides[s].bits.end(), 0u));
  }
  Comparison comparison(input, kDiceFloor);
  std::vector<std::array<double, kDiceSteps>> strangers(sides.size());
  for (size_t s = 0; s < sides.size(); ++s) {
    if (input.sources[s].duplicate_free) strangers[s] = comparison.Strangers(sides[s]);
  }
  std::vector<BestPairs> between;
  // Ordered by how alike, then by content, never by the order of the input's rows.
  for (size_t s = 0; s < sides.size(); ++s) {
    for (size_t t = s; t < sides.size(); ++t) {
      if (s == t && input.sources[s].duplicate_free) continue;
      SH_ASSIGN_OR_RETURN(const std::vector<Candidate> pairs, comparison.Compare(sides[s], sides[t]));
      for (const Candidate& pair : pairs) {
        const auto [a, b] = std::minmax(sides[s].records[pair.a], sides[t].records[pair.b]);
        result.pairs.push_back({.a = a, .b = b, .dice = pair.dice});
      }
      if (!input.sources[s].duplicate_free || !input.sources[t].duplicate_free) continue;
      BestPairs& best = between.emplace_back();
      best.records_a = static_cast<double>(sides[s].filters.size());
      best.records_b = static_cast<double>(sides[t].filters.size());
      best.best = CountBest(pairs, sides[s].filters.size(), sides[t].filters.size());
      for (size_t step = 0; step < kDiceSteps; ++step) {
        best.strangers[step] = (strangers[s][step] + strangers[t][step]) / 2;
      }
    }
  }
  result.threshold_found = !input.threshold.has_value();
  const ChosenThreshold chosen =
      result.threshold_found
          ? ChooseThreshold(between, kFloorStep, input.probability_min)
          : ExpectedAt(between, kFloorStep,
                       std::min(kDiceSteps - 1, static_cast<size_t>(*input.threshold * (kDiceSteps - 1))));
  result.threshold = input.threshold.value_or(static_cast<double>(chosen.step) / (kDiceSteps - 1));
  result.expected_false = chosen.expected_false;
  result.expected_missed = chosen.expected_missed;
  for (const BestPairs& best : between) {
    result.best_pairs = std::accumulate(best.best.begin() + static_cast<ptrdiff_t>(chosen.step), best.best.end(),
                                        result.best_pairs);
  }
  const auto least = static_cast<uint32_t>(result.threshold * kMillion);
  std::erase_if(result.pairs, [least](const FilterPair& pair) { return pair.dice < least; });
  std::stable_sort(result.pairs.begin(), result.pairs.end(),
                   [](const FilterPair& x, const FilterPair& y) { return x.dice > y.dice; });
  ClusterFilters(input.sources, source_of, result);
  result.comparisons = comparison.comparisons();
  return result;
}

}  // namespace safehaven::linkage
