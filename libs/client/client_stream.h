// A stream from the client's side: blocking, with the transport's flow control. One
// thread may write while another reads.
#ifndef SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_H_
#define SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace safehaven {

// What a transport gives; fakes in tests. Destroying one that is not finished cancels it.
class ClientMessageStream {
 public:
  virtual ~ClientMessageStream() = default;

  // False if the stream has ended: Finish() says why.
  virtual bool Write(const google::protobuf::Message& message) = 0;
  virtual bool CloseWrites() = 0;
  // False if there are no more messages: Finish() says whether that is all of them.
  virtual absl::StatusOr<bool> Read(google::protobuf::Message& message) = 0;
  // Waits for the server's verdict; what was not read is dropped. Once, and last.
  virtual absl::Status Finish() = 0;
};

template <typename Request, typename Response>
class ClientStream {
 public:
  explicit ClientStream(std::unique_ptr<ClientMessageStream> stream) : stream_(std::move(stream)) {}

  bool Write(const Request& request) { return stream_->Write(request); }
  bool CloseWrites() { return stream_->CloseWrites(); }
  // As above; a message that cannot be parsed is INTERNAL with reason MESSAGE_MALFORMED.
  absl::StatusOr<bool> Read(Response& response) { return stream_->Read(response); }
  absl::Status Finish() { return stream_->Finish(); }

 private:
  std::unique_ptr<ClientMessageStream> stream_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_CLIENT_STREAM_H_
