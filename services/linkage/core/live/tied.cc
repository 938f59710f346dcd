// What is tied together, and its clusters: the part of clustering that a batch touches,
// done by the same functions as a whole run (match.cc), on a few profiles.
#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/live/live_index.h"
#include "services/linkage/core/score/clear.h"
#include "services/linkage/core/score/left_over.h"

namespace safehaven::linkage {

bool LiveIndex::IsUnlinkable(const Member& member) const {
  if (member.says_too_little) return true;
  if (apart_of_.empty() || member.tokens.size() < 2) return false;
  return std::any_of(member.tokens.begin(), member.tokens.end(), [&](const RecordToken& token) {
    const auto apart = apart_of_.find(token);
    return apart != apart_of_.end() &&
           std::any_of(apart->second.begin(), apart->second.end(), [&](const RecordToken& other) {
             return std::binary_search(member.tokens.begin(), member.tokens.end(), other);
           });
  });
}

// Links tie, and so does every pair between two sources of one record a person: there a
// pair's decision depends on the others of its records.
bool LiveIndex::Ties(ProfileIndex a, const LiveEdge& edge) const {
  const std::vector<Profile>& rows = columns_.profiles().rows;
  return Links(edge.decision) ||
         (sources_[rows[a].source].duplicate_free && sources_[rows[edge.other].source].duplicate_free);
}

std::vector<ProfileIndex> LiveIndex::TiedTo(ProfileIndex seed, const Guest* guest) const {
  absl::flat_hash_map<ProfileIndex, const LiveEdge*> known_to_guest;
  if (guest != nullptr) {
    for (const LiveEdge& edge : guest->edges) known_to_guest[edge.other] = &edge;
  }
  std::vector<ProfileIndex> tied = {seed};
  absl::flat_hash_set<ProfileIndex> seen = {seed};
  const auto reach = [&](ProfileIndex profile) {
    if (seen.insert(profile).second) tied.push_back(profile);
  };
  for (size_t at = 0; at < tied.size(); ++at) {
    const ProfileIndex profile = tied[at];
    const bool is_guest = guest != nullptr && profile == guest->lane;
    for (const LiveEdge& edge : is_guest ? guest->edges : members_[profile].edges) {
      if (Ties(profile, edge)) reach(edge.other);
    }
    if (const auto edge = known_to_guest.find(profile); edge != known_to_guest.end()) {
      if (Ties(guest->lane, *edge->second)) reach(guest->lane);
    }
    if (together_of_.empty() || is_guest) continue;
    for (const RecordToken& token : members_[profile].tokens) {
      const auto told = together_of_.find(token);
      if (told == together_of_.end()) continue;
      for (const RecordToken& other : told->second) {
        if (const auto place = places_.find(other); place != places_.end()) reach(place->second.profile);
      }
    }
  }
  return tied;
}

void LiveIndex::SortByContent(std::vector<ProfileIndex>& profiles, const Guest* guest) const {
  const std::vector<Profile>& rows = columns_.profiles().rows;
  const auto key = [&](ProfileIndex p) {
    const RecordToken& token = guest != nullptr && p == guest->lane ? guest->token : members_[p].tokens.front();
    return std::tuple(rows[p].content_hash, rows[p].source, token);
  };
  std::sort(profiles.begin(), profiles.end(), [&](ProfileIndex a, ProfileIndex b) { return key(a) < key(b); });
}

LiveIndex::LocalClusters LiveIndex::ClusterTied(std::vector<ProfileIndex> profiles, const Guest* guest,
                                                Scorer& scorer) const {
  LocalClusters local = {.profiles = std::move(profiles), .cluster_of = {0}, .count = 1};
  if (local.profiles.size() == 1) return local;
  SortByContent(local.profiles, guest);
  absl::flat_hash_map<ProfileIndex, ProfileIndex> number;
  Profiles rows;
  for (const ProfileIndex profile : local.profiles) {
    number[profile] = static_cast<ProfileIndex>(rows.rows.size());
    rows.rows.push_back(columns_.profiles().rows[profile]);
  }
  ClusterRules rules;
  rules.sources = sources_;
  rules.unlinkable.assign(local.profiles.size(), false);
  std::vector<ScoredPair> pairs;
  const auto add = [&](ProfileIndex a, const LiveEdge& edge) {
    const auto other = number.find(edge.other);
    if (other == number.end()) return;
    const auto [low, high] = std::minmax(number.at(a), other->second);
    pairs.push_back({.a = low,
                     .b = high,
                     .weight = edge.weight,
                     .decision = edge.decision,
                     .not_alone = edge.not_alone});
  };
  const auto told = [&](ProfileIndex place, const auto& by_token, auto& into) {
    for (const RecordToken& token : members_[local.profiles[place]].tokens) {
      const auto others = by_token.find(token);
      if (others == by_token.end()) continue;
      for (const RecordToken& other : others->second) {
        const auto at = places_.find(other);
        if (at == places_.end()) continue;
        const auto found = number.find(at->second.profile);
        if (found != number.end() && found->second > place) into.emplace_back(place, found->second);
      }
    }
  };
  for (ProfileIndex place = 0; place < local.profiles.size(); ++place) {
    const ProfileIndex profile = local.profiles[place];
    if (guest != nullptr && profile == guest->lane) {
      for (const LiveEdge& edge : guest->edges) add(profile, edge);
      continue;
    }
    rules.unlinkable[place] = IsUnlinkable(members_[profile]);
    for (const LiveEdge& edge : members_[profile].edges) {
      if (profile < edge.other) add(profile, edge);
    }
    told(place, apart_of_, rules.forbidden);
    told(place, together_of_, rules.forced);
  }
  std::sort(rules.forbidden.begin(), rules.forbidden.end());
  std::sort(rules.forced.begin(), rules.forced.end());
  std::sort(pairs.begin(), pairs.end(), [](const ScoredPair& x, const ScoredPair& y) {
    return std::pair(x.a, x.b) < std::pair(y.a, y.b);
  });
  LinkClearPairs(rows, sources_, model_.clear_margin, pairs);
  LinkLeftOver(rows, sources_, model_, pairs);
  for (ScoredPair& pair : pairs) {
    if (std::binary_search(rules.forbidden.begin(), rules.forbidden.end(), std::pair(pair.a, pair.b))) {
      pair.decision = Decision::kForbidden;
    }
  }
  rules.evidence = [&](ProfileIndex a, ProfileIndex b) {
    const ProfileIndex p = local.profiles[a];
    const ProfileIndex q = local.profiles[b];
    const Pattern pattern = scorer.Compare(p, q);
    return scorer.RulingFor(pattern) == Ruling::kForbidden ? -kBridgePairWeightMax : scorer.Evidence(pattern, p, q);
  };
  Clusters clusters = Cluster(rows, pairs, rules);
  local.cluster_of = std::move(clusters.cluster_of);
  local.count = clusters.count;
  return local;
}

}  // namespace safehaven::linkage
