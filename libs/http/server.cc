#include "libs/http/server.h"

#include <atomic>
#include <list>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/strand.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl.hpp"
#include "libs/base/status.h"
#include "libs/http/server_tls.h"

namespace safehaven {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::milliseconds kAcceptPause(100);  // after "too many open files"
constexpr size_t kReadBytes = 8 * 1024;
constexpr std::chrono::seconds kLingerMax(2);
constexpr size_t kLingerBytesMax = 1024 * 1024;

std::chrono::milliseconds ToChrono(absl::Duration duration) { return absl::ToChronoMilliseconds(duration); }

// One connection as the server sees it. Each may be called from any thread and returns
// at once.
class Peer {
 public:
  virtual ~Peer() = default;
  // Sends the answer to the request that is being handled.
  virtual void Answer(HttpResponse response) = 0;
  // Ends after the request that is being handled, or now if there is none.
  virtual void Finish() = 0;
  // Ends now.
  virtual void Abort() = 0;
};

// Owns the open connections, by numbers that are never used again: an answer that comes
// after its connection has gone finds nothing, whatever is at its address by then.
// Thread-safe.
class Registry {
 public:
  uint64_t Add(std::shared_ptr<Peer> peer) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    peers_.emplace(++last_id_, std::move(peer));
    return last_id_;
  }
  void Remove(uint64_t id) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::shared_ptr<Peer> removed;  // destroyed without the lock
    absl::MutexLock lock(&mutex_);
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    removed = std::move(found->second);
    peers_.erase(found);
  }
  // Under the lock, so that Clear() cannot end while somebody still posts to the server.
  void Answer(uint64_t id, HttpResponse response) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    const auto found = peers_.find(id);
    if (found != peers_.end()) found->second->Answer(std::move(response));
  }
  void FinishAll() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, peer] : peers_) peer->Finish();
  }
  void AbortAll() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, peer] : peers_) peer->Abort();
  }
  void Clear() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::flat_hash_map<uint64_t, std::shared_ptr<Peer>> dropped;
    absl::MutexLock lock(&mutex_);
    dropped.swap(peers_);
  }
  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return peers_.size();
  }
  bool WaitUntilEmpty(absl::Duration time_max) const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(this, &Registry::Empty), time_max);
  }

 private:
  bool Empty() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return peers_.empty(); }

  mutable absl::Mutex mutex_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  // Shared with the handlers of a connection's own operations.
  absl::flat_hash_map<uint64_t, std::shared_ptr<Peer>> peers_ ABSL_GUARDED_BY(mutex_);
};

// Calls `answer` once: with what it is given, or with a 500 when all copies are gone.
class AnswerOnce {
 public:
  explicit AnswerOnce(HttpRespond answer) : answer_(std::move(answer)) {}
  ~AnswerOnce() {
    if (!answered_.exchange(true)) answer_({.status = 500, .headers = {}, .body = ""});
  }
  void Answer(HttpResponse response) {
    if (!answered_.exchange(true)) answer_(std::move(response));
  }

 private:
  HttpRespond answer_;
  std::atomic<bool> answered_{false};
};

http::response<http::string_body> ToBeast(HttpResponse response, unsigned version, bool keep_alive, bool head) {
  http::response<http::string_body> message;
  message.version(version);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(keep_alive);
  if (response.status != 204 && response.status != 304) message.content_length(response.body.size());
  if (!head) message.body() = std::move(response.body);
  return message;
}

