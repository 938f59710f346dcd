#include "services/linkage/core/block/blocks.h"

#include <algorithm>
#include <array>

#include "services/linkage/core/block/radix_sort.h"
#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

// What splits a heavy block, in this order.
constexpr std::array<KeyPart, 4> kSplitParts = {KeyPart::kBirthDate, KeyPart::kSector, KeyPart::kGivenName,
                                                KeyPart::kFamilyName};

// A profile in no block of a rule has a number that no other has.
constexpr uint32_t kAlone = 0x8000'0000;

// Sizes of blocks are counted up to this; larger ones as if they had this size.
constexpr size_t kCountedSizeMax = 1 << 16;
// From so many profiles on, sizes of blocks are estimated from every so-many-th.
constexpr size_t kSampledFrom = 200'000;
constexpr size_t kSampleStep = 8;
// How much larger or smaller than the model says blocks may become, in steps.
constexpr std::array<double, 24> kScales = {1.0 / 16, 1.0 / 12, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3,
                                            1,        1.5,      2,       3,       4,       6,       8,       12,
                                            16,       24,       32,      64,      128,     256,     1024,    1 << 20};

// Key and profile in one word: key in the upper half, so that sorting words sorts by key
// and then by profile.
using Entry = uint64_t;
Entry EntryOf(BlockKey key, ProfileIndex profile) { return (key & 0xFFFF'FFFF'0000'0000) | profile; }
uint32_t KeyOfEntry(Entry entry) { return static_cast<uint32_t>(entry >> 32); }
ProfileIndex ProfileOf(Entry entry) { return static_cast<ProfileIndex>(entry); }

// Calls `visit(begin, end)` for every run of one key.
template <typename Visit>
void ForEachRun(const std::vector<Entry>& entries, Visit visit) {
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin + 1;
    while (end < entries.size() && KeyOfEntry(entries[end]) == KeyOfEntry(entries[begin])) ++end;
    visit(begin, end);
    begin = end;
  }
}

double PairsOf(size_t size) { return static_cast<double>(size) * static_cast<double>(size - 1) / 2; }

// Under one rule: every `step`-th profile that has a key, sorted.
std::vector<Entry> SortedEntries(const Profiles& profiles, const KeyReader& keys, const BlockingRule& rule,
                                 size_t step) {
  std::vector<Entry> entries;
  if (rule.parts.empty() && profiles.size() > kCountedSizeMax) return entries;
  entries.reserve(profiles.size() / step + 1);
  for (size_t p = 0; p < profiles.size(); p += step) {
    const BlockKey key = keys.KeyOf(rule, static_cast<ProfileIndex>(p));
    if (key != 0) entries.push_back(EntryOf(Mix(key), static_cast<ProfileIndex>(p)));
  }
  SortByUpperHalf(entries);
  return entries;
}

// Number of blocks by size.
using SizeCounts = std::vector<uint32_t>;

SizeCounts CountSizes(const std::vector<Entry>& entries) {
  SizeCounts counts(2, 0);
  ForEachRun(entries, [&](size_t begin, size_t end) {
    const size_t size = std::min(end - begin, kCountedSizeMax);
    if (counts.size() <= size) counts.resize(size + 1, 0);
    ++counts[size];
  });
  return counts;
}

// Pairs of one rule if blocks above `limit` are split into smaller ones, or left out.
// `counts` are of every `step`-th profile: of a block they have the step-th part, and of
// its pairs the square of that.
double PairsWithin(const SizeCounts& counts, size_t step, bool split, double limit) {
  double pairs = 0;
  const double scale = static_cast<double>(step);
  for (size_t size = 1; size < counts.size(); ++size) {
    if (counts[size] == 0) continue;
    const double whole = scale * static_cast<double>(size);
    const double heavy = split ? whole * limit / 8 : 0;
    pairs += counts[size] * (whole <= limit ? PairsOf(size) * scale * scale : heavy);
  }
  return pairs;
}

// The largest scale under which all rules together keep the budget.
double ScaleOf(const std::vector<SizeCounts>& counts, size_t step, const Model& model, double budget) {
  double best = kScales.front();
  for (const double scale : kScales) {
    double pairs = 0;
    for (size_t rule = 0; rule < counts.size(); ++rule) {
      pairs += PairsWithin(counts[rule], step, model.rules[rule].split, scale * model.rules[rule].block_profiles_max);
    }
    if (pairs > budget) break;
    best = scale;
  }
  return best;
}

// Splits blocks above `limit` by further parts until none is, or gives them up.
void SplitHeavy(const KeyReader& keys, bool split, uint32_t limit, std::vector<Entry>& entries,
                BlockReport& report) {
  const size_t first_round = split ? 0 : kSplitParts.size();
  for (size_t round = first_round; round <= kSplitParts.size(); ++round) {
    bool changed = false;
    constexpr Entry kGone = ~Entry{0};
    ForEachRun(entries, [&](size_t begin, size_t end) {
      if (end - begin <= limit) return;
      changed = true;
      report.heavy_blocks += round == first_round;
      for (size_t i = begin; i < end; ++i) {
        const ProfileIndex profile = ProfileOf(entries[i]);
        if (round == kSplitParts.size()) {
          report.profiles_given_up += split;
          entries[i] = kGone;
          continue;
        }
        const uint64_t part = keys.PartOf(kSplitParts[round], 0, profile);
        const BlockKey key = Combine(Combine(uint64_t{KeyOfEntry(entries[i])}, round + 1), part);
        entries[i] = EntryOf(key, profile);
      }
    });
    if (!changed) return;
    std::erase(entries, kGone);
    SortByUpperHalf(entries);
  }
}

}  // namespace

