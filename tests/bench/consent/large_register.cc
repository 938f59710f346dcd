#include "tests/bench/consent/large_register.h"

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

constexpr char kCommissioner[] = "ZC1";

// Names of one region in place of the sample's.
class Region {
 public:
  explicit Region(int number) : number_(number), code_(absl::StrFormat("Y%04d", number)) {}

  const std::string& code() const { return code_; }

  std::string Organisation(const std::string& sample) const { return sample == kCommissioner ? code_ : sample; }
  std::string Own(const std::string& sample) const { return absl::StrCat(sample, "-", number_); }
  std::string Environment(const std::string& sample) const { return sample.empty() ? "" : Own(sample); }

  // "CAG 9-01(a)/2025" of region 7 is the 29th number of another year.
  std::string Printed(const std::string& sample) const {
    static const auto* const places = new std::map<std::string, int>{
        {"CAG 9-01(a)/2025", 0}, {"CAG 9-02(a)/2025", 1}, {"CAG 9-03(a)/2025", 2}};
    const auto place = places->find(sample);
    if (place == places->end()) return absl::StrFormat("DARS-NIC-%06d-A1B2C", number_);
    const int serial = number_ * 3 + place->second;
    return absl::StrFormat("CAG %d-%02d(a)/2024", 1 + serial / 99, 1 + serial % 99);
  }
  Reference Of(const Reference& sample) const { return Reference::Parse(Printed(sample.printed())).value(); }

 private:
  const int number_;
  const std::string code_;
};

bool IsStanding(const Reference& reference) { return reference.form() == ReferenceForm::kStanding; }

// Each overload changes an entry of the sample into the region's; false if the entry is
// one that all regions share.
bool Move(const Region& region, Organisation& organisation) {
  if (organisation.code != kCommissioner) return false;
  organisation.code = region.code();
  return true;
}
bool Move(const Region& region, Environment& environment) {
  environment.id = region.Environment(environment.id);
  environment.organisation = region.Organisation(environment.organisation);
  return true;
}
bool Move(const Region& region, SecurityStatus& status) {
  if (status.organisation != kCommissioner) return false;
  status.organisation = region.code();
  return true;
}
bool Move(const Region& region, DataProtectionBasis& basis) {
  if (basis.controller != kCommissioner) return false;
  basis.controller = region.code();
  return true;
}
bool Move(const Region& region, Approval& approval) {
  if (IsStanding(approval.reference)) return false;
  approval.reference = region.Of(approval.reference);
  for (Participant& controller : approval.controllers) {
    controller.organisation = region.Organisation(controller.organisation);
  }
  for (Participant& processor : approval.processors) {
    for (std::string& served : processor.acts_for) served = region.Organisation(served);
  }
  for (DissentPolicy& policy : approval.dissent) {
    for (std::string& set : policy.sets) {
      set = absl::StrReplaceAll(set, {{"CAG 9-01(a)/2025", region.Printed("CAG 9-01(a)/2025")}});
    }
  }
  for (Reference& needed : approval.depends_on) needed = region.Of(needed);
  for (ApprovedFlow& flow : approval.flows) {
    for (Reference& needed : flow.depends_on) needed = region.Of(needed);
  }
  return true;
}
bool Move(const Region& region, Agreement& agreement) {
  agreement.reference = region.Own(agreement.reference);
  for (std::string& controller : agreement.controllers) controller = region.Organisation(controller);
  std::vector<Reference> approvals;
  for (const Reference& approval : agreement.approvals) {
    if (!IsStanding(approval)) approvals.push_back(region.Of(approval));
  }
  agreement.approvals = std::move(approvals);
  return true;
}
bool Move(const Region& region, Flow& flow) {
  flow.id = region.Own(flow.id);
  flow.agreement = region.Own(flow.agreement);
  return true;
}
bool Move(const Region& region, DisclosureDomain& domain) {
  domain.name = region.Own(domain.name);
  for (std::string& organisation : domain.organisations) organisation = region.Organisation(organisation);
  return true;
}
bool Move(const Region& region, WaiverDecision& waiver) {
  waiver.reference = region.Own(waiver.reference);
  waiver.domain = region.Own(waiver.domain);
  for (Reference& approval : waiver.approvals) approval = region.Of(approval);
  return true;
}
template <typename T>
bool Move(const Region&, T&) {
  return false;
}

Question Of(const Region& region, Question question) {
  question.approval = region.Printed(question.approval);
  question.commissioner = region.Organisation(question.commissioner);
  return question;
}

Caller Of(const Region& region, Caller caller) {
  caller.organisation = region.Organisation(caller.organisation);
  caller.environment = region.Environment(caller.environment);
  return caller;
}

// The same with one thing wrong.
Asked Spoilt(Asked asked, uint64_t how) {
  asked.permitted = false;
  switch (how % 4) {
    case 0: asked.question.purpose = Purpose::kResearch; break;
    case 1: asked.caller.organisation = "ZC2"; break;
    case 2: asked.caller.role = "visitor"; break;
    default: asked.question.approval = "CAG 99-99(a)/2024"; break;
  }
  return asked;
}

}  // namespace

std::vector<Entry> LargeRegister(int regions) {
  const std::vector<Entry> sample = SampleEntries();
  std::vector<Entry> entries = sample;
  for (int i = 0; i < regions; ++i) {
    const Region region(i);
    for (Entry entry : sample) {
      if (std::visit([&region](auto& value) { return Move(region, value); }, entry)) entries.push_back(std::move(entry));
    }
  }
  return entries;
}

std::vector<Holding> LargeHoldings(int regions) {
  std::vector<Holding> holdings;
  for (int i = 0; i < regions; ++i) {
    const Region region(i);
    const std::string approval = region.Printed("CAG 9-01(a)/2025");
    for (const char* dataset : {"acute/apc", "social_care/services"}) {
      holdings.push_back({.organisation = region.code(),
                          .disclosure_domain = region.Own("seahaven"),
                          .dataset = dataset,
                          .first_day = Day("2025-04-01"),
                          .last_day = Day("2026-03-31"),
                          .sets = {"national", absl::StrCat("programme:", approval), "type1"},
                          .mode = ObjectionMode::kRemoveRecord,
                          .approval = approval});
    }
  }
  return holdings;
}

std::vector<Asked> RandomQuestions(int regions, size_t count, uint64_t seed) {
  const std::vector<Asked> usual = {{PioneerAggregate(), Amira(), true},
                                    {PioneerRecords(), Amira(), true},
                                    {InvoiceRecords(), Victor("cef-zc1"), true},
                                    {PioneerAggregate(), Amira(), true}};
  std::mt19937_64 prng(seed);
  std::vector<Asked> asked;
  for (size_t i = 0; i < count; ++i) {
    const Region region(static_cast<int>(prng() % static_cast<uint64_t>(regions)));
    Asked one = usual[prng() % usual.size()];
    one.question = Of(region, one.question);
    one.caller = Of(region, one.caller);
    asked.push_back(prng() % 4 == 0 ? Spoilt(std::move(one), prng()) : std::move(one));
  }
  return asked;
}

}  // namespace safehaven::consent
