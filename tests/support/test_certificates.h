// Certificates for one test: an authority and programs of the demo's trust domain, as
// files in a folder that goes with the object. Single-threaded.
#ifndef SAFEHAVEN_TESTS_SUPPORT_TEST_CERTIFICATES_H_
#define SAFEHAVEN_TESTS_SUPPORT_TEST_CERTIFICATES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/keys/certificate_authority.h"
#include "libs/transport/tls_files.h"

namespace safehaven {

inline constexpr char kTestTrustDomain[] = "demo.safehaven.invalid";

class TestCertificates {
 public:
  // What a certificate of a test may have out of the ordinary.
  struct Oddity {
    std::string trust_domain = kTestTrustDomain;
    absl::Duration life = absl::Hours(1);
  };

  TestCertificates();
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // A new key and certificate for `program`, in place of those that it had.
  TlsFiles Issue(absl::string_view program) { return IssueOdd(program, Oddity{}); }
  TlsFiles IssueOdd(absl::string_view program, const Oddity& oddity);

  // Only the authority, for clients that show no certificate.
  TlsFiles AuthorityOnly() const;

  // 32 bytes: of the certificate that `files` name now.
  static std::string ThumbprintOf(const TlsFiles& files);

  const std::string& folder() const { return folder_; }

 private:
  void WriteFile(const std::string& path, absl::string_view content) const;

  std::string folder_;
  CertificateAuthority authority_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_TEST_CERTIFICATES_H_
