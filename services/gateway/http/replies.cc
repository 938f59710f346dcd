#include "services/gateway/http/replies.h"

#include <array>
#include <map>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"
#include "libs/transport/wire_status.h"
#include "services/gateway/core/connect_codes.h"

namespace safehaven::gateway {
namespace {

// One origin for everything; nothing inline, nothing framed, nothing from elsewhere.
constexpr char kContentPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct FixedHeader {
  const char* name;
  const char* value;
};
constexpr std::array<FixedHeader, 8> kFixedHeaders = {{
    {"Content-Security-Policy", kContentPolicy},
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    // Not "no-referrer": browsers would send "Origin: null" with some requests of our own.
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
}};

constexpr absl::string_view kTypePrefix = "type.googleapis.com/";

// {"reason": ..., "metadata": {...}}: for people and scripts that speak no protobuf.
std::string ReadableReason(const absl::Status& status) {
  std::string metadata;
  for (const auto& [key, value] : MetadataOf(status)) {
    absl::StrAppend(&metadata, metadata.empty() ? "" : ",", JsonQuote(key), ":", JsonQuote(value));
  }
  return absl::StrCat("{\"reason\":", JsonQuote(ReasonOf(status)), ",\"metadata\":{", metadata, "}}");
}

std::string Details(const absl::Status& status) {
  std::string details;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    std::string value;
    absl::Base64Escape(std::string(bytes), &value);
    // Connect writes Base64 without padding.
    while (!value.empty() && value.back() == '=') value.pop_back();
    absl::StrAppend(&details, details.empty() ? "" : ",", "{\"type\":", JsonQuote(absl::StripPrefix(url, kTypePrefix)),
                    ",\"value\":", JsonQuote(value));
    if (url == kErrorInfoTypeUrl) absl::StrAppend(&details, ",\"debug\":", ReadableReason(status));
    details += "}";
  });
  return details;
}

}  // namespace

void AddSecurityHeaders(HttpResponse& response, bool secure) {
  for (const FixedHeader& header : kFixedHeaders) response.headers.emplace_back(header.name, header.value);
  if (secure) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

HttpResponse ConnectError(const absl::Status& status) {
  HttpResponse response;
  response.status = HttpStatusOf(status.code());
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = absl::StrCat("{\"code\":", JsonQuote(ConnectCode(status.code())),
                               ",\"message\":", JsonQuote(status.message()), ",\"details\":[", Details(status), "]}");
  if (const std::optional<absl::Duration> wait = RetryAfterOf(status); wait.has_value()) {
    const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(*wait, absl::Seconds(1)));
    response.headers.emplace_back("Retry-After", absl::StrCat(seconds));
  }
  return response;
}

HttpResponse ErrorPage(const absl::Status& status) {
  HttpResponse response;
  response.status = HttpStatusOf(status.code());
  response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  response.body = absl::StrCat(
      "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Safehaven: not signed in</title>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"icon\" href=\"/mark.svg\" type=\"image/svg+xml\">"
      "<link rel=\"stylesheet\" href=\"/safehaven.css\"></head><body class=\"message-page\"><main>"
      "<h1>That did not work</h1><p>",
      HtmlEscape(status.message()), ".</p><p class=\"reason\">", HtmlEscape(ReasonOf(status)),
      "</p><p><a class=\"button\" href=\"/\">Back to the dashboard</a></p></main></body></html>\n");
  return response;
}

HttpResponse JsonReply(std::string body) {
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

HttpResponse Redirect(const std::string& location) {
  return {.status = 303, .headers = {{"Location", location}}, .body = ""};
}

HttpResponse EmptyReply(int status) { return {.status = status, .headers = {}, .body = ""}; }

}  // namespace safehaven::gateway
