// The linkage service: flags and wiring only.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/client/client.h"
#include "libs/client/follower.h"
#include "libs/server/add_flags.h"
#include "libs/server/demo_fence.h"
#include "libs/server/log_line.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "libs/transport/tls_files.h"
#include "services/linkage/rpc/consent_calls.h"
#include "services/linkage/rpc/handlers.h"

namespace safehaven::linkage {
namespace {

constexpr absl::Duration kObjectionWait = absl::Seconds(1);
// A follower that lost consent comes back soon: answers wait for it.
constexpr Backoff kFollowBackoff = {.delay_min = absl::Milliseconds(50), .delay_max = absl::Seconds(2)};

struct Flags {
  ServerFlags server;
  std::string profile = "production";
  std::string state_dir, wrapping_key;
  std::string consent, consent_log_public_key, reconciled_incarnation;
  bool new_incarnation = false;
};

void AddLinkageFlags(CLI::App& app, Flags& flags) {
  AddFlags(app, flags.server);
  app.add_option("--profile", flags.profile, "production or demo (fenced: 999 numbers only, truth may be evaluated)")
      ->check(CLI::IsMember({"production", "demo"}));
  app.add_option("--state-dir", flags.state_dir, "directory of the store")->required();
  app.add_option("--wrapping-key", flags.wrapping_key, "32 bytes in base64: wraps the keys of pseudonyms")->required();
  app.add_option("--consent", flags.consent, "consent's gRPC host:port")->required();
  app.add_option("--consent-log-public-key", flags.consent_log_public_key,
                 "Ed25519 public key of consent's log, base64")->required();
  app.add_option("--reconciled-consent-incarnation", flags.reconciled_incarnation,
                 "after consent was restored: follow this incarnation from nothing");
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

absl::StatusOr<FollowRules> RulesOf(const Flags& flags, const std::string& trust_domain) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTlsFile(flags.consent_log_public_key));
  SH_ASSIGN_OR_RETURN(Ed25519PublicKey key,
                      Ed25519PublicKey::FromText(absl::StripAsciiWhitespace(text)));
  FollowRules rules = {.origin = absl::StrCat(trust_domain, "/consent"), .log_keys = {}, .witnesses = {}};
  SH_ASSIGN_OR_RETURN(NoteVerifier verifier,
                      NoteVerifier::Make(rules.origin, NoteKeyKind::kEd25519, std::move(key)));
  rules.log_keys.push_back(std::move(verifier));
  return rules;
}

std::string FirstUnmet(Readiness& readiness) {
  for (const auto& [name, condition] : readiness.Get()) {
    if (!condition.met) return absl::StrCat(name, ": ", condition.reason);
  }
  return "";
}

absl::Status Run(Flags flags) {
  const SystemClock clock;
  SystemRandomness randomness;
  SystemSleeper sleeper;
  flags.server.options.program = "linkage";
  SH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(flags.server));
  SH_RETURN_IF_ERROR(CheckDemoFence(flags.profile == "demo", options));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, clock, randomness));
  SH_ASSIGN_OR_RETURN(const SecretKey wrapping_key, ReadWrappingKey(flags.wrapping_key));
  SH_ASSIGN_OR_RETURN(const FollowRules rules, RulesOf(flags, options.trust_domain));

  SH_ASSIGN_OR_RETURN(std::unique_ptr<RocksDbStore> store, RocksDbStore::Open({.path = flags.state_dir}));
  SH_ASSIGN_OR_RETURN(const std::string incarnation, OpenIncarnation(*store, randomness, flags.new_incarnation));
  StagedLoads loads(*store);
  CrosswalkStore crosswalks(*store);
  ExclusionStore exclusions(*store);
  RunStore runs(*store);
  UsedWarrants used(*store);
  DomainKeys domain_keys(*store, wrapping_key, randomness);
  Publications publications(crosswalks, exclusions);
  SH_RETURN_IF_ERROR(publications.Open());

  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> consent,
                      Client::Make({.address = flags.consent,
                                    .server = {.trust_domain = options.trust_domain, .path = "consent"},
                                    .tls = options.tls,
                                    .insecure = flags.server.insecure},
                                   {.clock = clock, .sleeper = sleeper, .jitter = randomness}));
  SH_ASSIGN_OR_RETURN(std::optional<FollowedCheckpoint> last, ReadFollowed(*store));
  Cancellation stopping;
  ConsentFollower follower({.rules = rules,
                            .audience = "linkage",
                            .start_time = clock.Now(),
                            .reconciled_incarnation = flags.reconciled_incarnation},
                           MakeConsentCalls(*consent, stopping), clock,
                           [&store](const FollowedCheckpoint& checkpoint) { return SaveFollowed(*store, checkpoint); },
                           std::move(last));
  ConsentLink link(follower, publications, server->readiness(), MakeReadObjections(*consent, stopping));
  ConsentGate gate(follower, used, clock);
  const ServiceProfile profile = flags.profile == "demo" ? ServiceProfile::kDemo : ServiceProfile::kProduction;
  LinkageRunner runner({.loads = loads,
                        .crosswalks = crosswalks,
                        .runs = runs,
                        .gate = gate,
                        .publications = publications,
                        .sleeper = sleeper,
                        .randomness = randomness,
                        .test_numbers_allowed = profile == ServiceProfile::kDemo,
                        .on_progress = {}});
  LinkageWorld world = {.loads = loads,
                        .crosswalks = crosswalks,
                        .runs = runs,
                        .domain_keys = domain_keys,
                        .gate = gate,
                        .publications = publications,
                        .runner = runner,
                        .clock = clock,
                        .profile = profile,
                        .incarnation = incarnation,
                        .objections_followed = [&link] { return link.followed(); },
                        .not_ready_reason = [&server] { return FirstUnmet(server->readiness()); }};
  LinkageHandlers handlers(world);
  MethodRegistry registry;
  handlers.Register(registry);
  const Follower::World follow_world = {.clock = clock, .sleeper = sleeper, .jitter = randomness};
  Follower heartbeats([&link](Cancellation&) { return link.PollConsent(); }, kFollowBackoff, follow_world);
  Follower objections([&link](Cancellation&) { return link.PollObjections(kObjectionWait); }, kFollowBackoff,
                      follow_world);
  SH_RETURN_IF_ERROR(runner.Start());
  SH_RETURN_IF_ERROR(server->Serve(std::move(registry)));
  return server->RunUntilTerminated({{"runs", [&runner] {
                                        runner.Stop();
                                        return absl::OkStatus();
                                      }},
                                     {"followers", [&] {
                                        stopping.Cancel();
                                        heartbeats.Stop();
                                        objections.Stop();
                                        return absl::OkStatus();
                                      }}});
}

}  // namespace
}  // namespace safehaven::linkage

int main(int argc, char** argv) {
  safehaven::linkage::Flags flags;
  CLI::App app("Safehaven linkage: which records are one person's, and who must be left out");
  safehaven::linkage::AddLinkageFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = safehaven::linkage::Run(std::move(flags));
  if (status.ok()) return 0;
  safehaven::LogLine(safehaven::Severity::kError, "stopped", {{"status", status}});
  return 1;
}
