#include "libs/transport/spiffe_id.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr char kScheme[] = "spiffe://";
constexpr size_t kIdSizeMax = 255;  // a SPIFFE id may be longer; ours never are
constexpr size_t kSegmentsMax = 8;

}  // namespace

bool IsSpiffePath(absl::string_view path) {
  const std::vector<absl::string_view> segments = absl::StrSplit(path, '/');
  if (segments.size() > kSegmentsMax) return false;
  return std::all_of(segments.begin(), segments.end(), [](absl::string_view segment) {
    if (segment.empty() || segment == "." || segment == "..") return false;
    return std::all_of(segment.begin(), segment.end(), [](char c) {
      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
    });
  });
}

bool IsTrustDomain(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_';
  });
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(absl::string_view text) {
  const absl::Status malformed =
      InvalidArgument("SPIFFE_ID_MALFORMED", "not of the form spiffe://<trust domain>/<path>");
  if (text.size() > kIdSizeMax || !absl::ConsumePrefix(&text, kScheme)) return malformed;
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return malformed;
  SpiffeId id{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  if (!IsTrustDomain(id.trust_domain) || !IsSpiffePath(id.path)) return malformed;
  return id;
}

std::string SpiffeId::ToString() const { return absl::StrCat(kScheme, trust_domain, "/", path); }

}  // namespace safehaven
