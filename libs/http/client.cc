#include "libs/http/client.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/asio/ssl/host_name_verification.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl.hpp"
#include "libs/base/status.h"

namespace safehaven {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

absl::Status Unreachable(absl::string_view step) {
  return Unavailable("HTTP_UNREACHABLE", absl::StrCat("the HTTP server could not be reached: ", step));
}

// One request on one connection: resolve, connect, (handshake,) write, read.
template <typename Stream>
class Exchange {
 public:
  Exchange(asio::io_context& io, Stream stream, const HttpFetch& fetch, size_t body_bytes_max)
      : resolver_(io), stream_(std::move(stream)), url_(fetch.url) {
    request_.version(11);
    request_.method_string(fetch.method);
    request_.target(fetch.url.target);
    request_.set(http::field::host, fetch.url.HostHeader());
    request_.set(http::field::connection, "close");
    for (const auto& [name, value] : fetch.headers) request_.set(name, value);
    request_.body() = fetch.body;
    request_.prepare_payload();
    parser_.body_limit(body_bytes_max);
  }

  void Begin() {
    resolver_.async_resolve(url_.host, std::to_string(url_.port),
                            [this](beast::error_code error, const tcp::resolver::results_type& results) {
                              if (error) return Fail(Unreachable("its name does not resolve"));
                              Connect(results);
                            });
  }

  // Present once the exchange has ended.
  std::optional<absl::StatusOr<HttpResponse>> outcome;

 private:
  void Connect(const tcp::resolver::results_type& results) {
    beast::get_lowest_layer(stream_).async_connect(results, [this](beast::error_code error, const tcp::endpoint&) {
      if (error) return Fail(Unreachable("nothing listens there"));
      if constexpr (std::is_same_v<Stream, TlsStream>) {
        Handshake();
      } else {
        Write();
      }
    });
  }

  void Handshake() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str());
      stream_.set_verify_callback(asio::ssl::host_name_verification(url_.host));
      stream_.async_handshake(asio::ssl::stream_base::client, [this](beast::error_code error) {
        if (error) return Fail(Unreachable("its certificate does not verify"));
        Write();
      });
    }
  }

  void Write() {
    http::async_write(stream_, request_, [this](beast::error_code error, size_t) {
      if (error) return Fail(Unreachable("it hung up"));
      Read();
    });
  }

  // The header apart, for the limit's sake: see the server.
  void Read() {
    http::async_read_header(stream_, buffer_, parser_, [this](beast::error_code error, size_t) {
      if (error) return Finish(error);
      http::async_read(stream_, buffer_, parser_, [this](beast::error_code read_error, size_t) { Finish(read_error); });
    });
  }

  void Finish(beast::error_code error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return Fail(Unavailable("HTTP_TOO_LARGE", "the HTTP server's answer is larger than allowed"));
    }
    if (error) return Fail(Unreachable("its answer is not HTTP"));
    auto& message = parser_.get();
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      response.headers.emplace_back(absl::AsciiStrToLower(std::string(field.name_string())),
                                    std::string(field.value()));
    }
    response.body = std::move(message.body());
    outcome = std::move(response);
  }

  void Fail(absl::Status status) { outcome = std::move(status); }

  tcp::resolver resolver_;
  Stream stream_;
  const Url url_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

class BeastClient : public HttpClient {
 public:
  explicit BeastClient(const HttpClientOptions& options) : options_(options), tls_(asio::ssl::context::tls_client) {}

  absl::Status LoadAuthorities() {
    beast::error_code error;
    tls_.set_verify_mode(asio::ssl::verify_peer);
    if (options_.authorities_file.empty()) {
      tls_.set_default_verify_paths(error);
    } else {
      tls_.load_verify_file(options_.authorities_file, error);
    }
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    return error ? InvalidArgument("TLS_KEYS_MISSING", "the file of authorities cannot be read") : absl::OkStatus();
  }

  absl::StatusOr<HttpResponse> Fetch(const HttpFetch& fetch) override {
    asio::io_context io(1);
    if (fetch.url.secure) return Run(io, TlsStream(PlainStream(io), tls_), fetch);
    return Run(io, PlainStream(io), fetch);
  }

 private:
  template <typename Stream>
  absl::StatusOr<HttpResponse> Run(asio::io_context& io, Stream stream, const HttpFetch& fetch) {
    Exchange<Stream> exchange(io, std::move(stream), fetch, options_.body_bytes_max);
    exchange.Begin();
    // The whole exchange has one limit: a server that sends a byte a second gains nothing.
    io.run_for(absl::ToChronoMilliseconds(options_.time_max));
    if (exchange.outcome.has_value()) return *std::move(exchange.outcome);
    return Unavailable("HTTP_SLOW", "the HTTP server did not answer in time");
  }

  const HttpClientOptions options_;
  asio::ssl::context tls_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpClient>> MakeHttpClient(const HttpClientOptions& options) {
  auto client = std::make_unique<BeastClient>(options);
  SH_RETURN_IF_ERROR(client->LoadAuthorities());
  return std::unique_ptr<HttpClient>(std::move(client));
}

}  // namespace safehaven
