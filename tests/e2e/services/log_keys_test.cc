// Goal: consent's log key is rotated as the runbook's section "Rotate a log key" says,
// with answers in every phase; afterwards who believes the old key alone gets nothing,
// and an auditor sees what happened. Method: real services, restarted step by step.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/operations/audit.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "libs/merkle/ed25519.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"

namespace safehaven {
namespace {

using testing_support::AskCosting;
using testing_support::ChildProcess;
using testing_support::kPatience;
using testing_support::PreparedRegion;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";
constexpr char kBelieved[] = "consent-log-public-key";

class LogKeysTest : public testing::Test {
 protected:
  void SetUp() override {
    region_ = PreparedRegion::Get().StartOwn();
    const auto key = Ed25519PrivateKey::FromSeed(std::string(32, 'n'));
    ASSERT_TRUE(key.ok());
    ASSERT_TRUE(cli::WriteFile(NextKey(), key->ToPem()).ok());
    ASSERT_TRUE(cli::WriteFile(NextPublic(), key->public_key().ToText() + "\n").ok());
  }

  std::string OldPublic() const { return region_->ground().keys() + "/log/consent.pub"; }
  std::string NextKey() const { return region_->File("next.key"); }
  std::string NextPublic() const { return region_->File("next.pub"); }

  void Restart(const std::string& service, const testing_support::Life& life) {
    ASSERT_TRUE(region_->Stop(service).ok());
    ASSERT_TRUE(region_->StartService(service, life).ok());
  }
  void RestartReady(const std::string& service, const testing_support::Life& life) {
    ASSERT_NO_FATAL_FAILURE(Restart(service, life));
    ASSERT_TRUE(region_->AwaitReady().ok());
    EXPECT_EQ(Asked(), "");
  }
  std::string Asked() { return ReasonOf(AskCosting(region_->session(), kAnalyst, cli::CostPerHeadByAge())); }

  void AwaitReason(const std::string& service, const std::string& reason) {
    const absl::Time end = absl::Now() + kPatience;
    std::string said;
    while (absl::Now() < end) {
      said = region_->NotReadyReason(service).value_or("");
      if (absl::StrContains(said, reason)) return;
      absl::SleepFor(absl::Milliseconds(20));  // between looks, not for timing
    }
    FAIL() << service << " says '" << said << "', not " << reason;
  }

  // `safehaven audit verify` by an auditor who believes these keys of consent's log.
  struct Verified {
    int exit_code = -1;
    std::string consent_line;
  };
  Verified Verify(const std::string& believed) {
    const std::string context = region_->File("auditor.yaml");
    std::string text = *cli::ReadFile(region_->context_file(), 1 << 20);
    absl::StrAppend(&text, "consent_log_keys: ", believed, "\n");
    EXPECT_TRUE(cli::WriteFile(context, text).ok());
    ChildProcess audit({testing_support::ProgramPath("safehaven"), "--context", context, "--as", kOfficer, "--output",
                        "csv", "audit", "verify"},
                       {.error_file = region_->File("audit.log"), .environment = {}});
    Verified verified;
    for (auto line = audit.ReadLine(); line.has_value(); line = audit.ReadLine()) {
      if (absl::StartsWith(*line, "consent,")) verified.consent_line = *line;
    }
    verified.exit_code = audit.Wait();
    return verified;
  }

  std::unique_ptr<RunningRegion> region_;
};

TEST_F(LogKeysTest, AKeyIsReplacedStepByStepAndTheOldOneIsWorthNothingAfterwards) {
  ASSERT_NO_FATAL_FAILURE(RestartReady("consent", {.flags = {"--next-log-key=" + NextKey()}}));
  for (const char* service : {"linkage", "costing"}) {
    ASSERT_NO_FATAL_FAILURE(RestartReady(service, {.flags = {absl::StrCat("--", kBelieved, "=", NextPublic())}}));
  }
  const std::vector<std::string> removal = {"--earlier-log-public-key=" + OldPublic(), "--log-key-reason=COMPROMISED"};
  ASSERT_NO_FATAL_FAILURE(RestartReady("consent", {.flags = removal, .instead = {{"log-key", NextKey()}}}));

  ASSERT_NO_FATAL_FAILURE(Restart("costing", {}));
  AwaitReason("costing", "CONSENT_KEY_REFUSED");
  EXPECT_EQ(Asked(), "CONSENT_KEY_REFUSED");
  for (const char* service : {"linkage", "costing"}) {
    ASSERT_NO_FATAL_FAILURE(Restart(service, {.instead = {{kBelieved, NextPublic()}}}));
  }
  ASSERT_TRUE(region_->AwaitReady().ok());
  EXPECT_EQ(Asked(), "");

  for (const std::string& believed : {OldPublic(), NextPublic(), absl::StrCat("[", OldPublic(), ", ", NextPublic(), "]")}) {
    const Verified verified = Verify(believed);
    EXPECT_EQ(verified.exit_code, 0) << believed;
    EXPECT_TRUE(absl::StrContains(verified.consent_line, " PLANNED +")) << verified.consent_line;
    EXPECT_TRUE(absl::StrContains(verified.consent_line, " COMPROMISED -")) << verified.consent_line;
  }
  const Verified stranger = Verify(region_->ground().keys() + "/log/costing.pub");
  EXPECT_EQ(stranger.exit_code, 7);
  EXPECT_TRUE(absl::StrContains(stranger.consent_line, "LOG_KEY_UNCHAINED")) << stranger.consent_line;
}

}  // namespace
}  // namespace safehaven
