// A small HTTP/1.1 server for the edge: asynchronous, so that idle or slow connections
// cost a few kilobytes and no thread. (A server with a thread per connection let a
// health probe wait five seconds behind eight keep-alive connections; measured,
// docs/architecture.md.) Speaks TLS 1.2 and later with a certificate that is read again
// when its file changes, or plain HTTP on loopback.
//
// It knows no routes: one handler gets every request. Limits on size and time are its
// business, everything else is the handler's. Thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_SERVER_H_
#define SAFEHAVEN_LIBS_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/http/message.h"

namespace safehaven {

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // a literal address
  uint16_t port = 0;                  // 0: any free one, see HttpServer::port()
  // PEM files; both empty for plain HTTP, which only a loopback address may have.
  std::string certificate_file;
  std::string key_file;

  size_t thread_count = 2;
  size_t connections_max = 4096;          // more are closed at once
  size_t header_bytes_max = 16 * 1024;    // more is answered 431
  size_t body_bytes_max = 256 * 1024;     // more is answered 413
  absl::Duration idle_max = absl::Seconds(60);     // between requests
  absl::Duration request_max = absl::Seconds(10);  // from a request's first byte to its last
  absl::Duration response_max = absl::Seconds(30); // for the peer to take an answer
};

class HttpServer {
 public:
  // Listens and serves until Stop(). INVALID_ARGUMENT with reason HTTP_ADDRESS_INVALID;
  // FAILED_PRECONDITION with reason HTTP_PLAIN_OFF_LOOPBACK, TLS_KEYS_MISSING (unreadable,
  // or not a pair) or HTTP_PORT_TAKEN.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                           HttpHandler handler);

  virtual ~HttpServer() = default;

  // The port it listens on.
  virtual uint16_t port() const = 0;

  // Open connections now.
  virtual size_t connection_count() const = 0;

  // Stops listening, closes idle connections, lets running requests finish for at most
  // `grace`, then closes what is left and joins the threads. Called by the destructor
  // with no grace. Not from a handler.
  virtual void Stop(absl::Duration grace) = 0;
};

// The reason phrase of a status: "Not Found".
std::string HttpReasonPhrase(int status);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_SERVER_H_
