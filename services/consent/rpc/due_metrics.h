// What is due, as a Prometheus series: safehaven_consent_due_items{kind,state}, state
// "ahead" (within thirty days) or "overdue". Names no approval, organisation or person.
//
// Worked out when Prometheus asks, and again only when the register or the day has
// changed. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_DUE_METRICS_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_DUE_METRICS_H_

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/civil_day.h"
#include "libs/base/environment.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/consent/store/consent_store.h"

namespace safehaven::consent {

// How far ahead the series looks.
inline constexpr int kDueMetricDays = 30;

class DueMetrics : public prometheus::Collectable {
 public:
  // Both outlive it, or Detach() comes first.
  DueMetrics(const ConsentStore& store, const Clock& clock) : store_(&store), clock_(&clock) {}

  // Collects nothing from now on; when this returns, neither is used any more.
  void Detach() ABSL_LOCKS_EXCLUDED(mutex_);

  std::vector<prometheus::MetricFamily> Collect() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  const ConsentStore* store_ ABSL_GUARDED_BY(mutex_);
  const Clock* clock_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<prometheus::MetricFamily> counted_ ABSL_GUARDED_BY(mutex_);
  mutable uint64_t register_size_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable CivilDay day_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_DUE_METRICS_H_
