// What running regions have in common and none of them changes: throw-away keys, the
// demo's issuer of tokens (a process), and the files of a small sample region, all made
// by the programs that a user has. Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_GROUND_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_GROUND_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/session/context.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace safehaven::testing_support {

// How long anything may take that should be quick, also under a sanitizer on a busy
// machine. Nothing is measured by it.
inline constexpr absl::Duration kPatience = absl::Seconds(90);

// A program of the build: "safehaven-consent".
std::string ProgramPath(const std::string& name);

// Waits until the file is there and not empty, while the child runs. UNAVAILABLE with
// reason PROGRAM_ENDED, or DEADLINE_EXCEEDED with reason DEADLINE_PASSED.
absl::Status AwaitFile(const std::string& path, ChildProcess& child);

class RegionGround {
 public:
  struct Options {
    int64_t persons = 1500;
    uint64_t seed = 1;
  };
  // Certificates are valid from some hours ago, so that a clock that is off does not
  // fail at TLS before anything of ours looks at it.
  static absl::StatusOr<std::unique_ptr<RegionGround>> Make(const Options& options);

  // A context without services' addresses.
  cli::Context context() const;
  std::string keys() const { return folder_.File("keys"); }
  std::string region() const { return folder_.File("region"); }
  // A new file or folder of this ground's own, gone with it.
  std::string File(const std::string& name) const { return folder_.File(name); }
  const std::string& issuer_address() const { return issuer_address_; }

 private:
  RegionGround() = default;
  absl::Status StartIssuer();
  absl::Status MakeRegion(const Options& options) const;

  TempDir folder_;
  std::string issuer_address_;
  std::unique_ptr<ChildProcess> issuer_;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_GROUND_H_
