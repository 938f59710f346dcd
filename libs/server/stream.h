// The two ends of a stream as a handler uses them: blocking, with the flow control of
// the transport. A handler that does not read stops its client from sending; a write
// waits until the transport takes the message.
//
// A stream belongs to one handler: one thread may read while another writes, but not
// two at the same end.
#ifndef SAFEHAVEN_LIBS_SERVER_STREAM_H_
#define SAFEHAVEN_LIBS_SERVER_STREAM_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace safehaven {

// What a transport gives; fakes in handlers' tests.
class MessageStream {
 public:
  virtual ~MessageStream() = default;

  // True: `message` holds the next one. False: the other side has closed its direction.
  // CANCELLED with reason CALL_CANCELLED if it has gone, DEADLINE_EXCEEDED with reason
  // DEADLINE_PASSED, INVALID_ARGUMENT with reason MESSAGE_MALFORMED. A broken
  // connection can look like a close for a moment, so a close is no proof that a
  // stream is complete: protocols say their end in a message.
  virtual absl::StatusOr<bool> Read(google::protobuf::Message& message) = 0;

  // CANCELLED or DEADLINE_EXCEEDED as above.
  virtual absl::Status Write(const google::protobuf::Message& message) = 0;
};

template <typename Message>
class Reader {
 public:
  // `stream` must outlive it.
  explicit Reader(MessageStream& stream) : stream_(stream) {}
  absl::StatusOr<bool> Read(Message& message) { return stream_.Read(message); }

 private:
  MessageStream& stream_;
};

template <typename Message>
class Writer {
 public:
  // `stream` must outlive it.
  explicit Writer(MessageStream& stream) : stream_(stream) {}
  absl::Status Write(const Message& message) { return stream_.Write(message); }

 private:
  MessageStream& stream_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_STREAM_H_
