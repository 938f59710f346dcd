#include "services/linkage/core/evaluate.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace safehaven::linkage {
namespace {

// Records of one label by the groups they are in.
struct GroupSizes {
  uint64_t first_only = 0;
  uint64_t second_only = 0;
  uint64_t both = 0;

  void Add(const JudgedRecord& record) {
    if (record.in_first && record.in_second) ++both;
    else if (record.in_first) ++first_only;
    else if (record.in_second) ++second_only;
  }
  // Unordered pairs across the groups.
  uint64_t Pairs() const {
    return first_only * second_only + both * (first_only + second_only) +
           (both < 2 ? 0 : both * (both - 1) / 2);
  }
};

// Sorts by `key` and calls `visit` with each run of records of one key.
template <typename Key, typename Visit>
void ForEachRun(std::vector<JudgedRecord>& records, Key key, Visit visit) {
  std::sort(records.begin(), records.end(),
            [&](const JudgedRecord& a, const JudgedRecord& b) { return key(a) < key(b); });
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin;
    while (end < records.size() && key(records[end]) == key(records[begin])) ++end;
    visit(std::span<const JudgedRecord>(records).subspan(begin, end - begin));
    begin = end;
  }
}

const auto kPerson = [](const JudgedRecord& record) { return record.person; };
const auto kTruth = [](const JudgedRecord& record) { return record.truth; };
const auto kBoth = [](const JudgedRecord& record) { return std::tuple(record.person, record.truth); };
const auto kBothByTruth = [](const JudgedRecord& record) { return std::tuple(record.truth, record.person); };

// The mean over records of (records with the same `fine` key) / (with the same
// `coarse` key); the fine key refines the coarse one.
template <typename Coarse, typename Fine>
double MeanShare(std::vector<JudgedRecord> records, Coarse coarse, Fine fine) {
  const double count = static_cast<double>(records.size());
  double sum = 0;
  ForEachRun(records, fine, [](std::span<const JudgedRecord>) {});
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin;
    while (end < records.size() && coarse(records[end]) == coarse(records[begin])) ++end;
    for (size_t from = begin; from < end;) {
      size_t to = from;
      while (to < end && fine(records[to]) == fine(records[from])) ++to;
      const double size = static_cast<double>(to - from);
      sum += size * size / static_cast<double>(end - begin);
      from = to;
    }
    begin = end;
  }
  return count == 0 ? 1 : sum / count;
}

}  // namespace

PairCounts CountPairs(std::span<const JudgedRecord> judged) {
  std::vector<JudgedRecord> records(judged.begin(), judged.end());
  const auto pairs_by = [&records](auto key) {
    uint64_t pairs = 0;
    ForEachRun(records, key, [&pairs](std::span<const JudgedRecord> run) {
      GroupSizes sizes;
      for (const JudgedRecord& record : run) sizes.Add(record);
      pairs += sizes.Pairs();
    });
    return pairs;
  };
  PairCounts counts;
  counts.true_links = pairs_by(kBoth);
  counts.false_links = pairs_by(kPerson) - counts.true_links;
  counts.missed_links = pairs_by(kTruth) - counts.true_links;
  return counts;
}

BCubed ScoreBCubed(std::span<const JudgedRecord> judged) {
  const std::vector<JudgedRecord> records(judged.begin(), judged.end());
  return {.precision = MeanShare(records, kPerson, kBoth), .recall = MeanShare(records, kTruth, kBothByTruth)};
}

}  // namespace safehaven::linkage
