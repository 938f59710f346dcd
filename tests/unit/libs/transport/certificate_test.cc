#include "libs/transport/certificate.h"

#include "absl/strings/escaping.h"
#include "cli/keys/certificate_authority.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'750'000'000);
const absl::Time kEnd = kBegin + absl::Hours(48);

IssuedCertificate Issue(const std::vector<std::string>& uris) {
  static const auto* const authority = new CertificateAuthority(
      *CertificateAuthority::Make("Safehaven tests", kBegin, kEnd));
  return *authority->Issue({.common_name = "test",
                            .uris = uris,
                            .dns_names = {"localhost"},
                            .ip_addresses = {},
                            .not_before = kBegin,
                            .not_after = kEnd});
}

TEST(Certificate, SaysWhoseItIsAndUntilWhen) {
  const auto certificate = ReadCertificate(
      Issue({"spiffe://demo.safehaven.invalid/source/acute"}).certificate_pem);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->id, (SpiffeId{"demo.safehaven.invalid", "source/acute"}));
  EXPECT_EQ(certificate->not_before, kBegin);
  EXPECT_EQ(certificate->not_after, kEnd);
  EXPECT_EQ(certificate->thumbprint.size(), 32u);
}

// Goal: the thumbprint is that of the DER bytes, as openssl x509 -fingerprint -sha256
// has it. Method: a fixed certificate and the value that the openssl command printed.
TEST(Certificate, TheThumbprintIsTheDigestOfTheDerBytes) {
  constexpr char kPem[] =
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBqjCCAU+gAwIBAgIUejxdEFfQoguDuCGHtLLfE9T3T0MwCgYIKoZIzj0EAwIw\n"
      "EDEOMAwGA1UEAwwFZml4ZWQwHhcNMjYxMTIyMTMxNTMxWhcNMzYxMTE5MTMxNTMx\n"
      "WjAQMQ4wDAYDVQQDDAVmaXhlZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABF9b\n"
      "NhI1n9+yAHBOUG93rAnbz89Dg1DL/9tklvZzilHSz+W8wFFs4YNuTixHBxtp2xFZ\n"
      "pQR7NkS/rxrTfnj7xQWjgYYwgYMwHQYDVR0OBBYEFB3IsIZbvmwUBQm6UuNcg/go\n"
      "RAaGMB8GA1UdIwQYMBaAFB3IsIZbvmwUBQm6UuNcg/goRAaGMA8GA1UdEwEB/wQF\n"
      "MAMBAf8wMAYDVR0RBCkwJ4Ylc3BpZmZlOi8vZGVtby5zYWZlaGF2ZW4uaW52YWxp\n"
      "ZC9maXhlZDAKBggqhkjOPQQDAgNJADBGAiEApqGo4gf6K5TnYghxmn1MtrgommJL\n"
      "diCPCIVVYko/DIICIQC6dzL+R9yHb0CkdlQG/o3U5vJUPogLxKD/1I+YOMt5UA==\n"
      "-----END CERTIFICATE-----\n";
  const auto certificate = ReadCertificate(kPem);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(absl::BytesToHexString(certificate->thumbprint),
            "276db440b0ed444facbf2a41b02ef55c67b9a1ed45900c8938551938354e99ed");
}

TEST(Certificate, WithoutOneSpiffeIdItNamesNobody) {
  for (const auto& uris : std::vector<std::vector<std::string>>{
           {},
           {"https://demo.safehaven.invalid/consent"},
           {"spiffe://demo.safehaven.invalid/consent", "spiffe://demo.safehaven.invalid/gateway"},
           {"spiffe://demo.safehaven.invalid/consent", "https://elsewhere.invalid/"}}) {
    EXPECT_EQ(ReasonOf(ReadCertificate(Issue(uris).certificate_pem).status()),
              "CERTIFICATE_IDENTITY");
  }
}

TEST(Certificate, TextThatIsNoCertificateIsMalformed) {
  for (const char* text : {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_EQ(ReasonOf(ReadCertificate(text).status()), "CERTIFICATE_MALFORMED");
  }
}

TEST(Certificate, AKeyIsToldFromTheKeyOfAnother) {
  const IssuedCertificate one = Issue({"spiffe://demo.safehaven.invalid/consent"});
  const IssuedCertificate other = Issue({"spiffe://demo.safehaven.invalid/consent"});
  EXPECT_TRUE(CheckKeyMatches(one.certificate_pem, one.key_pem).ok());
  EXPECT_EQ(ReasonOf(CheckKeyMatches(one.certificate_pem, other.key_pem)), "TLS_KEY_MISMATCH");
  EXPECT_EQ(ReasonOf(CheckKeyMatches(one.certificate_pem, "nonsense")), "TLS_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(CheckKeyMatches("nonsense", one.key_pem)), "CERTIFICATE_MALFORMED");
}

}  // namespace
}  // namespace safehaven
