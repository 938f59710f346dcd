// What the edge shows Prometheus: requests and their time by route. A route is one of
// the gateway's own few, never a path as it was sent. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_HTTP_METRICS_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_HTTP_METRICS_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace safehaven::gateway {

class HttpMetrics {
 public:
  // `registry` must outlive it.
  explicit HttpMetrics(prometheus::Registry& registry);

  // `method` as sent: what is not GET, HEAD or POST counts as "other".
  void Handled(absl::string_view route, absl::string_view method, int status, absl::Duration took);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_HTTP_METRICS_H_
