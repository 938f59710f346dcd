#include "cli/keys/certificate_authority.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
using NumberPointer = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

// CA/Browser Forum baseline requirements 7.1: at least 64 random bits; ours are 127.
constexpr int kSerialBits = 127;

absl::Status NotMade(absl::string_view what) { return Internal("CERTIFICATE_NOT_MADE", what); }

std::string Drain(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<size_t>(size));
}

absl::StatusOr<IssuedCertificate> ToPem(X509* certificate, EVP_PKEY* key) {
  const BioPointer certificate_bio(BIO_new(BIO_s_mem()));
  const BioPointer key_bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(certificate_bio.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return NotMade("OpenSSL did not write the certificate");
  }
  return IssuedCertificate{Drain(certificate_bio.get()), Drain(key_bio.get())};
}

// A certificate of the public part of `key`, with serial, validity and subject, and as
// yet no issuer, extensions or signature.
absl::StatusOr<X509Pointer> Begin(EVP_PKEY* key, absl::string_view common_name,
                                  absl::Time not_before, absl::Time not_after) {
  X509Pointer certificate(X509_new());
  const NumberPointer serial(BN_new());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  const bool begun =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
      BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
      ASN1_TIME_set(X509_getm_notBefore(certificate.get()), absl::ToTimeT(not_before)) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(certificate.get()), absl::ToTimeT(not_after)) != nullptr &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) == 1 &&
      X509_set_pubkey(certificate.get(), key) == 1;
  if (!begun) return NotMade("OpenSSL did not begin the certificate");
  return certificate;
}

absl::Status AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return NotMade(absl::StrCat("OpenSSL did not take the extension ", OBJ_nid2sn(nid)));
  }
  return absl::OkStatus();
}

// OpenSSL reads names from a text of its own; a comma in one would begin another.
bool IsPlainName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != ',' && c != ';';
  });
}

absl::StatusOr<std::string> AlternativeNames(const CertificateRequest& request) {
  std::vector<std::string> names;
  const auto append = [&names](const char* kind, const std::vector<std::string>& values) {
    for (const std::string& value : values) names.push_back(absl::StrCat(kind, value));
    return std::all_of(values.begin(), values.end(), IsPlainName);
  };
  const bool plain = append("URI:", request.uris) && append("DNS:", request.dns_names) &&
                     append("IP:", request.ip_addresses);
  if (!plain || names.empty()) {
    return InvalidArgument("CERTIFICATE_REQUEST_INVALID", "a name cannot stand in a certificate");
  }
  return absl::StrJoin(names, ",");
}

}  // namespace

absl::StatusOr<CertificateAuthority> CertificateAuthority::Make(absl::string_view name,
                                                                absl::Time not_before,
                                                                absl::Time not_after) {
  const KeyPointer key(EVP_EC_gen("P-256"));
  if (key == nullptr) return NotMade("OpenSSL made no key");
  SH_ASSIGN_OR_RETURN(const X509Pointer certificate,
                      Begin(key.get(), name, not_before, not_after));
  X509* const raw = certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1) return NotMade("no issuer");
  SH_RETURN_IF_ERROR(AddExtension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  SH_RETURN_IF_ERROR(AddExtension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign"));
  SH_RETURN_IF_ERROR(AddExtension(raw, raw, NID_subject_key_identifier, "hash"));
  if (X509_sign(raw, key.get(), EVP_sha256()) == 0) return NotMade("OpenSSL did not sign");
  SH_ASSIGN_OR_RETURN(IssuedCertificate own, ToPem(raw, key.get()));
  return CertificateAuthority(std::move(own));
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::FromPem(IssuedCertificate own) {
  const BioPointer bio(BIO_new_mem_buf(own.certificate_pem.data(),
                                       static_cast<int>(own.certificate_pem.size())));
  const X509Pointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  const BioPointer key_bio(BIO_new_mem_buf(own.key_pem.data(), static_cast<int>(own.key_pem.size())));
  const KeyPointer key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr || key == nullptr ||
      X509_check_private_key(certificate.get(), key.get()) != 1) {
    return InvalidArgument("CERTIFICATE_MALFORMED", "not an authority's certificate with its key");
  }
  return CertificateAuthority(std::move(own));
}

absl::StatusOr<IssuedCertificate> CertificateAuthority::Issue(
    const CertificateRequest& request) const {
  SH_ASSIGN_OR_RETURN(const std::string names, AlternativeNames(request));
  const BioPointer bio(BIO_new_mem_buf(own_.certificate_pem.data(),
                                       static_cast<int>(own_.certificate_pem.size())));
  const X509Pointer issuer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  const BioPointer key_bio(
      BIO_new_mem_buf(own_.key_pem.data(), static_cast<int>(own_.key_pem.size())));
  const KeyPointer issuer_key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  const KeyPointer key(EVP_EC_gen("P-256"));
  if (issuer == nullptr || issuer_key == nullptr || key == nullptr) return NotMade("no key");
  SH_ASSIGN_OR_RETURN(
      const X509Pointer certificate,
      Begin(key.get(), request.common_name, request.not_before, request.not_after));
  X509* const raw = certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(issuer.get())) != 1) {
    return NotMade("no issuer");
  }
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_key_usage, "critical,digitalSignature"));
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth"));
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_subject_key_identifier, "hash"));
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_authority_key_identifier, "keyid"));
  SH_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_subject_alt_name, names));
  if (X509_sign(raw, issuer_key.get(), EVP_sha256()) == 0) return NotMade("OpenSSL did not sign");
  return ToPem(raw, key.get());
}

}  // namespace safehaven
