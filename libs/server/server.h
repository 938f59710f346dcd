// The runtime of a service, in the order of its life:
//
//   auto server = Server::Start(options, clock, randomness);  // health and metrics answer
//   server->readiness().Require("register");                  // not ready yet
//   ... open the store, make the handlers ...
//   server->Serve(std::move(registry));                       // calls are taken
//   server->readiness().Met("register");                      // ready
//   server->RunUntilTerminated({close_log, close_store});     // SIGTERM: drain, close
//
// One object a process. What it does not do: know any service, or open any store.
#ifndef SAFEHAVEN_LIBS_SERVER_SERVER_H_
#define SAFEHAVEN_LIBS_SERVER_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/environment.h"
#include "libs/server/method_registry.h"
#include "libs/server/metrics.h"
#include "libs/server/readiness.h"
#include "libs/server/server_options.h"
#include "prometheus/collectable.h"

namespace safehaven {

// The ports that the service really has.
struct Ports {
  int grpc = 0;
  int health = 0;
  int metrics = 0;
};

// Thread-safe, but Serve() and RunUntilTerminated() are for the thread that made it.
class Server {
 public:
  // One step of closing down, with its name for the log.
  struct Closer {
    std::string name;
    std::function<absl::Status()> close;
  };

  // Checks options and keys, and opens the health and metrics ports. Refuses to start
  // with FAILED_PRECONDITION: reason TLS_KEYS_MISSING and others of ReadTlsFiles(),
  // IDENTITY_MISMATCH if the certificate is not this program's, INSECURE_NOT_LOOPBACK,
  // ADDRESS_UNUSABLE. `clock` and `randomness` must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const Clock& clock, Randomness& randomness);
  // Drains as RunUntilTerminated() does, if nobody has.
  ~Server();

  // Opens the gRPC port and takes calls. Call once. Fails as MethodRegistry::Check(); with
  // reason METHOD_UNREACHABLE if a method needs a certificate that this transport
  // does not ask for; with ADDRESS_UNUSABLE or PORT_FILE_UNWRITABLE. After a failure no
  // handler runs. What handlers use must outlive the drain: it may be made after the
  // server and be destroyed before it, but only once Drain() or RunUntilTerminated()
  // has returned.
  absl::Status Serve(MethodRegistry registry);

  // Waits for SIGTERM or SIGINT, then drains and runs `closers` in their order, all of
  // them even if one fails: the first failure is returned.
  absl::Status RunUntilTerminated(const std::vector<Closer>& closers);

  // Not serving, wait, refuse new calls, let running ones end, cancel the rest. After
  // this no handler runs. Does nothing the second time.
  void Drain();

  Readiness& readiness();
  // For the service's own series.
  ServerMetrics& metrics();
  // Shows Prometheus what `collectable` collects, from now on until the server is gone.
  void Show(std::shared_ptr<prometheus::Collectable> collectable);
  Ports ports() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_SERVER_H_
