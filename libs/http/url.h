// Addresses of the web, as far as Safehaven reads them: absolute http and https URLs
// without user information, percent-encoding, and form bodies (application/
// x-www-form-urlencoded, as OAuth 2.0 uses it, RFC 6749 appendix B). Everything is
// bounded and strict: what does not parse is refused. Not a general URL library: no
// relative references, no international names. Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_URL_H_
#define SAFEHAVEN_LIBS_HTTP_URL_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

inline constexpr size_t kUrlBytesMax = 2048;
inline constexpr size_t kFormFieldsMax = 32;

struct Url {
  bool secure = false;  // https
  std::string host;     // lower case; an IPv6 address without its brackets
  uint16_t port = 0;    // 80 or 443 where the URL names none
  std::string target;   // path and query as they are sent, from the first '/'

  // Reads "https://issuer.example/path?query". INVALID_ARGUMENT with reason
  // URL_MALFORMED for anything else, a fragment or user information among it.
  static absl::StatusOr<Url> Parse(absl::string_view text);

  // "https://issuer.example", with the port where it is not the scheme's own.
  std::string Origin() const;

  // Origin() and target.
  std::string ToString() const;

  // Is the host this machine by its very name: 127.0.0.0/8, ::1 or "localhost"?
  bool IsLoopback() const;

  // The value of a Host header that means this origin.
  std::string HostHeader() const;
};

// Percent-encodes all but unreserved characters (RFC 3986, 2.3).
std::string PercentEncode(absl::string_view text);

// The reverse; '+' stays '+'. INVALID_ARGUMENT with reason URL_MALFORMED at a broken
// escape or a NUL.
absl::StatusOr<std::string> PercentDecode(absl::string_view text);

// Fields of a form or a query in their order. A field that stands twice makes a request
// mean two things to two readers, so reading refuses it.
class Form {
 public:
  // INVALID_ARGUMENT with reason FORM_MALFORMED if there are more than kFormFieldsMax
  // fields, one occurs twice, or an escape is broken.
  static absl::StatusOr<Form> Parse(absl::string_view text);

  // Adds a field at the end. The caller sees to it that the name is new.
  void Add(absl::string_view name, absl::string_view value);

  // The value, or "" if there is no such field.
  std::string Get(absl::string_view name) const;

  // "a=1&b=2", encoded.
  std::string ToString() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_URL_H_
