#include "libs/server/reactors.h"

#include <exception>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

constexpr char kCallIdMetadata[] = "safehaven-call-id";

using Traits = grpc::SerializationTraits<google::protobuf::Message>;

absl::Status CallCancelled() {
  return Failure(absl::StatusCode::kCancelled, "CALL_CANCELLED", "the caller has gone");
}

absl::Status DeadlinePassed() {
  return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                 "the call took longer than it may");
}

// Handlers throw nothing of their own; what a library throws ends here.
template <typename Function>
absl::Status WithoutExceptions(Function function) {
  try {
    return function();
  } catch (const std::exception& thrown) {
    return Internal("HANDLER_THREW", thrown.what());
  } catch (...) {
    return Internal("HANDLER_THREW", "something that is not an exception");
  }
}

}  // namespace

RefusalReactor::RefusalReactor(const absl::Status& refusal) { Finish(ToGrpc(refusal)); }

CallReactor::CallReactor(Dispatcher& dispatcher, ServedMethod& method,
                         grpc::GenericCallbackServerContext& context, CallFacts facts)
    : dispatcher_(dispatcher),
      method_(method),
      context_(context),
      start_time_(dispatcher.clock().Now()),
      call_(std::move(facts), [this] {
        return abandoned_ || dispatcher_.clock().Now() >= call_.deadline();
      }) {
  context_.AddTrailingMetadata(kCallIdMetadata, call_.id());
}

void CallReactor::OnDone() {
  dispatcher_.Leave();
  delete this;
}

absl::Status CallReactor::Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  const grpc::Status parsed = Traits::Deserialize(&bytes, &message);
  if (!parsed.ok()) {
    return InvalidArgument("MESSAGE_MALFORMED", "the request is not a message of its type");
  }
  method_.metrics.MessageReceived();
  return absl::OkStatus();
}

void CallReactor::Count(absl::StatusCode code) {
  method_.metrics.Handled(code, dispatcher_.clock().Now() - start_time_);
}

void CallReactor::Complete(const absl::Status& outcome) {
  if (!outcome.ok()) {
    const bool fault = outcome.code() == absl::StatusCode::kInternal ||
                       outcome.code() == absl::StatusCode::kUnknown ||
                       outcome.code() == absl::StatusCode::kDataLoss;
    LogLine(fault ? Severity::kError : Severity::kInfo, "call_failed",
            {{"call", call_.id()},
             {"method", call_.terms().Path()},
             {"caller", call_.peer().spiffe_path},
             {"status", outcome},
             {"took", dispatcher_.clock().Now() - start_time_}});
  }
  Count(outcome.code());
  Finish(ToGrpc(ForTheWire(outcome, call_.id())));
}

void CallReactor::CompleteWith(const google::protobuf::Message& response) {
  bool owned = false;
  const grpc::Status written = Traits::Serialize(response, &response_bytes_, &owned);
  if (!written.ok()) {
    return Complete(Internal("RESPONSE_UNWRITABLE", written.error_message()));
  }
  method_.metrics.MessageSent();
  Count(absl::StatusCode::kOk);
  StartWriteAndFinish(&response_bytes_, grpc::WriteOptions(), grpc::Status::OK);
}

void UnaryReactor::OnReadDone(bool ok) {
  if (!ok) {
    return Complete(abandoned_ ? CallCancelled()
                               : InvalidArgument("MESSAGE_MISSING", "the call carried no request"));
  }
  // Never refused: the queue is as long as calls may be in flight. If it were, the call
  // must still end.
  if (!dispatcher_.workers().Submit([this] { Run(); })) {
    Complete(Internal("QUEUE_FULL", "more calls than the queue was made for"));
  }
}

void UnaryReactor::Run() {
  if (abandoned_) return Complete(CallCancelled());
  if (call_.IsCancelled()) return Complete(DeadlinePassed());
  const std::unique_ptr<google::protobuf::Message> request(
      method_.registered.request_prototype->New());
  const std::unique_ptr<google::protobuf::Message> response(
      method_.registered.response_prototype->New());
  const absl::Status outcome = WithoutExceptions([&]() -> absl::Status {
    SH_RETURN_IF_ERROR(Parse(request_bytes_, *request));
    return method_.registered.unary(call_, *request, *response);
  });
  if (!outcome.ok()) return Complete(outcome);
  CompleteWith(*response);
}

void StreamReactor::Run() {
  const absl::Status outcome =
      WithoutExceptions([this] { return method_.registered.stream(call_, *this); });
  Complete(outcome);
}

absl::StatusOr<bool> StreamReactor::Read(google::protobuf::Message& message) {
  reading_.Begin();
  StartRead(&request_bytes_);
  SH_ASSIGN_OR_RETURN(const bool arrived, Await(reading_));
  if (!arrived) {
    if (abandoned_) return CallCancelled();
    return false;
  }
  SH_RETURN_IF_ERROR(Parse(request_bytes_, message));
  return true;
}

absl::Status StreamReactor::Write(const google::protobuf::Message& message) {
  response_bytes_.Clear();
  bool owned = false;
  const grpc::Status written = Traits::Serialize(message, &response_bytes_, &owned);
  if (!written.ok()) return Internal("RESPONSE_UNWRITABLE", written.error_message());
  writing_.Begin();
  StartWrite(&response_bytes_);
  SH_ASSIGN_OR_RETURN(const bool taken, Await(writing_));
  if (!taken) return CallCancelled();
  method_.metrics.MessageSent();
  return absl::OkStatus();
}

absl::StatusOr<bool> StreamReactor::Await(PendingOperation& operation) {
  std::optional<bool> ended = operation.Wait(call_.deadline());
  if (ended.has_value()) return *ended;
  // gRPC still holds our buffer: the operation must end before we may go.
  context_.TryCancel();
  (void)operation.Wait(absl::InfiniteFuture());
  return DeadlinePassed();
}

}  // namespace safehaven
