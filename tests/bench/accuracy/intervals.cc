#include "tests/bench/accuracy/intervals.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace safehaven::bench {
namespace {

// What one person adds to the totals.
struct Share {
  double true_links = 0;
  double false_links = 0;
  double missed_links = 0;
  double records = 0;
  double precision_sum = 0;
  double recall_sum = 0;

  void Add(const Share& other, double times) {
    true_links += times * other.true_links;
    false_links += times * other.false_links;
    missed_links += times * other.missed_links;
    records += times * other.records;
    precision_sum += times * other.precision_sum;
    recall_sum += times * other.recall_sum;
  }
};

double Ratio(double part, double whole) { return whole == 0 ? 1 : part / whole; }

std::vector<Share> ByPerson(const std::vector<uint64_t>& clusters, const std::vector<uint64_t>& truth) {
  std::map<uint64_t, double> cluster_sizes;
  std::map<uint64_t, double> person_sizes;
  std::map<std::pair<uint64_t, uint64_t>, double> both;  // (person, cluster)
  for (size_t i = 0; i < clusters.size(); ++i) {
    ++cluster_sizes[clusters[i]];
    ++person_sizes[truth[i]];
    ++both[{truth[i], clusters[i]}];
  }
  std::map<uint64_t, Share> shares;
  for (const auto& [key, count] : both) {
    Share& share = shares[key.first];
    const double cluster = cluster_sizes[key.second];
    const double person = person_sizes[key.first];
    share.true_links += count * (count - 1) / 2;
    share.false_links += count * (cluster - count) / 2;
    share.missed_links += count * (person - count) / 2;
    share.records += count;
    share.precision_sum += count * count / cluster;
    share.recall_sum += count * count / person;
  }
  std::vector<Share> list;
  for (const auto& [person, share] : shares) list.push_back(share);
  return list;
}

Interval Middle95(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t cut = values.size() / 40;
  return {.low = values[cut], .high = values[values.size() - 1 - cut]};
}

}  // namespace

AccuracyIntervals Resample(const std::vector<uint64_t>& clusters, const std::vector<uint64_t>& truth) {
  const std::vector<Share> people = ByPerson(clusters, truth);
  std::mt19937_64 prng(1);
  std::vector<double> precision, recall, f1, b_cubed;
  for (int round = 0; round < kResamples && !people.empty(); ++round) {
    Share sum;
    for (size_t i = 0; i < people.size(); ++i) sum.Add(people[prng() % people.size()], 1);
    precision.push_back(Ratio(sum.true_links, sum.true_links + sum.false_links));
    recall.push_back(Ratio(sum.true_links, sum.true_links + sum.missed_links));
    f1.push_back(Ratio(2 * sum.true_links, 2 * sum.true_links + sum.false_links + sum.missed_links));
    const double p = Ratio(sum.precision_sum, sum.records);
    const double r = Ratio(sum.recall_sum, sum.records);
    b_cubed.push_back(Ratio(2 * p * r, p + r));
  }
  if (people.empty()) return {};
  return {.precision = Middle95(precision), .recall = Middle95(recall), .f1 = Middle95(f1),
          .b_cubed_f1 = Middle95(b_cubed)};
}

}  // namespace safehaven::bench
