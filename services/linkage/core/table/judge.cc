#include "services/linkage/core/table/judge.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace safehaven::linkage {
namespace {

constexpr uint64_t kNoLabel = UINT64_MAX;

// Numbers for labels; kNoLabel for none.
std::vector<uint64_t> NumberLabels(std::span<const std::string> truth) {
  absl::flat_hash_map<absl::string_view, uint64_t> numbers;
  std::vector<uint64_t> labels;
  labels.reserve(truth.size());
  for (const std::string& label : truth) {
    labels.push_back(label.empty() ? kNoLabel : numbers.try_emplace(label, numbers.size()).first->second);
  }
  return labels;
}

// Links by weight or number between records with a label, one for each pair of profiles'
// first records and one for each further record of a profile.
PairCounts JudgePairs(const std::vector<uint64_t>& labels, const MatchResult& match, uint64_t true_pairs) {
  PairCounts counts;
  const Profiles& profiles = match.profiles;
  const auto add = [&](uint32_t a, uint32_t b) {
    if (labels[a] == kNoLabel || labels[b] == kNoLabel) return;
    ++(labels[a] == labels[b] ? counts.true_links : counts.false_links);
  };
  for (const ScoredPair& pair : match.scores.pairs) {
    if (!Links(pair.decision)) continue;
    for (const uint32_t a : profiles.RecordsOf(pair.a)) {
      for (const uint32_t b : profiles.RecordsOf(pair.b)) add(a, b);
    }
  }
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    const auto records = profiles.RecordsOf(p);
    for (size_t i = 0; i < records.size(); ++i) {
      for (size_t j = i + 1; j < records.size(); ++j) {
        if (match.cluster_of_record[records[i]] == match.cluster_of_record[records[j]]) add(records[i], records[j]);
      }
    }
  }
  counts.missed_links = true_pairs - std::min(true_pairs, counts.true_links);
  return counts;
}

}  // namespace

double BlockingRecall(std::span<const std::string> truth, const Profiles& profiles, const Blocks& blocks) {
  const std::vector<uint64_t> labels = NumberLabels(truth);
  std::vector<std::pair<uint64_t, ProfileIndex>> placed;
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) {
      if (labels[record] != kNoLabel) placed.emplace_back(labels[record], p);
    }
  }
  std::sort(placed.begin(), placed.end());
  uint64_t pairs = 0;
  uint64_t found = 0;
  for (size_t begin = 0; begin < placed.size();) {
    size_t end = begin;
    while (end < placed.size() && placed[end].first == placed[begin].first) ++end;
    for (size_t i = begin; i < end; ++i) {
      for (size_t j = i + 1; j < end; ++j) {
        ++pairs;
        found += placed[i].second == placed[j].second || blocks.Found(placed[i].second, placed[j].second);
      }
    }
    begin = end;
  }
  return pairs == 0 ? 1 : static_cast<double>(found) / static_cast<double>(pairs);
}

Judgement Judge(std::span<const std::string> truth, const MatchResult& match) {
  const std::vector<uint64_t> labels = NumberLabels(truth);
  std::vector<JudgedRecord> judged;
  uint64_t alone = match.cluster_count;
  for (size_t record = 0; record < labels.size(); ++record) {
    const uint32_t cluster = match.cluster_of_record[record];
    const uint64_t person = cluster == kNoCluster ? alone++ : cluster;
    if (labels[record] != kNoLabel) judged.push_back({.person = person, .truth = labels[record]});
  }
  Judgement judgement;
  judgement.records = judged.size();
  judgement.clusters = CountPairs(judged);
  judgement.true_pairs = judgement.clusters.true_links + judgement.clusters.missed_links;
  judgement.b_cubed = ScoreBCubed(judged);
  judgement.pairs = JudgePairs(labels, match, judgement.true_pairs);
  return judgement;
}

}  // namespace safehaven::linkage
