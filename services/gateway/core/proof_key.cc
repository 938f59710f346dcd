#include "services/gateway/core/proof_key.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "libs/merkle/sha256.h"

namespace safehaven::gateway {
namespace {

constexpr size_t kVerifierCharactersMin = 43;
constexpr size_t kVerifierCharactersMax = 128;

}  // namespace

std::string NewSecret(Randomness& randomness) {
  return absl::WebSafeBase64Escape(randomness.Bytes(kSecretBytes));
}

std::string CodeChallenge(absl::string_view verifier) {
  const Digest digest = Sha256(verifier);
  return absl::WebSafeBase64Escape(AsBytes(digest));
}

bool IsCodeVerifier(absl::string_view text) {
  if (text.size() < kVerifierCharactersMin || text.size() > kVerifierCharactersMax) return false;
  for (const char c : text) {
    const bool unreserved = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                            c == '_' || c == '~';
    if (!unreserved) return false;
  }
  return true;
}

bool SameSecret(absl::string_view a, absl::string_view b) {
  if (a.empty() || a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

}  // namespace safehaven::gateway
