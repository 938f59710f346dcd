#include "services/linkage/core/match.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status.h"
#include "services/linkage/core/score/clear.h"
#include "services/linkage/core/score/left_over.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/train/labels.h"

namespace safehaven::linkage {
namespace {

// Profiles of several records that would not be linked even to themselves: a common
// name and nothing else. Their records stay apart.
std::vector<bool> FindUnlinkable(const Profiles& profiles, const Model& model) {
  Scorer scorer(profiles, model);
  std::vector<bool> unlinkable(profiles.size(), false);
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    if (profiles.RecordsOf(p).size() > 1) unlinkable[p] = !Links(scorer.Score(p, p).decision);
  }
  return unlinkable;
}

// Decisions about records as decisions about their profiles.
std::vector<std::pair<ProfileIndex, ProfileIndex>> ToProfiles(
    const std::vector<DecidedPair>& decided, std::span<const StandardRecord> records,
    const Profiles& profiles) {
  std::vector<std::pair<ProfileIndex, ProfileIndex>> result;
  if (decided.empty()) return result;
  std::vector<std::pair<RecordToken, ProfileIndex>> places;
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) places.emplace_back(records[record].token, p);
  }
  std::sort(places.begin(), places.end());
  const auto find = [&](const RecordToken& token) {
    const auto at = std::lower_bound(places.begin(), places.end(), std::pair(token, ProfileIndex{0}));
    return at != places.end() && at->first == token ? &at->second : nullptr;
  };
  for (const auto& [first, second] : decided) {
    const ProfileIndex* a = find(first);
    const ProfileIndex* b = find(second);
    if (a != nullptr && b != nullptr) result.push_back(std::minmax(*a, *b));
  }
  std::sort(result.begin(), result.end());
  return result;
}

uint64_t PairsOf(const Blocks& blocks) {
  uint64_t pairs = 0;
  for (size_t rule = 0; rule < blocks.rule_count(); ++rule) pairs += blocks.report(rule).pairs;
  return pairs;
}

absl::Status CheckNotOutgrown(const Model& model, const Blocks& blocks) {
  if (!model.frozen.has_value()) return absl::OkStatus();
  const uint64_t most = std::max(kOutgrownPairsMin, kOutgrownFactor * model.frozen->pairs);
  if (PairsOf(blocks) <= most) return absl::OkStatus();
  return FailedPrecondition("VERSION_OUTGROWN", "the data have outgrown the frozen version: train a new one");
}

// All that the answers just made depended on.
Frozen Freeze(const ProfileMatchInput& input, size_t profiles, const Blocks& blocks, LeftOverRises rises) {
  Frozen frozen = {.left_over = std::move(rises),
                   .standard = FreezeRules(input.standard),
                   .profiles = profiles,
                   .pairs = PairsOf(blocks)};
  for (size_t rule = 0; rule < blocks.rule_count(); ++rule) frozen.heavy.push_back(blocks.heavy(rule));
  for (const SourceRule& source : input.sources) {
    if (source.duplicate_free) frozen.duplicate_free.push_back(source.name);
  }
  std::sort(frozen.duplicate_free.begin(), frozen.duplicate_free.end());
  return frozen;
}

// Clusters of profiles as clusters of records, numbered anew.
void PlaceRecords(const Clusters& clusters, const std::vector<bool>& unlinkable, size_t record_count,
                  MatchResult& result) {
  result.cluster_of_record.assign(record_count, kNoCluster);
  uint32_t next = clusters.count;
  for (ProfileIndex p = 0; p < result.profiles.size(); ++p) {
    bool first = true;
    for (const uint32_t record : result.profiles.RecordsOf(p)) {
      result.cluster_of_record[record] = first || !unlinkable[p] ? clusters.cluster_of[p] : next++;
      first = false;
    }
  }
  result.cluster_count = next;
}

}  // namespace

uint64_t RepeatsLinked(const MatchResult& result) {
  uint64_t repeats = 0;
  for (ProfileIndex p = 0; p < result.profiles.size(); ++p) {
    const auto records = result.profiles.RecordsOf(p);
    for (size_t i = 1; i < records.size(); ++i) {
      repeats += result.cluster_of_record[records[i]] == result.cluster_of_record[records[0]];
    }
  }
  return repeats;
}