// Everything runs on the connection's strand; what comes from outside is posted there.
template <typename Stream>
class Connection : public Peer, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, const HttpServerOptions& options, HttpHandler handler, std::shared_ptr<Registry> registry,
             std::shared_ptr<asio::ssl::context> tls, std::string peer_address)
      : options_(options), handler_(std::move(handler)), registry_(std::move(registry)), tls_(std::move(tls)),
        peer_address_(std::move(peer_address)), stream_(std::move(stream)) {}

  void Begin() {
    id_ = registry_->Add(this->shared_from_this());
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->Handshake(); });
  }

  void Answer(HttpResponse response) override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this(), response = std::move(response)]() mutable {
      self->Write(std::move(response));
    });
  }
  void Finish() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      self->finishing_ = true;
      if (!self->in_request_) self->Close();
    });
  }
  void Abort() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->Close(); });
  }

 private:
  void Handshake() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      Lowest().expires_after(ToChrono(options_.request_max));
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (error) return self->Close();
                                self->AwaitRequest();
                              });
    } else {
      AwaitRequest();
    }
  }

  // Waits for a first byte with the long limit; only then does the short one run, so a
  // connection may idle but a request may not dawdle.
  void AwaitRequest() {
    if (finishing_) return Close();
    in_request_ = false;
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(options_.header_bytes_max));
    parser_->body_limit(options_.body_bytes_max);
    if (buffer_.size() > 0) return ReadRequest();
    Lowest().expires_after(ToChrono(options_.idle_max));
    stream_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = this->shared_from_this()](beast::error_code error, size_t count) {
                              if (error) return self->Close();
                              self->buffer_.commit(count);
                              self->ReadRequest();
                            });
  }

  void ReadRequest() {
    in_request_ = true;
    Lowest().expires_after(ToChrono(options_.request_max));
    // The header apart: Beast 1.74 forgets that a declared length is beyond the limit if
    // it finds a part of the body in the same buffer and goes on.
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](beast::error_code error, size_t) {
                              if (error) return self->OnRequest(error);
                              self->ReadBody();
                            });
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](beast::error_code error, size_t) {
      self->OnRequest(error);
    });
  }

  void OnRequest(beast::error_code error) {
    if (error == http::error::body_limit) return Refuse(413);
    if (error == http::error::header_limit) return Refuse(431);
    if (error == http::error::end_of_stream || error == http::error::partial_message) return Close();
    if (error && error.category() == http::make_error_code(http::error::bad_target).category()) return Refuse(400);
    if (error) return Close();
    HttpRequest request = FromBeast();
    // Nothing here waits for a 100; better said at once than after a time-out.
    if (!request.Header("expect").empty()) return Refuse(417);
    Lowest().expires_never();
    auto once = std::make_shared<AnswerOnce>([registry = registry_, id = id_](HttpResponse response) {
      registry->Answer(id, std::move(response));
    });
    handler_(std::move(request), [once](HttpResponse response) { once->Answer(std::move(response)); });
  }

  HttpRequest FromBeast() {
    auto& message = parser_->get();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.peer_address = peer_address_;
    return request;
  }

  void Refuse(int status) {
    refused_ = true;
    Write({.status = status, .headers = {}, .body = ""});
  }

  void Write(HttpResponse response) {
    if (closed_) return;
    const auto& message = parser_->get();
    const bool keep_alive = message.keep_alive() && !finishing_ && !refused_;
    response_.emplace(ToBeast(std::move(response), refused_ ? 11 : message.version(), keep_alive,
                              message.method() == http::verb::head));
    Lowest().expires_after(ToChrono(options_.response_max));
    http::async_write(stream_, *response_,
                      [self = this->shared_from_this(), keep_alive](beast::error_code error, size_t) {
                        self->response_.reset();
                        if (!error && keep_alive) return self->AwaitRequest();
                        if (!error && self->refused_) return self->Linger();
                        self->Close();
                      });
  }

  // A refused request may still be on its way. Closing now would reset the connection
  // and could take the refusal with it, so what comes is read and dropped for a while.
  void Linger() {
    beast::error_code ignored;
    Lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    Lowest().expires_after(kLingerMax);
    DropInput(kLingerBytesMax);
  }

  void DropInput(size_t bytes_left) {
    buffer_.clear();
    Lowest().async_read_some(buffer_.prepare(kReadBytes),
                             [self = this->shared_from_this(), bytes_left](beast::error_code error, size_t count) {
                               if (error || count >= bytes_left) return self->Close();
                               self->DropInput(bytes_left - count);
                             });
  }

  // Says goodbye where that costs nothing, and drops the socket.
  void Close() {
    if (closed_) return;
    closed_ = true;
    beast::error_code ignored;
    Lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    Lowest().close();
    registry_->Remove(id_);
  }

  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }

  const HttpServerOptions options_;
  const HttpHandler handler_;
  const std::shared_ptr<Registry> registry_;        // shared with answers that come late
  const std::shared_ptr<asio::ssl::context> tls_;   // the one this connection began with
  const std::string peer_address_;
  uint64_t id_ = 0;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool in_request_ = false;
  bool refused_ = false;
  bool finishing_ = false;
  bool closed_ = false;
};

