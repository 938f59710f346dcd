#include "services/gateway/http/edge.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"
#include "libs/server/log_line.h"
#include "libs/transport/wire_status.h"
#include "services/gateway/http/catalogue.h"
#include "services/gateway/http/replies.h"

namespace safehaven::gateway {
namespace {

constexpr absl::Duration kBusyRetryAfter = absl::Seconds(1);
constexpr char kCallbackPath[] = "/auth/callback";
constexpr char kLoginPath[] = "/auth/login";
constexpr char kLogoutPath[] = "/auth/logout";
constexpr char kSessionPath[] = "/auth/session";

// The callback is a page that goes on by itself, not a redirect: a redirect would still
// count as the issuer's navigation, and the browser would hold the strict cookie back.
constexpr char kSignedInPage[] =
    "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Safehaven</title>"
    "<link rel=\"icon\" href=\"/mark.svg\" type=\"image/svg+xml\">"
    "<meta http-equiv=\"refresh\" content=\"0;url=/\"></head><body><p>You are signed in. "
    "<a href=\"/\">Go to the dashboard</a>.</p></body></html>\n";

BrowserHeaders HeadersOf(const HttpRequest& request) {
  return {.host = request.Header("host"),
          .origin = request.Header("origin"),
          .fetch_site = request.Header("sec-fetch-site")};
}

// The prefixes make browsers refuse such a cookie from anybody but this very host.
CookieTerms SessionCookie(bool secure) {
  return {.name = secure ? "__Host-safehaven" : "safehaven-session",
          .path = "/",
          .secure = secure,
          .same_site = SameSite::kStrict,
          .life = absl::Hours(8)};
}

// Lax, because it has to come along when the issuer sends the browser back.
CookieTerms SignInCookie(bool secure) {
  return {.name = secure ? "__Secure-safehaven-sign-in" : "safehaven-sign-in",
          .path = "/auth/",
          .secure = secure,
          .same_site = SameSite::kLax,
          .life = kSignInTimeMax};
}

void AddCookie(HttpResponse& response, CookieTerms terms, absl::string_view value) {
  if (value.empty()) terms.life = absl::ZeroDuration();
  response.headers.emplace_back("Set-Cookie", SetCookie(terms, value));
}

constexpr absl::string_view kServicePrefix = "/safehaven.";

HttpResponse WrongMethod(const char* allowed) {
  return {.status = 405, .headers = {{"Allow", allowed}}, .body = ""};
}

// The route's name for metrics.
absl::string_view RouteOf(absl::string_view path, bool is_question) {
  if (is_question) return path.substr(1);
  if (path == "/healthz") return "healthz";
  if (path == "/catalogue.json") return "catalogue";
  if (path == kLoginPath || path == kCallbackPath || path == kLogoutPath || path == kSessionPath) {
    return path.substr(1);
  }
  return "files";
}

}  // namespace

struct Edge::Visit {
  std::shared_ptr<const HttpRequest> request;  // shared with the task that answers it
  HttpRespond respond;
  std::string route;
  absl::Time arrival;
};

Edge::Edge(const EdgeOptions& options, const Parts& parts)
    : options_(options), parts_(parts),
      own_({.origin = options.public_url.Origin(), .host = options.public_url.HostHeader()}),
      session_cookie_(SessionCookie(options.public_url.secure)),
      sign_in_cookie_(SignInCookie(options.public_url.secure)),
      call_id_prefix_(absl::BytesToHexString(parts.randomness.Bytes(8))), peers_(options.peer_limits),
      questions_({.threads = options.question_threads, .queue_max = options.question_queue_max}),
      sign_ins_({.threads = options.sign_in_threads, .queue_max = options.sign_in_queue_max}) {}

void Edge::Handle(HttpRequest request, HttpRespond respond) {
  const bool is_question = parts_.connect.Has(request.Path());
  const std::string route(RouteOf(request.Path(), is_question));
  Visit visit = {.request = std::make_shared<const HttpRequest>(std::move(request)),
                 .respond = std::move(respond),
                 .route = route,
                 .arrival = parts_.clock.Now()};
  const HttpRequest& asked = *visit.request;
  // Probes know an address and no name, and must not be limited.
  if (route == "healthz") {
    return Finish(visit, {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = "ok\n"});
  }
  if (const absl::Status ours = CheckHost(HeadersOf(asked), own_); !ours.ok()) return Finish(visit, Failed(ours));
  if (route == "files") return Finish(visit, ServeFile(asked));
  if (const absl::Status peer = AdmitPeer(asked.peer_address); !peer.ok()) return Finish(visit, Failed(peer));
  if (is_question) return HandleQuestion(std::move(visit));
  if (asked.Path() == kLogoutPath) return Finish(visit, HandleLogOut(asked));
  if (asked.method != "GET") return Finish(visit, WrongMethod("GET"));
  if (asked.Path() == kSessionPath) return Finish(visit, DescribeSession(asked));
  if (route == "catalogue") return Finish(visit, JsonReply(CatalogueJson()));
  HandleSignIn(std::move(visit));
}

void Edge::HandleQuestion(Visit visit) {
  const HttpRequest& request = *visit.request;
  if (request.method != "POST") return Finish(visit, WrongMethod("POST"));
  if (const absl::Status headers = parts_.connect.CheckHeaders(request); !headers.ok()) {
    HttpResponse response = Failed(headers);
    if (ReasonOf(headers) == "CONTENT_TYPE_UNKNOWN") response.status = 415;
    return Finish(visit, std::move(response));
  }
  absl::StatusOr<Sensitive<std::string>> token = TokenOf(request);
  if (!token.ok()) return Finish(visit, Failed(token.status()));
  const absl::Time arrival = visit.arrival;
  RunOn(questions_, std::move(visit), [this, arrival, token = *std::move(token)](const HttpRequest& asked) {
    absl::StatusOr<std::string> json = parts_.connect.Serve(asked, token, arrival);
    return json.ok() ? JsonReply(*std::move(json)) : Failed(json.status());
  });
}

void Edge::HandleSignIn(Visit visit) {
  const bool is_login = visit.request->Path() == kLoginPath;
  RunOn(sign_ins_, std::move(visit),
        [this, is_login](const HttpRequest& asked) { return is_login ? Login() : Callback(asked); });
}

HttpResponse Edge::Login() {
  absl::StatusOr<SignInStart> start = parts_.sign_in.Begin();
  if (!start.ok()) return ErrorPage(ForTheWire(start.status(), "sign-in"));
  HttpResponse response = Redirect(start->location);
  AddCookie(response, sign_in_cookie_, start->cookie);
  return response;
}

HttpResponse Edge::Callback(const HttpRequest& request) {
  const std::string cookie = FindCookie(request.Header("cookie"), sign_in_cookie_.name);
  const absl::StatusOr<Form> query = Form::Parse(request.Query());
  absl::StatusOr<std::string> session =
      query.ok() ? parts_.sign_in.Complete(*query, cookie) : absl::StatusOr<std::string>(query.status());
  HttpResponse response = {.status = 200, .headers = {{"Content-Type", "text/html; charset=utf-8"}},
                           .body = kSignedInPage};
  if (session.ok()) {
    AddCookie(response, session_cookie_, *session);
  } else {
    LogLine(Severity::kWarning, "sign_in_failed", {{"reason", ReasonOf(session.status())}});
    response = ErrorPage(ForTheWire(session.status(), "sign-in"));
  }
  AddCookie(response, sign_in_cookie_, "");
  return response;
}

HttpResponse Edge::HandleLogOut(const HttpRequest& request) {
  if (request.method != "POST") return WrongMethod("POST");
  if (const absl::Status ours = CheckSameOrigin(HeadersOf(request), own_); !ours.ok()) return Failed(ours);
  parts_.sessions.Close(FindCookie(request.Header("cookie"), session_cookie_.name));
  HttpResponse response = EmptyReply(204);
  AddCookie(response, session_cookie_, "");
  return response;
}

HttpResponse Edge::DescribeSession(const HttpRequest& request) const {
  const std::string secret = FindCookie(request.Header("cookie"), session_cookie_.name);
  const std::optional<Session> session = parts_.sessions.Look(secret);
  const std::string name = session.has_value() ? session->display_name : "";
  const int64_t seconds = session.has_value() ? absl::ToInt64Seconds(parts_.sessions.TimeLeft(secret)) : 0;
  return JsonReply(absl::StrCat("{\"signedIn\":", session.has_value() ? "true" : "false",
                                ",\"name\":", JsonQuote(name), ",\"secondsLeft\":", seconds,
                                ",\"demo\":", options_.demo ? "true" : "false", "}"));
}

HttpResponse Edge::ServeFile(const HttpRequest& request) const {
  const StaticFile* file = parts_.files.Find(request.Path());
  if (file == nullptr && absl::StartsWith(request.Path(), kServicePrefix)) {
    HttpResponse response = ConnectError(Failure(absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN", "no such method"));
    response.status = 404;  // Connect protocol, "Unary-Response": what a server says of a path that it does not know
    return response;
  }
  if (request.method != "GET" && request.method != "HEAD") return WrongMethod("GET, HEAD");
  if (file == nullptr) {
    return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "There is no such page.\n"};
  }
  return {.status = 200, .headers = {{"Content-Type", file->content_type}}, .body = file->bytes};
}

absl::StatusOr<Sensitive<std::string>> Edge::TokenOf(const HttpRequest& request) {
  // A program's own token wins: it is an act of will, which a cookie is not.
  const std::string authorization = request.Header("authorization");
  if (!authorization.empty()) return BearerToken(authorization);
  const std::string secret = FindCookie(request.Header("cookie"), session_cookie_.name);
  if (secret.empty()) return BearerToken("");
  SH_RETURN_IF_ERROR(CheckSameOrigin(HeadersOf(request), own_));
  const std::optional<Session> session = parts_.sessions.Use(secret);
  if (!session.has_value()) return BearerToken("");
  return session->token;
}

absl::Status Edge::AdmitPeer(const std::string& address) {
  absl::Duration wait;
  {
    absl::MutexLock lock(&mutex_);
    wait = peers_.Take(address, parts_.clock.Now());
  }
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return WithRetryAfter(Failure(absl::StatusCode::kResourceExhausted, "RATE_LIMITED",
                                "too many requests from this address: wait, then try again"),
                        wait);
}

void Edge::RunOn(WorkerPool& pool, Visit visit, std::function<HttpResponse(const HttpRequest&)> work) {
  const bool taken = pool.Submit([this, visit, work = std::move(work)] { Finish(visit, work(*visit.request)); });
  if (taken) return;
  Finish(visit, Failed(WithRetryAfter(Failure(absl::StatusCode::kResourceExhausted, "SERVER_BUSY",
                                              "the gateway is busy: try again in a moment"),
                                      kBusyRetryAfter)));
}

void Edge::Finish(const Visit& visit, HttpResponse response) {
  AddSecurityHeaders(response, options_.public_url.secure);
  const absl::Duration took = parts_.clock.Now() - visit.arrival;
  parts_.metrics.Handled(visit.route, visit.request->method, response.status, took);
  visit.respond(std::move(response));
}

HttpResponse Edge::Failed(const absl::Status& status) {
  const std::string call_id = absl::StrCat(call_id_prefix_, absl::Hex(++calls_, absl::kZeroPad8));
  const absl::Status shown = ForTheWire(status, call_id);
  // Only where something was taken away is there more to say than the caller was told.
  if (shown.message() != status.message()) {
    LogLine(Severity::kError, "http_call_failed", {{"call", call_id}, {"status", status}});
  }
  return ConnectError(shown);
}

}  // namespace safehaven::gateway
