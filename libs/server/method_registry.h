// Which function answers which method. One line a method:
//
//   registry.Unary<v1::DecideRequest, v1::DecideResponse>(
//       kService, "Decide", absl::bind_front(&ConsentHandlers::Decide, &handlers));
//
// Handlers are plain functions; the dispatcher runs them on bounded pools, so they may
// block. Registering checks the types against the proto; Check() says whether anything
// is missing, and a server does not start before it is satisfied. Single-threaded.
#ifndef SAFEHAVEN_LIBS_SERVER_METHOD_REGISTRY_H_
#define SAFEHAVEN_LIBS_SERVER_METHOD_REGISTRY_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/base/status.h"
#include "libs/server/call.h"
#include "libs/server/stream.h"
#include "libs/transport/method_terms.h"

namespace safehaven {

// A method with its handler, types erased. Exactly one of the handlers is set.
struct RegisteredMethod {
  using Unary = std::function<absl::Status(const Call& call, const google::protobuf::Message& request,
                                           google::protobuf::Message& response)>;
  using Stream = std::function<absl::Status(const Call& call, MessageStream& stream)>;

  MethodTerms terms;
  const google::protobuf::Message* request_prototype = nullptr;   // static
  const google::protobuf::Message* response_prototype = nullptr;  // static
  Unary unary;
  Stream stream;
};

class MethodRegistry {
 public:
  // `handler`: absl::StatusOr<Response>(const Call&, const Request&).
  template <typename Request, typename Response>
  void Unary(absl::string_view service, absl::string_view method,
             std::function<absl::StatusOr<Response>(const Call&, const Request&)> handler);

  // `handler`: absl::Status(const Call&, const Request&, Writer<Response>&).
  template <typename Request, typename Response>
  void ServerStream(
      absl::string_view service, absl::string_view method,
      std::function<absl::Status(const Call&, const Request&, Writer<Response>&)> handler);

  // `handler`: absl::Status(const Call&, Reader<Request>&, Writer<Response>&).
  template <typename Request, typename Response>
  void BidiStream(
      absl::string_view service, absl::string_view method,
      std::function<absl::Status(const Call&, Reader<Request>&, Writer<Response>&)> handler);

  // OK if every method of every service that was named has a complete policy and one
  // handler of the right types. Otherwise the first fault: FAILED_PRECONDITION with
  // reason METHOD_POLICY_MISSING, METHOD_POLICY_INCOMPLETE, METHOD_UNHANDLED,
  // METHOD_HANDLED_TWICE, METHOD_TYPE_MISMATCH or NO_SERVICES, or NOT_FOUND as
  // FindMethod().
  absl::Status Check() const;

  // By gRPC path ("/package.Service/Method").
  const std::map<std::string, RegisteredMethod>& methods() const { return methods_; }

 private:
  struct Shape {
    bool client_streaming;
    bool server_streaming;
  };

  // Looks the method up, checks it and keeps it; a fault is kept for Check().
  void Add(absl::string_view service, absl::string_view method, Shape shape,
           RegisteredMethod registered);
  absl::Status TryAdd(absl::string_view service, absl::string_view method, Shape shape,
                      RegisteredMethod registered);

  std::map<std::string, RegisteredMethod> methods_;
  absl::Status first_fault_;
};

template <typename Request, typename Response>
void MethodRegistry::Unary(
    absl::string_view service, absl::string_view method,
    std::function<absl::StatusOr<Response>(const Call&, const Request&)> handler) {
  RegisteredMethod registered;
  registered.request_prototype = &Request::default_instance();
  registered.response_prototype = &Response::default_instance();
  registered.unary = [handler = std::move(handler)](const Call& call,
                                                    const google::protobuf::Message& request,
                                                    google::protobuf::Message& response) {
    absl::StatusOr<Response> answer = handler(call, static_cast<const Request&>(request));
    if (!answer.ok()) return answer.status();
    static_cast<Response&>(response) = *std::move(answer);
    return absl::OkStatus();
  };
  Add(service, method, {.client_streaming = false, .server_streaming = false},
      std::move(registered));
}

template <typename Request, typename Response>
void MethodRegistry::ServerStream(
    absl::string_view service, absl::string_view method,
    std::function<absl::Status(const Call&, const Request&, Writer<Response>&)> handler) {
  RegisteredMethod registered;
  registered.request_prototype = &Request::default_instance();
  registered.response_prototype = &Response::default_instance();
  registered.stream = [handler = std::move(handler)](const Call& call, MessageStream& stream) {
    Request request;
    absl::StatusOr<bool> present = stream.Read(request);
    if (!present.ok()) return present.status();
    if (!*present) return InvalidArgument("MESSAGE_MISSING", "the call carried no request");
    Writer<Response> writer(stream);
    return handler(call, request, writer);
  };
  Add(service, method, {.client_streaming = false, .server_streaming = true},
      std::move(registered));
}

template <typename Request, typename Response>
void MethodRegistry::BidiStream(
    absl::string_view service, absl::string_view method,
    std::function<absl::Status(const Call&, Reader<Request>&, Writer<Response>&)> handler) {
  RegisteredMethod registered;
  registered.request_prototype = &Request::default_instance();
  registered.response_prototype = &Response::default_instance();
  registered.stream = [handler = std::move(handler)](const Call& call, MessageStream& stream) {
    Reader<Request> reader(stream);
    Writer<Response> writer(stream);
    return handler(call, reader, writer);
  };
  Add(service, method, {.client_streaming = true, .server_streaming = true},
      std::move(registered));
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_METHOD_REGISTRY_H_
