#include "tests/e2e/support/prepared_region.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/e2e/support/region_jobs.h"

namespace safehaven::testing_support {
namespace {

constexpr int64_t kPersons = 1500;
// The same people in every run: what is left to chance is when services die.
constexpr uint64_t kSeed = 1;

// Nothing of the program can be tested without it.
void Require(const absl::Status& status, const char* what) {
  if (!status.ok()) std::cerr << what << ": " << status << "\n";
  SH_CHECK(status.ok());
}

}  // namespace

PreparedRegion& PreparedRegion::Get() {
  static PreparedRegion region;
  return region;
}

PreparedRegion::PreparedRegion() {
  auto ground = RegionGround::Make({.persons = kPersons, .seed = kSeed});
  Require(ground.status(), "the ground of the region");
  ground_ = *std::move(ground);
  auto started = RunningRegion::Start(*ground_, "");
  Require(started.status(), "the services");
  shared_ = *std::move(started);
  const std::string region = ground_->region();
  const std::string work = ground_->File("");
  Require(Do(RegisterJobs(region, work), shared_->session()), "the register");
  Require(Do(LoadJobs(region, work), shared_->session()), "the loads");
  Require(Do(LinkJobs(), shared_->session()), "the links");
  Require(Do(CostJobs(region), shared_->session()), "the costs");
  // Killed, not stopped: what is there then is what was acknowledged.
  for (const char* service : {"gateway", "costing", "linkage", "consent"}) shared_->Kill(service);
  for (const std::string service : {"consent", "linkage", "costing"}) {
    Require(shared_->SaveState(service, absl::StrCat(states(), "/", service)), "the states");
  }
  for (const char* service : kServices) Require(shared_->StartService(service, {}), service);
  Require(shared_->AwaitReady(), "the services after their start");
}

std::unique_ptr<RunningRegion> PreparedRegion::StartOwn() const {
  auto started = RunningRegion::Start(*ground_, states());
  Require(started.status(), "a test's own services");
  Require((*started)->AwaitReady(), "a test's own services");
  return *std::move(started);
}

}  // namespace safehaven::testing_support
