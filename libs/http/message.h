// A request and a response of HTTP, whole and in memory, without the library that
// moves them. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_MESSAGE_H_
#define SAFEHAVEN_LIBS_HTTP_MESSAGE_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// Names in lower case, in the order of the message.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The value of the header `name` (lower case), or "" if it is missing or stands twice:
// a header of which there are two means one thing to us and another to a proxy.
inline std::string HeaderOf(const HttpHeaders& headers, absl::string_view name) {
  const std::string* found = nullptr;
  for (const auto& [header, value] : headers) {
    if (header != name) continue;
    if (found != nullptr) return "";
    found = &value;
  }
  return found == nullptr ? "" : *found;
}

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // as sent: "/path?query"
  HttpHeaders headers;
  std::string body;
  std::string peer_address;  // without the port; for limits only, never for authorisation

  absl::string_view Path() const { return absl::string_view(target).substr(0, target.find('?')); }
  absl::string_view Query() const {
    const size_t mark = target.find('?');
    return mark == std::string::npos ? absl::string_view() : absl::string_view(target).substr(mark + 1);
  }
  std::string Header(absl::string_view name) const { return HeaderOf(headers, name); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;

  std::string Header(absl::string_view name) const { return HeaderOf(headers, name); }
};

// Ends one request. May be called from any thread; the first call counts. If all copies
// are dropped without a call, the peer gets a 500.
using HttpRespond = std::function<void(HttpResponse)>;

// Answers requests. Called on an I/O thread: it must not block, but may hand the work
// to somebody who can.
using HttpHandler = std::function<void(HttpRequest, HttpRespond)>;

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_MESSAGE_H_
