// The gateway's web door put together: issuer, sessions, static files, edge and server,
// in the order of their lives. Wiring only; all decisions are in http/ and oidc/.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_DOOR_WEB_DOOR_H_
#define SAFEHAVEN_SERVICES_GATEWAY_DOOR_WEB_DOOR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "prometheus/registry.h"
#include "services/gateway/oidc/issuer.h"
#include "services/gateway/rpc/gateway_handlers.h"

namespace safehaven::gateway {

struct WebDoorOptions {
  std::string listen = "127.0.0.1:0";  // literal address and port; 0 takes any free one
  std::string certificate_file;        // both empty: plain HTTP, in the demo profile on loopback only
  std::string key_file;
  std::string public_url;              // how browsers reach us; empty: where we listen, for the demo
  std::string web_folder;              // the dashboard's files; empty: none
  std::string issuer_authorities;      // PEM, who may vouch for the issuer's certificate; empty: the system's
  IssuerOptions issuer;
};

// Thread-safe.
class WebDoor {
 public:
  // What it takes from the world and the process; all must outlive it.
  struct World {
    GatewayHandlers& handlers;
    prometheus::Registry& metrics;
    const Clock& clock;
    Randomness& randomness;
  };

  // Serves until Stop(). Fails as CheckIssuer(), StaticFiles::Load() and
  // HttpServer::Start(); FAILED_PRECONDITION with reason WEB_NOT_SECURE without a
  // certificate outside the demo profile, or with a public URL that is not https;
  // INVALID_ARGUMENT with reason FLAG_INVALID.
  static absl::StatusOr<std::unique_ptr<WebDoor>> Open(const WebDoorOptions& options, const World& world);
  ~WebDoor();

  uint16_t port() const;
  // "http://127.0.0.1:8080": for the port file and the log.
  std::string url() const;

  // Lets running requests finish for at most `grace`.
  void Stop(absl::Duration grace);

 private:
  struct State;
  explicit WebDoor(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_DOOR_WEB_DOOR_H_
