#include "tests/e2e/support/region_ground.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/keys/demo_keys.h"
#include "libs/base/status.h"
#include "libs/server/system.h"
#include "tests/e2e/support/files.h"

namespace safehaven::testing_support {
namespace {

constexpr char kIssuerName[] = "https://issuer.demo.safehaven.invalid";
constexpr absl::Duration kLook = absl::Milliseconds(10);
// More than the clocks of the tests are off.
constexpr absl::Duration kKeysAge = absl::Hours(3);

}  // namespace

std::string ProgramPath(const std::string& name) { return absl::StrCat(SAFEHAVEN_BINARY_DIR, "/bin/", name); }

absl::Status AwaitFile(const std::string& path, ChildProcess& child) {
  const absl::Time end = absl::Now() + kPatience;
  while (absl::Now() < end) {
    std::error_code error;
    if (std::filesystem::exists(path, error) && std::filesystem::file_size(path, error) > 0) return absl::OkStatus();
    if (!child.IsRunning()) return Unavailable("PROGRAM_ENDED", absl::StrCat(path, ": its program ended"));
    absl::SleepFor(kLook);  // between looks at a file, not for timing
  }
  return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED", absl::StrCat(path, ": did not come"));
}

absl::StatusOr<std::unique_ptr<RegionGround>> RegionGround::Make(const Options& options) {
  std::unique_ptr<RegionGround> ground(new RegionGround());
  SystemRandomness randomness;
  SH_RETURN_IF_ERROR(WriteDemoKeys(ground->keys(), absl::Now() - kKeysAge, randomness));
  SH_RETURN_IF_ERROR(ground->StartIssuer());
  SH_RETURN_IF_ERROR(ground->MakeRegion(options));
  return ground;
}

absl::Status RegionGround::StartIssuer() {
  std::error_code error;
  std::filesystem::copy_file(absl::StrCat(SAFEHAVEN_SOURCE_DIR, "/scripts/demo-personas.json"), File("personas.json"),
                             error);
  if (error) return Unavailable("FILE_UNWRITABLE", "the personas cannot be copied");
  issuer_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{ProgramPath("safehaven-demo-issuer"), "--port=0", "--port-file", File("issuer.json"),
                               "--personas", File("personas.json"), "--key", File("issuer.key"), "--jwks-file",
                               File("jwks.json"), "--issuer-name", kIssuerName, "--client-id", "safehaven-gateway",
                               "--audience", "safehaven"},
      ChildProcess::Surroundings{.error_file = File("issuer.log"), .environment = {}});
  SH_RETURN_IF_ERROR(AwaitFile(File("issuer.json"), *issuer_));
  SH_ASSIGN_OR_RETURN(const uint16_t port, ReadPort(File("issuer.json"), "http"));
  issuer_address_ = absl::StrCat("http://127.0.0.1:", port);
  return absl::OkStatus();
}

absl::Status RegionGround::MakeRegion(const Options& options) const {
  ChildProcess sample({ProgramPath("safehaven"), "sample", "--persons", absl::StrCat(options.persons), "--seed",
                       absl::StrCat(options.seed), "--out", region(), "--keys", keys(), "--issuer-url", kIssuerName,
                       "--jwks", File("jwks.json")},
                      {.error_file = File("sample.log"), .environment = {}});
  // Its output is short, and has to go somewhere.
  while (sample.ReadLine().has_value()) {
  }
  if (sample.Wait() != 0) return Internal("SAMPLE_FAILED", "the sample region could not be made");
  return absl::OkStatus();
}

cli::Context RegionGround::context() const {
  return {.demo = true,
          .trust_domain = kDemoTrustDomain,
          .keys = keys(),
          .issuer = issuer_address_,
          .personas = File("personas.json")};
}

}  // namespace safehaven::testing_support
