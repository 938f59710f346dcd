#include "services/linkage/core/live/live_index.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_set.h"
#include "libs/base/status.h"
#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/hash.h"
#include "services/linkage/core/score/clear.h"
#include "services/linkage/core/score/left_over.h"

namespace safehaven::linkage {
namespace {

// What batches keep (score/score_all.cc).
Weight LeastWeight(const Model& model, std::span<const SourceRule> sources) {
  return model.thresholds.exclude - (HasLeftOver(sources) ? kLeftOverRiseMax : 0);
}

bool Keeps(const ScoredPair& pair, Weight least) {
  if (pair.decision == Decision::kForbidden) return false;
  return pair.decision != Decision::kNone || pair.weight >= least;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LiveIndex>> LiveIndex::Make(LiveOptions options) {
  SH_RETURN_IF_ERROR(ValidateModel(options.model));
  if (!options.model.frozen.has_value()) {
    return FailedPrecondition("MODEL_NOT_FROZEN", "records are only linked one by one under a frozen version");
  }
  if (options.sources.size() > kSourcesMax) return InvalidArgument("SOURCES_TOO_MANY", "at most 64 sources");
  return std::unique_ptr<LiveIndex>(new LiveIndex(std::move(options)));
}

LiveIndex::LiveIndex(LiveOptions options)
    : model_(std::move(options.model)),
      sources_(std::move(options.sources)),
      weight_min_(LeastWeight(model_, sources_)),
      columns_(options.lanes, model_.frequencies.extra.size(), Nicknames::BuiltIn()),
      scorer_(columns_.profiles(), model_),
      postings_(model_.rules.size()),
      members_(options.lanes) {
  for (const SourceRule& source : sources_) source_hashes_.push_back(HashText(source.name));
}

void LiveIndex::StartFrom(std::span<const RecordPerson> previous, PersonNumber next_person) {
  for (const RecordPerson& record : previous) expected_[record.token] = record.person;
  next_person_ = next_person;
}

PersonNumber LiveIndex::PersonOf(const RecordToken& token) const {
  const auto found = places_.find(token);
  return found == places_.end() ? kNoPerson : found->second.person;
}

std::optional<ProfileIndex> LiveIndex::ProfileOf(const RecordToken& token) const {
  const auto found = places_.find(token);
  return found == places_.end() ? std::nullopt : std::optional(found->second.profile);
}

std::vector<RecordPerson> LiveIndex::Records() const {
  std::vector<RecordPerson> records;
  records.reserve(places_.size());
  for (const auto& [token, place] : places_) records.push_back({.token = token, .person = place.person});
  std::sort(records.begin(), records.end());
  return records;
}

bool LiveIndex::outgrown() const {
  return pairs_compared_ > std::max(kOutgrownPairsMin, kOutgrownFactor * model_.frozen->pairs);
}

std::vector<ProfileIndex> LiveIndex::CandidatesOf(ProfileIndex profile) const {
  std::vector<ProfileIndex> candidates;
  for (size_t rule = 0; rule < model_.rules.size(); ++rule) {
    const std::optional<uint32_t> key =
        FrozenBlockOf(model_.rules[rule], model_.frozen->heavy[rule], columns_.profiles(), profile);
    if (key.has_value()) postings_[rule].ForEach(*key, [&](ProfileIndex other) { candidates.push_back(other); });
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

std::vector<LiveEdge> LiveIndex::Score(ProfileIndex profile, Scorer& scorer, uint64_t& pairs_compared) const {
  std::vector<LiveEdge> edges;
  const std::vector<Profile>& rows = columns_.profiles().rows;
  for (const ProfileIndex other : CandidatesOf(profile)) {
    if (members_[other].tokens.empty() || !Admissible(rows[profile], rows[other], sources_)) continue;
    ++pairs_compared;
    const ScoredPair pair = scorer.Score(profile, other);
    if (!Keeps(pair, weight_min_)) continue;
    edges.push_back(
        {.other = other, .weight = pair.weight, .decision = pair.decision, .not_alone = pair.not_alone});
  }
  return edges;
}

absl::Status LiveIndex::Validate(const LiveBatch& batch) const {
  std::vector<RecordToken> tokens;
  for (const StandardRecord& record : batch.added) {
    if (record.source >= sources_.size()) {
      return InvalidArgument("SOURCE_UNKNOWN", "a record names a source without a rule");
    }
    tokens.push_back(record.token);
  }
  std::sort(tokens.begin(), tokens.end());
  if (std::adjacent_find(tokens.begin(), tokens.end()) != tokens.end()) {
    return InvalidArgument("TOKEN_REPEATED", "two records of a batch have one token");
  }
  return absl::OkStatus();
}

ProfileIndex LiveIndex::FindSame(ProfileIndex profile) const {
  const Profiles& profiles = columns_.profiles();
  if (sources_[profiles.rows[profile].source].duplicate_free) return kNoProfileIndex;
  for (uint64_t hash = profiles.rows[profile].content_hash;; hash = Mix(hash)) {
    const auto found = by_content_.find(hash);
    if (found == by_content_.end()) return kNoProfileIndex;
    if (SameContent(profiles, found->second, profile)) return found->second;
  }
}

void LiveIndex::AddRecord(const StandardRecord& record, std::vector<ProfileIndex>& touched, LiveChange& change) {
  const StandardIdentity& identity = record.identity.Reveal();
  if (record.stripped || SaysNothing(identity)) return;
  const ProfileIndex added = columns_.Add(identity, record.source, source_hashes_[record.source]);
  scorer_.rarity().Grow();
  ProfileIndex profile = FindSame(added);
  if (profile != kNoProfileIndex) {
    columns_.RemoveLast();
  } else {
    profile = added;
    members_.emplace_back();
    uint64_t hash = columns_.profiles().rows[profile].content_hash;
    while (!by_content_.try_emplace(hash, profile).second) hash = Mix(hash);
  }
  Member& member = members_[profile];
  if (member.tokens.empty()) {
    member.edges = Score(profile, scorer_, change.pairs_compared);
    for (const LiveEdge& edge : member.edges) {
      LiveEdge back = edge;
      back.other = profile;
      members_[edge.other].edges.push_back(back);
    }
  }
  if (profile == added) {
    for (size_t rule = 0; rule < model_.rules.size(); ++rule) {
      const std::optional<uint32_t> key =
          FrozenBlockOf(model_.rules[rule], model_.frozen->heavy[rule], columns_.profiles(), profile);
      if (key.has_value()) postings_[rule].Add(*key, profile);
    }
  }
  member.tokens.insert(std::lower_bound(member.tokens.begin(), member.tokens.end(), record.token), record.token);
  member.says_too_little = member.tokens.size() > 1 && !Links(scorer_.Score(profile, profile).decision);
  places_[record.token].profile = profile;
  touched.push_back(profile);
}

void LiveIndex::Unlist(ProfileIndex profile) {
  for (const LiveEdge& edge : members_[profile].edges) {
    std::erase_if(members_[edge.other].edges, [profile](const LiveEdge& back) { return back.other == profile; });
  }
  members_[profile].edges.clear();
}

void LiveIndex::RemoveRecord(const RecordToken& token, std::vector<ProfileIndex>& touched) {
  const auto found = places_.find(token);
  if (found == places_.end()) return;
  const ProfileIndex profile = found->second.profile;
  places_.erase(found);
  Member& member = members_[profile];
  member.tokens.erase(std::find(member.tokens.begin(), member.tokens.end(), token));
  for (const LiveEdge& edge : member.edges) touched.push_back(edge.other);
  touched.push_back(profile);
  if (member.tokens.empty()) Unlist(profile);
  member.says_too_little = member.says_too_little && member.tokens.size() > 1;
}

absl::StatusOr<LiveChange> LiveIndex::Update(const LiveBatch& batch) {
  SH_RETURN_IF_ERROR(Validate(batch));
  LiveChange change;
  std::vector<ProfileIndex> touched;
  absl::flat_hash_map<RecordToken, PersonNumber> gone = std::move(expected_);
  expected_.clear();
  const auto remove = [&](const RecordToken& token) {
    const PersonNumber person = PersonOf(token);
    if (person != kNoPerson) gone[token] = person;
    // A clerk's word may have tied the record to others.
    if (const auto tied = together_of_.find(token); tied != together_of_.end()) {
      for (const RecordToken& other : tied->second) {
        if (const auto place = places_.find(other); place != places_.end()) touched.push_back(place->second.profile);
      }
    }
    RemoveRecord(token, touched);
  };
  for (const RecordToken& token : batch.removed) remove(token);
  for (const StandardRecord& record : batch.added) remove(record.token);
  for (const StandardRecord& record : batch.added) {
    AddRecord(record, touched, change);
    const auto place = places_.find(record.token);
    const auto former = gone.find(record.token);
    if (place == places_.end() || former == gone.end()) continue;
    place->second.person = former->second;
    gone.erase(former);
  }
  pairs_compared_ += change.pairs_compared;
  std::vector<RecordPerson> ended;
  for (const auto& [token, person] : gone) ended.push_back({.token = token, .person = person});
  SH_RETURN_IF_ERROR(Recluster(std::move(touched), std::move(ended), change));
  return change;
}

absl::StatusOr<LiveChange> LiveIndex::Decide(std::span<const DecidedPair> apart,
                                             std::span<const DecidedPair> together) {
  std::vector<ProfileIndex> touched;
  const auto touch = [&](const std::vector<DecidedPair>& pairs) {
    for (const auto& [a, b] : pairs) {
      for (const RecordToken& token : {a, b}) {
        if (const auto place = places_.find(token); place != places_.end()) touched.push_back(place->second.profile);
      }
    }
  };
  touch(apart_);
  touch(together_);
  apart_.assign(apart.begin(), apart.end());
  together_.assign(together.begin(), together.end());
  touch(apart_);
  touch(together_);
  const auto index = [](const std::vector<DecidedPair>& pairs, auto& by_token) {
    by_token.clear();
    for (const auto& [a, b] : pairs) {
      by_token[a].push_back(b);
      by_token[b].push_back(a);
    }
  };
  index(apart_, apart_of_);
  index(together_, together_of_);
  LiveChange change;
  SH_RETURN_IF_ERROR(Recluster(std::move(touched), {}, change));
  return change;
}

absl::Status LiveIndex::Recluster(std::vector<ProfileIndex> touched, std::vector<RecordPerson> gone,
                                  LiveChange& change) {
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  absl::flat_hash_set<ProfileIndex> done;
  std::vector<RecordToken> tokens;
  std::vector<uint32_t> cluster_of;
  uint32_t clusters = 0;
  for (const ProfileIndex seed : touched) {
    if (done.contains(seed) || members_[seed].tokens.empty()) continue;
    const LocalClusters local = ClusterTied(TiedTo(seed, nullptr), nullptr, scorer_);
    change.profiles_clustered += local.profiles.size();
    uint32_t next = clusters + local.count;
    for (size_t i = 0; i < local.profiles.size(); ++i) {
      const Member& member = members_[local.profiles[i]];
      const bool unlinkable = IsUnlinkable(member);
      done.insert(local.profiles[i]);
      for (const RecordToken& token : member.tokens) {
        tokens.push_back(token);
        const bool with_others = token == member.tokens.front() || !unlinkable;
        cluster_of.push_back(with_others ? clusters + local.cluster_of[i] : next++);
      }
    }
    clusters = next;
  }
  // What was said of these records so far.
  std::vector<RecordPerson> previous = gone;
  for (const RecordToken& token : tokens) {
    const PersonNumber person = places_.at(token).person;
    if (person != kNoPerson) previous.push_back({.token = token, .person = person});
  }
  std::sort(previous.begin(), previous.end());
  SH_ASSIGN_OR_RETURN(const Assignment assignment, Assign({.previous = previous,
                                                           .next_person = next_person_,
                                                           .tokens = tokens,
                                                           .cluster_of = cluster_of,
                                                           .cluster_count = clusters}));
  for (const RecordPerson& record : assignment.records) {
    PersonNumber& person = places_.at(record.token).person;
    const auto at = std::lower_bound(previous.begin(), previous.end(), RecordPerson{.token = record.token});
    const bool known = at != previous.end() && at->token == record.token;
    if (!known || at->person != record.person) change.placed.push_back(record);
    person = record.person;
  }
  for (const RecordPerson& record : gone) change.removed.push_back(record.token);
  std::sort(change.removed.begin(), change.removed.end());
  change.events = assignment.events;
  next_person_ = assignment.next_person;
  change.next_person = next_person_;
  return absl::OkStatus();
}

}  // namespace safehaven::linkage
