#include "libs/server/metrics_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr absl::Duration kPokeInterval = absl::Milliseconds(10);

// Opens and closes a connection to our own port.
void Poke(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Whether it succeeds does not matter.
  (void)connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  close(descriptor);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const std::string& listen) {
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(listen);
    const std::vector<int> ports = exposer->GetListeningPorts();
    if (!ports.empty()) {
      return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(exposer), ports.front()));
    }
  } catch (const std::exception&) {
    // Told below: what the library says of its own options helps nobody.
  }
  return FailedPrecondition("ADDRESS_UNUSABLE",
                            absl::StrCat("cannot listen for metrics on ", listen));
}

// The library's server (civetweb) looks only every two seconds whether it should stop,
// or when somebody connects: so somebody connects.
MetricsServer::~MetricsServer() {
  absl::Notification stopped;
  std::thread poker([this, &stopped] {
    while (!stopped.WaitForNotificationWithTimeout(kPokeInterval)) Poke(port_);
  });
  exposer_.reset();
  stopped.Notify();
  poker.join();
}

void MetricsServer::Show(std::shared_ptr<prometheus::Collectable> collectable) {
  exposer_->RegisterCollectable(collectable);
  collectables_.push_back(std::move(collectable));
}

}  // namespace safehaven
