// VolumeDriftOf() of impact.h: how much was released, against how much was foreseen.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "services/consent/core/impact.h"

namespace safehaven::consent {
namespace {

struct Volume {
  std::optional<int> releases_per_month;
  std::optional<int> records_per_release;
};

// The larger of two bounds, where absence is none at all.
std::optional<int> Larger(const std::optional<int>& a, const std::optional<int>& b) {
  if (!a.has_value() || !b.has_value()) return std::nullopt;
  return std::max(*a, *b);
}

// What the flows that cover the data set for the release's purpose foresaw together;
// nothing if none covers it, which is drift of another kind.
std::optional<Volume> VolumeOf(const RegisterSnapshot& snapshot, const Release& release, const std::string& dataset) {
  const Versioned<Approval>* approval = snapshot.FindApproval(release.approval);
  if (approval == nullptr) return std::nullopt;
  std::optional<Volume> volume;
  for (const ApprovedFlow& flow : approval->value.flows) {
    const bool covers = std::find(flow.datasets.begin(), flow.datasets.end(), dataset) != flow.datasets.end() &&
                        flow.period.Contains(release.day) &&
                        (flow.purposes.empty() ||
                         std::find(flow.purposes.begin(), flow.purposes.end(), release.purpose) != flow.purposes.end());
    if (!covers) continue;
    const Volume own = {flow.releases_per_month_max, flow.records_per_release_max};
    volume = !volume.has_value() ? own
                                 : Volume{Larger(volume->releases_per_month, own.releases_per_month),
                                          Larger(volume->records_per_release, own.records_per_release)};
  }
  return volume;
}

}  // namespace

std::vector<VolumeDrift> VolumeDriftOf(const RegisterSnapshot& snapshot, std::span<const Release> releases) {
  std::vector<VolumeDrift> drifts;
  // Approval, recipient, data set, year and month; then where the drift is told, from
  // the first release beyond on.
  using Month = std::tuple<std::string, std::string, std::string, int, int>;
  std::map<Month, int64_t> counts;
  std::map<Month, size_t> told;
  for (const Release& release : releases) {
    for (const std::string& dataset : release.datasets) {
      const std::optional<Volume> volume = VolumeOf(snapshot, release, dataset);
      if (!volume.has_value()) continue;
      if (release.record_count.has_value() && volume->records_per_release.has_value() &&
          *release.record_count > *volume->records_per_release) {
        drifts.push_back({&release, dataset, "RECORDS_BEYOND_APPROVED_VOLUME", *release.record_count,
                          *volume->records_per_release});
      }
      const Month month(release.approval.normalised(), release.organisation, dataset, release.day.year(),
                        release.day.month());
      const int64_t count = ++counts[month];
      if (!volume->releases_per_month.has_value() || count <= *volume->releases_per_month) continue;
      const auto [place, is_new] = told.emplace(month, drifts.size());
      if (is_new) {
        drifts.push_back({&release, dataset, "RELEASES_BEYOND_APPROVED_VOLUME", count, *volume->releases_per_month});
      } else {
        drifts[place->second].seen = count;
      }
    }
  }
  return drifts;
}

}  // namespace safehaven::consent
