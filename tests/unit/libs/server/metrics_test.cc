#include "libs/server/metrics.h"

#include <set>

#include "gtest/gtest.h"
#include "libs/server/process_metrics.h"

namespace safehaven {
namespace {

TEST(MetricWords, AreThoseOfGo) {
  EXPECT_EQ(MetricWord(absl::StatusCode::kOk), "OK");
  EXPECT_EQ(MetricWord(absl::StatusCode::kCancelled), "Canceled");
  EXPECT_EQ(MetricWord(absl::StatusCode::kResourceExhausted), "ResourceExhausted");
  EXPECT_EQ(MetricWord(absl::StatusCode::kUnauthenticated), "Unauthenticated");
  EXPECT_EQ(MetricWord(static_cast<absl::StatusCode>(99)), "Unknown");
}

TEST(MetricWords, OfTypesFollowTheStreaming) {
  MethodTerms terms;
  EXPECT_EQ(MetricType(terms), "unary");
  terms.client_streaming = true;
  EXPECT_EQ(MetricType(terms), "client_stream");
  terms.server_streaming = true;
  EXPECT_EQ(MetricType(terms), "bidi_stream");
}

TEST(ServerMetricsRegistry, HasOneSeriesForEachMethodAndCode) {
  ServerMetrics metrics;
  MethodTerms terms;
  terms.service = "safehaven.test.v1.EchoService";
  terms.method = "Echo";
  MethodMetrics method = metrics.ForMethod(terms);
  method.Handled(absl::StatusCode::kNotFound, absl::Milliseconds(3));
  for (const auto& family : metrics.registry().Collect()) {
    if (family.name != "grpc_server_handled_total") continue;
    EXPECT_EQ(family.metric.size(), kStatusCodes);
    double sum = 0;
    for (const auto& metric : family.metric) sum += metric.counter.value;
    EXPECT_EQ(sum, 1);
  }
}

TEST(ProcessMetrics, SayWhatThisProcessUses) {
  std::set<std::string> names;
  for (const auto& family : ProcessMetrics().Collect()) {
    names.insert(family.name);
    const auto& metric = family.metric.at(0);
    EXPECT_GE(metric.gauge.value + metric.counter.value, 0) << family.name;
  }
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_open_fds", "process_max_fds", "process_start_time_seconds"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(CertificateMetrics, ShowZeroForAFileThatCannotBeRead) {
  const auto families = CertificateMetrics("server", "/nonexistent").Collect();
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].metric.at(0).gauge.value, 0);
}

}  // namespace
}  // namespace safehaven
