// Candidate pairs: profiles that share a key of at least one blocking rule. No list
// of pairs is ever made; blocks are walked, and a pair is met under the first rule
// that finds it.
// Immutable after building; thread-safe then.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_

#include <cstdint>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

// A profile's key under a rule, hashed; 0 if the rule cannot find it. Two keys that
// hash alike by chance only make a candidate more.
using BlockKey = uint64_t;

BlockKey KeyOf(const BlockingRule& rule, const Profiles& profiles, ProfileIndex profile);

struct BlockReport {
  uint64_t heavy_blocks = 0;       // larger than the model allows, therefore split
  uint64_t profiles_given_up = 0;  // in blocks that no further part could split
};

class Blocks {
 public:
  // Blocks larger than the rule's `block_profiles_max` are split by date of birth, then
  // by postcode sector, then by given name; profiles still in a heavy block after
  // that, or without the value that splits, are not found by that rule and counted.
  // O(rules * n log n).
  Blocks(const Profiles& profiles, const Model& model);

  // Calls `visit(a, b)`, a < b, for every pair of the rule, blocks in order of their
  // keys, until it returns false.
  template <typename Visit>
  void ForEachPair(size_t rule, Visit visit) const {
    const std::vector<Entry>& entries = entries_[rule];
    for (size_t begin = 0; begin < entries.size();) {
      size_t end = begin + 1;
      while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
      for (size_t i = begin; i < end; ++i) {
        for (size_t j = i + 1; j < end; ++j) {
          if (!visit(entries[i].profile, entries[j].profile)) return;
        }
      }
      begin = end;
    }
  }

  // Does a rule before `rule` also find the pair?
  bool FoundEarlier(size_t rule, ProfileIndex a, ProfileIndex b) const {
    for (size_t r = 0; r < rule; ++r) {
      if (keys_[r][a] == keys_[r][b] && keys_[r][a] != 0) return true;
    }
    return false;
  }

  // Has `profile` a key under the rule, so that its own records meet there?
  bool FindsAlone(size_t rule, ProfileIndex profile) const { return keys_[rule][profile] != 0; }

  // Does any rule find the pair?
  bool Found(ProfileIndex a, ProfileIndex b) const { return FoundEarlier(keys_.size(), a, b); }

  size_t rule_count() const { return keys_.size(); }
  const BlockReport& report(size_t rule) const { return reports_[rule]; }

 private:
  struct Entry {
    BlockKey key;
    ProfileIndex profile;
  };
  void BuildRule(const Profiles& profiles, const Model& model, size_t rule);

  // [rule][profile], after splitting.
  std::vector<std::vector<BlockKey>> keys_;
  // [rule], sorted by key, then profile; no zero keys.
  std::vector<std::vector<Entry>> entries_;
  std::vector<BlockReport> reports_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_
