// The linkage service: flags and wiring only.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/client/client.h"
#include "libs/server/add_flags.h"
#include "libs/server/demo_fence.h"
#include "libs/server/log_key_flags.h"
#include "libs/server/log_line.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "libs/transport/tls_files.h"
#include "services/linkage/rpc/service.h"

namespace safehaven::linkage {
namespace {

struct Flags {
  ServerFlags server;
  std::string profile = "production";
  std::string state_dir, wrapping_key;
  std::string consent, reconciled_incarnation;
  std::vector<std::string> consent_log_public_keys;
  WitnessFlags consent_witnesses;
  bool new_incarnation = false;
  MatchLimitOptions match_limits;
};

void AddLinkageFlags(CLI::App& app, Flags& flags) {
  AddFlags(app, flags.server);
  app.add_option("--profile", flags.profile, "production or demo (fenced: 999 numbers only, truth may be evaluated)")
      ->check(CLI::IsMember({"production", "demo"}));
  app.add_option("--state-dir", flags.state_dir, "directory of the store")->required();
  app.add_option("--wrapping-key", flags.wrapping_key, "32 bytes in base64: wraps the keys of pseudonyms")->required();
  app.add_option("--consent", flags.consent, "consent's gRPC host:port")->required();
  AddConsentLogKeyFlag(app, flags.consent_log_public_keys);
  AddConsentWitnessFlags(app, flags.consent_witnesses);
  app.add_option("--reconciled-consent-incarnation", flags.reconciled_incarnation,
                 "after consent was restored: follow this incarnation from nothing");
  app.add_option("--match-records-per-second-max", flags.match_limits.records_per_second_max,
                 "single records that one person may ask about a second")->capture_default_str();
  app.add_option("--match-records-per-day-max", flags.match_limits.records_per_day_max, "the same a day")
      ->capture_default_str();
  app.add_flag("--new-incarnation", flags.new_incarnation, "after a restore: begin a new incarnation of this store");
}

absl::StatusOr<SecretKey> ReadWrappingKey(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTlsFile(path));
  std::string bytes;
  if (!absl::Base64Unescape(absl::StripAsciiWhitespace(text), &bytes)) {
    return InvalidArgument("KEY_MALFORMED", "the wrapping key is not base64");
  }
  return KeyFromBytes(bytes);
}

absl::Status Run(Flags flags) {
  const SystemClock clock;
  SystemRandomness randomness;
  SystemSleeper sleeper;
  flags.server.options.program = "linkage";
  SH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(flags.server));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, clock, randomness));
  SH_ASSIGN_OR_RETURN(const SecretKey wrapping_key, ReadWrappingKey(flags.wrapping_key));
  SH_ASSIGN_OR_RETURN(const FollowRules rules, ReadFollowRules(flags.consent_log_public_keys,
                                                               absl::StrCat(options.trust_domain, "/consent")));
  SH_ASSIGN_OR_RETURN(const WitnessRules witnesses, ReadWitnessRules(flags.consent_witnesses));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<RocksDbStore> store, RocksDbStore::Open({.path = flags.state_dir}));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> consent,
                      Client::Make({.address = flags.consent,
                                    .server = {.trust_domain = options.trust_domain, .path = "consent"},
                                    .tls = options.tls,
                                    .insecure = flags.server.insecure},
                                   {.clock = clock, .sleeper = sleeper, .jitter = randomness}));
  SH_ASSIGN_OR_RETURN(
      const std::unique_ptr<Service> service,
      Service::Open({.consent = rules,
                     .witnesses = witnesses,
                     .wrapping_key = wrapping_key,
                     .reconciled_incarnation = flags.reconciled_incarnation,
                     .new_incarnation = flags.new_incarnation,
                     .profile = flags.profile == "demo" ? ServiceProfile::kDemo : ServiceProfile::kProduction,
                     .match_limits = flags.match_limits},
                    {.store = *store,
                     .consent = *consent,
                     .readiness = server->readiness(),
                     .clock = clock,
                     .sleeper = sleeper,
                     .randomness = randomness}));
  SH_RETURN_IF_ERROR(service->Start());
  SH_RETURN_IF_ERROR(server->Serve(service->Methods()));
  return server->RunUntilTerminated({{"runs and following", [&service] {
                                        service->Stop();
                                        return absl::OkStatus();
                                      }}});
}

}  // namespace
}  // namespace safehaven::linkage

int main(int argc, char** argv) {
  safehaven::linkage::Flags flags;
  CLI::App app("Safehaven linkage: which records are one person's, and who must be left out");
  safehaven::linkage::AddLinkageFlags(app, flags);
  if (const std::optional<int> code = safehaven::ParseOrExit(app, argc, argv)) return *code;
  const absl::Status status = safehaven::linkage::Run(std::move(flags));
  if (status.ok()) return 0;
  safehaven::LogLine(safehaven::Severity::kError, "stopped", {{"status", status}});
  return 1;
}
