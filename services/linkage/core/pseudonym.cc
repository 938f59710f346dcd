#include "services/linkage/core/pseudonym.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

constexpr char kPersonLabel[] = "safehaven-person";
constexpr char kFormat = 1;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr size_t kWrappedBytes = 1 + kNonceBytes + kKeyBytes + kTagBytes;
constexpr size_t kPseudonymBytes = kPseudonymLength * 5 / 8;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Base32(const uint8_t* bytes, size_t count) {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  uint32_t buffer = 0;
  int bits = 0;
  for (size_t i = 0; i < count; ++i) {
    buffer = buffer << 8 | bytes[i];
    for (bits += 8; bits >= 5; bits -= 5) text.push_back(kAlphabet[buffer >> (bits - 5) & 31]);
    buffer &= 0xFF;
  }
  return text;
}

absl::Status WrapFailed() { return Internal("WRAP_FAILED", "the key could not be wrapped"); }

}  // namespace

SecretKey MakeKey(Randomness& randomness) { return KeyFromBytes(randomness.Bytes(kKeyBytes)).value(); }

absl::StatusOr<SecretKey> KeyFromBytes(absl::string_view bytes) {
  if (bytes.size() != kKeyBytes) return InvalidArgument("KEY_LENGTH", "a key is 32 bytes");
  std::array<uint8_t, kKeyBytes> key;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return SecretKey(key);
}

std::string Pseudonym(const SecretKey& domain_key, PersonNumber person) {
  std::string message = kPersonLabel;
  for (int shift = 56; shift >= 0; shift -= 8) message.push_back(static_cast<char>(person >> shift & 0xFF));
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  // Fails only for lack of memory.
  SH_CHECK(HMAC(EVP_sha256(), domain_key.Reveal().data(), kKeyBytes, Bytes(message), message.size(),
                digest.data(), &length) != nullptr);
  return Base32(digest.data(), kPseudonymBytes);
}

absl::StatusOr<std::string> WrapKey(const SecretKey& key, const SecretKey& wrapping_key,
                                    absl::string_view domain, Randomness& randomness) {
  const std::string nonce = randomness.Bytes(kNonceBytes);
  if (nonce.size() != kNonceBytes) return WrapFailed();
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::array<unsigned char, kKeyBytes + kTagBytes> sealed;
  int length = 0;
  const bool done =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, wrapping_key.Reveal().data(),
                         Bytes(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(domain), static_cast<int>(domain.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), sealed.data(), &length, key.Reveal().data(), kKeyBytes) == 1 &&
      EVP_EncryptFinal_ex(context.get(), sealed.data() + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, sealed.data() + kKeyBytes) == 1;
  if (!done) return WrapFailed();
  std::string wrapped(1, kFormat);
  wrapped += nonce;
  wrapped.append(reinterpret_cast<const char*>(sealed.data()), sealed.size());
  return wrapped;
}

absl::StatusOr<SecretKey> UnwrapKey(absl::string_view wrapped, const SecretKey& wrapping_key,
                                    absl::string_view domain) {
  if (wrapped.size() != kWrappedBytes || wrapped[0] != kFormat) {
    return DataLoss("WRAPPED_KEY_MALFORMED", "the bytes are not a wrapped key");
  }
  const absl::string_view nonce = wrapped.substr(1, kNonceBytes);
  const absl::string_view sealed = wrapped.substr(1 + kNonceBytes, kKeyBytes);
  std::string tag(wrapped.substr(1 + kNonceBytes + kKeyBytes));
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::array<uint8_t, kKeyBytes> key;
  int length = 0;
  const bool done =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, wrapping_key.Reveal().data(),
                         Bytes(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(domain), static_cast<int>(domain.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), key.data(), &length, Bytes(sealed), kKeyBytes) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), key.data() + length, &length) == 1;
  if (!done) {
    return PermissionDenied("WRAPPING_KEY_OTHER",
                            "the wrapped key does not open with this key for this domain");
  }
  return SecretKey(key);
}

}  // namespace safehaven::linkage
