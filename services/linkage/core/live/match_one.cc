#include "services/linkage/core/live/match_one.h"

#include <algorithm>
#include <tuple>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

bool IsHidden(std::span<const PersonNumber> hidden, PersonNumber person) {
  return std::binary_search(hidden.begin(), hidden.end(), person);
}

// Adds a pair; the best of each person stays.
void AddPair(const MatchedPerson& found, std::vector<MatchedPerson>& persons) {
  const auto same = std::find_if(persons.begin(), persons.end(),
                                 [&](const MatchedPerson& p) { return p.person == found.person; });
  if (same == persons.end()) {
    persons.push_back(found);
  } else if (found.weight > same->weight || (Links(found.decision) && !Links(same->decision))) {
    *same = found;
  }
}

// Strength of evidence: links first, then by weight; ties by number, which says nothing.
bool Stronger(const MatchedPerson& a, const MatchedPerson& b) {
  return std::tuple(!Links(a.decision), -a.weight, a.person) < std::tuple(!Links(b.decision), -b.weight, b.person);
}

}  // namespace

absl::string_view MatchOutcomeName(MatchOutcome outcome) {
  switch (outcome) {
    case MatchOutcome::kMatch: return "match";
    case MatchOutcome::kPotentialMatch: return "potential_match";
    case MatchOutcome::kManyMatches: return "many_matches";
    case MatchOutcome::kNoMatch: return "no_match";
  }
  return "unknown";
}

LiveQuery::LiveQuery(LiveIndex& index, size_t lane)
    : index_(index), lane_(lane), scorer_(index.columns_.profiles(), index.model_) {}

std::vector<PersonNumber> LiveQuery::Joined(const LiveIndex::Guest& guest) {
  const LiveIndex::LocalClusters local = index_.ClusterTied(index_.TiedTo(guest.lane, &guest), &guest, scorer_);
  const auto at = std::find(local.profiles.begin(), local.profiles.end(), guest.lane);
  const uint32_t cluster = local.cluster_of[static_cast<size_t>(at - local.profiles.begin())];
  std::vector<PersonNumber> persons;
  for (size_t i = 0; i < local.profiles.size(); ++i) {
    if (local.cluster_of[i] != cluster || local.profiles[i] == guest.lane) continue;
    persons.push_back(index_.PersonOf(index_.members_[local.profiles[i]].tokens.front()));
  }
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  return persons;
}

LiveMatch LiveQuery::Answer(const StandardRecord& record, std::span<const PersonNumber> hidden) {
  const ProfileIndex lane = static_cast<ProfileIndex>(lane_);
  LiveMatch match;
  LiveIndex::Guest guest = {.lane = lane, .token = record.token, .edges = index_.Score(lane, scorer_, match.compared)};
  std::erase_if(guest.edges, [&](const LiveEdge& edge) {
    return IsHidden(hidden, index_.PersonOf(index_.members_[edge.other].tokens.front()));
  });
  std::vector<PersonNumber> joined;
  const ProfileIndex same = index_.FindSame(lane);
  if (same != LiveIndex::kNoProfileIndex && !index_.members_[same].tokens.empty()) {
    // A batch would make it one more record of this profile, whose pair with itself says
    // whether its records are one person's.
    const ScoredPair itself = scorer_.Score(same, same);
    const LiveIndex::Member& member = index_.members_[same];
    for (const RecordToken& token : member.tokens) {
      const PersonNumber person = index_.PersonOf(token);
      if (IsHidden(hidden, person)) continue;
      AddPair({.person = person, .weight = itself.weight, .decision = itself.decision}, match.persons);
      if (Links(itself.decision) && !index_.IsUnlinkable(member)) joined = {person};
    }
  } else {
    joined = Joined(guest);
  }
  for (const LiveEdge& edge : guest.edges) {
    if (edge.decision == Decision::kPossible || edge.decision == Decision::kNone) continue;
    const PersonNumber person = index_.PersonOf(index_.members_[edge.other].tokens.front());
    AddPair({.person = person, .weight = edge.weight, .decision = edge.decision}, match.persons);
  }
  std::erase_if(joined, [&](PersonNumber person) { return IsHidden(hidden, person); });
  std::sort(match.persons.begin(), match.persons.end(), Stronger);
  if (joined.size() == 1) {
    match.outcome = MatchOutcome::kMatch;
    std::erase_if(match.persons, [&](const MatchedPerson& p) { return p.person != joined.front(); });
    // Joined through others alone: there is no pair with that person.
    if (match.persons.empty()) match.persons.push_back({.person = joined.front()});
    return match;
  }
  if (match.persons.empty()) return match;
  const bool ahead = match.persons.size() == 1 ||
                     match.persons[0].weight - match.persons[1].weight >= index_.model_.clear_margin;
  match.outcome = joined.empty() && ahead ? MatchOutcome::kPotentialMatch : MatchOutcome::kManyMatches;
  return match;
}

absl::StatusOr<LiveMatch> LiveQuery::Match(const StandardRecord& record, std::span<const PersonNumber> hidden) {
  if (record.source >= index_.sources_.size()) {
    return InvalidArgument("SOURCE_UNKNOWN", "a record names a source without a rule");
  }
  const StandardIdentity& identity = record.identity.Reveal();
  if (record.stripped || SaysNothing(identity)) return LiveMatch{};
  scorer_.rarity().Grow();
  SH_RETURN_IF_ERROR(
      index_.columns_.Place(lane_, identity, record.source, index_.source_hashes_[record.source]));
  scorer_.rarity().Refresh(static_cast<ProfileIndex>(lane_));
  LiveMatch match = Answer(record, hidden);
  index_.columns_.Clear(lane_);
  return match;
}

}  // namespace safehaven::linkage
