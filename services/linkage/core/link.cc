#include "services/linkage/core/link.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

// Every candidate with its profile and, where it has one, its person.
std::vector<RecordPlace> PlaceRecords(std::span<const StandardRecord> records, const Profiles& profiles,
                                      std::span<const RecordPerson> assignment) {
  std::vector<RecordPlace> places;
  places.reserve(records.size());
  for (const StandardRecord& record : records) {
    places.push_back({.token = record.token,
                      .nhs_number_given = Sensitive<uint64_t>(record.identity.Reveal().nhs_number_given)});
  }
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) places[record].profile = p;
  }
  std::sort(places.begin(), places.end(),
            [](const RecordPlace& a, const RecordPlace& b) { return a.token < b.token; });
  auto at = assignment.begin();
  for (RecordPlace& place : places) {
    if (at != assignment.end() && at->token == place.token) place.person = (at++)->person;
  }
  return places;
}

std::vector<PairEvidence> KeepEvidence(const std::vector<ScoredPair>& pairs) {
  std::vector<PairEvidence> evidence;
  evidence.reserve(pairs.size());
  for (const ScoredPair& pair : pairs) {
    evidence.push_back({.profile_a = pair.a,
                        .profile_b = pair.b,
                        .weight = pair.weight,
                        .pattern = pair.pattern,
                        .rule = pair.rule,
                        .decision = pair.decision});
  }
  return evidence;
}

LinkCounts CountAll(const Candidates& candidates, const MatchResult& match, const Crosswalk& crosswalk) {
  LinkCounts counts;
  counts.records = candidates.records.size();
  counts.records_left_out = candidates.records_left_out;
  for (const StandardRecord& record : candidates.records) counts.stripped += record.stripped;
  counts.unlinked = counts.records - crosswalk.records.size();
  counts.profiles = match.profiles.size();
  counts.persons = crosswalk.attributes.size();
  counts.pairs_compared = match.scores.counts.pairs_compared;
  counts.pairs_forbidden = match.scores.counts.pairs_forbidden;
  counts.links_certain = match.links_certain;
  counts.links_by_weight = match.links_by_weight;
  counts.pairs_for_review = match.pairs_for_review;
  counts.profiles_given_up = match.profiles_given_up;
  counts.refused = match.refused;
  return counts;
}

// Tokens, ascending, of records that exist but are nobody's.
std::vector<RecordToken> UnlinkedTokens(const std::vector<RecordPlace>& places) {
  std::vector<RecordToken> tokens;
  for (const RecordPlace& place : places) {
    if (place.person == kNoPerson) tokens.push_back(place.token);
  }
  return tokens;
}

}  // namespace

absl::string_view LinkStageName(LinkStage stage) {
  switch (stage) {
    case LinkStage::kSelecting: return "selecting";
    case LinkStage::kMatching: return "matching";
    case LinkStage::kAssigning: return "assigning";
    case LinkStage::kDescribing: return "describing";
  }
  return "unknown";
}

absl::StatusOr<LinkResult> Link(const LinkInput& input) {
  if (input.revision <= input.previous.revision) {
    return InvalidArgument("REVISION_NOT_ABOVE", "a new crosswalk's revision is above the previous one's");
  }
  const auto enter = [&input](LinkStage stage) {
    if (input.on_stage) input.on_stage(stage);
  };
  enter(LinkStage::kSelecting);
  SH_ASSIGN_OR_RETURN(const Candidates candidates,
                      SelectCandidates(input.authority, input.sources, input.records));
  enter(LinkStage::kMatching);
  SH_ASSIGN_OR_RETURN(MatchResult match, Match({.records = candidates.records,
                                                .sources = candidates.sources,
                                                .model = input.model,
                                                .train = input.train,
                                                .standard = input.standard,
                                                .decided_apart = input.decided_apart,
                                                .decided_together = input.decided_together}));
  enter(LinkStage::kAssigning);
  std::vector<RecordToken> tokens;
  tokens.reserve(candidates.records.size());
  for (const StandardRecord& record : candidates.records) tokens.push_back(record.token);
  SH_ASSIGN_OR_RETURN(Assignment assignment, Assign({.previous = input.previous.records,
                                                     .next_person = input.next_person,
                                                     .tokens = tokens,
                                                     .cluster_of = match.cluster_of_record,
                                                     .cluster_count = match.cluster_count}));
  enter(LinkStage::kDescribing);
  LinkResult result;
  result.next_person = assignment.next_person;
  result.places = PlaceRecords(candidates.records, match.profiles, assignment.records);
  result.evidence = KeepEvidence(match.scores.pairs);
  result.model_identity = ModelIdentity(match.model);
  Crosswalk& crosswalk = result.crosswalk;
  crosswalk.revision = input.revision;
  crosswalk.authority = input.authority.reference;
  crosswalk.model = result.model_identity;
  crosswalk.tombstones = NextTombstones(input.previous, assignment.records, UnlinkedTokens(result.places));
  crosswalk.attributes = DeriveAttributes(candidates.records, candidates.sources, assignment.records,
                                          input.reference_day);
  crosswalk.records = std::move(assignment.records);
  crosswalk.events = std::move(assignment.events);
  result.counts = CountAll(candidates, match, crosswalk);
  result.model = std::move(match.model);
  result.training = std::move(match.training);
  result.profiles = std::move(match.profiles);
  return result;
}

}  // namespace safehaven::linkage
