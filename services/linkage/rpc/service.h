// All parts of the service on one store, wired once: so that main.cc has flags only, and
// their order of life is written down in one place.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_SERVICE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_SERVICE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/client/client.h"
#include "libs/client/follower.h"
#include "libs/server/readiness.h"
#include "libs/storage/store.h"
#include "services/linkage/rpc/consent_link.h"
#include "services/linkage/rpc/handlers.h"

namespace safehaven::linkage {

struct ServiceOptions {
  FollowRules consent;               // its log's origin and keys
  WitnessRules witnesses;            // and whose word on it must be how fresh
  SecretKey wrapping_key;
  std::string reconciled_incarnation;
  bool new_incarnation = false;
  ServiceProfile profile = ServiceProfile::kProduction;
  MatchLimitOptions match_limits;
};

// Thread-safe once it is made; Start() and Stop() are for one thread.
class Service {
 public:
  // What the service takes from outside; all must outlive it.
  struct World {
    Store& store;
    Client& consent;
    Readiness& readiness;
    const Clock& clock;
    Sleeper& sleeper;
    Randomness& randomness;
  };

  // Reads what is published. As the store fails.
  static absl::StatusOr<std::unique_ptr<Service>> Open(const ServiceOptions& options, const World& world);
  ~Service();

  // Begins to follow consent and to do the runs that are pending.
  absl::Status Start();
  // No more runs, no more following. Call after the server has drained.
  void Stop();

  // The methods; they borrow from the service.
  MethodRegistry Methods();

 private:
  Service(const ServiceOptions& options, const World& world, std::string incarnation,
          std::optional<FollowedCheckpoint> last);

  const World world_;
  StagedLoads loads_;
  CrosswalkStore crosswalks_;
  ExclusionStore exclusions_;
  RunStore runs_;
  ModelStore models_;
  ReviewStore reviews_;
  UsedWarrants used_;
  DomainKeys domain_keys_;
  CustodyStore custody_;
  CrosswalkHistory history_;
  ProtectionBook protections_;
  Publications publications_;
  Cancellation stopping_;
  ConsentFollower follower_;
  ConsentLink link_;
  ConsentGate gate_;
  LivePeopleBook live_;
  LinkageRunner runner_;
  Sessions sessions_;
  MatchLimits match_limits_;
  LinkageWorld handler_world_;
  LinkageHandlers handlers_;
  // Last: their threads use the others.
  std::optional<Follower> heartbeats_;
  std::optional<Follower> objections_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_SERVICE_H_
