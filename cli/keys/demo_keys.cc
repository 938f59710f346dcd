#include "cli/keys/demo_keys.h"

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/keys/certificate_authority.h"
#include "cli/keys/key_folder.h"
#include "libs/base/status.h"
#include "libs/merkle/ed25519.h"
#include "libs/transport/certificate.h"

namespace safehaven {
namespace {

constexpr char kAuthority[] = "tls/authority";
constexpr absl::Duration kAuthorityLife = absl::Hours(24 * 3650);
constexpr absl::Duration kCertificateLife = absl::Hours(24 * 90);
constexpr absl::Duration kRenewBefore = absl::Hours(24);
// Clocks of a demonstration agree; an hour forgives a time zone set wrong.
constexpr absl::Duration kValidBefore = absl::Hours(1);
constexpr size_t kSecretBytes = 32;

const std::vector<std::string>& Sources() {
  static const auto* const sources = new std::vector<std::string>{
      "gp", "acute", "ambulance", "mental_health", "community", "social_care"};
  return *sources;
}

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

absl::Status NotAsItShouldBe(const KeyFolder& folder, absl::string_view name) {
  return FailedPrecondition("KEY_FILE_UNUSABLE",
                            absl::StrCat(folder.PathOf(name), " is not what it should be"));
}

std::string Line(absl::string_view bytes) { return absl::StrCat(absl::Base64Escape(bytes), "\n"); }

// The certificate and key that are there, or nothing if one of them is missing (a run
// that was interrupted between the two).
absl::StatusOr<std::optional<IssuedCertificate>> ReadPair(const KeyFolder& folder,
                                                          absl::string_view stem) {
  SH_ASSIGN_OR_RETURN(auto certificate, folder.Read(absl::StrCat(stem, ".crt")));
  SH_ASSIGN_OR_RETURN(auto key, folder.Read(absl::StrCat(stem, ".key")));
  if (!certificate.has_value() || !key.has_value()) return std::nullopt;
  return IssuedCertificate{*std::move(certificate), *std::move(key)};
}

absl::Status WritePair(const KeyFolder& folder, absl::string_view stem,
                       const IssuedCertificate& pair) {
  SH_RETURN_IF_ERROR(folder.Write(absl::StrCat(stem, ".key"), pair.key_pem));
  return folder.Write(absl::StrCat(stem, ".crt"), pair.certificate_pem);
}

struct OpenedAuthority {
  CertificateAuthority authority;
  bool is_new;  // then no certificate that is there is of this authority
};

absl::StatusOr<OpenedAuthority> OpenAuthority(const KeyFolder& folder, absl::Time now) {
  SH_ASSIGN_OR_RETURN(auto pair, ReadPair(folder, kAuthority));
  if (pair.has_value()) {
    SH_ASSIGN_OR_RETURN(CertificateAuthority old, CertificateAuthority::FromPem(*std::move(pair)));
    return OpenedAuthority{std::move(old), false};
  }
  SH_ASSIGN_OR_RETURN(CertificateAuthority authority,
                      CertificateAuthority::Make("Safehaven demonstration", now - kValidBefore,
                                                 now + kAuthorityLife));
  SH_RETURN_IF_ERROR(WritePair(folder, kAuthority, authority.own()));
  return OpenedAuthority{std::move(authority), true};
}

// Is `pair` of this program and good for some time yet? A pair that a crash tore apart
// is not.
bool StillGood(const IssuedCertificate& pair, absl::string_view program, absl::Time now) {
  if (!CheckKeyMatches(pair.certificate_pem, pair.key_pem).ok()) return false;
  const auto certificate = ReadCertificate(pair.certificate_pem);
  return certificate.ok() && certificate->id.path == program &&
         certificate->id.trust_domain == kDemoTrustDomain &&
         certificate->not_after > now + kRenewBefore;
}

absl::Status EnsureCertificate(const KeyFolder& folder, const OpenedAuthority& opened,
                               absl::string_view program, absl::Time now) {
  const std::string file_name = FileNameOf(program);
  const std::string stem = absl::StrCat("tls/", file_name);
  SH_ASSIGN_OR_RETURN(const auto pair, ReadPair(folder, stem));
  if (!opened.is_new && pair.has_value() && StillGood(*pair, program, now)) {
    return absl::OkStatus();
  }
  const CertificateRequest request = {
      .common_name = file_name,
      .uris = {SpiffeId{kDemoTrustDomain, std::string(program)}.ToString()},
      .dns_names = {"localhost",
                    // Host names have no underscores.
                    absl::StrCat(absl::StrReplaceAll(file_name, {{"_", "-"}}), ".safehaven.internal")},
      .ip_addresses = {"127.0.0.1"},
      .not_before = now - kValidBefore,
      .not_after = now + kCertificateLife};
  SH_ASSIGN_OR_RETURN(const IssuedCertificate issued, opened.authority.Issue(request));
  return WritePair(folder, stem, issued);
}

// An Ed25519 key as stem.key (PEM) and stem.pub.
absl::Status EnsureSigningKey(const KeyFolder& folder, absl::string_view stem,
                              Randomness& randomness) {
  const std::string name = absl::StrCat(stem, ".key");
  SH_ASSIGN_OR_RETURN(const std::optional<std::string> there, folder.Read(name));
  absl::StatusOr<Ed25519PrivateKey> key =
      there.has_value() ? Ed25519PrivateKey::FromPem(*there)
                        : Ed25519PrivateKey::FromSeed(randomness.Bytes(kSecretBytes));
  if (!key.ok()) return NotAsItShouldBe(folder, name);
  if (!there.has_value()) SH_RETURN_IF_ERROR(folder.Write(name, key->ToPem()));
  return folder.Write(absl::StrCat(stem, ".pub"), Line(key->public_key().bytes()));
}

// 32 random bytes; returns them, old or new.
absl::StatusOr<std::string> EnsureSecret(const KeyFolder& folder, absl::string_view name,
                                         Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const std::optional<std::string> there, folder.Read(name));
  if (!there.has_value()) {
    const std::string secret = randomness.Bytes(kSecretBytes);
    SH_RETURN_IF_ERROR(folder.Write(name, Line(secret)));
    return secret;
  }
  std::string secret;
  if (!absl::Base64Unescape(absl::StripSuffix(*there, "\n"), &secret) ||
      secret.size() != kSecretBytes) {
    return NotAsItShouldBe(folder, name);
  }
  return secret;
}

// An X25519 key as stem.key and stem.pub. Any 32 bytes are one (RFC 7748, section 5).
absl::Status EnsureSealingKey(const KeyFolder& folder, absl::string_view stem,
                              Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const std::string secret,
                      EnsureSecret(folder, absl::StrCat(stem, ".key"), randomness));
  const std::unique_ptr<EVP_PKEY, KeyFree> key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_X25519, nullptr, reinterpret_cast<const unsigned char*>(secret.data()),
      secret.size()));
  std::string public_key(kSecretBytes, '\0');
  size_t size = public_key.size();
  if (key == nullptr ||
      EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()),
                                  &size) != 1 ||
      size != kSecretBytes) {
    return Internal("KEY_NOT_MADE", "OpenSSL made no X25519 key");
  }
  return folder.Write(absl::StrCat(stem, ".pub"), Line(public_key));
}

}  // namespace

