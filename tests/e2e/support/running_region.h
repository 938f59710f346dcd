// The four services as four processes on loopback, each on a state folder of its own,
// over the ground that they share. Any of them can be stopped, killed, given another
// state or a wrong clock, and started again; it comes back at the same address. Tests
// talk to them as the command line does, by a Session, with any program's real
// certificate. Single-threaded, but Kill() and StartService() may be called by one other
// thread while the session is in use.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_RUNNING_REGION_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_RUNNING_REGION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "libs/server/system.h"
#include "tests/e2e/support/region_ground.h"

namespace safehaven::testing_support {

// In the order in which they start: each is called by those after it.
inline constexpr const char* kServices[] = {"consent", "linkage", "costing", "gateway"};

// What one life of a service has out of the ordinary.
struct Life {
  std::vector<std::string> flags;  // "--new-incarnation"
  absl::Duration clock_ahead;      // its wall clock is so much ahead of the real one
  // Flags it has in any case, and other values of them: "log-key", a path.
  std::map<std::string, std::string> instead;
};

class RunningRegion {
 public:
  // Starts all of them, on copies of the folders `states`/consent, linkage and costing,
  // or on empty ones if `states` is empty. `ground` outlives it.
  static absl::StatusOr<std::unique_ptr<RunningRegion>> Start(const RegionGround& ground, const std::string& states);

  cli::Session& session() { return *session_; }
  const RegionGround& ground() const { return ground_; }
  // The context file of the command line, written when the region was started.
  std::string context_file() const { return File("context.yaml"); }
  std::string File(const std::string& name) const { return folder_.File(name); }
  std::string LogOf(const std::string& service) const { return File(service + ".log"); }

  // SIGKILL; returns when the process is gone.
  void Kill(const std::string& service);
  // SIGTERM; INTERNAL with reason PROGRAM_FAILED if it does not end well.
  absl::Status Stop(const std::string& service);
  // Starts one that was killed or stopped. Returns when its ports answer. UNAVAILABLE
  // with reason PROGRAM_ENDED: see LogOf().
  absl::Status StartService(const std::string& service, const Life& life);

  // Of one that does not run: its state as it is, and another state in place of it.
  absl::Status SaveState(const std::string& service, const std::string& to) const;
  absl::Status PutState(const std::string& service, const std::string& from);

  // Waits until linkage and costing follow those whom they follow. DEADLINE_EXCEEDED
  // with reason NOT_READY and their own reasons.
  absl::Status AwaitReady();
  // Why the service ("linkage" or "costing") is not ready; "" if it is.
  absl::StatusOr<std::string> NotReadyReason(const std::string& service);

 private:
  explicit RunningRegion(const RegionGround& ground) : ground_(ground) {}
  std::vector<std::string> CommandOf(const std::string& service) const;
  std::string AddressOf(const std::string& service) const;
  absl::Status WriteContext();

  const RegionGround& ground_;
  TempDir folder_;
  SystemClock clock_;
  SystemRandomness randomness_;
  std::map<std::string, uint16_t> ports_;
  std::map<std::string, std::unique_ptr<ChildProcess>> processes_;
  std::unique_ptr<cli::Session> session_;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_RUNNING_REGION_H_
