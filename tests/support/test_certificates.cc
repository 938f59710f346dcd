#include "tests/support/test_certificates.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/transport/certificate.h"

namespace safehaven {
namespace {

std::string MakeFolder() {
  std::string folder = absl::StrCat(testing::TempDir(), "/certificates-XXXXXX");
  SH_CHECK(mkdtemp(folder.data()) != nullptr);
  return folder;
}

// TLS itself looks at the machine's clock, so the certificates of tests must too.
CertificateAuthority MakeAuthority() {
  auto authority = CertificateAuthority::Make("Safehaven tests", absl::Now() - absl::Hours(1),
                                              absl::Now() + absl::Hours(24));
  SH_CHECK(authority.ok());
  return *std::move(authority);
}

}  // namespace

TestCertificates::TestCertificates() : folder_(MakeFolder()), authority_(MakeAuthority()) {
  WriteFile(absl::StrCat(folder_, "/authority.crt"), authority_.own().certificate_pem);
}

TestCertificates::~TestCertificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TlsFiles TestCertificates::IssueOdd(absl::string_view program, const Oddity& oddity) {
  const auto issued = authority_.Issue(
      {.common_name = "test",
       .uris = {SpiffeId{oddity.trust_domain, std::string(program)}.ToString()},
       .dns_names = {"localhost"},
       .ip_addresses = {"127.0.0.1"},
       .not_before = absl::Now() - absl::Hours(1),
       .not_after = absl::Now() + oddity.life});
  SH_CHECK(issued.ok());
  const std::string stem =
      absl::StrCat(folder_, "/", absl::StrReplaceAll(program, {{"/", "-"}}));
  const TlsFiles files = {.certificate = absl::StrCat(stem, ".crt"),
                          .key = absl::StrCat(stem, ".key"),
                          .authorities = AuthorityOnly().authorities};
  WriteFile(files.key, issued->key_pem);
  WriteFile(files.certificate, issued->certificate_pem);
  return files;
}

TlsFiles TestCertificates::AuthorityOnly() const {
  return {.certificate = "", .key = "", .authorities = absl::StrCat(folder_, "/authority.crt")};
}

std::string TestCertificates::ThumbprintOf(const TlsFiles& files) {
  const auto pem = ReadTlsFile(files.certificate);
  SH_CHECK(pem.ok());
  const auto certificate = ReadCertificate(*pem);
  SH_CHECK(certificate.ok());
  return certificate->thumbprint;
}

void TestCertificates::WriteFile(const std::string& path, absl::string_view content) const {
  const std::string partial = absl::StrCat(path, ".partial");
  std::ofstream(partial, std::ios::binary) << content;
  SH_CHECK(std::rename(partial.c_str(), path.c_str()) == 0);
}

}  // namespace safehaven
