// The gateway's web door and the demo's issuer, both real and on free ports of
// loopback, with made-up services behind them. Single-threaded for its owner.
#ifndef SAFEHAVEN_TESTS_INTEGRATION_GATEWAY_GATEWAY_WORLD_H_
#define SAFEHAVEN_TESTS_INTEGRATION_GATEWAY_GATEWAY_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cli/issuer/demo_issuer.h"
#include "libs/http/client.h"
#include "libs/http/server.h"
#include "libs/server/system.h"
#include "prometheus/registry.h"
#include "services/gateway/door/web_door.h"
#include "services/gateway/rpc/gateway_handlers.h"
#include "tests/unit/services/gateway/rpc/fake_backends.h"

namespace safehaven::gateway {

class GatewayWorld {
 public:
  struct Options {
    std::string web_folder;  // "" for none
    std::string listen = "127.0.0.1:0";
  };

  explicit GatewayWorld(const Options& options);
  ~GatewayWorld();

  FakeBackends& backends() { return backends_; }
  std::string gateway_url() const { return door_->url(); }
  uint16_t gateway_port() const { return door_->port(); }
  std::string issuer_url() const { return issuer_url_; }
  const std::string& issuer_keys() const { return issuer_->Jwks(); }
  // The link that signs a persona in next: 0 is Ada, 1 is Ben.
  std::string Link(size_t persona) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  SystemClock clock_;
  SystemRandomness randomness_;
  FakeBackends backends_;
  GatewayHandlers handlers_{{}, backends_, clock_};
  prometheus::Registry metrics_;
  absl::Mutex mutex_;
  std::vector<cli::SignInLink> links_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<cli::DemoIssuer> issuer_;
  std::unique_ptr<HttpServer> issuer_server_;
  std::string issuer_url_;
  std::unique_ptr<WebDoor> door_;
};

// A browser as far as the tests need one: cookies by host, redirects, and a memory of
// every address it was ever at.
class TestBrowser {
 public:
  TestBrowser();

  // One request. `headers` are added to those of the browser.
  HttpResponse Send(const std::string& method, const std::string& url, const HttpHeaders& headers,
                    const std::string& body);
  // Goes there and on, wherever it is sent. The last address is visited().back().
  HttpResponse Visit(const std::string& url);
  // Asks as our own page does.
  HttpResponse Ask(const std::string& gateway_url, const std::string& method, const std::string& json);

  std::string Cookie(const std::string& name) const;
  void SetCookie(const std::string& name, const std::string& value) { cookies_[name] = value; }
  const std::vector<std::string>& visited() const { return visited_; }
  // Every Set-Cookie that came, whole.
  const std::vector<std::string>& set_cookies() const { return set_cookies_; }

 private:
  std::unique_ptr<HttpClient> client_;
  std::map<std::string, std::string> cookies_;
  std::vector<std::string> visited_;
  std::vector<std::string> set_cookies_;
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_TESTS_INTEGRATION_GATEWAY_GATEWAY_WORLD_H_