Blocks::Blocks(const Profiles& profiles, const Model& model, const Workers& workers)
    : rules_(model.rules.size()), stride_((model.rules.size() + 3) / 4 * 4), has_key_(profiles.size(), 0) {
  const KeyReader keys(profiles);
  std::vector<SizeCounts> counts(rules_.size());
  const size_t step = profiles.size() > kSampledFrom ? kSampleStep : 1;
  ForPieces(workers, rules_.size(), [&](size_t rule, size_t) {
    counts[rule] = CountSizes(SortedEntries(profiles, keys, model.rules[rule], step));
  });
  const double count = static_cast<double>(profiles.size());
  const double whole = static_cast<double>(model.pairs_min) * std::min(1.0, kWholeProfiles / std::max(count, 1.0));
  const double budget = std::max(whole, model.pairs_per_profile * count);
  const double scale = ScaleOf(counts, step, model, budget);

  numbers_.resize(profiles.size() * stride_);
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    std::fill_n(numbers_.begin() + static_cast<ptrdiff_t>(p * stride_), stride_, kAlone | p);
  }
  std::vector<std::vector<uint64_t>> keyed(rules_.size());
  ForPieces(workers, rules_.size(), [&](size_t index, size_t) {
    Rule& rule = rules_[index];
    std::vector<Entry> entries = SortedEntries(profiles, keys, model.rules[index], 1);
    keyed[index].assign(profiles.size() / 64 + 1, 0);
    for (const Entry entry : entries) keyed[index][ProfileOf(entry) / 64] |= uint64_t{1} << (ProfileOf(entry) % 64);
    const double limit = std::clamp(scale * model.rules[index].block_profiles_max, 2.0, 1e9);
    rule.report.block_profiles_max = static_cast<uint32_t>(limit);
    SplitHeavy(keys, model.rules[index].split, rule.report.block_profiles_max, entries, rule.report);
    rule.begins.push_back(0);
    ForEachRun(entries, [&](size_t begin, size_t end) {
      if (end - begin < 2) return;
      const uint32_t number = static_cast<uint32_t>(rule.begins.size() - 1);
      for (size_t i = begin; i < end; ++i) {
        const ProfileIndex profile = ProfileOf(entries[i]);
        rule.members.push_back(profile);
        numbers_[profile * stride_ + index] = number;
      }
      rule.begins.push_back(static_cast<uint32_t>(rule.members.size()));
      rule.report.pairs += static_cast<uint64_t>(PairsOf(end - begin));
    });
  });
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    for (ProfileIndex p = 0; p < profiles.size(); ++p) {
      has_key_[p] |= (keyed[rule][p / 64] >> (p % 64) & 1) << rule;
    }
  }
}

}  // namespace safehaven::linkage
