#include "cli/linkage/cluster_charts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <vector>

#include "cli/linkage/drawing.h"

namespace safehaven::cli {
namespace {

constexpr size_t kSizesMax = 30;

}  // namespace

std::string ClustersChart(const linkage::MatchResult& match) {
  std::vector<uint64_t> records(match.cluster_count, 0);
  for (const uint32_t cluster : match.cluster_of_record) {
    if (cluster != linkage::kNoCluster) ++records[cluster];
  }
  std::vector<uint64_t> clusters(kSizesMax + 1, 0);
  for (const uint64_t size : records) clusters[std::min<uint64_t>(size, kSizesMax)] += size > 0;
  const double most = std::log10(1.0 + static_cast<double>(*std::max_element(clusters.begin(), clusters.end())));
  Drawing drawing("Clusters by number of records (length: logarithm of the number)");
  double y = 36;
  for (size_t size = 1; size <= kSizesMax; ++size) {
    if (clusters[size] == 0) continue;
    const double width = (kWidth - 220) * std::log10(1.0 + static_cast<double>(clusters[size])) / std::max(most, 0.1);
    drawing.Text(10, y + 12, absl::StrCat(size, size == kSizesMax ? " or more" : ""));
    drawing.Bar(90, y, width, kRowHeight - 5, kFor);
    drawing.Text(96 + width, y + 12, absl::StrCat(clusters[size]));
    y += kRowHeight;
  }
  return drawing.Done(y + 20);
}

std::string UnlinkablesChart(const linkage::MatchResult& match) {
  linkage::Scorer scorer(match.profiles, match.model);
  std::vector<double> bits;
  bits.reserve(match.profiles.size());
  for (linkage::ProfileIndex p = 0; p < match.profiles.size(); ++p) {
    const linkage::ScoredPair itself = scorer.Score(p, p);
    bits.push_back(itself.decision == linkage::Decision::kCrossCheck ? kBitsMax + 1 : BitsOf(itself.weight));
  }
  std::sort(bits.begin(), bits.end());
  Drawing drawing("Share of identities that could never be linked, by threshold");
  double last_x = 0;
  double last_y = 0;
  for (int at = kBitsMin; at <= kBitsMax; ++at) {
    const auto below = std::lower_bound(bits.begin(), bits.end(), static_cast<double>(at)) - bits.begin();
    const double share = static_cast<double>(below) / std::max(1.0, static_cast<double>(bits.size()));
    const double x = PlaceOfBits(at);
    const double y = kPlotTop + kPlotHeight * (1 - share);
    if (at != kBitsMin) drawing.Line(last_x, last_y, x, y, kAgainst);
    if (at % 10 == 0) drawing.Text(x, y - 4, absl::StrFormat("%.1f%%", share * 100));
    last_x = x;
    last_y = y;
  }
  DrawAxis(drawing);
  DrawThreshold(drawing, match.model.thresholds.link, "link");
  return drawing.Done(kPlotTop + kPlotHeight + 50);
}

std::string ClusterPicture(const linkage::MatchResult& match, std::span<const uint32_t> records) {
  std::set<uint32_t> wanted;
  for (const uint32_t record : records) {
    if (match.cluster_of_record[record] != linkage::kNoCluster) wanted.insert(match.cluster_of_record[record]);
  }
  std::vector<linkage::ProfileIndex> drawn;
  for (linkage::ProfileIndex p = 0; p < match.profiles.size() && drawn.size() < kPictureProfilesMax; ++p) {
    if (wanted.contains(match.cluster_of_record[match.profiles.RecordsOf(p).front()])) drawn.push_back(p);
  }
  // Those of one cluster lie together on the circle.
  const auto cluster_of = [&](linkage::ProfileIndex p) {
    return match.cluster_of_record[match.profiles.RecordsOf(p).front()];
  };
  std::sort(drawn.begin(), drawn.end(), [&](linkage::ProfileIndex a, linkage::ProfileIndex b) {
    return std::pair(cluster_of(a), a) < std::pair(cluster_of(b), b);
  });
  constexpr double kMiddleX = kWidth / 2;
  constexpr double kMiddleY = 340;
  constexpr double kRadius = 260;
  std::map<linkage::ProfileIndex, std::pair<double, double>> places;
  for (size_t i = 0; i < drawn.size(); ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(drawn.size());
    places[drawn[i]] = {kMiddleX + kRadius * std::cos(angle), kMiddleY + kRadius * std::sin(angle)};
  }
  Drawing drawing("Identities of the clusters and the pairs between them");
  for (const linkage::ScoredPair& pair : match.scores.pairs) {
    const auto a = places.find(pair.a);
    const auto b = places.find(pair.b);
    if (a == places.end() || b == places.end()) continue;
    const auto [ax, ay] = a->second;
    const auto [bx, by] = b->second;
    drawing.Line(ax, ay, bx, by, linkage::Links(pair.decision) ? kFor : kNeutral);
    drawing.Text((ax + bx) / 2, (ay + by) / 2, absl::StrFormat("%.0f", BitsOf(pair.weight)));
  }
  for (const linkage::ProfileIndex profile : drawn) {
    const auto [x, y] = places[profile];
    const bool first = cluster_of(profile) == cluster_of(drawn.front());
    drawing.Dot(x, y, 7, first ? kFor : kAgainst);
    drawing.Text(x + 10, y + 4, absl::StrCat(match.profiles.RecordsOf(profile).size(), " records"));
  }
  return drawing.Done(kMiddleY + kRadius + 50);
}

}  // namespace safehaven::cli
