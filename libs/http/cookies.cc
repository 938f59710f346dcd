#include "libs/http/cookies.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace safehaven {

std::string FindCookie(absl::string_view cookie_header, absl::string_view name) {
  std::string found;
  int count = 0;
  for (const absl::string_view part : absl::StrSplit(cookie_header, ';')) {
    const absl::string_view pair = absl::StripAsciiWhitespace(part);
    const size_t equals = pair.find('=');
    if (equals == absl::string_view::npos || pair.substr(0, equals) != name) continue;
    found = std::string(pair.substr(equals + 1));
    ++count;
  }
  return count == 1 ? found : "";
}

std::string SetCookie(const CookieTerms& terms, absl::string_view value) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(terms.life));
  return absl::StrCat(terms.name, "=", value, "; Path=", terms.path, "; Max-Age=", seconds, "; HttpOnly; SameSite=",
                      terms.same_site == SameSite::kStrict ? "Strict" : "Lax", terms.secure ? "; Secure" : "");
}

}  // namespace safehaven
