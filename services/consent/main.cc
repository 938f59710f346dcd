// The consent service: flags and wiring only.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/follow/witness_notes.h"
#include "libs/log/transparency_log.h"
#include "libs/server/add_flags.h"
#include "libs/server/demo_fence.h"
#include "libs/server/log_key_flags.h"
#include "libs/server/log_line.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "services/consent/rpc/due_metrics.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {
namespace {

struct Flags {
  ServerFlags server;
  std::string profile = "production";
  std::string state_dir;
  LogKeyFiles log_key;
  std::vector<std::string> witnesses;
  bool new_incarnation = false;
  double widening_delay_hours = -1;  // below 0: of the profile
};

// Long enough that somebody sees a proposal on a working day.
constexpr absl::Duration kWideningDelay = absl::Hours(24);

absl::Duration WideningDelay(const Flags& flags) {
  if (flags.widening_delay_hours >= 0) return flags.widening_delay_hours * absl::Hours(1);
  return flags.profile == "demo" ? absl::ZeroDuration() : kWideningDelay;
}

absl::Status Run(Flags flags) {
  const SystemClock clock;
  SystemRandomness randomness;
  flags.server.options.program = "consent";
  SH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(flags.server));
  SH_RETURN_IF_ERROR(CheckDemoFence(flags.profile == "demo", options));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, clock, randomness));
  server->readiness().Require("register");

  SH_ASSIGN_OR_RETURN(std::unique_ptr<RocksDbStore> store, RocksDbStore::Open({.path = flags.state_dir}));
  Followers followers(clock, clock.Now());
  const std::string origin = absl::StrCat(options.trust_domain, "/consent");
  SH_ASSIGN_OR_RETURN(LogKeys keys, ReadLogKeys(flags.log_key, origin));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<WitnessNotes> witnesses, WitnessNotes::Make(SignedBy(keys), flags.witnesses));
  LogOptions log_options;
  log_options.origin = origin;
  log_options.new_incarnation = flags.new_incarnation;
  log_options.next_signers = std::move(keys.next_signers);
  log_options.earlier_keys = std::move(keys.earlier_keys);
  log_options.key_reason = keys.reason;
  log_options.on_published = [&followers](const SignedCheckpoint& newest) { followers.Grown(newest.checkpoint.size); };
  SH_ASSIGN_OR_RETURN(std::unique_ptr<TransparencyLog> log,
                      TransparencyLog::Open(std::move(log_options), std::move(keys.signer), *store, clock, randomness));
  followers.Grown(log->revision().size);
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<ConsentStore> consent_store, ConsentStore::Open(*store, *log));

  ReplayWindow replays(consent_store->state().UsedRequests(), clock.Now());
  ConsentWorld world = {.store = *consent_store,
                        .followers = followers,
                        .clock = clock,
                        .randomness = randomness,
                        .replays = replays,
                        .profile = flags.profile == "demo" ? Profile::kDemo : Profile::kProduction,
                        .widening_delay = WideningDelay(flags),
                        .witnesses = witnesses.get()};
  const auto due = std::make_shared<DueMetrics>(*consent_store, clock);
  const auto detach = absl::MakeCleanup([&due] { due->Detach(); });
  server->Show(due);
  ConsentHandlers handlers(world);
  MethodRegistry registry;
  handlers.Register(registry);
  SH_RETURN_IF_ERROR(server->Serve(std::move(registry)));
  server->readiness().Met("register");
  return server->RunUntilTerminated({{"log", [&log] {
                                        log->Drain();
                                        return absl::OkStatus();
                                      }}});
}

}  // namespace
}  // namespace safehaven::consent

int main(int argc, char** argv) {
  safehaven::consent::Flags flags;
  CLI::App app("Safehaven consent: legal basis, register, objections, decisions");
  safehaven::AddFlags(app, flags.server);
  app.add_option("--profile", flags.profile, "production or demo (fenced: reserved names, loopback, 999 numbers)")
      ->check(CLI::IsMember({"production", "demo"}));
  app.add_option("--state-dir", flags.state_dir, "directory of the store")->required();
  safehaven::AddLogKeyFlags(app, flags.log_key);
  safehaven::AddWitnessFlag(app, flags.witnesses);
  app.add_option("--widening-delay-hours", flags.widening_delay_hours,
                 "how long a change that widens access waits after two have signed; else 24, in the demo 0");
  app.add_flag("--new-incarnation", flags.new_incarnation, "after a restore: begin a new incarnation of the log");
  if (const std::optional<int> code = safehaven::ParseOrExit(app, argc, argv)) return *code;
  const absl::Status status = safehaven::consent::Run(std::move(flags));
  if (status.ok()) return 0;
  safehaven::LogLine(safehaven::Severity::kError, "stopped", {{"status", status}});
  return 1;
}