const std::vector<std::string>& DemoPrograms() {
  static const auto* const programs = [] {
    auto* all = new std::vector<std::string>{"gateway", "consent", "linkage",
                                             "costing", "tool",    "issuer"};
    for (const std::string& source : Sources()) all->push_back(absl::StrCat("source/", source));
    return all;
  }();
  return *programs;
}

absl::Status WriteDemoKeys(const std::string& folder_path, absl::Time now,
                           Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const KeyFolder folder, KeyFolder::Open(folder_path));
  SH_ASSIGN_OR_RETURN(const OpenedAuthority authority, OpenAuthority(folder, now));
  for (const std::string& program : DemoPrograms()) {
    SH_RETURN_IF_ERROR(EnsureCertificate(folder, authority, program, now));
  }
  for (const char* service : {"consent", "costing"}) {
    SH_RETURN_IF_ERROR(EnsureSigningKey(folder, absl::StrCat("log/", service), randomness));
  }
  SH_RETURN_IF_ERROR(EnsureSigningKey(folder, "request/tool", randomness));
  for (const std::string& source : Sources()) {
    SH_RETURN_IF_ERROR(
        EnsureSigningKey(folder, absl::StrCat("request/source-", source), randomness));
    SH_RETURN_IF_ERROR(
        EnsureSecret(folder, absl::StrCat("source/", source, ".key"), randomness).status());
  }
  const std::string environment = absl::StrCat("environment/", kDemoEnvironment);
  SH_RETURN_IF_ERROR(
      EnsureSigningKey(folder, absl::StrCat(environment, ".signing"), randomness));
  SH_RETURN_IF_ERROR(
      EnsureSealingKey(folder, absl::StrCat(environment, ".sealing"), randomness));
  return EnsureSecret(folder, "linkage/wrapping.key", randomness).status();
}

std::string FileNameOf(absl::string_view program) {
  return absl::StrReplaceAll(program, {{"/", "-"}});
}

TlsFiles DemoTlsFiles(absl::string_view folder, absl::string_view program) {
  const std::string stem = absl::StrCat(folder, "/tls/", FileNameOf(program));
  return {.certificate = absl::StrCat(stem, ".crt"),
          .key = absl::StrCat(stem, ".key"),
          .authorities = absl::StrCat(folder, "/", kAuthority, ".crt")};
}

}  // namespace safehaven
