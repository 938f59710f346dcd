#include "services/linkage/rpc/seal.h"

#include <sodium.h>

#include "libs/base/status.h"

namespace safehaven::linkage {

static_assert(kSealKeyBytes == crypto_box_PUBLICKEYBYTES);

absl::StatusOr<std::string> SealText(absl::string_view text, const std::string& public_key) {
  std::string box(crypto_box_SEALBYTES + text.size(), '\0');
  const bool sealed = public_key.size() == kSealKeyBytes &&
                      crypto_box_seal(reinterpret_cast<unsigned char*>(box.data()),
                                      reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                      reinterpret_cast<const unsigned char*>(public_key.data())) == 0;
  if (!sealed) return FailedPrecondition("ENVIRONMENT_KEY_UNUSABLE", "the environment's key cannot be sealed to");
  return box;
}

}  // namespace safehaven::linkage
