#include "libs/transport/tls_files.h"

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/support/test_certificates.h"

namespace safehaven {
namespace {

TEST(TlsFiles, ThatBelongTogetherAreRead) {
  TestCertificates certificates;
  const auto certificate = ReadTlsFiles(certificates.Issue("consent"), true, absl::Now());
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->id.path, "consent");
}

TEST(TlsFiles, ThatAreMissingAreMissed) {
  TestCertificates certificates;
  const TlsFiles good = certificates.Issue("consent");
  TlsFiles files = good;
  files.authorities = "";
  EXPECT_EQ(ReasonOf(ReadTlsFiles(files, true, absl::Now()).status()), "TLS_KEYS_MISSING");
  EXPECT_TRUE(ReadTlsFiles(files, false, absl::Now()).ok());
  files = good;
  files.certificate = "";
  EXPECT_EQ(ReasonOf(ReadTlsFiles(files, true, absl::Now()).status()), "TLS_KEYS_MISSING");
  files = good;
  files.key += ".not-there";
  EXPECT_EQ(ReasonOf(ReadTlsFiles(files, true, absl::Now()).status()), "TLS_KEYS_MISSING");
}

TEST(TlsFiles, OfDifferentProgramsDoNotFit) {
  TestCertificates certificates;
  TlsFiles files = certificates.Issue("consent");
  files.key = certificates.Issue("gateway").key;
  EXPECT_EQ(ReasonOf(ReadTlsFiles(files, true, absl::Now()).status()), "TLS_KEY_MISMATCH");
}

TEST(TlsFiles, AreExpiredFromTheLastMomentOn) {
  TestCertificates certificates;
  const TlsFiles files = certificates.Issue("consent");
  const absl::Time end = ReadTlsFiles(files, true, absl::Now())->not_after;
  EXPECT_TRUE(ReadTlsFiles(files, true, end - absl::Seconds(1)).ok());
  EXPECT_EQ(ReasonOf(ReadTlsFiles(files, true, end).status()), "TLS_CERTIFICATE_EXPIRED");
}

TEST(Loopback, IsToldFromTheRest) {
  for (const char* address : {"127.0.0.1:0", "127.9.9.9:80", "[::1]:443", "localhost:1"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"", "127.0.0.1", "0.0.0.0:0", "[::]:1", "128.0.0.1:1", "127.0.0.1.evil:1",
                              "localhost.evil:1", "dns:///localhost:1", "[127.0.0.1]:1"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace safehaven
