// safehaven-demo-issuer: the demonstration's OpenID Connect issuer as a program of its
// own, on loopback. Prints a one-time sign-in link for each persona.
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/issuer/demo_issuer.h"
#include "cli/issuer/private_file.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"
#include "libs/http/server.h"
#include "libs/server/add_flags.h"
#include "libs/server/system.h"
#include "libs/server/termination.h"

namespace safehaven::cli {
namespace {

constexpr std::chrono::milliseconds kPortFilePause(100);

struct Flags {
  uint16_t port = 0;
  std::string port_file, personas_file, key_file, jwks_file, links_file, gateway_url, gateway_port_file;
  DemoIssuerOptions issuer;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--port", flags.port, "port on 127.0.0.1; 0 takes any free one");
  app.add_option("--port-file", flags.port_file, "where to write {\"http\": PORT}");
  app.add_option("--personas", flags.personas_file, "JSON list of personas; missing secrets are filled in")->required();
  app.add_option("--key", flags.key_file, "signing key; made if it is missing")->required();
  app.add_option("--jwks-file", flags.jwks_file, "where to write the public keys, for the register");
  app.add_option("--links-file", flags.links_file, "where to write the sign-in links as JSON");
  app.add_option("--gateway-url", flags.gateway_url,
                 "the gateway in the browser, http://127.0.0.1:PORT; without it nobody signs in by browser");
  app.add_option("--gateway-port-file", flags.gateway_port_file,
                 "instead of --gateway-url: the gateway's HTTP port file, which may come later");
  app.add_option("--issuer-name", flags.issuer.name, "\"iss\" of the tokens; a reserved name");
  app.add_option("--client-id", flags.issuer.client_id, "the gateway's client id");
  app.add_option("--audience", flags.issuer.audience, "\"aud\" of access tokens");
}

absl::StatusOr<SigningKey> LoadKey(const std::string& path) {
  const absl::StatusOr<std::string> kept = ReadPrivateFile(path);
  if (kept.ok()) return SigningKey::FromPrivateJson(*kept);
  SH_ASSIGN_OR_RETURN(SigningKey key, SigningKey::Generate());
  SH_RETURN_IF_ERROR(WritePrivateFile(path, key.PrivateJson()));
  return key;
}

absl::StatusOr<std::vector<Persona>> LoadPersonas(const std::string& path, Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadPrivateFile(path));
  SH_ASSIGN_OR_RETURN(std::vector<Persona> personas, ParsePersonas(text));
  if (FillSecrets(personas, randomness)) SH_RETURN_IF_ERROR(WritePrivateFile(path, PersonasJson(personas)));
  return personas;
}

void ShowLinks(const std::string& links_file, const std::vector<SignInLink>& links) {
  std::string json;
  std::cout << "Sign-in links, each good for once:\n";
  for (const SignInLink& link : links) {
    const Persona& persona = link.persona;
    std::cout << "  " << persona.name << " (" << persona.role << ", " << persona.organisation << "): " << link.url
              << "\n";
    absl::StrAppend(&json, json.empty() ? "[\n" : ",\n", "  {\"subject\": ", JsonQuote(persona.subject),
                    ", \"name\": ", JsonQuote(persona.name), ", \"organisation\": ", JsonQuote(persona.organisation),
                    ", \"role\": ", JsonQuote(persona.role), ", \"url\": ", JsonQuote(link.url), "}");
  }
  std::cout << std::flush;
  if (links_file.empty()) return;
  const absl::Status written = WritePrivateFile(links_file, absl::StrCat(json, "\n]\n"));
  if (!written.ok()) std::cerr << "the links could not be written: " << written.message() << "\n";
}

// Waits for the gateway's port file, which the gateway writes when it has found us, and
// returns where the gateway is; nothing if we are to stop first.
std::optional<Url> AwaitGateway(const std::string& port_file, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::StatusOr<std::string> text = ReadPrivateFile(port_file);
    const absl::StatusOr<uint16_t> port = text.ok() ? HttpPortOf(*text) : text.status();
    if (port.ok()) {
      const absl::StatusOr<Url> url = Url::Parse(absl::StrCat("http://127.0.0.1:", *port));
      if (url.ok()) return *url;
    }
    std::this_thread::sleep_for(kPortFilePause);
  }
  return std::nullopt;
}

absl::Status Run(const Flags& flags) {
  SystemClock clock;
  SystemRandomness randomness;
  SH_RETURN_IF_ERROR(CheckIssuerName(flags.issuer.name));
  SH_ASSIGN_OR_RETURN(SigningKey key, LoadKey(flags.key_file));
  SH_ASSIGN_OR_RETURN(std::vector<Persona> personas, LoadPersonas(flags.personas_file, randomness));
  DemoIssuer issuer(flags.issuer, std::move(personas), std::move(key), clock, randomness);
  // Written before the port, so that who has seen the port finds the keys.
  if (!flags.jwks_file.empty()) SH_RETURN_IF_ERROR(WritePrivateFile(flags.jwks_file, issuer.Jwks()));

  HttpServerOptions options;  // plain HTTP on 127.0.0.1: nothing else is possible here
  options.port = flags.port;
  options.thread_count = 1;
  options.body_bytes_max = 16 * 1024;
  InstallTerminationHandlers();
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<HttpServer> server,
                      HttpServer::Start(options, [&issuer](HttpRequest request, HttpRespond respond) {
                        respond(issuer.Handle(request));
                      }));
  SH_ASSIGN_OR_RETURN(const Url own_address, Url::Parse(absl::StrCat("http://127.0.0.1:", server->port())));
  issuer.SetAddress(own_address);
  const auto show = [&flags](const std::vector<SignInLink>& links) { ShowLinks(flags.links_file, links); };
  if (!flags.gateway_url.empty()) {
    SH_ASSIGN_OR_RETURN(const Url gateway, Url::Parse(flags.gateway_url));
    if (!gateway.IsLoopback()) return FailedPrecondition("DEMO_FENCE", "the gateway must be on loopback");
    issuer.Open(own_address, gateway, show);
  }
  if (!flags.port_file.empty()) {
    SH_RETURN_IF_ERROR(WritePrivateFile(flags.port_file, absl::StrCat("{\"http\":", server->port(), "}\n")));
  }
  std::jthread opener([&](const std::stop_token& stop) {
    if (flags.gateway_port_file.empty()) return;
    const std::optional<Url> gateway = AwaitGateway(flags.gateway_port_file, stop);
    if (gateway.has_value()) issuer.Open(own_address, *gateway, show);
  });
  WaitForTermination();
  server->Stop(absl::Seconds(1));
  return absl::OkStatus();
}

}  // namespace
}  // namespace safehaven::cli

int main(int argc, char** argv) {
  CLI::App app("The demonstration's OpenID Connect issuer: made-up people, loopback only");
  safehaven::cli::Flags flags;
  safehaven::cli::AddFlags(app, flags);
  if (const std::optional<int> code = safehaven::ParseOrExit(app, argc, argv)) return *code;
  const absl::Status status = safehaven::cli::Run(flags);
  if (status.ok()) return 0;
  std::cerr << "safehaven-demo-issuer: " << status.message() << " (" << safehaven::ReasonOf(status) << ")\n";
  return 1;
}
