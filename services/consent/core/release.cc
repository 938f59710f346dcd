#include "services/consent/core/release.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace safehaven::consent {

std::vector<std::string> SetsHonouredIn(const Release& release) {
  std::vector<std::string> sets;
  for (const std::string& set : release.sets) {
    sets.push_back(set == "programme" ? absl::StrCat("programme:", release.approval.normalised()) : set);
  }
  std::sort(sets.begin(), sets.end());
  return sets;
}

Question QuestionOf(const RegisterSnapshot& snapshot, const Release& release) {
  Question question;
  question.approval = release.approval.printed();
  question.purpose = release.purpose;
  question.operation = release.operation;
  question.identifiability = release.identifiability;
  question.commissioner = release.commissioner;
  question.list_day = release.day;
  question.first_day = release.first_day;
  question.last_day = release.last_day;
  question.datasets = release.datasets;
  question.items = release.items;
  const Versioned<Approval>* approval = snapshot.FindApproval(release.approval);
  if (question.commissioner.empty() && approval != nullptr &&
      (FindParticipant(approval->value.controllers, release.organisation, release.day) != nullptr ||
       FindParticipant(approval->value.members, release.organisation, release.day) != nullptr)) {
    question.commissioner = release.organisation;
  }
  return question;
}

Caller CallerOf(const RegisterSnapshot& snapshot, const Release& release) {
  Caller caller;
  caller.subject = absl::StrCat("release|", release.id);
  caller.organisation = release.organisation;
  caller.role = release.role;
  caller.environment = release.environment;
  const Versioned<Approval>* approval = snapshot.FindApproval(release.approval);
  if (caller.role.empty() && approval != nullptr && !approval->value.roles.empty()) {
    caller.role = approval->value.roles.front();
  }
  return caller;
}

std::vector<Holding> HoldingsOf(const RegisterSnapshot& snapshot, std::span<const Release> releases, CivilDay day) {
  std::vector<Holding> holdings;
  for (const Release& release : releases) {
    if (release.day > day) continue;
    const bool ignored = release.mode == ObjectionMode::kIgnore || release.sets.empty();
    for (const std::string& dataset : release.datasets) {
      holdings.push_back({release.organisation, DisclosureDomainOf(snapshot, release.organisation, release.day), dataset,
                          release.first_day, release.last_day,
                          ignored ? std::vector<std::string>{} : SetsHonouredIn(release),
                          ignored ? ObjectionMode::kIgnore : release.mode, release.approval.normalised()});
    }
  }
  return holdings;
}

}  // namespace safehaven::consent
