// The gateway: flags and wiring only. Two doors on one set of handlers: gRPC for
// programs, HTTP for browsers.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/client/client.h"
#include "libs/server/add_flags.h"
#include "libs/server/demo_fence.h"
#include "libs/server/log_line.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/transport/tls_files.h"
#include "services/gateway/door/web_door.h"
#include "services/gateway/rpc/backends.h"
#include "services/gateway/rpc/service.h"

namespace safehaven::gateway {
namespace {

constexpr absl::Duration kWebGrace = absl::Seconds(10);

struct Flags {
  ServerFlags server;
  WebDoorOptions web;
  std::string profile = "production";
  std::string consent, costing;
  std::string http_port_file;
  std::string client_secret_file;
};

void AddGatewayFlags(CLI::App& app, Flags& flags) {
  AddFlags(app, flags.server);
  app.add_option("--profile", flags.profile, "production or demo (fenced: reserved names, loopback)")
      ->check(CLI::IsMember({"production", "demo"}));
  app.add_option("--consent", flags.consent, "consent's gRPC host:port")->required();
  app.add_option("--costing", flags.costing, "costing's gRPC host:port")->required();
  app.add_option("--http-listen", flags.web.listen, "web door, ADDRESS:PORT; port 0 takes a free one");
  app.add_option("--http-port-file", flags.http_port_file, "file to write the web door's port to, as JSON");
  app.add_option("--web-certificate", flags.web.certificate_file, "certificate that browsers see, PEM");
  app.add_option("--web-key", flags.web.key_file, "its private key, PEM");
  app.add_option("--web-dir", flags.web.web_folder, "the dashboard's files; \"none\" for no dashboard");
  app.add_option("--public-url", flags.web.public_url, "how browsers reach the web door");
  app.add_option("--issuer", flags.web.issuer.issuer, "OpenID Connect issuer, as its tokens name it")->required();
  app.add_option("--issuer-address", flags.web.issuer.address, "where the demo's issuer is; demo profile only");
  app.add_option("--issuer-authorities", flags.web.issuer_authorities, "authorities trusted for the issuer, PEM");
  app.add_option("--client-id", flags.web.issuer.client_id, "our client id at the issuer")->required();
  app.add_option("--client-secret-file", flags.client_secret_file, "our client secret, where the issuer wants one");
  app.add_option("--audience", flags.web.issuer.audience, "\"aud\" of the tokens that consent takes")->required();
}

// Beside the program: bin/safehaven-gateway and share/safehaven/web.
std::string DefaultWebFolder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path folder = program.parent_path().parent_path() / "share/safehaven/web";
  return std::filesystem::exists(folder / "index.html", error) ? folder.string() : "";
}

absl::Status WriteHttpPort(const std::string& path, uint16_t port) {
  if (path.empty()) return absl::OkStatus();
  const std::string partial = absl::StrCat(path, ".partial");
  std::ofstream(partial, std::ios::trunc) << "{\"http\":" << port << "}\n";
  std::error_code error;
  std::filesystem::rename(partial, path, error);
  return error ? Unavailable("FILE_UNWRITABLE", "the HTTP port file cannot be written") : absl::OkStatus();
}

absl::Status Run(Flags flags) {
  const SystemClock clock;
  SystemRandomness randomness;
  SystemSleeper sleeper;
  flags.server.options.program = "gateway";
  // Callers bring evidence of their own, so no certificate is asked of them.
  flags.server.no_client_certificates = !flags.server.insecure;
  SH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(flags.server));
  SH_RETURN_IF_ERROR(CheckDemoFence(flags.profile == "demo", options));
  flags.web.issuer.demo = flags.profile == "demo";
  if (flags.web.web_folder.empty()) flags.web.web_folder = DefaultWebFolder();
  if (flags.web.web_folder == "none") flags.web.web_folder.clear();
  if (!flags.client_secret_file.empty()) {
    SH_ASSIGN_OR_RETURN(flags.web.issuer.client_secret, ReadTlsFile(flags.client_secret_file));
  }
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, clock, randomness));
  server->readiness().Require("doors");

  const auto connect = [&](const std::string& address, const char* program) {
    return Client::Make({.address = address,
                         .server = {.trust_domain = options.trust_domain, .path = program},
                         .tls = options.tls,
                         .insecure = flags.server.insecure},
                        {.clock = clock, .sleeper = sleeper, .jitter = randomness});
  };
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> consent, connect(flags.consent, "consent"));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> costing, connect(flags.costing, "costing"));
  const std::unique_ptr<Backends> backends = MakeGrpcBackends(*consent, *costing, clock);
  GatewayHandlers handlers(RateLimits{}, *backends, clock);
  MethodRegistry registry;
  RegisterGateway(registry, handlers);
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<WebDoor> web,
                      WebDoor::Open(flags.web, {handlers, server->metrics().registry(), clock, randomness}));
  SH_RETURN_IF_ERROR(WriteHttpPort(flags.http_port_file, web->port()));
  // Last, because what it uses must not go before it has drained.
  SH_RETURN_IF_ERROR(server->Serve(std::move(registry)));
  LogLine(Severity::kInfo, "web_door_open", {{"url", web->url()}});
  server->readiness().Met("doors");
  return server->RunUntilTerminated({{"web", [&web] {
                                        web->Stop(kWebGrace);
                                        return absl::OkStatus();
                                      }}});
}

}  // namespace
}  // namespace safehaven::gateway

int main(int argc, char** argv) {
  safehaven::gateway::Flags flags;
  CLI::App app("Safehaven gateway: questions from people and programs");
  safehaven::gateway::AddGatewayFlags(app, flags);
  if (const std::optional<int> code = safehaven::ParseOrExit(app, argc, argv)) return *code;
  const absl::Status status = safehaven::gateway::Run(std::move(flags));
  if (status.ok()) return 0;
  safehaven::LogLine(safehaven::Severity::kError, "stopped", {{"status", status}});
  return 1;
}
