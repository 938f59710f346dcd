// The lives of calls inside the dispatcher: refused, unary, stream. Internal to
// libs/server. A reactor belongs to gRPC from CreateReactor() on and deletes itself in
// OnDone(), which comes after Finish() and the end of every operation; so nothing may
// touch it after Complete().
#ifndef SAFEHAVEN_LIBS_SERVER_REACTORS_H_
#define SAFEHAVEN_LIBS_SERVER_REACTORS_H_

#include <atomic>

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/support/byte_buffer.h"
#include "libs/server/dispatcher.h"
#include "libs/transport/pending_operation.h"

namespace safehaven {

// A call that does not run.
class RefusalReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusalReactor(const absl::Status& refusal);
  void OnDone() override { delete this; }
};

// What unary and stream calls have in common: the Call, cancellation, the end.
class CallReactor : public grpc::ServerGenericBidiReactor {
 public:
  // `dispatcher` and `method` outlive every call; `context` is gRPC's.
  CallReactor(Dispatcher& dispatcher, ServedMethod& method,
              grpc::GenericCallbackServerContext& context, CallFacts facts);

  // Counts, logs and finishes the call. Last use of this object by the caller.
  void Complete(const absl::Status& outcome);

  void OnCancel() override { abandoned_ = true; }
  void OnDone() override;

 protected:
  // As Complete(), but sends `response` with OK in one go.
  void CompleteWith(const google::protobuf::Message& response);
  absl::Status Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message);

  Dispatcher& dispatcher_;
  ServedMethod& method_;
  grpc::GenericCallbackServerContext& context_;
  std::atomic<bool> abandoned_{false};
  const absl::Time start_time_;
  const Call call_;
  grpc::ByteBuffer request_bytes_;
  grpc::ByteBuffer response_bytes_;

 private:
  void Count(absl::StatusCode code);
};

// One request, one response. The request is read before a worker is taken, so that a
// client that dawdles keeps no thread.
class UnaryReactor final : public CallReactor {
 public:
  using CallReactor::CallReactor;
  void Start() { StartRead(&request_bytes_); }
  void OnReadDone(bool ok) override;

 private:
  void Run();
};

// Any stream: a handler on a thread of the stream pool, with blocking reads and writes.
class StreamReactor final : public CallReactor, public MessageStream {
 public:
  using CallReactor::CallReactor;
  // On a pool thread, once.
  void Run();

  absl::StatusOr<bool> Read(google::protobuf::Message& message) override;
  absl::Status Write(const google::protobuf::Message& message) override;

  void OnReadDone(bool ok) override { reading_.End(ok); }
  void OnWriteDone(bool ok) override { writing_.End(ok); }

 private:
  // Waits for the operation; at the deadline cancels the call, so that it ends.
  absl::StatusOr<bool> Await(PendingOperation& operation);

  PendingOperation reading_;
  PendingOperation writing_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_REACTORS_H_
