// A real server with the test services, on loopback with mutual TLS, and real clients of
// it under any name. Tests replace the handlers that matter to them. Thread-compatible.
#ifndef SAFEHAVEN_TESTS_SUPPORT_ECHO_SERVER_H_
#define SAFEHAVEN_TESTS_SUPPORT_ECHO_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/client/client.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "safehaven/test/v1/echo.pb.h"
#include "tests/support/test_certificates.h"

namespace safehaven {

inline constexpr char kEchoService[] = "safehaven.test.v1.EchoService";
inline constexpr char kOpenService[] = "safehaven.test.v1.OpenService";

using test::v1::EchoRequest;
using test::v1::EchoResponse;

// Sleeps not at all, and remembers how long it should have. Thread-safe.
class RecordingSleeper final : public Sleeper {
 public:
  void Sleep(absl::Duration duration, Cancellation& cancellation) override;
  std::vector<absl::Duration> sleeps() const;

 private:
  mutable absl::Mutex mutex_;
  std::vector<absl::Duration> sleeps_ ABSL_GUARDED_BY(mutex_);
};

// What EchoService does; by default each says what it saw.
struct EchoHandlers {
  using Unary = std::function<absl::StatusOr<EchoResponse>(const Call&, const EchoRequest&)>;
  Unary echo;
  Unary write;
  Unary hasten;
  std::function<absl::Status(const Call&, const EchoRequest&, Writer<EchoResponse>&)> count;
  std::function<absl::Status(const Call&, Reader<EchoRequest>&, Writer<EchoResponse>&)> exchange;

  EchoHandlers();
};

// The facts of the call as an answer.
EchoResponse Describe(const Call& call, const EchoRequest& request);

// All methods of EchoService.
MethodRegistry RegistryOf(const EchoHandlers& handlers);
// The method of OpenService.
MethodRegistry OpenRegistry();

// A unary call as a foreign client may make it: without a deadline, once.
absl::StatusOr<EchoResponse> CallWithoutDeadline(const Channel& channel, const std::string& method,
                                                 const EchoRequest& request);

class EchoServer {
 public:
  // Options of program "consent" with its own certificate; tests change them.
  explicit EchoServer(TestCertificates& certificates);

  ServerOptions& options() { return options_; }

  // Starts and serves; a test that expects a refusal looks at the status.
  absl::Status Start(MethodRegistry registry);

  Server& server() { return *server_; }
  // Ends the server's life; nothing happens if there is none.
  void Stop() { server_.reset(); }

  // A client that shows the certificate of `files`.
  std::unique_ptr<Client> ClientWith(const TlsFiles& files);
  // A client with a new certificate for `program`.
  std::unique_ptr<Client> ClientAs(absl::string_view program) {
    return ClientWith(certificates_.Issue(program));
  }

  RecordingSleeper& sleeper() { return sleeper_; }

 private:
  TestCertificates& certificates_;
  SystemClock clock_;
  SystemRandomness randomness_;
  RecordingSleeper sleeper_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_ECHO_SERVER_H_
