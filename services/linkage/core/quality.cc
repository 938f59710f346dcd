#include "services/linkage/core/quality.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/union_find.h"

namespace safehaven::linkage {
namespace {

double ProbabilityOfPair(const ScoredPair& pair) {
  return pair.decision == Decision::kCrossCheck ? 1 : ProbabilityOf(pair.weight);
}

}  // namespace

std::vector<ExpectedErrors> ExpectErrors(const MatchResult& match, std::span<const uint32_t> group_of,
                                         uint32_t group_count) {
  std::vector<ExpectedErrors> errors(group_count);
  for (const uint32_t group : group_of) ++errors[group].records;
  std::vector<const ScoredPair*> strongest_first;
  for (const ScoredPair& pair : match.scores.pairs) {
    // Forbidden pairs and those decided apart are known, not expected.
    if (pair.decision != Decision::kForbidden) strongest_first.push_back(&pair);
  }
  std::stable_sort(strongest_first.begin(), strongest_first.end(), [](const ScoredPair* x, const ScoredPair* y) {
    return ProbabilityOfPair(*x) > ProbabilityOfPair(*y);
  });
  // What holds a cluster together are its strongest links, one fewer than it has members;
  // the others say again what those say. So with what might join two clusters.
  UnionFind joined(match.profiles.size());
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> apart;
  for (const ScoredPair* pair : strongest_first) {
    const uint32_t a = match.profiles.RecordsOf(pair->a).front();
    const uint32_t b = match.profiles.RecordsOf(pair->b).front();
    const auto clusters = std::minmax(match.cluster_of_record[a], match.cluster_of_record[b]);
    const bool linked = clusters.first == clusters.second;
    if (linked ? joined.Find(pair->a) == joined.Find(pair->b) : !apart.emplace(clusters.first, clusters.second).second) {
      continue;
    }
    if (linked) joined.Union(pair->a, pair->b);
    const double probability = ProbabilityOfPair(*pair);
    for (const uint32_t record : {a, b}) {
      ExpectedErrors& group = errors[group_of[record]];
      if (linked) {
        group.links += 0.5;
        group.false_links += (1 - probability) / 2;
      } else {
        group.missed_links += probability / 2;
      }
    }
  }
  return errors;
}

}  // namespace safehaven::linkage
