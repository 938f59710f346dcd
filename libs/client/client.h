// Calls to one service, with one retry rule and statuses that come back whole:
//
//   SH_ASSIGN_OR_RETURN(v1::DecideResponse response, consent->CallUnary<v1::DecideResponse>(
//       "safehaven.consent.v1.ConsentService", "Decide", request, {}));
//
// Methods are named as in their protos; whether a call may be repeated and how long it
// may take is read from the method's own policy, so it cannot be forgotten here. No
// generated stub is needed. Failures of the connection have reason UNREACHABLE,
// DEADLINE_PASSED, CALL_CANCELLED or TRANSPORT_FAILED; all others are the server's.
#ifndef SAFEHAVEN_LIBS_CLIENT_CLIENT_H_
#define SAFEHAVEN_LIBS_CLIENT_CLIENT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"
#include "libs/base/status.h"
#include "libs/client/channel.h"
#include "libs/client/client_stream.h"
#include "libs/client/retry.h"
#include "libs/transport/method_terms.h"

namespace safehaven {

struct CallOptions {
  // For all attempts together; cut to the method's longest deadline.
  absl::Duration timeout = absl::InfiniteDuration();
  // Metadata "authorization", if not empty.
  Sensitive<std::string> authorization;
  // Ends the call early if it is cancelled; may be null. Must outlive the call.
  Cancellation* cancellation = nullptr;
};

// Thread-safe.
class Client {
 public:
  // What the client takes from the world; all must outlive it.
  struct World {
    const Clock& clock;
    Sleeper& sleeper;
    Randomness& jitter;
  };

  // Fails as Channel::Make().
  static absl::StatusOr<std::unique_ptr<Client>> Make(const ChannelOptions& options,
                                                      const World& world);

  // One request, one response. INTERNAL with reason METHOD_TYPE_MISMATCH if the types are
  // not the method's; NOT_FOUND as FindMethod().
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallUnary(absl::string_view service, absl::string_view method,
                                     const Request& request, const CallOptions& options) {
    Response response;
    SH_RETURN_IF_ERROR(CallErased(service, method, request, response, options));
    return response;
  }

  // Opens a stream of any kind; for a server stream write one request and close the
  // writes. Never sent again: what was taken is for the protocol to say. The stream
  // must end before the client does.
  template <typename Request, typename Response>
  absl::StatusOr<ClientStream<Request, Response>> OpenStream(absl::string_view service,
                                                             absl::string_view method,
                                                             const CallOptions& options) {
    SH_ASSIGN_OR_RETURN(std::unique_ptr<ClientMessageStream> stream,
                        OpenErased(service, method, Request::default_instance(),
                                   Response::default_instance(), options));
    return ClientStream<Request, Response>(std::move(stream));
  }

  const Channel& channel() const { return *channel_; }

 private:
  Client(std::unique_ptr<Channel> channel, const World& world)
      : channel_(std::move(channel)), world_(world) {}

  absl::Status CallErased(absl::string_view service, absl::string_view method,
                          const google::protobuf::Message& request,
                          google::protobuf::Message& response, const CallOptions& options);
  absl::StatusOr<std::unique_ptr<ClientMessageStream>> OpenErased(
      absl::string_view service, absl::string_view method,
      const google::protobuf::Message& request_type, const google::protobuf::Message& response_type,
      const CallOptions& options);

  const std::unique_ptr<Channel> channel_;
  const World world_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_CLIENT_H_
