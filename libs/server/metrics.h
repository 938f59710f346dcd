// What a service shows Prometheus. Names and buckets of the grpc_server_* set are those
// of go-grpc-middleware's providers/prometheus, so that existing dashboards fit.
//
// Labels are known at start-up (service, method, code, reason): none ever names an
// organisation, a person or an approval. All method and code pairs exist from the
// start with 0, because rate() misses an error whose series begins with it. Label sets
// are resolved once; on the path of a call only counters are touched. Thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_METRICS_H_
#define SAFEHAVEN_LIBS_SERVER_METRICS_H_

#include <array>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/transport/method_terms.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace safehaven {

// 0 (OK) to 16 (UNAUTHENTICATED).
inline constexpr size_t kStatusCodes = 17;

// Why a call was refused before its handler ran, as label values; all preset.
inline constexpr std::array<absl::string_view, 2> kShedReasons = {"SERVER_BUSY", "STREAMS_FULL"};
inline constexpr std::array<absl::string_view, 4> kAuthFailureReasons = {
    "IDENTITY_MISSING", "IDENTITY_FOREIGN", "CERTIFICATE_EXPIRED", "CALLER_NOT_ALLOWED"};

// The series of one method. Pointers into the registry, which outlives it.
class MethodMetrics {
 public:
  void Started() { started_->Increment(); }
  void MessageReceived() { received_->Increment(); }
  void MessageSent() { sent_->Increment(); }
  void Handled(absl::StatusCode code, absl::Duration took);

 private:
  friend class ServerMetrics;
  prometheus::Counter* started_ = nullptr;
  prometheus::Counter* received_ = nullptr;
  prometheus::Counter* sent_ = nullptr;
  std::array<prometheus::Counter*, kStatusCodes> handled_{};
  prometheus::Histogram* seconds_ = nullptr;
};

class ServerMetrics {
 public:
  ServerMetrics();

  // For a service's own series, and for the exposer.
  prometheus::Registry& registry() { return *registry_; }
  std::shared_ptr<prometheus::Registry> shared_registry() { return registry_; }

  // Makes the method's series, all codes at 0.
  MethodMetrics ForMethod(const MethodTerms& terms);

  // `reason` is one of kShedReasons or kAuthFailureReasons.
  void Shed(absl::string_view reason) { shed_.at(std::string(reason))->Increment(); }
  void AuthFailed(absl::string_view reason) { auth_failures_.at(std::string(reason))->Increment(); }

  prometheus::Gauge& inflight() { return *inflight_; }
  prometheus::Gauge& ready() { return *ready_; }
  // 1 if the named thing that the service needs is there; made with 0.
  prometheus::Gauge& Dependency(absl::string_view name);

 private:
  // Shared with the exposer, which holds it weakly while it serves a scrape.
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& started_;
  prometheus::Family<prometheus::Counter>& handled_;
  prometheus::Family<prometheus::Counter>& received_;
  prometheus::Family<prometheus::Counter>& sent_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  prometheus::Family<prometheus::Gauge>& dependency_;
  prometheus::Gauge* inflight_;
  prometheus::Gauge* ready_;
  std::map<std::string, prometheus::Counter*> shed_;
  std::map<std::string, prometheus::Counter*> auth_failures_;
};

// The word of a code in grpc_code, as Go writes it: "OK", "Canceled", "InvalidArgument".
absl::string_view MetricWord(absl::StatusCode code);

// "unary", "server_stream", "client_stream" or "bidi_stream".
absl::string_view MetricType(const MethodTerms& terms);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_METRICS_H_
