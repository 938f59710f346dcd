#include "libs/client/channel.h"

#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"
#include "libs/base/status.h"
#include "libs/transport/tls.h"

namespace safehaven {
namespace {

// A service that restarts is back within a second or two; gRPC's own default backs off
// for up to two minutes.
constexpr int kReconnectMsMin = 100;
constexpr int kReconnectMsMax = 2000;
constexpr int kConnectMsMax = 2000;
// A long poll to a machine that vanished would wait for its whole deadline without this.
// The server allows it (libs/server/server.cc).
constexpr int kKeepaliveMs = 20000;
constexpr int kKeepaliveTimeoutMs = 5000;

grpc::ChannelArguments ArgumentsOf(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMsMin);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMsMax);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Programs talk to programs: a proxy from the environment has no part in it.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes_max));
  arguments.SetLoadBalancingPolicyName("round_robin");
  return arguments;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Channel>> Channel::Make(const ChannelOptions& options) {
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  if (options.insecure) {
    if (!IsLoopback(options.address)) {
      return FailedPrecondition("INSECURE_NOT_LOOPBACK", "without TLS only loopback is called");
    }
    credentials = grpc::InsecureChannelCredentials();
  } else {
    SH_ASSIGN_OR_RETURN(credentials, ClientTls(options.tls, options.server));
  }
  return std::unique_ptr<Channel>(new Channel(
      grpc::CreateCustomChannel(options.address, credentials, ArgumentsOf(options))));
}

}  // namespace safehaven
