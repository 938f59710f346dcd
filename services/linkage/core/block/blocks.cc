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

static_assert(kSplitParts.size() + 1 == kBlockRounds);

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

// Would a rule without parts compare everybody with everybody of a large run?
bool TooMany(const BlockingRule& rule, const Profiles& profiles) {
  return rule.parts.empty() && profiles.size() > kCountedSizeMax;
}

// Under one rule: every `step`-th profile that has a key, sorted.
std::vector<Entry> SortedEntries(const Profiles& profiles, const KeyReader& keys, const BlockingRule& rule,
                                 size_t step) {
  std::vector<Entry> entries;
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

// The scale that the budget allows these profiles.
double FitScale(const Profiles& profiles, const KeyReader& keys, const Model& model, const Workers& workers) {
  std::vector<SizeCounts> counts(model.rules.size());
  const size_t step = profiles.size() > kSampledFrom ? kSampleStep : 1;
  ForPieces(workers, model.rules.size(), [&](size_t rule, size_t) {
    if (TooMany(model.rules[rule], profiles)) return;
    counts[rule] = CountSizes(SortedEntries(profiles, keys, model.rules[rule], step));
  });
  const double count = static_cast<double>(profiles.size());
  const double whole = static_cast<double>(model.pairs_min) * std::min(1.0, kWholeProfiles / std::max(count, 1.0));
  return ScaleOf(counts, step, model, std::max(whole, model.pairs_per_profile * count));
}

// The key of a heavy block's profile in the next round.
uint32_t SplitKey(uint32_t key, size_t round, uint64_t part) {
  return KeyOfEntry(EntryOf(Combine(Combine(uint64_t{key}, round + 1), part), 0));
}

// Which blocks are heavy: those above a limit, or those a frozen version names.
class HeavyTest {
 public:
  HeavyTest(uint32_t limit, const HeavyKeys* frozen) : limit_(limit), frozen_(frozen) {}

  // Keys have to come in ascending order within a round.
  void Begin(size_t round) {
    if (frozen_ != nullptr) at_ = frozen_->rounds[round].begin(), end_ = frozen_->rounds[round].end();
  }
  bool operator()(uint32_t key, size_t size) {
    if (frozen_ == nullptr) return size > limit_;
    while (at_ != end_ && *at_ < key) ++at_;
    return at_ != end_ && *at_ == key;
  }
  // Can a later round have heavy blocks although this one had none?
  bool GoesOn() const { return frozen_ != nullptr; }

 private:
  uint32_t limit_;
  const HeavyKeys* frozen_;
  std::vector<uint32_t>::const_iterator at_, end_;
};

// Splits heavy blocks by further parts until none is, or gives them up.
void SplitHeavy(const KeyReader& keys, bool split, HeavyTest is_heavy, std::vector<Entry>& entries,
                BlockReport& report, HeavyKeys& heavy) {
  const size_t first_round = split ? 0 : kSplitParts.size();
  for (size_t round = first_round; round <= kSplitParts.size(); ++round) {
    bool changed = false;
    constexpr Entry kGone = ~Entry{0};
    is_heavy.Begin(round);
    ForEachRun(entries, [&](size_t begin, size_t end) {
      const uint32_t key = KeyOfEntry(entries[begin]);
      if (!is_heavy(key, end - begin)) return;
      changed = true;
      heavy.rounds[round].push_back(key);
      report.heavy_blocks += round == first_round;
      for (size_t i = begin; i < end; ++i) {
        const ProfileIndex profile = ProfileOf(entries[i]);
        if (round == kSplitParts.size()) {
          report.profiles_given_up += split;
          entries[i] = kGone;
          continue;
        }
        const uint32_t next = SplitKey(key, round, keys.PartOf(kSplitParts[round], 0, profile));
        entries[i] = EntryOf(uint64_t{next} << 32, profile);
      }
    });
    if (!changed && !is_heavy.GoesOn()) return;
    if (!changed) continue;
    std::erase(entries, kGone);
    SortByUpperHalf(entries);
  }
}

// The one key of a rule without parts.
uint32_t WholeKey() { return KeyOfEntry(EntryOf(Mix(BlockKey{1}), 0)); }

}  // namespace

std::optional<uint32_t> FrozenBlockOf(const BlockingRule& rule, const HeavyKeys& heavy, const Profiles& profiles,
                                      ProfileIndex profile) {
  const BlockKey whole = KeyOf(rule, profiles, profile);
  if (whole == 0) return std::nullopt;
  uint32_t key = KeyOfEntry(EntryOf(Mix(whole), profile));
  for (size_t round = rule.split ? 0 : kSplitParts.size(); round <= kSplitParts.size(); ++round) {
    if (!std::binary_search(heavy.rounds[round].begin(), heavy.rounds[round].end(), key)) continue;
    if (round == kSplitParts.size()) return std::nullopt;
    key = SplitKey(key, round, PartOf(kSplitParts[round], 0, profiles, profile));
  }
  return key;
}

Blocks::Blocks(const Profiles& profiles, const Model& model, const Workers& workers)
    : rules_(model.rules.size()), stride_((model.rules.size() + 3) / 4 * 4), has_key_(profiles.size(), 0) {
  const KeyReader keys(profiles);
  const double scale = model.frozen.has_value() ? 1 : FitScale(profiles, keys, model, workers);

  numbers_.resize(profiles.size() * stride_);
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    std::fill_n(numbers_.begin() + static_cast<ptrdiff_t>(p * stride_), stride_, kAlone | p);
  }
  std::vector<std::vector<uint64_t>> keyed(rules_.size());
  ForPieces(workers, rules_.size(), [&](size_t index, size_t) {
    Rule& rule = rules_[index];
    const HeavyKeys* frozen = model.frozen.has_value() ? &model.frozen->heavy[index] : nullptr;
    std::vector<Entry> entries;
    if (frozen == nullptr && TooMany(model.rules[index], profiles)) {
      rule.heavy.rounds.back().push_back(WholeKey());
    } else {
      entries = SortedEntries(profiles, keys, model.rules[index], 1);
    }
    keyed[index].assign(profiles.size() / 64 + 1, 0);
    for (const Entry entry : entries) keyed[index][ProfileOf(entry) / 64] |= uint64_t{1} << (ProfileOf(entry) % 64);
    const double limit = std::clamp(scale * model.rules[index].block_profiles_max, 2.0, 1e9);
    rule.report.block_profiles_max = static_cast<uint32_t>(limit);
    SplitHeavy(keys, model.rules[index].split, HeavyTest(rule.report.block_profiles_max, frozen), entries,
               rule.report, rule.heavy);
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
