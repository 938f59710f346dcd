#include "services/gateway/door/web_door.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/status.h"
#include "libs/http/client.h"
#include "libs/http/server.h"
#include "libs/http/url.h"
#include "services/gateway/http/connect.h"
#include "services/gateway/http/edge.h"
#include "services/gateway/http/http_metrics.h"
#include "services/gateway/http/replies.h"
#include "services/gateway/http/static_files.h"
#include "services/gateway/oidc/sign_in.h"

namespace safehaven::gateway {
namespace {

// Requests that come before the door knows its own name, which on a port of the
// kernel's choice is only after it has begun to listen.
class LateHandler {
 public:
  void Set(Edge* edge) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    edge_ = edge;
  }
  void Handle(HttpRequest request, HttpRespond respond) ABSL_LOCKS_EXCLUDED(mutex_) {
    Edge* edge = nullptr;
    {
      absl::ReaderMutexLock lock(&mutex_);
      edge = edge_;
    }
    if (edge == nullptr) return respond(EmptyReply(503));
    edge->Handle(std::move(request), std::move(respond));
  }

 private:
  absl::Mutex mutex_;
  Edge* edge_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

absl::Status CheckSecurity(const WebDoorOptions& options) {
  if (options.issuer.demo) return absl::OkStatus();
  if (options.certificate_file.empty() || options.key_file.empty()) {
    return FailedPrecondition("WEB_NOT_SECURE", "outside the demo profile the web door needs a certificate");
  }
  SH_ASSIGN_OR_RETURN(const Url url, Url::Parse(options.public_url));
  if (url.secure) return absl::OkStatus();
  return FailedPrecondition("WEB_NOT_SECURE", "outside the demo profile the public URL must be https");
}

// "127.0.0.1:8080" or "[::1]:8080"; port 0 is allowed here.
absl::StatusOr<HttpServerOptions> ListenOptions(const WebDoorOptions& options) {
  HttpServerOptions server;
  const size_t colon = options.listen.rfind(':');
  const absl::string_view port = colon == std::string::npos ? "" : absl::string_view(options.listen).substr(colon + 1);
  uint32_t number = 0;
  if (port.empty() || !absl::SimpleAtoi(port, &number) || number > 65535) {
    return Failure(absl::StatusCode::kInvalidArgument, "FLAG_INVALID", "must be ADDRESS:PORT",
                   {{"flag", "--http-listen"}});
  }
  server.address = options.listen.substr(0, colon);
  if (server.address.size() > 2 && server.address.front() == '[' && server.address.back() == ']') {
    server.address = server.address.substr(1, server.address.size() - 2);
  }
  server.port = static_cast<uint16_t>(number);
  server.certificate_file = options.certificate_file;
  server.key_file = options.key_file;
  return server;
}

}  // namespace

// In the order of their lives: what comes later uses what comes before.
struct WebDoor::State {
  State(const WebDoorOptions& options, std::unique_ptr<HttpClient> http_client, StaticFiles static_files,
        ConnectEndpoint connect_endpoint, const World& world)
      : client(std::move(http_client)), files(std::move(static_files)), connect(std::move(connect_endpoint)),
        metrics(world.metrics), issuer(options.issuer, *client, world.clock),
        sessions({}, world.clock, world.randomness) {}

  const std::unique_ptr<HttpClient> client;
  const StaticFiles files;
  const ConnectEndpoint connect;
  HttpMetrics metrics;
  IssuerDirectory issuer;
  SessionStore sessions;
  std::string url;
  std::unique_ptr<SignInFlow> sign_in;
  std::unique_ptr<Edge> edge;
  LateHandler handler;
  std::unique_ptr<HttpServer> server;
};

WebDoor::WebDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
WebDoor::~WebDoor() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<WebDoor>> WebDoor::Open(const WebDoorOptions& options, const World& world) {
  SH_RETURN_IF_ERROR(CheckIssuer(options.issuer));
  SH_RETURN_IF_ERROR(CheckSecurity(options));
  SH_ASSIGN_OR_RETURN(const HttpServerOptions listen, ListenOptions(options));
  HttpClientOptions client_options;
  client_options.authorities_file = options.issuer_authorities;
  SH_ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> client, MakeHttpClient(client_options));
  SH_ASSIGN_OR_RETURN(StaticFiles files, StaticFiles::Load(options.web_folder));
  SH_ASSIGN_OR_RETURN(ConnectEndpoint connect, ConnectEndpoint::Make(world.handlers));
  auto state = std::make_unique<State>(options, std::move(client), std::move(files), std::move(connect), world);

  State& parts = *state;
  SH_ASSIGN_OR_RETURN(parts.server, HttpServer::Start(listen, [&parts](HttpRequest request, HttpRespond respond) {
                        parts.handler.Handle(std::move(request), std::move(respond));
                      }));
  const bool secure = !options.certificate_file.empty();
  const std::string where = options.public_url.empty()
                                ? absl::StrCat(secure ? "https://" : "http://", listen.address, ":", parts.server->port())
                                : options.public_url;
  SH_ASSIGN_OR_RETURN(const Url public_url, Url::Parse(where));
  parts.url = public_url.Origin();
  parts.sign_in = std::make_unique<SignInFlow>(
      absl::StrCat(parts.url, "/auth/callback"),
      SignInFlow::Parts{parts.issuer, *parts.client, parts.sessions, world.clock, world.randomness});
  EdgeOptions edge_options;
  edge_options.public_url = public_url;
  edge_options.demo = options.issuer.demo;
  parts.edge = std::make_unique<Edge>(edge_options,
                                      Edge::Parts{parts.connect, parts.files, parts.sessions, *parts.sign_in,
                                                  parts.metrics, world.clock, world.randomness});
  parts.handler.Set(parts.edge.get());
  return std::unique_ptr<WebDoor>(new WebDoor(std::move(state)));
}

uint16_t WebDoor::port() const { return state_->server->port(); }

std::string WebDoor::url() const { return state_->url; }

void WebDoor::Stop(absl::Duration grace) { state_->server->Stop(grace); }

}  // namespace safehaven::gateway
