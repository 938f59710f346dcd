// Candidate pairs: profiles that share a key of at least one blocking rule. No list
// of pairs is ever made; blocks are walked, and a pair is met under the first rule
// that finds it.
//
// How large a block may be depends on the data: a budget of pairs is shared by all
// rules, small blocks first, as a pair of a small block is the likelier match for the
// same work. Small data are compared more or less whole, a million records along
// narrow keys only.
// Immutable after building; thread-safe then.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "services/linkage/core/block/keys.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/workers.h"

namespace safehaven::linkage {

// Up to so many profiles the whole of Model::pairs_min may be spent; beyond, it shrinks in
// proportion, and time grows with the data and not with their square.
inline constexpr double kWholeProfiles = 100'000;

struct BlockReport {
  uint64_t pairs = 0;              // in blocks, found by an earlier rule or not
  uint32_t block_profiles_max = 0;  // as the budget allowed
  uint64_t heavy_blocks = 0;       // larger than that, therefore split
  uint64_t profiles_given_up = 0;  // in blocks that no further part could split
};

// The block of `profile` under a rule of a frozen version, as `Blocks` has it: records are
// candidates under the rule exactly if these are equal. Nothing if no record is found by it.
std::optional<uint32_t> FrozenBlockOf(const BlockingRule& rule, const HeavyKeys& heavy, const Profiles& profiles,
                                      ProfileIndex profile);

class Blocks {
 public:
  // Blocks larger than allowed are left out, or, where the rule says so, split by date of
  // birth, postcode sector, given name and family name, in this order; profiles still in a heavy block after that are not found
  // by that rule and counted. At most kRulesMax rules. O(rules * n).
  // A frozen version says itself which keys are heavy, whatever the sizes are here.
  Blocks(const Profiles& profiles, const Model& model, const Workers& workers = {});

  size_t block_count(size_t rule) const { return rules_[rule].begins.size() - 1; }
  // The profiles of one block of a rule, ascending; blocks are in order of their keys.
  std::span<const ProfileIndex> Block(size_t rule, size_t block) const {
    const Rule& r = rules_[rule];
    return std::span(r.members).subspan(r.begins[block], r.begins[block + 1] - r.begins[block]);
  }

  // Calls `visit(a, b)`, a < b, for every pair of the rule, blocks in order of their
  // keys, until it returns false.
  template <typename Visit>
  void ForEachPair(size_t rule, Visit visit) const {
    for (size_t block = 0; block < block_count(rule); ++block) {
      const std::span<const ProfileIndex> members = Block(rule, block);
      for (size_t i = 0; i < members.size(); ++i) {
        for (size_t j = i + 1; j < members.size(); ++j) {
          if (!visit(members[i], members[j])) return;
        }
      }
    }
  }

  // The number of a profile's block under every rule, stride() numbers. Two different
  // profiles have the same number under a rule exactly if they share a block of it.
  const uint32_t* BlockNumbers(ProfileIndex profile) const { return numbers_.data() + profile * stride_; }
  size_t stride() const { return stride_; }

  // Does a rule before `rule` also find the pair?
  bool FoundEarlier(size_t rule, ProfileIndex a, ProfileIndex b) const {
    const uint32_t* x = BlockNumbers(a);
    const uint32_t* y = BlockNumbers(b);
    for (size_t r = 0; r < rule; ++r) {
      if (x[r] == y[r]) return true;
    }
    return false;
  }

  // Has `profile` a key under the rule, so that its own records meet there?
  bool FindsAlone(size_t rule, ProfileIndex profile) const { return (has_key_[profile] >> rule & 1) != 0; }

  // Does any rule find the pair?
  bool Found(ProfileIndex a, ProfileIndex b) const { return FoundEarlier(rules_.size(), a, b); }

  size_t rule_count() const { return rules_.size(); }
  const BlockReport& report(size_t rule) const { return rules_[rule].report; }
  // The keys that were split or given up, for freezing.
  const HeavyKeys& heavy(size_t rule) const { return rules_[rule].heavy; }

 private:
  struct Rule {
    std::vector<ProfileIndex> members;
    // begins[b] .. begins[b + 1] are the members of block b.
    std::vector<uint32_t> begins;
    BlockReport report;
    HeavyKeys heavy;
  };

  std::vector<Rule> rules_;
  // [profile * stride_ + rule]
  std::vector<uint32_t> numbers_;
  size_t stride_ = 0;
  // By profile: bit r is set if it has a key under rule r.
  std::vector<uint64_t> has_key_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_BLOCKS_H_
