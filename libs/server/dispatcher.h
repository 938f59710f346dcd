// The one adapter between gRPC and handlers, for every method of every service.
//
// It takes calls through gRPC's generic callback interface, looks the method up by its
// path, and decides there whether the call may run: the caller's certificate against
// the method's policy, then the limits. What may block (the handler) runs on bounded
// pools, never in a thread of gRPC's; the call is finished later. Streams have a pool
// of their own, because each keeps a thread for its life and must not starve unary
// calls. Thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_DISPATCHER_H_
#define SAFEHAVEN_LIBS_SERVER_DISPATCHER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "libs/base/environment.h"
#include "libs/server/method_registry.h"
#include "libs/server/metrics.h"
#include "libs/server/peer_directory.h"
#include "libs/server/server_options.h"
#include "libs/server/worker_pool.h"

namespace safehaven {

// A method with what the dispatcher keeps for it.
struct ServedMethod {
  RegisteredMethod registered;
  MethodMetrics metrics;
};

class Dispatcher final : public grpc::CallbackGenericService {
 public:
  // `registry` has passed Check(). `metrics` and `clock` must outlive the dispatcher;
  // `call_id_prefix` is 16 hex digits that no other start of any service has.
  Dispatcher(const ServerOptions& options, const MethodRegistry& registry,
             std::string call_id_prefix, ServerMetrics& metrics, const Clock& clock);

  // From gRPC, one per call; never blocks.
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  WorkerPool& workers() { return workers_; }
  WorkerPool& streams() { return streams_; }
  const Clock& clock() const { return clock_; }

  // A call that was counted in by CreateReactor is over.
  void Leave();

 private:
  // The facts of a call that may run, and counts it in; or why it may not.
  absl::StatusOr<CallFacts> Admit(const grpc::GenericCallbackServerContext& context,
                                  const MethodTerms& terms);
  absl::StatusOr<Peer> Authenticate(const grpc::GenericCallbackServerContext& context,
                                    const MethodTerms& terms);
  std::string NextCallId();

  const TransportMode transport_;
  const int64_t in_flight_max_;
  const std::string call_id_prefix_;
  ServerMetrics& metrics_;
  const Clock& clock_;
  PeerDirectory peers_;
  // Filled by the constructor; its keys and values do not move afterwards.
  absl::flat_hash_map<std::string, std::unique_ptr<ServedMethod>> methods_;
  std::atomic<int64_t> in_flight_{0};
  std::atomic<uint64_t> calls_{0};
  // Last, so that their threads end before what they use.
  WorkerPool workers_;
  WorkerPool streams_;
};

// How long a refused caller is asked to stay away.
inline constexpr absl::Duration kBusyRetryAfter = absl::Milliseconds(250);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_DISPATCHER_H_
