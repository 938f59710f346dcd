#include "libs/separation/record_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

std::string Hmac(absl::string_view secret, absl::string_view label, absl::string_view text) {
  // The label's length is fixed by the label, so no two pairs give the same message.
  const std::string message = absl::StrCat("safehaven-", label, "/1\n", text);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  SH_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                reinterpret_cast<unsigned char*>(digest.data()), &size) != nullptr);
  digest.resize(size);
  return digest;
}

// Single blocks, no padding: ECB of pseudo-random, distinct blocks is a permutation.
Context MakeContext(absl::string_view key, bool encrypt) {
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  SH_CHECK(context != nullptr);
  SH_CHECK(EVP_CipherInit_ex(context.get(), EVP_aes_256_ecb(), nullptr,
                             reinterpret_cast<const unsigned char*>(key.data()), nullptr, encrypt ? 1 : 0) == 1);
  SH_CHECK(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  return context;
}

std::string Apply(EVP_CIPHER_CTX* context, absl::string_view blocks) {
  std::string out(blocks.size(), '\0');
  int size = 0;
  SH_CHECK(EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                            reinterpret_cast<const unsigned char*>(blocks.data()),
                            static_cast<int>(blocks.size())) == 1);
  SH_CHECK(static_cast<size_t>(size) == blocks.size());
  return out;
}

}  // namespace

struct SourceKeys::Cipher {
  Context context;
};

struct TokenOpener::Cipher {
  Context context;
};

absl::StatusOr<SourceKeys> SourceKeys::Make(absl::string_view secret) {
  if (secret.size() != kSourceSecretBytes) {
    return InvalidArgument("SOURCE_SECRET_MALFORMED", "a source's secret is 32 bytes");
  }
  return SourceKeys(std::string(secret), Hmac(secret, "join", ""));
}

SourceKeys::SourceKeys(std::string secret, std::string join_key)
    : secret_(std::move(secret)), join_key_(std::move(join_key)),
      cipher_(new Cipher{MakeContext(join_key_, /*encrypt=*/true)}) {}
SourceKeys::SourceKeys(SourceKeys&&) noexcept = default;
SourceKeys::~SourceKeys() = default;

std::string SourceKeys::RecordKey(absl::string_view record_id) const {
  return Hmac(secret_, "payload", record_id).substr(0, kRecordKeyBytes);
}

std::string SourceKeys::Token(absl::string_view record_key) const {
  SH_CHECK(record_key.size() == kRecordKeyBytes);
  return Apply(cipher_->context.get(), record_key);
}

std::string SourceKeys::LoadId(absl::string_view file_digest) const {
  return Hmac(secret_, "load", file_digest).substr(0, kRecordKeyBytes);
}

absl::StatusOr<TokenOpener> TokenOpener::Make(absl::string_view join_key) {
  if (join_key.size() != kJoinKeyBytes) return InvalidArgument("JOIN_KEY_MALFORMED", "a join key is 32 bytes");
  return TokenOpener(std::unique_ptr<Cipher>(new Cipher{MakeContext(join_key, /*encrypt=*/false)}));
}

TokenOpener::TokenOpener(std::unique_ptr<Cipher> cipher) : cipher_(std::move(cipher)) {}
TokenOpener::TokenOpener(TokenOpener&&) noexcept = default;
TokenOpener::~TokenOpener() = default;

absl::StatusOr<std::string> TokenOpener::RecordKeys(absl::string_view tokens) const {
  if (tokens.size() % kRecordKeyBytes != 0) return InvalidArgument("TOKEN_MALFORMED", "a token is 16 bytes");
  return Apply(cipher_->context.get(), tokens);
}

}  // namespace safehaven
