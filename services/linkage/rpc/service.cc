#include "services/linkage/rpc/service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/follow/consent_calls.h"
#include "services/linkage/rpc/consent_calls.h"

namespace safehaven::linkage {
namespace {

// Also how long stopping may take: the wait is not cut short.
constexpr absl::Duration kObjectionWait = absl::Milliseconds(250);
// A follower that lost consent comes back soon: answers wait for it.
constexpr Backoff kFollowBackoff = {.delay_min = absl::Milliseconds(50), .delay_max = absl::Seconds(2)};

std::string FirstUnmet(const Readiness& readiness) {
  for (const auto& [name, condition] : readiness.Get()) {
    if (!condition.met) return absl::StrCat(name, ": ", condition.reason);
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Service>> Service::Open(const ServiceOptions& options, const World& world) {
  SH_ASSIGN_OR_RETURN(std::string incarnation,
                      OpenIncarnation(world.store, world.randomness, options.new_incarnation));
  SH_ASSIGN_OR_RETURN(std::optional<FollowedCheckpoint> last, ReadFollowed(world.store));
  std::unique_ptr<Service> service(new Service(options, world, std::move(incarnation), std::move(last)));
  SH_RETURN_IF_ERROR(service->publications_.Open());
  // Without knowing who is protected nobody may be asked about.
  SH_RETURN_IF_ERROR(service->protections_.Read(absl::InfiniteFuture()));
  return service;
}

Service::Service(const ServiceOptions& options, const World& world, std::string incarnation,
                 std::optional<FollowedCheckpoint> last)
    : world_(world),
      loads_(world.store),
      crosswalks_(world.store),
      exclusions_(world.store),
      runs_(world.store),
      models_(world.store),
      reviews_(world.store),
      used_(world.store),
      domain_keys_(world.store, options.wrapping_key, world.randomness),
      custody_(world.store, options.wrapping_key, world.randomness),
      history_(world.store),
      protections_(custody_),
      publications_(crosswalks_, exclusions_),
      follower_({.rules = options.consent,
                 .audience = "linkage",
                 .start_time = world.clock.Now(),
                 .reconciled_incarnation = options.reconciled_incarnation,
                 .witnesses = options.witnesses},
                MakeConsentCalls(world.consent, ConsentCallOptions(stopping_)), world.clock,
                [&store = world.store](const FollowedCheckpoint& followed) { return SaveFollowed(store, followed); },
                std::move(last)),
      link_(follower_, publications_, world.readiness, MakeReadObjections(world.consent, stopping_)),
      gate_(follower_, used_, world.clock),
      runner_({.loads = loads_,
               .crosswalks = crosswalks_,
               .runs = runs_,
               .gate = gate_,
               .publications = publications_,
               .models = models_,
               .reviews = reviews_,
               .live = live_,
               .history = history_,
               .protections = protections_,
               .clock = world.clock,
               .sleeper = world.sleeper,
               .randomness = world.randomness,
               .test_numbers_allowed = options.profile == ServiceProfile::kDemo,
               .on_progress = {}}),
      sessions_(gate_, world.clock, world.randomness),
      match_limits_(options.match_limits, world.clock),
      handler_world_({.loads = loads_,
                      .crosswalks = crosswalks_,
                      .runs = runs_,
                      .domain_keys = domain_keys_,
                      .custody = custody_,
                      .history = history_,
                      .protections = protections_,
                      .gate = gate_,
                      .publications = publications_,
                      .runner = runner_,
                      .reviews = reviews_,
                      .live = live_,
                      .sessions = sessions_,
                      .match_limits = match_limits_,
                      .clock = world.clock,
                      .profile = options.profile,
                      .incarnation = std::move(incarnation),
                      .objections_followed = [this] { return link_.followed(); },
                      .not_ready_reason = [&readiness = world.readiness] { return FirstUnmet(readiness); },
                      .read_inquiry = MakeReadInquiry(world.consent, stopping_)}),
      handlers_(handler_world_) {}

Service::~Service() { Stop(); }

absl::Status Service::Start() {
  const Follower::World follow_world = {
      .clock = world_.clock, .sleeper = world_.sleeper, .jitter = world_.randomness};
  heartbeats_.emplace([this](Cancellation&) { return link_.PollConsent(); }, kFollowBackoff, follow_world);
  objections_.emplace([this](Cancellation&) { return link_.PollObjections(kObjectionWait); }, kFollowBackoff,
                      follow_world);
  return runner_.Start();
}

void Service::Stop() {
  runner_.Stop();
  stopping_.Cancel();
  if (heartbeats_.has_value()) heartbeats_->Stop();
  if (objections_.has_value()) objections_->Stop();
}

MethodRegistry Service::Methods() {
  MethodRegistry registry;
  handlers_.Register(registry);
  return registry;
}

}  // namespace safehaven::linkage