absl::StatusOr<MatchResult> MatchProfiles(ProfileMatchInput input) {
  if (input.sources.size() > kSourcesMax) {
    return InvalidArgument("SOURCES_TOO_MANY", "a run has at most 64 sources");
  }
  SH_RETURN_IF_ERROR(ValidateModel(input.model));
  MatchResult result;
  result.profiles = std::move(input.profiles);
  result.model = std::move(input.model);
  if (input.train) result.model.frozen.reset();
  const auto enter = [&input](absl::string_view stage) {
    if (input.on_stage) input.on_stage(stage);
  };
  enter("block");
  const Blocks blocks(result.profiles, result.model, input.workers);
  if (input.on_blocks) input.on_blocks(result.profiles, blocks);
  for (size_t rule = 0; rule < blocks.rule_count(); ++rule) {
    result.blocks.push_back(blocks.report(rule));
    result.profiles_given_up += blocks.report(rule).profiles_given_up;
  }
  SH_RETURN_IF_ERROR(CheckNotOutgrown(result.model, blocks));
  enter("train");
  if (input.train) {
    result.training = Train(result.profiles, input.sources, blocks, result.model);
    if (!input.labels.empty()) TrainFromLabels(result.profiles, input.labels, result.model);
  }
  enter("score");
  result.scores = ScoreAll(result.profiles, input.sources, blocks, input.train, result.model, input.workers);
  LinkClearPairs(result.profiles, input.sources, result.model.clear_margin, result.scores.pairs);
  LeftOverRises rises = LinkLeftOver(result.profiles, input.sources, result.model, result.scores.pairs);
  if (input.train) result.model.frozen = Freeze(input, result.profiles.size(), blocks, std::move(rises));

  enter("cluster");
  ClusterRules rules;
  rules.sources = input.sources;
  rules.forbidden = std::move(input.decided_apart);
  rules.forced = std::move(input.decided_together);
  // What a clerk has decided apart is no possible link either.
  for (ScoredPair& pair : result.scores.pairs) {
    if (std::binary_search(rules.forbidden.begin(), rules.forbidden.end(), std::pair(pair.a, pair.b))) {
      pair.decision = Decision::kForbidden;
    }
  }
  rules.unlinkable = FindUnlinkable(result.profiles, result.model);
  for (const auto& [a, b] : rules.forbidden) {
    if (a == b) rules.unlinkable[a] = true;
  }
  Scorer scorer(result.profiles, result.model);
  rules.evidence = [&scorer](ProfileIndex a, ProfileIndex b) {
    const Pattern pattern = scorer.Compare(a, b);
    return scorer.RulingFor(pattern) == Ruling::kForbidden ? -kBridgePairWeightMax : scorer.Evidence(pattern, a, b);
  };
  const Clusters clusters = Cluster(result.profiles, result.scores.pairs, rules);
  result.refused = clusters.refused;
  for (const ScoredPair& pair : result.scores.pairs) {
    result.links_certain += pair.decision == Decision::kCrossCheck;
    result.links_by_weight += pair.decision == Decision::kWeight || pair.decision == Decision::kClear;
    result.pairs_for_review += pair.decision == Decision::kReview;
  }
  PlaceRecords(clusters, rules.unlinkable, input.record_count, result);
  return result;
}

absl::StatusOr<MatchResult> Match(MatchInput input) {
  if (input.sources.size() > kSourcesMax) {
    return InvalidArgument("SOURCES_TOO_MANY", "a run has at most 64 sources");
  }
  SH_RETURN_IF_ERROR(ValidateModel(input.model));
  ProfileMatchInput by_profile;
  SH_ASSIGN_OR_RETURN(by_profile.profiles,
                      BuildProfiles(input.records, input.sources, input.model.frequencies.extra.size(),
                                    Nicknames::BuiltIn()));
  by_profile.record_count = input.records.size();
  by_profile.sources = input.sources;
  by_profile.decided_apart = ToProfiles(input.decided_apart, input.records, by_profile.profiles);
  by_profile.decided_together = ToProfiles(input.decided_together, input.records, by_profile.profiles);
  // Of records that say the same nothing has to be said.
  std::erase_if(by_profile.decided_together, [](const auto& pair) { return pair.first == pair.second; });
  by_profile.labels = by_profile.decided_together;
  by_profile.model = std::move(input.model);
  by_profile.train = input.train;
  by_profile.standard = std::move(input.standard);
  return MatchProfiles(std::move(by_profile));
}

}  // namespace safehaven::linkage
