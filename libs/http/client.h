// Fetches one small document over HTTP(S): what sign-in needs from an issuer. Opens a
// connection a request, follows no redirect, reads no more than it was told, and
// verifies the server's certificate and name. Not for hot paths. Thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_CLIENT_H_
#define SAFEHAVEN_LIBS_HTTP_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "libs/http/url.h"

namespace safehaven {

struct HttpFetch {
  std::string method = "GET";
  Url url;
  HttpHeaders headers;
  std::string body;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Blocks until the whole response is there, at most until the options' `time_max`. Any
  // status is an answer. UNAVAILABLE with reason HTTP_UNREACHABLE (no connection, no
  // valid certificate, no HTTP), HTTP_SLOW or HTTP_TOO_LARGE.
  virtual absl::StatusOr<HttpResponse> Fetch(const HttpFetch& fetch) = 0;
};

struct HttpClientOptions {
  absl::Duration time_max = absl::Seconds(5);
  size_t body_bytes_max = 64 * 1024;
  // PEM file of the authorities to trust; empty for those of the system.
  std::string authorities_file;
};

// INVALID_ARGUMENT with reason TLS_KEYS_MISSING if the authorities cannot be read.
absl::StatusOr<std::unique_ptr<HttpClient>> MakeHttpClient(const HttpClientOptions& options);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_CLIENT_H_
