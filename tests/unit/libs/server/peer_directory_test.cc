#include "libs/server/peer_directory.h"

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/support/test_certificates.h"

namespace safehaven {
namespace {

std::string PemOf(const TlsFiles& files) { return *ReadTlsFile(files.certificate); }

TEST(PeerDirectory, RecognisesAProgramOfItsTrustDomain) {
  TestCertificates certificates;
  const TlsFiles files = certificates.Issue("source/acute");
  PeerDirectory peers(kTestTrustDomain);
  for (int round = 0; round < 2; ++round) {  // read, then remembered
    const auto peer = peers.Recognise(PemOf(files), absl::Now());
    ASSERT_TRUE(peer.ok()) << peer.status();
    EXPECT_EQ(peer->spiffe_path, "source/acute");
    EXPECT_EQ(peer->thumbprint, TestCertificates::ThumbprintOf(files));
  }
}

TEST(PeerDirectory, RefusesStrangersAndTheNameless) {
  TestCertificates certificates;
  PeerDirectory peers(kTestTrustDomain);
  const std::string foreign =
      PemOf(certificates.IssueOdd("gateway", {.trust_domain = "elsewhere.invalid"}));
  EXPECT_EQ(ReasonOf(peers.Recognise(foreign, absl::Now()).status()), "IDENTITY_FOREIGN");
  EXPECT_EQ(ReasonOf(peers.Recognise("", absl::Now()).status()), "IDENTITY_MISSING");
  EXPECT_EQ(ReasonOf(peers.Recognise("nonsense", absl::Now()).status()), "IDENTITY_MISSING");
}

TEST(PeerDirectory, RefusesACertificateThatEndedWhileTheConnectionLived) {
  TestCertificates certificates;
  const std::string pem = PemOf(certificates.Issue("gateway"));
  const absl::Time end = ReadCertificate(pem)->not_after;
  PeerDirectory peers(kTestTrustDomain);
  EXPECT_TRUE(peers.Recognise(pem, end - absl::Seconds(1)).ok());
  EXPECT_EQ(ReasonOf(peers.Recognise(pem, end).status()), "CERTIFICATE_EXPIRED");
}

}  // namespace
}  // namespace safehaven
