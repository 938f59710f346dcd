// Does everybody who processes the data work to the required security standard?
//
// Every body that physically processes confidential patient information under an
// application needs its Data Security and Protection Toolkit return reviewed as
// standards met, yearly and per organisation; a self-assessment is no evidence, and a
// return of a past year is stale (HRA, legal basis 1.4, 1.7 and 4.5). Looked at are the caller's organisation, the controller
// and every processor of the approval on the day. For data that are at most
// pseudonymised and not under section 251, a self-assessment will do. Whoever approaches
// the standards on an approved improvement plan counts as meeting them (4.5).
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kSecurity;

// In order, without repeats.
std::vector<absl::string_view> OrganisationsThatProcess(const Matter& matter) {
  std::vector<absl::string_view> organisations = {matter.caller->organisation};
  if (!matter.controller.empty()) organisations.push_back(matter.controller);
  if (matter.approval != nullptr) {
    for (const Participant& processor : matter.approval->value.processors) {
      if (processor.period.Contains(matter.day)) organisations.push_back(processor.organisation);
    }
  }
  std::sort(organisations.begin(), organisations.end());
  organisations.erase(std::unique(organisations.begin(), organisations.end()), organisations.end());
  return organisations;
}

bool NeedsReview(const Matter& matter) {
  if (!matter.IsAnswer()) return true;
  return matter.question->identifiability > Identifiability::kPseudonymised || matter.approval == nullptr ||
         IsSection251(matter.approval->value.legal_basis);
}

// How good a status is for the matter: 3 good, 2 only self-assessed, 1 standards not
// met, 0 not of this day.
int Rank(const SecurityStatus& status, const Matter& matter) {
  if (!status.period.Contains(matter.day)) return 0;
  const bool mending = status.level == SecurityLevel::kApproachingStandards && !status.improvement_plan.empty();
  if (status.level < SecurityLevel::kStandardsMet && !mending) return 1;
  return status.evidence == SecurityEvidence::kReviewed || !NeedsReview(matter) ? 3 : 2;
}

}  // namespace

absl::StatusOr<GateVerdict> SecurityGate(const Matter& matter) {
  GateVerdict verdict = Pass(kGate, "STANDARDS_MET", {});
  for (const absl::string_view organisation : OrganisationsThatProcess(matter)) {
    const Versioned<SecurityStatus>* best = nullptr;
    const Versioned<SecurityStatus>* stale = nullptr;
    int best_rank = 0;
    for (const Versioned<SecurityStatus>* status : matter.snapshot->SecurityOf(organisation)) {
      if (status->value.period.HasEnded(matter.day)) stale = status;
      const int rank = Rank(status->value, matter);
      if (rank > best_rank) {
        best = status;
        best_rank = rank;
      }
    }
    if (best == nullptr && stale != nullptr) {
      return Fail(kGate, "SECURITY_STATUS_STALE", {RelyOn(*stale)},
                  absl::StrCat("Register this year's security return of '", organisation, "'; that of ",
                               stale->value.year, " holds no longer."));
    }
    if (best == nullptr) {
      return NeedsMore(kGate, "SECURITY_STATUS_MISSING", {},
                       absl::StrCat("Register this year's security return of '", organisation, "'."));
    }
    if (best_rank == 1) {
      return Fail(
          kGate, "SECURITY_STANDARDS_NOT_MET", {RelyOn(*best)},
          absl::StrCat(organisation, " has to meet the standards of the Data Security and Protection Toolkit."));
    }
    if (best_rank == 2) {
      return Fail(kGate, "SECURITY_NOT_REVIEWED", {RelyOn(*best)},
                  absl::StrCat("Have the security return of ", organisation,
                               " reviewed; a self-assessment is not evidence for this use."));
    }
    verdict.relied_on.push_back(RelyOn(*best));
    verdict.last_day = EarlierEnd(verdict.last_day, best->value.period.last_day);
  }
  return verdict;
}

}  // namespace safehaven::consent
