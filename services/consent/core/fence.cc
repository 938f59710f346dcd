#include "services/consent/core/fence.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "services/consent/core/entry_text.h"

namespace safehaven::consent {
namespace {

absl::Status Refuse(absl::string_view reason, const Entry& entry, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kFailedPrecondition, reason, absl::StrCat(KeyOf(entry), ": ", field, ": ", why),
                 {{"entry", KeyOf(entry)}, {"field", std::string(field)}});
}

// The host of "scheme://host:port/path"; brackets of an IPv6 address are kept.
absl::string_view HostOf(absl::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != absl::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  // Before "@" is a user name that could look like a host.
  const size_t at = url.rfind('@');
  if (at != absl::string_view::npos) url.remove_prefix(at + 1);
  if (absl::StartsWith(url, "[")) return url.substr(0, url.find(']') + 1);
  return url.substr(0, url.find(':'));
}

// 127.0.0.0/8 as four decimal numbers: "127.evil.example" is a name, not an address.
bool IsLoopbackAddress(absl::string_view host) {
  int parts = 0;
  while (!host.empty()) {
    const size_t dot = host.find('.');
    const absl::string_view part = host.substr(0, dot);
    int value = 0;
    if (part.empty() || part.size() > 3 || !absl::SimpleAtoi(part, &value) || value < 0 || value > 255 ||
        !absl::ascii_isdigit(part[0]) || (parts == 0 && value != 127)) {
      return false;
    }
    ++parts;
    host = dot == absl::string_view::npos ? absl::string_view() : host.substr(dot + 1);
    if (dot != absl::string_view::npos && host.empty()) return false;
  }
  return parts == 4;
}

bool IsLoopback(absl::string_view host) { return host == "localhost" || host == "[::1]" || IsLoopbackAddress(host); }

bool IsDemoHost(absl::string_view host) {
  return host == kDemoDomain || absl::EndsWith(host, absl::StrCat(".", kDemoDomain));
}

absl::Status CheckProduction(const Entry& entry) {
  for (const auto& [field, text] : FlattenEntry(entry)) {
    if (absl::StrContains(absl::AsciiStrToLower(text), kDemoDomain)) {
      return Refuse("DEMO_NAME_REFUSED", entry, field, "is a name of the demonstration");
    }
  }
  const Issuer* issuer = std::get_if<Issuer>(&entry);
  if (issuer == nullptr) return absl::OkStatus();
  if (issuer->demo) return Refuse("DEMO_ISSUER_REFUSED", entry, "demo", "is an issuer of the demonstration");
  if (!absl::StartsWith(issuer->url, "https://") && !IsLoopback(HostOf(issuer->url))) {
    return Refuse("ISSUER_WITHOUT_TLS", entry, "url", "must be https off this machine");
  }
  return absl::OkStatus();
}

bool IsDemoUrl(absl::string_view url) { return IsLoopback(HostOf(url)) || IsDemoHost(HostOf(url)); }

absl::Status CheckDemo(const Entry& entry) {
  if (const Issuer* issuer = std::get_if<Issuer>(&entry)) {
    if (!issuer->demo || !IsDemoUrl(issuer->url)) {
      return Refuse("NOT_A_DEMO_ISSUER", entry, issuer->demo ? "url" : "demo", "the demo takes its own issuer only");
    }
  }
  if (const Program* program = std::get_if<Program>(&entry)) {
    if (HostOf(program->spiffe_id) != kDemoDomain) {
      return Refuse("NOT_A_DEMO_NAME", entry, "spiffe_id", absl::StrCat("must be below spiffe://", kDemoDomain));
    }
  }
  if (const Member* member = std::get_if<Member>(&entry)) {
    if (!IsDemoUrl(member->issuer)) {
      return Refuse("NOT_A_DEMO_NAME", entry, "issuer", "the demo takes people of its own issuer only");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFence(Profile profile, const Entry& entry) {
  return profile == Profile::kDemo ? CheckDemo(entry) : CheckProduction(entry);
}

absl::Status CheckFence(Profile profile, const NhsNumber& number) {
  if (profile == Profile::kDemo && !number.IsNeverIssued()) {
    return FailedPrecondition("NHS_NUMBER_NOT_OF_DEMO", "the demo takes only NHS numbers that are never issued");
  }
  if (profile == Profile::kProduction && number.IsNeverIssued()) {
    return FailedPrecondition("NHS_NUMBER_OF_DEMO", "NHS numbers of the never-issued range are the demo's");
  }
  return absl::OkStatus();
}

}  // namespace safehaven::consent
