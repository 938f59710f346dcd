#include "libs/server/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/grpc_security_constants.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "libs/server/reactors.h"
#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

absl::Time DeadlineOf(const grpc::GenericCallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

std::string CallMetadata(const grpc::GenericCallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return "";
  return std::string(View(found->second));
}

}  // namespace

Dispatcher::Dispatcher(const ServerOptions& options, const MethodRegistry& registry,
                       std::string call_id_prefix, ServerMetrics& metrics, const Clock& clock)
    : transport_(options.transport),
      in_flight_max_(static_cast<int64_t>(options.in_flight_max)),
      call_id_prefix_(std::move(call_id_prefix)),
      metrics_(metrics),
      clock_(clock),
      peers_(options.trust_domain),
      // The queue holds all calls that may be in flight, so the in-flight limit is the
      // one that callers meet.
      workers_({.threads = options.worker_threads, .queue_max = options.in_flight_max}),
      // A stream never queues: it could wait for hours.
      streams_({.threads = options.streams_max, .queue_max = 0}) {
  for (const auto& [path, method] : registry.methods()) {
    methods_.emplace(path, std::make_unique<ServedMethod>(
                               ServedMethod{method, metrics.ForMethod(method.terms)}));
  }
}

grpc::ServerGenericBidiReactor* Dispatcher::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const auto found = methods_.find(context->method());
  if (found == methods_.end()) {
    return new RefusalReactor(Failure(absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN",
                                      "this server has no such method"));
  }
  ServedMethod& method = *found->second;
  method.metrics.Started();
  absl::StatusOr<CallFacts> facts = Admit(*context, method.registered.terms);
  if (!facts.ok()) {
    method.metrics.Handled(facts.status().code(), absl::ZeroDuration());
    return new RefusalReactor(facts.status());
  }
  if (method.registered.unary) {
    auto* reactor = new UnaryReactor(*this, method, *context, *std::move(facts));
    reactor->Start();
    return reactor;
  }
  auto* reactor = new StreamReactor(*this, method, *context, *std::move(facts));
  auto task = [reactor] { reactor->Run(); };
  if (!streams_.Submit(std::move(task))) {
    metrics_.Shed("STREAMS_FULL");
    reactor->Complete(WithRetryAfter(
        Failure(absl::StatusCode::kResourceExhausted, "STREAMS_FULL",
                "as many streams are open as this server allows"),
        kBusyRetryAfter));
  }
  return reactor;
}

absl::StatusOr<CallFacts> Dispatcher::Admit(const grpc::GenericCallbackServerContext& context,
                                            const MethodTerms& terms) {
  absl::StatusOr<Peer> peer = Authenticate(context, terms);
  if (!peer.ok()) {
    metrics_.AuthFailed(ReasonOf(peer.status()));
    LogLine(Severity::kWarning, "caller_refused",
            {{"method", terms.Path()},
             {"reason", ReasonOf(peer.status())},
             {"caller", MetadataOf(peer.status())["caller"]},
             {"address", context.peer()}});
    return peer.status();
  }
  if (in_flight_.fetch_add(1) >= in_flight_max_) {
    in_flight_.fetch_sub(1);
    metrics_.Shed("SERVER_BUSY");
    return WithRetryAfter(Failure(absl::StatusCode::kResourceExhausted, "SERVER_BUSY",
                                  "as many calls are in work as this server allows"),
                          kBusyRetryAfter);
  }
  metrics_.inflight().Increment();
  return CallFacts{
      .id = NextCallId(),
      .terms = &terms,
      .deadline = std::min(DeadlineOf(context), clock_.Now() + terms.deadline_max),
      .peer = *std::move(peer),
      .authorization = Sensitive<std::string>(CallMetadata(context, "authorization"))};
}

absl::StatusOr<Peer> Dispatcher::Authenticate(const grpc::GenericCallbackServerContext& context,
                                              const MethodTerms& terms) {
  if (transport_ != TransportMode::kMutualTls) {
    if (terms.ForAnyone()) return Peer{};
    return Failure(absl::StatusCode::kUnauthenticated, "IDENTITY_MISSING",
                   "this port asks for no certificate, and the method needs one");
  }
  const auto certificates =
      context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  const absl::string_view pem = certificates.size() == 1 ? View(certificates[0]) : "";
  SH_ASSIGN_OR_RETURN(Peer peer, peers_.Recognise(pem, clock_.Now()));
  if (!terms.Allows(peer.spiffe_path)) {
    return Failure(absl::StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED",
                   "the method's policy does not name this program",
                   {{"permission", terms.permission}, {"caller", peer.spiffe_path}});
  }
  return peer;
}

void Dispatcher::Leave() {
  metrics_.inflight().Decrement();
  in_flight_.fetch_sub(1);
}

std::string Dispatcher::NextCallId() {
  const auto number = static_cast<uint32_t>(calls_.fetch_add(1));
  return absl::StrCat(call_id_prefix_, absl::Hex(number, absl::kZeroPad8));
}

}  // namespace safehaven
