#include "libs/client/client_stream_reactor.h"

#include <utility>

#include "grpcpp/impl/codegen/proto_utils.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

using Traits = grpc::SerializationTraits<google::protobuf::Message>;

}  // namespace

ClientStreamReactor::ClientStreamReactor(grpc::GenericStub& stub, const std::string& path,
                                         std::unique_ptr<grpc::ClientContext> context,
                                         Cancellation* cancellation)
    : context_(std::move(context)) {
  stub.PrepareBidiStreamingCall(context_.get(), path, grpc::StubOptions(), this);
  // Operations come from our callers' threads, not from reactions: gRPC must not call
  // the stream done between two of them. Finish() lets go.
  AddHold();
  StartCall();
  if (cancellation != nullptr) {
    hook_.emplace(*cancellation, [this] { context_->TryCancel(); });
  }
}

ClientStreamReactor::~ClientStreamReactor() {
  if (finished_) return;
  context_->TryCancel();
  (void)Finish();
}

// The call has a deadline, and at it gRPC ends every operation: no need for one here.
bool ClientStreamReactor::WaitToTheEnd(PendingOperation& operation) {
  return operation.Wait(absl::InfiniteFuture()).value_or(false);
}

bool ClientStreamReactor::Write(const google::protobuf::Message& message) {
  request_bytes_.Clear();
  bool owned = false;
  if (!Traits::Serialize(message, &request_bytes_, &owned).ok()) return false;
  writing_.Begin();
  StartWrite(&request_bytes_);
  return WaitToTheEnd(writing_);
}

bool ClientStreamReactor::CloseWrites() {
  writing_.Begin();
  StartWritesDone();
  return WaitToTheEnd(writing_);
}

absl::StatusOr<bool> ClientStreamReactor::Read(google::protobuf::Message& message) {
  reading_.Begin();
  StartRead(&response_bytes_);
  if (!WaitToTheEnd(reading_)) return false;
  if (!Traits::Deserialize(&response_bytes_, &message).ok()) {
    return Internal("MESSAGE_MALFORMED", "the server sent what is not a message of its type");
  }
  return true;
}

absl::Status ClientStreamReactor::Finish() {
  SH_CHECK(!finished_);
  finished_ = true;
  RemoveHold();
  grpc::Status outcome;
  {
    absl::MutexLock lock(&mutex_);
    while (!outcome_.has_value()) done_.Wait(&mutex_);
    outcome = *outcome_;
  }
  hook_.reset();
  return FromGrpc(outcome);
}

void ClientStreamReactor::OnDone(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  outcome_ = status;
  done_.SignalAll();
}

}  // namespace safehaven
