#include "libs/http/url.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr uint16_t kPlainPort = 80;
constexpr uint16_t kSecurePort = 443;
constexpr char kHexDigits[] = "0123456789ABCDEF";

absl::Status Malformed(absl::string_view message) { return InvalidArgument("URL_MALFORMED", message); }

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool IsHostName(absl::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') return false;
  }
  return true;
}

bool IsIpv6Text(absl::string_view host) {
  if (host.empty() || host.size() > 45) return false;
  for (const char c : host) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c)) && c != ':' && c != '.') return false;
  }
  return true;
}

// Splits "host", "host:port", "[v6]" or "[v6]:port".
absl::Status ReadAuthority(absl::string_view authority, Url& url) {
  absl::string_view port;
  if (absl::ConsumePrefix(&authority, "[")) {
    const size_t end = authority.find(']');
    if (end == absl::string_view::npos) return Malformed("an address lacks its closing bracket");
    url.host = std::string(authority.substr(0, end));
    port = authority.substr(end + 1);
    if (!IsIpv6Text(url.host)) return Malformed("not an IPv6 address");
  } else {
    const size_t colon = authority.find(':');
    url.host = absl::AsciiStrToLower(authority.substr(0, colon));
    port = colon == absl::string_view::npos ? absl::string_view() : authority.substr(colon);
    if (!IsHostName(url.host)) return Malformed("not a host name");
  }
  url.port = url.secure ? kSecurePort : kPlainPort;
  if (port.empty()) return absl::OkStatus();
  uint32_t number = 0;
  if (!absl::ConsumePrefix(&port, ":") || port.empty() || port.size() > 5 || !absl::SimpleAtoi(port, &number) ||
      number == 0 || number > 65535) {
    return Malformed("not a port");
  }
  url.port = static_cast<uint16_t>(number);
  return absl::OkStatus();
}

// A form writes a space as '+'.
absl::StatusOr<std::string> DecodeField(absl::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return PercentDecode(spaced);
}

}  // namespace

absl::StatusOr<Url> Url::Parse(absl::string_view text) {
  if (text.size() > kUrlBytesMax) return Malformed("the URL is too long");
  for (const char c : text) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c)) || c == '\\' || c == '#') {
      return Malformed("the URL holds a character that has no place there");
    }
  }
  Url url;
  if (absl::ConsumePrefix(&text, "https://")) {
    url.secure = true;
  } else if (!absl::ConsumePrefix(&text, "http://")) {
    return Malformed("the URL must begin with http:// or https://");
  }
  const size_t end = text.find_first_of("/?");
  const absl::string_view authority = text.substr(0, end);
  if (absl::StrContains(authority, "@")) return Malformed("a URL must not hold user information");
  SH_RETURN_IF_ERROR(ReadAuthority(authority, url));
  const absl::string_view rest = end == absl::string_view::npos ? absl::string_view() : text.substr(end);
  url.target = absl::StartsWith(rest, "/") ? std::string(rest) : absl::StrCat("/", rest);
  return url;
}

std::string Url::HostHeader() const {
  const bool has_colon = absl::StrContains(host, ":");
  std::string text = has_colon ? absl::StrCat("[", host, "]") : host;
  if (port != (secure ? kSecurePort : kPlainPort)) absl::StrAppend(&text, ":", port);
  return text;
}

std::string Url::Origin() const { return absl::StrCat(secure ? "https://" : "http://", HostHeader()); }

std::string Url::ToString() const { return absl::StrCat(Origin(), target); }

bool Url::IsLoopback() const {
  if (host == "localhost" || host == "::1") return true;
  // Digits and dots only, so that "127.0.0.1.example" is not taken for the address.
  if (!absl::StartsWith(host, "127.")) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4) return false;
  for (const absl::string_view part : parts) {
    uint32_t number = 0;
    if (part.size() > 3 || !absl::SimpleAtoi(part, &number) || number > 255) return false;
  }
  return true;
}

std::string PercentEncode(absl::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kHexDigits[byte >> 4]);
    encoded.push_back(kHexDigits[byte & 15]);
  }
  return encoded;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      return Malformed("a percent sign must be followed by two hex digits");
    }
    decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos) return Malformed("a NUL has no place in a URL");
  return decoded;
}

absl::StatusOr<Form> Form::Parse(absl::string_view text) {
  Form form;
  for (const absl::string_view field : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    if (form.fields_.size() >= kFormFieldsMax) return InvalidArgument("FORM_MALFORMED", "too many fields");
    const size_t equals = field.find('=');
    const auto name = DecodeField(field.substr(0, equals));
    const auto value = DecodeField(equals == absl::string_view::npos ? "" : field.substr(equals + 1));
    if (!name.ok() || !value.ok()) return InvalidArgument("FORM_MALFORMED", "an escape is broken");
    for (const auto& existing : form.fields_) {
      if (existing.first == *name) return InvalidArgument("FORM_MALFORMED", "a field stands twice");
    }
    form.fields_.emplace_back(*name, *value);
  }
  return form;
}

void Form::Add(absl::string_view name, absl::string_view value) {
  fields_.emplace_back(std::string(name), std::string(value));
}

std::string Form::Get(absl::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return value;
  }
  return "";
}

std::string Form::ToString() const {
  std::string text;
  for (const auto& [name, value] : fields_) {
    absl::StrAppend(&text, text.empty() ? "" : "&", PercentEncode(name), "=", PercentEncode(value));
  }
  return text;
}

}  // namespace safehaven
