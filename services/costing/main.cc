// The costing service: flags and wiring only.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/client/follower.h"
#include "libs/follow/consent_calls.h"
#include "libs/follow/witness_notes.h"
#include "libs/log/transparency_log.h"
#include "libs/server/add_flags.h"
#include "libs/server/demo_fence.h"
#include "libs/server/log_key_flags.h"
#include "libs/server/log_line.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/log/v1/log_service.pb.h"
#include "services/costing/rpc/handlers.h"
#include "services/costing/rpc/linkage_follower.h"

namespace safehaven::costing {
namespace {

constexpr absl::Duration kConfirmTime = absl::Seconds(30);
constexpr absl::Duration kPurgeTime = absl::Seconds(10);

struct Flags {
  ServerFlags server;
  std::string profile = "production";
  std::string state_dir;
  LogKeyFiles log_key;
  std::vector<std::string> witnesses;
  bool new_incarnation = false;
  std::string consent;
  std::string linkage;
  std::vector<std::string> consent_log_public_keys;
  WitnessFlags consent_witnesses;
  std::string reconciled_consent_incarnation;
};

absl::StatusOr<std::unique_ptr<Client>> Connect(const ServerOptions& options, const std::string& address,
                                                const char* service, const Client::World& world) {
  return Client::Make({.address = address,
                       .server = {.trust_domain = options.trust_domain, .path = service},
                       .tls = options.tls},
                      world);
}

// Whom consent lets read its log may read this one.
absl::Status AskConsent(Client& consent, const type::v1::Evidence& evidence) {
  log::v1::ReadLogRequest request;
  *request.mutable_evidence() = evidence;
  request.set_count(1);
  return consent.CallUnary<log::v1::ReadLogResponse>("safehaven.log.v1.LogService", "ReadLog", request, {}).status();
}

absl::Status AskForInquiry(Client& consent, const type::v1::Evidence& evidence, const std::string& inquiry) {
  consent::v1::AuthoriseInquiryRequest request;
  *request.mutable_evidence() = evidence;
  request.set_inquiry(inquiry);
  return consent
      .CallUnary<consent::v1::AuthoriseInquiryResponse>("safehaven.consent.v1.ConsentService", "AuthoriseInquiry", request, {})
      .status();
}

absl::Status Run(Flags flags) {
  const SystemClock clock;
  SystemRandomness randomness;
  SystemSleeper sleeper;
  flags.server.options.program = "costing";
  SH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(flags.server));
  SH_RETURN_IF_ERROR(CheckDemoFence(flags.profile == "demo", options));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, clock, randomness));
  server->readiness().Require("consent");
  server->readiness().Require("linkage");

  const std::string origin = absl::StrCat(options.trust_domain, "/costing");
  SH_ASSIGN_OR_RETURN(std::unique_ptr<RocksDbStore> store, RocksDbStore::Open({.path = flags.state_dir}));
  SH_ASSIGN_OR_RETURN(LogKeys keys, ReadLogKeys(flags.log_key, origin));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<WitnessNotes> witnesses, WitnessNotes::Make(SignedBy(keys), flags.witnesses));
  LogOptions log_options;
  log_options.origin = origin;
  log_options.new_incarnation = flags.new_incarnation;
  log_options.next_signers = std::move(keys.next_signers);
  log_options.earlier_keys = std::move(keys.earlier_keys);
  log_options.key_reason = keys.reason;
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<TransparencyLog> log,
                      TransparencyLog::Open(std::move(log_options), std::move(keys.signer), *store, clock, randomness));
  const Client::World world_of_clients = {.clock = clock, .sleeper = sleeper, .jitter = randomness};
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> consent, Connect(options, flags.consent, "consent", world_of_clients));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Client> linkage, Connect(options, flags.linkage, "linkage", world_of_clients));

  ActivityStore activity(*store);
  RunStore runs(*store);
  ReleaseStore releases(*store, *log);
  LiveState live(clock);
  SH_ASSIGN_OR_RETURN(FollowRules rules, ReadFollowRules(flags.consent_log_public_keys,
                                                         absl::StrCat(options.trust_domain, "/consent")));
  SH_ASSIGN_OR_RETURN(WitnessRules witness_rules, ReadWitnessRules(flags.consent_witnesses));
  SH_ASSIGN_OR_RETURN(auto last, releases.Followed(absl::InfiniteFuture()));
  ConsentFollower follower({.rules = std::move(rules),
                            .audience = "costing",
                            .start_time = clock.Now(),
                            .reconciled_incarnation = flags.reconciled_consent_incarnation,
                            .witnesses = std::move(witness_rules)},
                           MakeConsentCalls(*consent), clock,
                           [&releases](const FollowedCheckpoint& checkpoint) {
                             return releases.SaveFollowed(checkpoint, absl::InfiniteFuture());
                           },
                           std::move(last));
  LinkageFollower publications(MakePublicationCalls(*linkage), activity, live);
  CostingWorld world = {.activity = activity,
                        .runs = runs,
                        .releases = releases,
                        .log = *log,
                        .witnesses = witnesses.get(),
                        .live = live,
                        .consent = follower,
                        .linkage = MakeLinkageCalls(*linkage),
                        .clock = clock,
                        .randomness = randomness,
                        .authorise_reader = [&consent](const type::v1::Evidence& evidence) {
                          return AskConsent(*consent, evidence);
                        },
                        .authorise_inquiry = [&consent](const type::v1::Evidence& evidence, const std::string& inquiry) {
                          return AskForInquiry(*consent, evidence, inquiry);
                        },
                        .not_ready_reason = [&follower, &publications]() -> std::string {
                          if (!follower.Fresh().ok()) return ReasonOf(follower.Fresh().status());
                          return publications.Health().ok() ? "" : "LINKAGE_NOT_FOLLOWED";
                        }};
  CostingHandlers handlers(world);
  SH_RETURN_IF_ERROR(RefreshSegments(world));
  SH_RETURN_IF_ERROR(handlers.answers.CloseCutOff(absl::InfiniteFuture()));
  const Follower::World follow_world = {.clock = clock, .sleeper = sleeper, .jitter = randomness};
  Readiness& readiness = server->readiness();
  Follower follow_consent(
      [&follower, &readiness, &releases, &clock](Cancellation&) {
        const absl::Status polled = follower.Poll();
        if (follower.Fresh().ok()) {
          readiness.Met("consent");
        } else {
          readiness.NotMet("consent", ReasonOf(follower.Fresh().status()));
        }
        SH_RETURN_IF_ERROR(polled);
        return releases.PurgeExpired(clock.Now(), clock.Now() + kPurgeTime).status();
      },
      {}, follow_world);
  Follower follow_linkage(
      [&publications, &handlers, &readiness, &clock, confirmed = false](Cancellation& cancellation) mutable {
        if (!confirmed) SH_RETURN_IF_ERROR(handlers.loads.ConfirmVisibleLoads(clock.Now() + kConfirmTime));
        confirmed = true;
        const absl::Status polled = publications.Poll(cancellation);
        if (polled.ok()) {
          readiness.Met("linkage");
        } else {
          readiness.NotMet("linkage", ReasonOf(polled));
        }
        return polled;
      },
      {}, follow_world);
  MethodRegistry registry;
  handlers.Register(registry);
  SH_RETURN_IF_ERROR(server->Serve(std::move(registry)));
  return server->RunUntilTerminated({{"followers",
                                      [&follow_consent, &follow_linkage] {
                                        follow_linkage.Stop();
                                        follow_consent.Stop();
                                        return absl::OkStatus();
                                      }},
                                     {"log", [&log] {
                                        log->Drain();
                                        return absl::OkStatus();
                                      }}});
}

}  // namespace
}  // namespace safehaven::costing

