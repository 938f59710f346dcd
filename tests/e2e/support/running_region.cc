#include "tests/e2e/support/running_region.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/keys/demo_keys.h"
#include "libs/base/status.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"
#include "tests/e2e/support/files.h"

namespace safehaven::testing_support {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(20);
// A port that was left a moment ago may still be somebody's.
constexpr int kStartsMax = 5;

// What makes a service see a wrong clock. A sanitizer's run-time wants to be the first
// library, and is content with being told that it is not.
std::vector<std::string> EnvironmentOf(const Life& life) {
  if (life.clock_ahead == absl::ZeroDuration()) return {};
  const char* sanitizer = std::getenv("ASAN_OPTIONS");
  return {absl::StrCat("LD_PRELOAD=", SAFEHAVEN_SHIFTED_CLOCK),
          absl::StrCat("SAFEHAVEN_TEST_CLOCK_SECONDS=", absl::ToInt64Seconds(life.clock_ahead)),
          absl::StrCat("ASAN_OPTIONS=", sanitizer == nullptr ? "detect_leaks=0" : sanitizer,
                       ":verify_asan_link_order=0")};
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunningRegion>> RunningRegion::Start(const RegionGround& ground,
                                                                    const std::string& states) {
  std::unique_ptr<RunningRegion> region(new RunningRegion(ground));
  for (const std::string service : kServices) {
    if (!states.empty() && service != "gateway") {
      SH_RETURN_IF_ERROR(region->PutState(service, absl::StrCat(states, "/", service)));
    }
    SH_RETURN_IF_ERROR(region->StartService(service, {}));
  }
  SH_RETURN_IF_ERROR(region->WriteContext());
  SH_ASSIGN_OR_RETURN(cli::Context context, cli::ReadContext(region->context_file()));
  region->session_ = std::make_unique<cli::Session>(std::move(context), region->clock_, region->randomness_);
  return region;
}

std::string RunningRegion::AddressOf(const std::string& service) const {
  const auto port = ports_.find(service);
  return absl::StrCat("127.0.0.1:", port == ports_.end() ? 0 : port->second);
}

absl::Status RunningRegion::WriteContext() {
  std::string text = "profile: demo\n";
  absl::StrAppend(&text, "trust_domain: ", kDemoTrustDomain, "\nkeys: ", ground_.keys(), "\n");
  for (const std::string service : kServices) absl::StrAppend(&text, service, ": ", AddressOf(service), "\n");
  absl::StrAppend(&text, "issuer: ", ground_.issuer_address(), "\npersonas: ", ground_.File("personas.json"), "\n");
  return cli::WriteFile(context_file(), text);
}

std::vector<std::string> RunningRegion::CommandOf(const std::string& service) const {
  const std::string keys = ground_.keys();
  const TlsFiles tls = DemoTlsFiles(keys, service);
  std::vector<std::string> command = {ProgramPath("safehaven-" + service),
                                      "--profile=demo",
                                      absl::StrCat("--trust-domain=", kDemoTrustDomain),
                                      absl::StrCat("--tls-certificate=", tls.certificate),
                                      absl::StrCat("--tls-key=", tls.key),
                                      absl::StrCat("--tls-authorities=", tls.authorities),
                                      absl::StrCat("--listen=", AddressOf(service)),
                                      absl::StrCat("--port-file=", File(service + ".json"))};
  const auto add = [&command](const std::string& flag, const std::string& value) {
    command.push_back(absl::StrCat("--", flag, "=", value));
  };
  if (service != "gateway") add("state-dir", File(service));
  if (service != "consent") add("consent", AddressOf("consent"));
  if (service == "linkage") add("wrapping-key", keys + "/linkage/wrapping.key");
  if (service == "costing") add("linkage", AddressOf("linkage"));
  if (service == "consent" || service == "costing") add("log-key", absl::StrCat(keys, "/log/", service, ".key"));
  if (service == "linkage" || service == "costing") add("consent-log-public-key", keys + "/log/consent.pub");
  if (service == "gateway") {
    command.push_back("--no-client-certificates");
    add("costing", AddressOf("costing"));
    add("issuer", "https://issuer.demo.safehaven.invalid");
    add("issuer-address", ground_.issuer_address());
    add("client-id", "safehaven-gateway");
    add("audience", "safehaven");
  }
  return command;
}

absl::Status RunningRegion::StartService(const std::string& service, const Life& life) {
  std::vector<std::string> command = CommandOf(service);
  for (const auto& [flag, value] : life.instead) {
    const std::string beginning = absl::StrCat("--", flag, "=");
    for (std::string& word : command) {
      if (absl::StartsWith(word, beginning)) word = absl::StrCat(beginning, value);
    }
  }
  command.insert(command.end(), life.flags.begin(), life.flags.end());
  const std::string port_file = File(service + ".json");
  absl::Status started;
  for (int i = 0; i < kStartsMax; ++i) {
    std::error_code ignored;
    std::filesystem::remove(port_file, ignored);
    std::unique_ptr<ChildProcess>& process = processes_[service];
    process = std::make_unique<ChildProcess>(
        command, ChildProcess::Surroundings{.error_file = LogOf(service), .environment = EnvironmentOf(life)});
    started = AwaitFile(port_file, *process);
    if (started.ok()) break;
    absl::SleepFor(kLook * (i + 1));
  }
  SH_RETURN_IF_ERROR(started);
  SH_ASSIGN_OR_RETURN(ports_[service], ReadPort(port_file, "grpc"));
  return absl::OkStatus();
}

void RunningRegion::Kill(const std::string& service) { processes_.at(service)->KillAndWait(); }

absl::Status RunningRegion::Stop(const std::string& service) {
  if (processes_.at(service)->TerminateAndWait() == 0) return absl::OkStatus();
  return Internal("PROGRAM_FAILED", absl::StrCat(service, " did not stop as it should"));
}

absl::Status RunningRegion::SaveState(const std::string& service, const std::string& to) const {
  return CopyFolder(File(service), to);
}

absl::Status RunningRegion::PutState(const std::string& service, const std::string& from) {
  return CopyFolder(from, File(service));
}

absl::StatusOr<std::string> RunningRegion::NotReadyReason(const std::string& service) {
  SH_ASSIGN_OR_RETURN(Client * client, session_->Connect(cli::kToolProgram, service));
  if (service == "linkage") {
    SH_ASSIGN_OR_RETURN(const auto status, client->CallUnary<linkage::v1::GetStatusResponse>(
                                               "safehaven.linkage.v1.LinkageService", "GetStatus",
                                               linkage::v1::GetStatusRequest(), {}));
    return status.not_ready_reason();
  }
  SH_ASSIGN_OR_RETURN(const auto status, client->CallUnary<costing::v1::GetStatusResponse>(
                                             "safehaven.costing.v1.CostingService", "GetStatus",
                                             costing::v1::GetStatusRequest(), {}));
  return status.not_ready_reason();
}

absl::Status RunningRegion::AwaitReady() {
  const absl::Time end = absl::Now() + kPatience;
  std::string reasons;
  while (absl::Now() < end) {
    reasons.clear();
    for (const char* service : {"linkage", "costing"}) {
      const absl::StatusOr<std::string> reason = NotReadyReason(service);
      const std::string said = reason.ok() ? *reason : ReasonOf(reason.status());
      if (!said.empty()) absl::StrAppend(&reasons, service, ": ", said, " ");
    }
    if (reasons.empty()) return absl::OkStatus();
    absl::SleepFor(kLook);  // between looks, not for timing
  }
  return Failure(absl::StatusCode::kDeadlineExceeded, "NOT_READY", reasons);
}

}  // namespace safehaven::testing_support
