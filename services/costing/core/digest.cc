#include "services/costing/core/digest.h"

#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::costing {
namespace {

constexpr size_t kBufferBytes = 16 * 1024;

}  // namespace

Digester::Digester(absl::string_view domain) : context_(EVP_MD_CTX_new()) {
  SH_CHECK(context_ != nullptr);
  SH_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  AddText(domain);
}

void Digester::AddText(absl::string_view text) {
  AddNumber(text.size());
  AddBytes(text.data(), text.size());
}

void Digester::AddNumber(uint64_t number) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(number >> (8 * i));
  AddBytes(bytes, sizeof bytes);
}

void Digester::AddBytes(const void* bytes, size_t count) {
  if (buffer_.size() + count > kBufferBytes) Flush();
  if (count <= kBufferBytes) {
    buffer_.append(static_cast<const char*>(bytes), count);
    return;
  }
  SH_CHECK(EVP_DigestUpdate(context_.get(), bytes, count) == 1);
}

void Digester::Flush() {
  SH_CHECK(EVP_DigestUpdate(context_.get(), buffer_.data(), buffer_.size()) == 1);
  buffer_.clear();
}

std::string Digester::Finish() {
  Flush();
  std::string digest(kDigestBytes, '\0');
  unsigned int length = 0;
  SH_CHECK(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &length) == 1);
  SH_CHECK(length == digest.size());
  return digest;
}

}  // namespace safehaven::costing