int main(int argc, char** argv) {
  safehaven::costing::Flags flags;
  CLI::App app("Safehaven costing: patient-level costing and protected answers");
  safehaven::AddFlags(app, flags.server);
  app.add_option("--profile", flags.profile, "production or demo")->check(CLI::IsMember({"production", "demo"}));
  app.add_option("--state-dir", flags.state_dir, "directory of the store")->required();
  safehaven::AddLogKeyFlags(app, flags.log_key);
  safehaven::AddWitnessFlag(app, flags.witnesses);
  app.add_option("--consent", flags.consent, "host:port of consent")->required();
  app.add_option("--linkage", flags.linkage, "host:port of linkage")->required();
  safehaven::AddConsentLogKeyFlag(app, flags.consent_log_public_keys);
  safehaven::AddConsentWitnessFlags(app, flags.consent_witnesses);
  app.add_option("--reconciled-consent-incarnation", flags.reconciled_consent_incarnation,
                 "after a restore of consent: the incarnation that was reconciled");
  app.add_flag("--new-incarnation", flags.new_incarnation, "after a restore: begin a new incarnation of the log");
  if (const std::optional<int> code = safehaven::ParseOrExit(app, argc, argv)) return *code;
  const absl::Status status = safehaven::costing::Run(std::move(flags));
  if (status.ok()) return 0;
  safehaven::LogLine(safehaven::Severity::kError, "stopped", {{"status", status}});
  return 1;
}
