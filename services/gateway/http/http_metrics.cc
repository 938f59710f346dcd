#include "services/gateway/http/http_metrics.h"

#include <string>

namespace safehaven::gateway {
namespace {

// As the gRPC histograms of the runtime: 5 ms to 10 s (Prometheus's own default).
const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                                  0.5,   1,    2.5,   5,    10};
  return buckets;
}

std::string MethodLabel(absl::string_view method) {
  return method == "GET" || method == "HEAD" || method == "POST" ? std::string(method) : "other";
}

}  // namespace

HttpMetrics::HttpMetrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter()
                    .Name("http_requests_total")
                    .Help("Requests at the HTTP edge, by route, method and status.")
                    .Register(registry)),
      seconds_(prometheus::BuildHistogram()
                   .Name("http_request_duration_seconds")
                   .Help("Time from a whole request to its answer, by route.")
                   .Register(registry)) {}

void HttpMetrics::Handled(absl::string_view route, absl::string_view method, int status, absl::Duration took) {
  requests_.Add({{"route", std::string(route)}, {"method", MethodLabel(method)}, {"code", std::to_string(status)}})
      .Increment();
  seconds_.Add({{"route", std::string(route)}}, Buckets()).Observe(absl::ToDoubleSeconds(took));
}

}  // namespace safehaven::gateway
