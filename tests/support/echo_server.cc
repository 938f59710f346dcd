#include "tests/support/echo_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"

namespace safehaven {

void RecordingSleeper::Sleep(absl::Duration duration, Cancellation&) {
  absl::MutexLock lock(&mutex_);
  sleeps_.push_back(duration);
}

std::vector<absl::Duration> RecordingSleeper::sleeps() const {
  absl::MutexLock lock(&mutex_);
  return sleeps_;
}

EchoResponse Describe(const Call& call, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  response.set_caller(call.peer().spiffe_path);
  response.set_thumbprint(call.peer().thumbprint);
  response.set_deadline_ms(absl::ToInt64Milliseconds(call.deadline() - absl::Now()));
  response.set_authorization(call.authorization().Reveal());
  return response;
}

EchoHandlers::EchoHandlers()
    : echo(Describe),
      write(Describe),
      hasten(Describe),
      count([](const Call& call, const EchoRequest& request, Writer<EchoResponse>& writer) {
        for (uint32_t number = 0; number < request.count(); ++number) {
          EchoResponse response = Describe(call, request);
          response.set_number(number);
          SH_RETURN_IF_ERROR(writer.Write(response));
        }
        return absl::OkStatus();
      }),
      exchange([](const Call& call, Reader<EchoRequest>& reader,
                  Writer<EchoResponse>& writer) -> absl::Status {
        EchoRequest request;
        for (uint32_t number = 0;; ++number) {
          SH_ASSIGN_OR_RETURN(const bool arrived, reader.Read(request));
          if (!arrived) return absl::OkStatus();
          EchoResponse response = Describe(call, request);
          response.set_number(number);
          SH_RETURN_IF_ERROR(writer.Write(response));
        }
      }) {}

MethodRegistry RegistryOf(const EchoHandlers& handlers) {
  MethodRegistry registry;
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Echo", handlers.echo);
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Write", handlers.write);
  registry.Unary<EchoRequest, EchoResponse>(kEchoService, "Hasten", handlers.hasten);
  registry.ServerStream<EchoRequest, EchoResponse>(kEchoService, "Count", handlers.count);
  registry.BidiStream<EchoRequest, EchoResponse>(kEchoService, "Exchange", handlers.exchange);
  registry.BidiStream<EchoRequest, EchoResponse>(kEchoService, "Linger", handlers.exchange);
  return registry;
}

MethodRegistry OpenRegistry() {
  MethodRegistry registry;
  registry.Unary<EchoRequest, EchoResponse>(kOpenService, "Echo", Describe);
  return registry;
}

absl::StatusOr<EchoResponse> CallWithoutDeadline(const Channel& channel, const std::string& method,
                                                 const EchoRequest& request) {
  grpc::TemplatedGenericStub<EchoRequest, EchoResponse> stub(channel.grpc_channel());
  grpc::ClientContext context;
  EchoResponse response;
  grpc::Status outcome;
  absl::Notification done;
  stub.UnaryCall(&context, absl::StrCat("/", kEchoService, "/", method), grpc::StubOptions(),
                 &request, &response, [&](grpc::Status status) {
                   outcome = std::move(status);
                   done.Notify();
                 });
  done.WaitForNotification();
  SH_RETURN_IF_ERROR(FromGrpc(outcome));
  return response;
}

EchoServer::EchoServer(TestCertificates& certificates) : certificates_(certificates) {
  options_.program = "consent";
  options_.trust_domain = kTestTrustDomain;
  options_.tls = certificates.Issue("consent");
  options_.worker_threads = 4;
  options_.streams_max = 4;
}

absl::Status EchoServer::Start(MethodRegistry registry) {
  SH_ASSIGN_OR_RETURN(server_, Server::Start(options_, clock_, randomness_));
  return server_->Serve(std::move(registry));
}

std::unique_ptr<Client> EchoServer::ClientWith(const TlsFiles& files) {
  const ChannelOptions options = {
      .address = absl::StrCat("127.0.0.1:", server_->ports().grpc),
      .server = {kTestTrustDomain, options_.program},
      .tls = files,
      .insecure = options_.transport == TransportMode::kInsecure};
  auto client = Client::Make(
      options, {.clock = clock_, .sleeper = sleeper_, .jitter = randomness_});
  SH_CHECK(client.ok());
  return *std::move(client);
}

}  // namespace safehaven
