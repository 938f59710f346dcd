#include "libs/server/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/transport/certificate.h"
#include "libs/transport/tls_files.h"

namespace safehaven {
namespace {

prometheus::MetricFamily OneValue(std::string name, std::string help, prometheus::MetricType type,
                                  double value,
                                  std::vector<prometheus::ClientMetric::Label> labels = {}) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  if (type == prometheus::MetricType::Counter) metric.counter.value = value;
  else metric.gauge.value = value;
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  family.metric.push_back(std::move(metric));
  return family;
}

std::string ReadProc(const char* path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The fields of /proc/self/stat after the program's name, which may hold blanks and
// brackets; index 0 is field 3 (proc(5)).
std::vector<std::string> StatFields() {
  const std::string stat = ReadProc("/proc/self/stat");
  const size_t end = stat.rfind(')');
  if (end == std::string::npos) return {};
  return absl::StrSplit(stat.substr(end + 1), ' ', absl::SkipEmpty());
}

double FieldOf(const std::vector<std::string>& fields, size_t number) {
  double value = 0;
  if (number - 3 >= fields.size() || !absl::SimpleAtod(fields[number - 3], &value)) return 0;
  return value;
}

// Unix seconds at which the machine started ("btime" of /proc/stat), or nothing.
std::optional<double> BootTime() {
  std::istringstream lines(ReadProc("/proc/stat"));
  std::string line;
  while (std::getline(lines, line)) {
    double seconds = 0;
    if (line.rfind("btime ", 0) == 0 && absl::SimpleAtod(line.substr(6), &seconds)) return seconds;
  }
  return std::nullopt;
}

double OpenDescriptors() {
  std::error_code failed;
  const std::filesystem::directory_iterator folder("/proc/self/fd", failed);
  return failed ? 0 : static_cast<double>(std::distance(begin(folder), end(folder)));
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  const std::vector<std::string> fields = StatFields();
  if (!fields.empty()) {
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const double page = static_cast<double>(sysconf(_SC_PAGESIZE));
    families.push_back(OneValue("process_cpu_seconds_total", "User and system CPU time.",
                                MetricType::Counter,
                                (FieldOf(fields, 14) + FieldOf(fields, 15)) / ticks));
    families.push_back(OneValue("process_threads", "Threads.", MetricType::Gauge,
                                FieldOf(fields, 20)));
    families.push_back(OneValue("process_virtual_memory_bytes", "Virtual memory.",
                                MetricType::Gauge, FieldOf(fields, 23)));
    families.push_back(OneValue("process_resident_memory_bytes", "Resident memory.",
                                MetricType::Gauge, FieldOf(fields, 24) * page));
    if (const std::optional<double> boot = BootTime(); boot.has_value()) {
      families.push_back(OneValue("process_start_time_seconds", "Start, Unix time.",
                                  MetricType::Gauge, *boot + FieldOf(fields, 22) / ticks));
    }
  }
  families.push_back(OneValue("process_open_fds", "Open file descriptors.", MetricType::Gauge,
                              OpenDescriptors()));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(OneValue("process_max_fds", "Allowed file descriptors.", MetricType::Gauge,
                                static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

std::vector<prometheus::MetricFamily> CertificateMetrics::Collect() const {
  double expiry = 0;
  if (const auto pem = ReadTlsFile(path_); pem.ok()) {
    if (const auto certificate = ReadCertificate(*pem); certificate.ok()) {
      expiry = static_cast<double>(absl::ToUnixSeconds(certificate->not_after));
    }
  }
  return {OneValue("safehaven_tls_certificate_expiry_timestamp_seconds",
                   "End of the certificate's validity, Unix time; 0 if unreadable.",
                   prometheus::MetricType::Gauge, expiry, {{"use", use_}})};
}

std::vector<prometheus::MetricFamily> PoolMetrics::Collect() const {
  prometheus::MetricFamily queued = {.name = "safehaven_queue_depth",
                                     .help = "Tasks waiting for a thread.",
                                     .type = prometheus::MetricType::Gauge,
                                     .metric = {}};
  prometheus::MetricFamily busy = {.name = "safehaven_threads_busy",
                                   .help = "Threads with a task.",
                                   .type = prometheus::MetricType::Gauge,
                                   .metric = {}};
  for (const Pool& pool : pools_) {
    const Load load = pool.load();
    prometheus::ClientMetric& waiting = queued.metric.emplace_back();
    waiting.label = {{"pool", pool.name}};
    waiting.gauge.value = load.queued;
    prometheus::ClientMetric& working = busy.metric.emplace_back();
    working.label = {{"pool", pool.name}};
    working.gauge.value = load.busy;
  }
  return {std::move(queued), std::move(busy)};
}

}  // namespace safehaven
