// SHA-256 over a sequence of typed values, each with its length, so that no two
// sequences hash alike by running together. For long sequences, fed bit by bit
// (libs/merkle/sha256.h is for short ones that are all there). Single-threaded: one sequence each.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_DIGEST_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_DIGEST_H_

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::costing {

class Digester {
 public:
  // `domain` keeps digests of different kinds of things apart.
  explicit Digester(absl::string_view domain);

  // The text's length and the text.
  void AddText(absl::string_view text);
  // Eight bytes, least significant first.
  void AddNumber(uint64_t number);
  // Bytes as they are, without a length: for columns whose length was added before.
  void AddBytes(const void* bytes, size_t count);

  // The 32 bytes. Nothing may be added afterwards.
  std::string Finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  void Flush();

  std::unique_ptr<EVP_MD_CTX, Free> context_;
  std::string buffer_;  // a call into OpenSSL costs more than a few bytes do
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_DIGEST_H_
