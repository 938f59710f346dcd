#include "services/linkage/core/persons.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status.h"
#include "services/linkage/core/match.h"

namespace safehaven::linkage {
namespace {

// How many records of a former person a cluster has.
struct Overlap {
  uint32_t cluster;
  PersonNumber person;
  uint64_t records;
};

// Former person of each record: kNoPerson if it is new. Both lists are sorted once.
absl::flat_hash_map<std::pair<uint32_t, PersonNumber>, uint64_t> CountOverlaps(
    const AssignInput& input, std::span<const uint32_t> by_token) {
  absl::flat_hash_map<std::pair<uint32_t, PersonNumber>, uint64_t> counts;
  size_t at = 0;
  for (const uint32_t record : by_token) {
    if (input.cluster_of[record] == kNoCluster) continue;
    while (at < input.previous.size() && input.previous[at].token < input.tokens[record]) ++at;
    if (at < input.previous.size() && input.previous[at].token == input.tokens[record]) {
      ++counts[{input.cluster_of[record], input.previous[at].person}];
    }
  }
  return counts;
}

// Clusters numbered by their smallest token, so that ties are settled by content.
std::vector<uint32_t> RankByToken(const AssignInput& input, std::span<const uint32_t> by_token) {
  std::vector<uint32_t> rank(input.cluster_count, kNoCluster);
  uint32_t next = 0;
  for (const uint32_t record : by_token) {
    const uint32_t cluster = input.cluster_of[record];
    if (cluster != kNoCluster && rank[cluster] == kNoCluster) rank[cluster] = next++;
  }
  return rank;
}

// What each cluster claims, and which claim each former person grants.
struct Claims {
  // By rank of cluster; kNoPerson if no record is known.
  std::vector<PersonNumber> wanted;
  // Former person -> rank of the cluster that keeps it.
  std::map<PersonNumber, uint32_t> kept_by;
  // Former person -> rank of the cluster that has most of its records.
  std::map<PersonNumber, uint32_t> mostly_in;
};

Claims MakeClaims(std::vector<Overlap> overlaps, uint32_t cluster_count) {
  Claims claims;
  claims.wanted.assign(cluster_count, kNoPerson);
  // The most records first, then the oldest number; then the smallest token.
  std::sort(overlaps.begin(), overlaps.end(), [](const Overlap& a, const Overlap& b) {
    return std::tuple(b.records, a.person, a.cluster) < std::tuple(a.records, b.person, b.cluster);
  });
  for (const Overlap& overlap : overlaps) {
    claims.mostly_in.emplace(overlap.person, overlap.cluster);
    PersonNumber& wanted = claims.wanted[overlap.cluster];
    if (wanted != kNoPerson) continue;
    wanted = overlap.person;
    claims.kept_by.emplace(overlap.person, overlap.cluster);
  }
  return claims;
}

// Ends of former persons that no cluster keeps.
void EndPersons(const AssignInput& input, const Claims& claims,
                const std::vector<PersonNumber>& person_of_rank, std::vector<PersonEvent>& events) {
  std::vector<PersonNumber> former;
  for (const RecordPerson& record : input.previous) former.push_back(record.person);
  std::sort(former.begin(), former.end());
  former.erase(std::unique(former.begin(), former.end()), former.end());
  for (const PersonNumber person : former) {
    if (claims.kept_by.contains(person)) continue;
    const auto mostly = claims.mostly_in.find(person);
    if (mostly == claims.mostly_in.end()) {
      events.push_back({.kind = PersonEventKind::kRetired, .person = person});
    } else {
      events.push_back({.kind = PersonEventKind::kMergedInto,
                        .person = person,
                        .other = person_of_rank[mostly->second]});
    }
  }
}

// Records that went from one person to another where neither ended or began by it.
// Who keeps track of a person by events alone would lose them.
void TellGiven(std::vector<Overlap> overlaps, const Claims& claims, const std::vector<PersonNumber>& person_of_rank,
               std::vector<PersonEvent>& events) {
  std::sort(overlaps.begin(), overlaps.end(), [](const Overlap& a, const Overlap& b) {
    return std::tuple(a.person, a.cluster) < std::tuple(b.person, b.cluster);
  });
  for (const Overlap& overlap : overlaps) {
    const PersonNumber now = person_of_rank[overlap.cluster];
    const bool stayed = now == overlap.person;
    const bool split = claims.wanted[overlap.cluster] == overlap.person;
    const bool merged = !claims.kept_by.contains(overlap.person) &&
                        claims.mostly_in.at(overlap.person) == overlap.cluster;
    if (stayed || split || merged) continue;
    events.push_back({.kind = PersonEventKind::kGaveTo, .person = overlap.person, .other = now});
  }
}

absl::Status Validate(const AssignInput& input) {
  const bool well_formed =
      input.tokens.size() == input.cluster_of.size() &&
      std::all_of(input.cluster_of.begin(), input.cluster_of.end(),
                  [&](uint32_t c) { return c == kNoCluster || c < input.cluster_count; }) &&
      std::is_sorted(input.previous.begin(), input.previous.end());
  if (!well_formed) return InvalidArgument("CLUSTERS_MALFORMED", "clusters do not fit the records");
  for (const RecordPerson& record : input.previous) {
    if (record.person >= input.next_person) {
      return FailedPrecondition("PERSON_NUMBER_AHEAD", "a person has a number that was not given yet");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view PersonEventName(PersonEventKind kind) {
  switch (kind) {
    case PersonEventKind::kCreated: return "created";
    case PersonEventKind::kMergedInto: return "merged_into";
    case PersonEventKind::kSplitFrom: return "split_from";
    case PersonEventKind::kRetired: return "retired";
    case PersonEventKind::kGaveTo: return "gave_to";
  }
  return "unknown";
}

absl::StatusOr<Assignment> Assign(const AssignInput& input) {
  SH_RETURN_IF_ERROR(Validate(input));
  std::vector<uint32_t> by_token(input.tokens.size());
  for (uint32_t i = 0; i < by_token.size(); ++i) by_token[i] = i;
  std::sort(by_token.begin(), by_token.end(),
            [&](uint32_t a, uint32_t b) { return input.tokens[a] < input.tokens[b]; });
  const std::vector<uint32_t> rank = RankByToken(input, by_token);
  std::vector<Overlap> overlaps;
  for (const auto& [key, records] : CountOverlaps(input, by_token)) {
    overlaps.push_back({.cluster = rank[key.first], .person = key.second, .records = records});
  }
  const Claims claims = MakeClaims(overlaps, input.cluster_count);

  Assignment assignment;
  assignment.next_person = input.next_person;
  const uint32_t used = static_cast<uint32_t>(
      input.cluster_count - std::count(rank.begin(), rank.end(), kNoCluster));
  std::vector<PersonNumber> person_of_rank(used);
  std::vector<PersonEvent> begun;
  for (uint32_t r = 0; r < used; ++r) {
    const PersonNumber wanted = claims.wanted[r];
    if (wanted != kNoPerson && claims.kept_by.at(wanted) == r) {
      person_of_rank[r] = wanted;
      continue;
    }
    person_of_rank[r] = assignment.next_person++;
    begun.push_back({.kind = wanted == kNoPerson ? PersonEventKind::kCreated : PersonEventKind::kSplitFrom,
                     .person = person_of_rank[r],
                     .other = wanted});
  }
  EndPersons(input, claims, person_of_rank, assignment.events);
  assignment.events.insert(assignment.events.end(), begun.begin(), begun.end());
  TellGiven(std::move(overlaps), claims, person_of_rank, assignment.events);
  for (const uint32_t record : by_token) {
    const uint32_t cluster = input.cluster_of[record];
    if (cluster == kNoCluster) continue;
    assignment.records.push_back({.token = input.tokens[record], .person = person_of_rank[rank[cluster]]});
  }
  return assignment;
}

}  // namespace safehaven::linkage
