// Cookies that hold a session, and nothing else. They are always HttpOnly; what varies
// is said in CookieTerms. Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_COOKIES_H_
#define SAFEHAVEN_LIBS_HTTP_COOKIES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven {

// When a browser sends a cookie along with a request that another site caused.
enum class SameSite {
  kStrict,  // never: what a session wants
  kLax,     // when the person follows a link: what must survive a visit to the issuer
};

struct CookieTerms {
  std::string name;
  std::string path = "/";
  bool secure = true;  // only over TLS
  SameSite same_site = SameSite::kStrict;
  // How long the browser keeps it; zero or less deletes it.
  absl::Duration life;
};

// The value of the cookie `name` in a Cookie header, or "". A name that stands twice
// counts as absent: one of the two was planted by somebody else.
std::string FindCookie(absl::string_view cookie_header, absl::string_view name);

// The value of a Set-Cookie header. `value` is base64url or empty.
std::string SetCookie(const CookieTerms& terms, absl::string_view value);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_COOKIES_H_
