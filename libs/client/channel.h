// A connection to one program, long-lived: a handshake costs more than fifty calls.
// It reconnects by itself and speaks only to the program it was made for, whatever
// answers at the address. Thread-safe.
#ifndef SAFEHAVEN_LIBS_CLIENT_CHANNEL_H_
#define SAFEHAVEN_LIBS_CLIENT_CHANNEL_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/transport/spiffe_id.h"
#include "libs/transport/tls_files.h"

namespace grpc {
class Channel;
}

namespace safehaven {

struct ChannelOptions {
  std::string address;    // "127.0.0.1:7001", or "dns:///consent:7001" for all replicas
  SpiffeId server;        // who must answer there: its URI SAN, not a host name
  TlsFiles tls;           // certificate and key may be empty where the server asks for none
  bool insecure = false;  // no TLS; loopback only
  size_t message_bytes_max = 16 << 20;
};

class Channel {
 public:
  // Does not connect yet. FAILED_PRECONDITION with reason TLS_KEYS_MISSING, or
  // INSECURE_NOT_LOOPBACK.
  static absl::StatusOr<std::unique_ptr<Channel>> Make(const ChannelOptions& options);

  // For this library and for generated stubs.
  const std::shared_ptr<grpc::Channel>& grpc_channel() const { return channel_; }

 private:
  explicit Channel(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  // Shared as gRPC demands.
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_CHANNEL_H_
