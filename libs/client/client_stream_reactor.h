// The gRPC side of ClientMessageStream. Internal to libs/client.
#ifndef SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_REACTOR_H_
#define SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_REACTOR_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/client_callback.h"
#include "libs/client/cancellation.h"
#include "libs/client/client_stream.h"
#include "libs/transport/pending_operation.h"

namespace safehaven {

class ClientStreamReactor final : public ClientMessageStream,
                            public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // Starts the call. `cancellation` may be null.
  ClientStreamReactor(grpc::GenericStub& stub, const std::string& path,
                std::unique_ptr<grpc::ClientContext> context, Cancellation* cancellation);
  ~ClientStreamReactor() override;

  bool Write(const google::protobuf::Message& message) override;
  bool CloseWrites() override;
  absl::StatusOr<bool> Read(google::protobuf::Message& message) override;
  absl::Status Finish() override;

  void OnReadDone(bool ok) override { reading_.End(ok); }
  void OnWriteDone(bool ok) override { writing_.End(ok); }
  void OnWritesDoneDone(bool ok) override { writing_.End(ok); }
  void OnDone(const grpc::Status& status) override;

 private:
  static bool WaitToTheEnd(PendingOperation& operation);

  const std::unique_ptr<grpc::ClientContext> context_;
  std::optional<Cancellation::Hook> hook_;
  PendingOperation reading_;
  PendingOperation writing_;
  grpc::ByteBuffer request_bytes_;
  grpc::ByteBuffer response_bytes_;
  bool finished_ = false;  // of the thread that calls Finish()

  absl::Mutex mutex_;
  absl::CondVar done_;
  std::optional<grpc::Status> outcome_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_REACTOR_H_
