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
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kSecurity;

struct Processing {
  absl::string_view code;
  const CompiledOrganisation* organisation;  // nullptr: the register knows nothing of it
};

// In order of code, without repeats.
absl::InlinedVector<Processing, 8> OrganisationsThatProcess(const Matter& matter) {
  absl::InlinedVector<Processing, 8> all = {{matter.caller->organisation, matter.own}};
  if (!matter.controller.empty()) all.push_back({matter.controller, matter.controlling});
  if (matter.compiled != nullptr) {
    for (const CompiledParticipant& processor : matter.compiled->processors) {
      if (!processor.period.Contains(matter.day)) continue;
      all.push_back({processor.organisation->code, processor.organisation});
    }
  }
  std::sort(all.begin(), all.end(), [](const Processing& a, const Processing& b) { return a.code < b.code; });
  const auto same = [](const Processing& a, const Processing& b) { return a.code == b.code; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

std::span<const CompiledStatus> StatusesOf(const CompiledOrganisation* organisation) {
  if (organisation == nullptr) return {};
  return organisation->security;
}

bool NeedsReview(const Matter& matter) {
  if (!matter.IsAnswer()) return true;
  return matter.question->identifiability > Identifiability::kPseudonymised || matter.approval == nullptr ||
         IsSection251(matter.approval->value.legal_basis);
}

// How good a status is for the matter: 3 good, 2 only self-assessed, 1 standards not
// met, 0 not of this day.
int Rank(const CompiledStatus& status, const Matter& matter) {
  if (!status.period.Contains(matter.day)) return 0;
  const bool mending = status.level == SecurityLevel::kApproachingStandards && status.has_plan;
  if (status.level < SecurityLevel::kStandardsMet && !mending) return 1;
  return status.evidence == SecurityEvidence::kReviewed || !NeedsReview(matter) ? 3 : 2;
}

}  // namespace

absl::StatusOr<GateVerdict> SecurityGate(const Matter& matter) {
  GateVerdict verdict = Pass(kGate, "STANDARDS_MET", {});
  for (const auto& [code, organisation] : OrganisationsThatProcess(matter)) {
    const CompiledStatus* best = nullptr;
    const CompiledStatus* stale = nullptr;
    int best_rank = 0;
    for (const CompiledStatus& status : StatusesOf(organisation)) {
      if (status.period.HasEnded(matter.day)) stale = &status;
      const int rank = Rank(status, matter);
      if (rank > best_rank) {
        best = &status;
        best_rank = rank;
      }
    }
    if (best == nullptr && stale != nullptr) {
      return Fail(kGate, "SECURITY_STATUS_STALE", {stale->entry},
                  absl::StrCat("Register this year's security return of '", code, "'; that of ",
                               stale->entry->value.year, " holds no longer."));
    }
    if (best == nullptr) {
      return NeedsMore(kGate, "SECURITY_STATUS_MISSING", {},
                       absl::StrCat("Register this year's security return of '", code, "'."));
    }
    if (best_rank == 1) {
      return Fail(
          kGate, "SECURITY_STANDARDS_NOT_MET", {best->entry},
          absl::StrCat(code, " has to meet the standards of the Data Security and Protection Toolkit."));
    }
    if (best_rank == 2) {
      return Fail(kGate, "SECURITY_NOT_REVIEWED", {best->entry},
                  absl::StrCat("Have the security return of ", code,
                               " reviewed; a self-assessment is not evidence for this use."));
    }
    verdict.RelyOn(*best->entry);
    verdict.last_day = EarlierEnd(verdict.last_day, best->period.last_day);
  }
  return verdict;
}

}  // namespace safehaven::consent
