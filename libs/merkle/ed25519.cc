#include "libs/merkle/ed25519.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using OwnedBio = std::unique_ptr<BIO, Free>;
using OwnedContext = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Malformed(absl::string_view why) {
  // OpenSSL keeps a queue of errors per thread; what is left there would be blamed
  // on the next one who looks.
  ERR_clear_error();
  return InvalidArgument("KEY_MALFORMED", why);
}

// Takes the key over. Null and keys of other algorithms are malformed.
absl::StatusOr<std::shared_ptr<EVP_PKEY>> Adopt(EVP_PKEY* raw) {
  if (raw == nullptr) return Malformed("these bytes are not a key");
  std::shared_ptr<EVP_PKEY> key(raw, EVP_PKEY_free);
  if (EVP_PKEY_get_base_id(raw) != EVP_PKEY_ED25519) return Malformed("not an Ed25519 key");
  return key;
}

std::string RawPublicKey(EVP_PKEY* key) {
  std::string bytes(kEd25519KeyBytes, '\0');
  size_t size = bytes.size();
  SH_CHECK(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()),
                                       &size) == 1);
  SH_CHECK(size == kEd25519KeyBytes);
  return bytes;
}

OwnedBio ReadFrom(absl::string_view text) {
  OwnedBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  SH_CHECK(bio != nullptr);
  return bio;
}

std::string WrittenTo(const OwnedBio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// Instead of OpenSSL's default, which asks for a passphrase on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

Ed25519PublicKey::Ed25519PublicKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)), bytes_(RawPublicKey(key_.get())) {}

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKey::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kEd25519KeyBytes) return Malformed("a public key has 32 bytes");
  SH_ASSIGN_OR_RETURN(std::shared_ptr<EVP_PKEY> key,
                      Adopt(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(bytes),
                                                        bytes.size())));
  return Ed25519PublicKey(std::move(key));
}

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKey::FromText(absl::string_view text) {
  std::string bytes;
  // Abseil forgives blanks and missing padding; one key has one text.
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) {
    return Malformed("a public key's text is base64 of 32 bytes");
  }
  return FromBytes(bytes);
}

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKey::FromPem(absl::string_view pem) {
  if (pem.size() > kPemBytesMax) return Malformed("too long for a key");
  const OwnedBio bio = ReadFrom(pem);
  SH_ASSIGN_OR_RETURN(std::shared_ptr<EVP_PKEY> key,
                      Adopt(PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassphrase, nullptr)));
  return Ed25519PublicKey(std::move(key));
}

std::string Ed25519PublicKey::ToText() const { return absl::Base64Escape(bytes_); }

std::string Ed25519PublicKey::ToPem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  SH_CHECK(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  return WrittenTo(bio);
}

bool Ed25519PublicKey::Verifies(absl::string_view message, absl::string_view signature) const {
  if (signature.size() != kEd25519SignatureBytes) return false;
  const OwnedContext context(EVP_MD_CTX_new());
  SH_CHECK(context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  const int verdict = EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                                       Bytes(message), message.size());
  if (verdict != 1) ERR_clear_error();
  return verdict == 1;
}

Ed25519PrivateKey::Ed25519PrivateKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)),
      public_key_(Ed25519PublicKey::FromBytes(RawPublicKey(key_.get())).value()) {}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::FromSeed(absl::string_view seed) {
  if (seed.size() != kEd25519KeyBytes) return Malformed("a seed has 32 bytes");
  SH_ASSIGN_OR_RETURN(std::shared_ptr<EVP_PKEY> key,
                      Adopt(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed),
                                                         seed.size())));
  return Ed25519PrivateKey(std::move(key));
}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::FromPem(absl::string_view pem) {
  if (pem.size() > kPemBytesMax) return Malformed("too long for a key");
  const OwnedBio bio = ReadFrom(pem);
  SH_ASSIGN_OR_RETURN(std::shared_ptr<EVP_PKEY> key,
                      Adopt(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr)));
  return Ed25519PrivateKey(std::move(key));
}

std::string Ed25519PrivateKey::ToPem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  SH_CHECK(bio != nullptr && PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr,
                                                           0, nullptr, nullptr) == 1);
  return WrittenTo(bio);
}

std::string Ed25519PrivateKey::Sign(absl::string_view message) const {
  const OwnedContext context(EVP_MD_CTX_new());
  SH_CHECK(context != nullptr &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  std::string signature(kEd25519SignatureBytes, '\0');
  size_t size = signature.size();
  SH_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                          Bytes(message), message.size()) == 1);
  SH_CHECK(size == kEd25519SignatureBytes);
  return signature;
}

}  // namespace safehaven
