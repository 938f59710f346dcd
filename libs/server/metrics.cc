#include "libs/server/metrics.h"

#include "libs/server/build_info.h"

namespace safehaven {
namespace {

// go-grpc-middleware's default buckets, and two below them for the embedded store.
const prometheus::Histogram::BucketBoundaries kSecondsBuckets = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

prometheus::Family<prometheus::Counter>& CounterFamily(prometheus::Registry& registry,
                                                       const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& OneGauge(prometheus::Registry& registry, const char* name, const char* help,
                            const std::map<std::string, std::string>& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
}

template <size_t size>
std::map<std::string, prometheus::Counter*> ByReason(
    prometheus::Family<prometheus::Counter>& family,
    const std::array<absl::string_view, size>& reasons) {
  std::map<std::string, prometheus::Counter*> counters;
  for (const absl::string_view reason : reasons) {
    counters[std::string(reason)] = &family.Add({{"reason", std::string(reason)}});
  }
  return counters;
}

}  // namespace

absl::string_view MetricWord(absl::StatusCode code) {
  static constexpr std::array<absl::string_view, kStatusCodes> kWords = {
      "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound",
      "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted",
      "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated"};
  const auto index = static_cast<size_t>(code);
  return index < kWords.size() ? kWords[index] : "Unknown";
}

absl::string_view MetricType(const MethodTerms& terms) {
  if (terms.client_streaming) return terms.server_streaming ? "bidi_stream" : "client_stream";
  return terms.server_streaming ? "server_stream" : "unary";
}

void MethodMetrics::Handled(absl::StatusCode code, absl::Duration took) {
  const auto index = static_cast<size_t>(code);
  handled_[index < kStatusCodes ? index : static_cast<size_t>(absl::StatusCode::kUnknown)]
      ->Increment();
  seconds_->Observe(absl::ToDoubleSeconds(took));
}

ServerMetrics::ServerMetrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      started_(CounterFamily(*registry_, "grpc_server_started_total", "Calls begun.")),
      handled_(CounterFamily(*registry_, "grpc_server_handled_total", "Calls ended, by code.")),
      received_(CounterFamily(*registry_, "grpc_server_msg_received_total", "Messages read.")),
      sent_(CounterFamily(*registry_, "grpc_server_msg_sent_total", "Messages written.")),
      seconds_(prometheus::BuildHistogram()
                   .Name("grpc_server_handling_seconds")
                   .Help("From the first byte of a call to its end.")
                   .Register(*registry_)),
      dependency_(prometheus::BuildGauge()
                      .Name("safehaven_dependency_up")
                      .Help("1 if what the service needs is there.")
                      .Register(*registry_)),
      inflight_(&OneGauge(*registry_, "safehaven_inflight_requests", "Calls now in work.", {})),
      ready_(&OneGauge(*registry_, "safehaven_ready", "1 if the service takes calls.", {})),
      shed_(ByReason(CounterFamily(*registry_, "safehaven_requests_shed_total",
                                   "Calls refused because a limit was reached."),
                     kShedReasons)),
      auth_failures_(ByReason(CounterFamily(*registry_, "safehaven_auth_failures_total",
                                            "Calls refused because of who called."),
                              kAuthFailureReasons)) {
  OneGauge(*registry_, "safehaven_build_info", "Always 1; its labels say what runs.",
           {{"version", std::string(BuildVersion())}, {"revision", std::string(BuildRevision())}})
      .Set(1);
}

MethodMetrics ServerMetrics::ForMethod(const MethodTerms& terms) {
  const std::map<std::string, std::string> labels = {
      {"grpc_type", std::string(MetricType(terms))},
      {"grpc_service", terms.service},
      {"grpc_method", terms.method}};
  MethodMetrics metrics;
  metrics.started_ = &started_.Add(labels);
  metrics.received_ = &received_.Add(labels);
  metrics.sent_ = &sent_.Add(labels);
  metrics.seconds_ = &seconds_.Add(labels, kSecondsBuckets);
  for (size_t code = 0; code < kStatusCodes; ++code) {
    std::map<std::string, std::string> with_code = labels;
    with_code["grpc_code"] = std::string(MetricWord(static_cast<absl::StatusCode>(code)));
    metrics.handled_[code] = &handled_.Add(with_code);
  }
  return metrics;
}

prometheus::Gauge& ServerMetrics::Dependency(absl::string_view name) {
  return dependency_.Add({{"dependency", std::string(name)}});
}

}  // namespace safehaven
