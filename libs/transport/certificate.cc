#include "libs/transport/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <optional>
#include <utility>

#include "libs/base/status.h"

namespace safehaven {
namespace {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using BioPointer = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using X509Pointer = std::unique_ptr<X509, FreeWith<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using NamesPointer = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

BioPointer BioOver(absl::string_view text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A password prompt on a server's terminal would hang it: an encrypted key is unreadable.
int RefusePassword(char*, int, int, void*) { return 0; }

X509Pointer ParseX509(absl::string_view pem) {
  const BioPointer bio = BioOver(pem);
  return X509Pointer(PEM_read_bio_X509(bio.get(), nullptr, RefusePassword, nullptr));
}

// The value of the only URI SAN, or nothing if there are none or several (the X509-SVID
// standard asks for exactly one, and a second one would be a second identity).
std::optional<std::string> OnlyUriName(const X509& x509) {
  const NamesPointer names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&x509, NID_subject_alt_name, nullptr, nullptr)));
  std::optional<std::string> uri;
  for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type != GEN_URI) continue;
    if (uri.has_value()) return std::nullopt;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    uri = std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return uri;
}

std::optional<absl::Time> ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return absl::FromCivil(absl::CivilSecond(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                           parts.tm_hour, parts.tm_min, parts.tm_sec),
                         absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<Certificate> ReadCertificate(absl::string_view pem) {
  const absl::Status malformed =
      InvalidArgument("CERTIFICATE_MALFORMED", "not an X.509 certificate in PEM form");
  const X509Pointer x509 = ParseX509(pem);
  if (x509 == nullptr) return malformed;
  Certificate certificate;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int digest_size = 0;
  if (X509_digest(x509.get(), EVP_sha256(), digest, &digest_size) != 1) return malformed;
  certificate.thumbprint.assign(reinterpret_cast<const char*>(digest), digest_size);
  const auto not_before = ToTime(X509_get0_notBefore(x509.get()));
  const auto not_after = ToTime(X509_get0_notAfter(x509.get()));
  if (!not_before.has_value() || !not_after.has_value()) return malformed;
  certificate.not_before = *not_before;
  certificate.not_after = *not_after;
  const auto uri = OnlyUriName(*x509);
  auto id = uri.has_value() ? SpiffeId::Parse(*uri)
                            : InvalidArgument("SPIFFE_ID_MALFORMED", "not exactly one URI name");
  if (!id.ok()) {
    return InvalidArgument("CERTIFICATE_IDENTITY",
                           "the certificate does not have exactly one SPIFFE id");
  }
  certificate.id = *std::move(id);
  return certificate;
}

absl::Status CheckKeyMatches(absl::string_view certificate_pem, absl::string_view key_pem) {
  const X509Pointer x509 = ParseX509(certificate_pem);
  if (x509 == nullptr) {
    return InvalidArgument("CERTIFICATE_MALFORMED", "not an X.509 certificate in PEM form");
  }
  const BioPointer bio = BioOver(key_pem);
  const KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassword, nullptr));
  if (key == nullptr) {
    return InvalidArgument("TLS_KEY_MALFORMED", "not an unencrypted private key in PEM form");
  }
  if (X509_check_private_key(x509.get(), key.get()) != 1) {
    return FailedPrecondition("TLS_KEY_MISMATCH", "the key does not belong to the certificate");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
