// Series that are read when Prometheus asks: the process itself (process_*, as every
// Prometheus client names them), the pools' load, and until when the TLS certificate is
// valid. Nothing is measured between scrapes. Thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_PROCESS_METRICS_H_
#define SAFEHAVEN_LIBS_SERVER_PROCESS_METRICS_H_

#include <functional>
#include <string>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"

namespace safehaven {

// CPU seconds, resident and virtual bytes, open and allowed file descriptors, start
// time, threads: from /proc/self. A value that cannot be read is left out.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

// safehaven_tls_certificate_expiry_timestamp_seconds{use}: the end of the certificate
// that lies in the file now (0 if it cannot be read), which is the one that new
// connections use within a second or two.
class CertificateMetrics final : public prometheus::Collectable {
 public:
  // `use`: "server" or "client".
  CertificateMetrics(std::string use, std::string certificate_path)
      : use_(std::move(use)), path_(std::move(certificate_path)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::string use_;
  const std::string path_;
};

// safehaven_queue_depth{pool} and safehaven_threads_busy{pool} of all pools: one object,
// because a scrape may describe a series once only.
class PoolMetrics final : public prometheus::Collectable {
 public:
  struct Load {
    double queued;
    double busy;
  };
  struct Pool {
    std::string name;
    std::function<Load()> load;  // thread-safe and valid as long as this object
  };
  explicit PoolMetrics(std::vector<Pool> pools) : pools_(std::move(pools)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::vector<Pool> pools_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_PROCESS_METRICS_H_
