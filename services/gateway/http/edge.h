// The gateway's HTTP door: which request goes where, and who it comes from.
//
//   POST /safehaven.gateway.v1.GatewayService/Method   questions, as JSON (connect.h)
//   GET  /auth/login, /auth/callback, /auth/session     signing in
//   POST /auth/logout                                  signing out
//   GET  /catalogue.json                               what a question may name
//   GET  /healthz                                      is the process answering?
//   GET  /...                                          the dashboard's files
//
// A program brings its token in the authorization header. A browser has a cookie, which
// counts only if the request is shown to come from our own page. What may block runs on
// bounded pools; when they are full the answer is 429 at once. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_EDGE_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_EDGE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"
#include "libs/http/cookies.h"
#include "libs/http/message.h"
#include "libs/http/url.h"
#include "libs/server/worker_pool.h"
#include "services/gateway/core/browser_guard.h"
#include "services/gateway/core/rate_limit.h"
#include "services/gateway/http/connect.h"
#include "services/gateway/http/http_metrics.h"
#include "services/gateway/http/static_files.h"
#include "services/gateway/oidc/sign_in.h"

namespace safehaven::gateway {

struct EdgeOptions {
  Url public_url;     // how browsers reach us; https means secure cookies
  bool demo = false;  // told to the page, which then says so
  // One address, whoever asks from there; a proxy in front makes that everybody.
  RateLimits peer_limits = {.interval = absl::Milliseconds(20), .burst = 200, .callers_max = 10'000};
  size_t question_threads = 16;
  size_t question_queue_max = 256;
  size_t sign_in_threads = 2;
  size_t sign_in_queue_max = 32;
};

class Edge {
 public:
  // Borrowed; all must outlive the edge.
  struct Parts {
    const ConnectEndpoint& connect;
    const StaticFiles& files;
    SessionStore& sessions;
    SignInFlow& sign_in;
    HttpMetrics& metrics;
    const Clock& clock;
    Randomness& randomness;
  };

  Edge(const EdgeOptions& options, const Parts& parts);

  // The handler for an HttpServer, which must be stopped before the edge goes.
  void Handle(HttpRequest request, HttpRespond respond);

 private:
  struct Visit;  // one request on its way

  void HandleQuestion(Visit visit);
  void HandleSignIn(Visit visit);
  HttpResponse HandleLogOut(const HttpRequest& request);
  HttpResponse DescribeSession(const HttpRequest& request) const;
  HttpResponse ServeFile(const HttpRequest& request) const;
  HttpResponse Login();
  HttpResponse Callback(const HttpRequest& request);

  // The token of whoever sent the request: UNAUTHENTICATED with reason IDENTITY_MISSING,
  // PERMISSION_DENIED with reason ORIGIN_FOREIGN.
  absl::StatusOr<Sensitive<std::string>> TokenOf(const HttpRequest& request);
  absl::Status AdmitPeer(const std::string& address) ABSL_LOCKS_EXCLUDED(mutex_);
  // Runs `work` on `pool`, or answers that there is no room.
  void RunOn(WorkerPool& pool, Visit visit, std::function<HttpResponse(const HttpRequest&)> work);
  void Finish(const Visit& visit, HttpResponse response);
  // A failure as the caller may see it; the cause goes to the log.
  HttpResponse Failed(const absl::Status& status);

  const EdgeOptions options_;
  const Parts parts_;
  const OwnOrigin own_;
  const CookieTerms session_cookie_;
  const CookieTerms sign_in_cookie_;
  const std::string call_id_prefix_;
  std::atomic<uint64_t> calls_{0};
  absl::Mutex mutex_;
  RateLimiter peers_ ABSL_GUARDED_BY(mutex_);
  // Last, so that their threads end before what they use.
  WorkerPool questions_;
  WorkerPool sign_ins_;
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_EDGE_H_
