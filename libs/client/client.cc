#include "libs/client/client.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "libs/base/status.h"
#include "libs/client/client_stream_reactor.h"
#include "libs/transport/pending_operation.h"
#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

using Traits = grpc::SerializationTraits<google::protobuf::Message>;

absl::StatusOr<MethodTerms> TermsFor(absl::string_view service, absl::string_view method,
                                     const google::protobuf::Message& request,
                                     const google::protobuf::Message& response) {
  SH_ASSIGN_OR_RETURN(const google::protobuf::MethodDescriptor* descriptor,
                      FindMethod(service, method));
  if (descriptor->input_type() != request.GetDescriptor() ||
      descriptor->output_type() != response.GetDescriptor()) {
    return Internal("METHOD_TYPE_MISMATCH",
                    absl::StrCat(descriptor->full_name(), " has other types"));
  }
  return TermsOf(*descriptor);
}

std::unique_ptr<grpc::ClientContext> ContextOf(const CallOptions& options, absl::Duration left) {
  auto context = std::make_unique<grpc::ClientContext>();
  // gRPC counts by the machine's clock, whatever clock decides the deadline.
  context->set_deadline(absl::ToChronoTime(absl::Now() + left));
  if (!options.authorization.Reveal().empty()) {
    context->AddMetadata("authorization", options.authorization.Reveal());
  }
  return context;
}

// One attempt.
absl::Status Send(grpc::GenericStub& stub, const std::string& path,
                  const google::protobuf::Message& request, google::protobuf::Message& response,
                  grpc::ClientContext& context, Cancellation& cancellation) {
  grpc::ByteBuffer request_bytes;
  grpc::ByteBuffer response_bytes;
  bool owned = false;
  if (!Traits::Serialize(request, &request_bytes, &owned).ok()) {
    return Internal("REQUEST_UNWRITABLE", "the request cannot be serialised");
  }
  PendingOperation calling;
  grpc::Status outcome;
  calling.Begin();
  stub.UnaryCall(&context, path, grpc::StubOptions(), &request_bytes, &response_bytes,
                 [&calling, &outcome](grpc::Status status) {
                   outcome = std::move(status);
                   calling.End(true);
                 });
  {
    const Cancellation::Hook hook(cancellation, [&context] { context.TryCancel(); });
    (void)calling.Wait(absl::InfiniteFuture());
  }
  SH_RETURN_IF_ERROR(FromGrpc(outcome));
  if (!Traits::Deserialize(&response_bytes, &response).ok()) {
    return Internal("MESSAGE_MALFORMED", "the server sent what is not a message of its type");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Make(const ChannelOptions& options,
                                                     const World& world) {
  SH_ASSIGN_OR_RETURN(std::unique_ptr<Channel> channel, Channel::Make(options));
  return std::unique_ptr<Client>(new Client(std::move(channel), world));
}

absl::Status Client::CallErased(absl::string_view service, absl::string_view method,
                                const google::protobuf::Message& request,
                                google::protobuf::Message& response, const CallOptions& options) {
  SH_ASSIGN_OR_RETURN(const MethodTerms terms, TermsFor(service, method, request, response));
  Cancellation never;
  Cancellation& cancellation = options.cancellation == nullptr ? never : *options.cancellation;
  grpc::GenericStub stub(channel_->grpc_channel());
  const absl::Time deadline =
      world_.clock.Now() + std::min(options.timeout, terms.deadline_max);
  for (int number = 1;; ++number) {
    const auto context = ContextOf(options, deadline - world_.clock.Now());
    const absl::Status outcome =
        Send(stub, terms.Path(), request, response, *context, cancellation);
    if (outcome.ok() || cancellation.IsCancelled()) return outcome;
    const auto delay = RetryDelay(outcome,
                                  {.number = number,
                                   .idempotent = terms.idempotent,
                                   .now = world_.clock.Now(),
                                   .deadline = deadline},
                                  Backoff{}, world_.jitter);
    if (!delay.has_value()) return outcome;
    world_.sleeper.Sleep(*delay, cancellation);
    if (cancellation.IsCancelled()) return outcome;
  }
}

absl::StatusOr<std::unique_ptr<ClientMessageStream>> Client::OpenErased(
    absl::string_view service, absl::string_view method,
    const google::protobuf::Message& request_type, const google::protobuf::Message& response_type,
    const CallOptions& options) {
  SH_ASSIGN_OR_RETURN(const MethodTerms terms,
                      TermsFor(service, method, request_type, response_type));
  grpc::GenericStub stub(channel_->grpc_channel());
  return std::make_unique<ClientStreamReactor>(
      stub, terms.Path(), ContextOf(options, std::min(options.timeout, terms.deadline_max)),
      options.cancellation);
}

}  // namespace safehaven
