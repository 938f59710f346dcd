#include "services/consent/core/approval.h"

#include <algorithm>

#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

// HRA: the annual review goes in by month 11, about four weeks before its date.
constexpr int kReviewNoticeDays = 28;

// The Health Research Authority took over research decisions on 1 April 2013, and
// decides them by statute since the Care Act 2014 s117 (in force from 2015-01-01 as
// far as recalled; the domain text gives no day).
constexpr CivilDay kAuthorityBegan(15'796);         // 2013-04-01
constexpr CivilDay kAuthorityDecidesAlone(16'436);  // 2015-01-01

absl::Status Apply(Lifecycle& life, ApprovalEvent event) {
  SH_ASSIGN_OR_RETURN(life, Next(life, event));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Lifecycle> DocumentedLifecycleOn(const Approval& approval, CivilDay day) {
  Lifecycle life;
  for (const HistoryEvent& event : approval.history) {
    if (event.day > day) break;
    SH_RETURN_IF_ERROR(Apply(life, event.event));
  }
  return life;
}

absl::StatusOr<Lifecycle> LifecycleOn(const Approval& approval, CivilDay day) {
  SH_ASSIGN_OR_RETURN(const Lifecycle documented, DocumentedLifecycleOn(approval, day));
  return WithDates(documented, approval, day);
}

absl::StatusOr<Lifecycle> WithDates(const Lifecycle& documented, const Approval& approval, CivilDay day) {
  Lifecycle life = documented;
  if (!life.IsInForce()) return life;
  if (approval.period.HasEnded(day)) {
    SH_RETURN_IF_ERROR(Apply(life, ApprovalEvent::kEnded));
    return life;
  }
  if (approval.next_review.has_value()) {
    if (day >= approval.next_review->AddDays(-kReviewNoticeDays)) {
      SH_RETURN_IF_ERROR(Apply(life, ApprovalEvent::kReviewFellDue));
    }
    if (day > *approval.next_review) SH_RETURN_IF_ERROR(Apply(life, ApprovalEvent::kReviewDatePassed));
  }
  const bool broken = std::any_of(approval.conditions.begin(), approval.conditions.end(),
                                  [day](const Condition& condition) { return condition.IsBroken(day); });
  if (broken) SH_RETURN_IF_ERROR(Apply(life, ApprovalEvent::kConditionBreached));
  return life;
}

const AssertedEnd* EarliestUnsettledEnd(const Approval& approval) {
  const AssertedEnd* earliest = nullptr;
  for (const AssertedEnd& end : approval.asserted_ends) {
    if (end.settled_by.empty() && (earliest == nullptr || end.last_day < earliest->last_day)) earliest = &end;
  }
  return earliest;
}

bool MayDecide(const Approval& approval, Actor actor, CivilDay day) {
  if (actor == Actor::kHealthResearchAuthority) return approval.is_research && day >= kAuthorityBegan;
  if (actor == Actor::kSecretaryOfState) return !approval.is_research || day < kAuthorityDecidesAlone;
  return false;
}

std::vector<std::string> LinkableSources(const Approval& approval, CivilDay day) {
  const auto& paragraphs = approval.schedule_paragraphs;
  if (approval.legal_basis == LegalBasis::kSection251Regulation5 &&
      std::find(paragraphs.begin(), paragraphs.end(), kScheduleLinkage) == paragraphs.end()) {
    return {};
  }
  std::vector<std::string> sources;
  for (const ApprovedFlow& flow : approval.flows) {
    if (flow.linkage_allowed && flow.period.Contains(day)) sources.push_back(flow.source);
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

}  // namespace safehaven::consent