class BeastServer : public HttpServer {
 public:
  BeastServer(HttpServerOptions options, HttpHandler handler, std::unique_ptr<ServerTlsContext> tls)
      : options_(std::move(options)), handler_(std::move(handler)), tls_(std::move(tls)),
        io_(static_cast<int>(options_.thread_count)), acceptor_(asio::make_strand(io_)),
        pause_(acceptor_.get_executor()) {}
  ~BeastServer() override { Stop(absl::ZeroDuration()); }

  absl::Status Listen(const asio::ip::address& address) {
    beast::error_code error;
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) return FailedPrecondition("HTTP_PORT_TAKEN", "cannot listen there: choose another port");
    Accept();
    for (size_t i = 0; i < options_.thread_count; ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
    return absl::OkStatus();
  }

  uint16_t port() const override { return port_; }
  size_t connection_count() const override { return registry_->size(); }

  void Stop(absl::Duration grace) override {
    if (stopped_.exchange(true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      beast::error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    registry_->FinishAll();
    if (!registry_->WaitUntilEmpty(grace)) {
      registry_->AbortAll();
      registry_->WaitUntilEmpty(kAbortMax);
    }
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    registry_->Clear();
  }

 private:
  // Aborting takes no longer than the strands need to come round.
  static constexpr absl::Duration kAbortMax = absl::Seconds(1);

  void Accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](beast::error_code error, tcp::socket socket) {
      if (stopped_) return;
      if (!error) {
        Serve(std::move(socket));
        return Accept();
      }
      // Most likely no file descriptors are left: wait until some come back.
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](beast::error_code cancelled) {
        if (!cancelled && !stopped_) Accept();
      });
    });
  }

  void Serve(tcp::socket socket) {
    if (registry_->size() >= options_.connections_max) return;  // closes it
    beast::error_code error;
    socket.set_option(tcp::no_delay(true), error);
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;
    const std::string address = peer.address().to_string();
    if (tls_ == nullptr) {
      std::make_shared<Connection<PlainStream>>(PlainStream(std::move(socket)), options_, handler_, registry_, nullptr,
                                                address)
          ->Begin();
      return;
    }
    std::shared_ptr<asio::ssl::context> context = tls_->Current();
    std::make_shared<Connection<TlsStream>>(TlsStream(std::move(socket), *context), options_, handler_, registry_,
                                            context, address)
        ->Begin();
  }

  const HttpServerOptions options_;
  const HttpHandler handler_;
  const std::unique_ptr<ServerTlsContext> tls_;
  // Shared with connections, and with answers that come after them.
  const std::shared_ptr<Registry> registry_ = std::make_shared<Registry>();
  asio::io_context io_;
  // A connection that waits for its handler's answer has nothing in flight; the threads
  // must not leave for that.
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::vector<std::thread> threads_;
  uint16_t port_ = 0;
  std::atomic<bool> stopped_{false};
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options, HttpHandler handler) {
  beast::error_code error;
  const asio::ip::address address = asio::ip::make_address(options.address, error);
  if (error) return InvalidArgument("HTTP_ADDRESS_INVALID", "not a literal IP address");
  std::unique_ptr<ServerTlsContext> tls;
  if (!options.certificate_file.empty() || !options.key_file.empty()) {
    SH_ASSIGN_OR_RETURN(tls, ServerTlsContext::Make(options.certificate_file, options.key_file));
  } else if (!address.is_loopback()) {
    return FailedPrecondition("HTTP_PLAIN_OFF_LOOPBACK", "plain HTTP is for loopback only: give a certificate");
  }
  auto server = std::make_unique<BeastServer>(options, std::move(handler), std::move(tls));
  SH_RETURN_IF_ERROR(server->Listen(address));
  return std::unique_ptr<HttpServer>(std::move(server));
}

std::string HttpReasonPhrase(int status) {
  return std::string(http::obsolete_reason(static_cast<http::status>(status)));
}

}  // namespace safehaven
