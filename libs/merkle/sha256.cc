#include "libs/merkle/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

// Looked up once; never freed, so that threads that end late can still use it.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SH_CHECK(algorithm != nullptr);
  return algorithm;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// This thread's context, ready for a new message.
EVP_MD_CTX* FreshContext() {
  thread_local std::unique_ptr<EVP_MD_CTX, FreeContext> context;
  if (context == nullptr) {
    context.reset(EVP_MD_CTX_new());
    SH_CHECK(context != nullptr);
    SH_CHECK(EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) == 1);
  } else {
    // No algorithm means the same again, which is the cheap way.
    SH_CHECK(EVP_DigestInit_ex2(context.get(), nullptr, nullptr) == 1);
  }
  return context.get();
}

}  // namespace

Digest Sha256(absl::string_view bytes) { return Sha256Of({bytes}); }

Digest Sha256Of(std::initializer_list<absl::string_view> parts) {
  EVP_MD_CTX* const context = FreshContext();
  for (const absl::string_view part : parts) {
    SH_CHECK(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  Digest digest;
  unsigned int size = 0;
  SH_CHECK(EVP_DigestFinal_ex(context, digest.data(), &size) == 1 && size == digest.size());
  return digest;
}

std::string ToHex(const Digest& digest) { return absl::BytesToHexString(AsBytes(digest)); }

absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes) {
  if (bytes.size() != kDigestBytes) {
    return InvalidArgument("DIGEST_MALFORMED", "a digest has 32 bytes");
  }
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

}  // namespace safehaven
