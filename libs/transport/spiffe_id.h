// The name of a program: spiffe://<trust domain>/<path>, as its certificate carries
// it in its one URI SAN (SPIFFE-ID and X509-SVID standards). "source/acute" is the
// path of a program that sends the acute trust's extracts. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_SPIFFE_ID_H_
#define SAFEHAVEN_LIBS_TRANSPORT_SPIFFE_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

struct SpiffeId {
  std::string trust_domain;  // "demo.safehaven.invalid"
  std::string path;          // "source/acute": without the leading slash

  // INVALID_ARGUMENT with reason SPIFFE_ID_MALFORMED unless it is a SPIFFE id with a
  // path of one to eight segments, at most 255 bytes in all.
  static absl::StatusOr<SpiffeId> Parse(absl::string_view text);

  std::string ToString() const;

  friend bool operator==(const SpiffeId&, const SpiffeId&) = default;
};

// One to eight segments of [A-Za-z0-9._-], none of them "." or "..".
bool IsSpiffePath(absl::string_view path);

// Lower-case letters, digits, dots, hyphens and underscores.
bool IsTrustDomain(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_SPIFFE_ID_H_
