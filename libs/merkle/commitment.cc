#include "libs/merkle/commitment.h"

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr absl::string_view kDomainPrefix = "safehaven-leaf/1";

}  // namespace

Digest Commitment(const LeafContent& content) {
  SH_CHECK(content.salt.size() == kSaltBytes);
  const char kind = static_cast<char>(content.kind);
  return Sha256Of({kDomainPrefix, absl::string_view(&kind, 1), content.salt, content.body});
}

absl::Status CheckCommitment(const Digest& commitment, const LeafContent& content) {
  if (content.salt.size() != kSaltBytes || Commitment(content) != commitment) {
    return PermissionDenied("COMMITMENT_MISMATCH", "the body and salt do not open the commitment");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
