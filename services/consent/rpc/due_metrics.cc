#include "services/consent/rpc/due_metrics.h"

#include <array>

#include "prometheus/metric_family.h"
#include "services/consent/core/due.h"

namespace safehaven::consent {
namespace {

prometheus::ClientMetric Sample(DueKind kind, bool overdue, double count) {
  prometheus::ClientMetric sample;
  sample.label = {{"kind", std::string(EnumText<DueKind>::Of(kind))}, {"state", overdue ? "overdue" : "ahead"}};
  sample.gauge.value = count;
  return sample;
}

}  // namespace

void DueMetrics::Detach() {
  absl::MutexLock lock(&mutex_);
  store_ = nullptr;
}

std::vector<prometheus::MetricFamily> DueMetrics::Collect() const {
  absl::MutexLock lock(&mutex_);
  if (store_ == nullptr) return {};
  const View view = store_->state().view();
  const CivilDay today = CivilDay::InLondon(clock_->Now());
  if (!counted_.empty() && register_size_ == view.register_size && day_ == today) return counted_;
  std::array<std::array<double, 2>, kDueKindNames.size()> counts{};
  for (const DueItem& item : ListDue(*view.snapshot, {}, today, kDueMetricDays)) {
    ++counts[static_cast<size_t>(item.kind)][item.overdue ? 1 : 0];
  }
  prometheus::MetricFamily family;
  family.name = "safehaven_consent_due_items";
  family.help = "Reviews, conditions, ends and duties that are overdue or due within thirty days";
  family.type = prometheus::MetricType::Gauge;
  for (size_t kind = 0; kind < counts.size(); ++kind) {
    for (const bool overdue : {false, true}) {
      family.metric.push_back(Sample(static_cast<DueKind>(kind), overdue, counts[kind][overdue ? 1 : 0]));
    }
  }
  counted_ = {std::move(family)};
  register_size_ = view.register_size;
  day_ = today;
  return counted_;
}

}  // namespace safehaven::consent
