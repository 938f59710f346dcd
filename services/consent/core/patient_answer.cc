#include "services/consent/core/patient_answer.h"

#include <algorithm>

namespace safehaven::consent {
namespace {

// Everything received by now counts: the person wants to know what holds.
constexpr CivilDay kKnownNow(2'932'896);  // 9999-12-31

bool IsInForce(const Approval& approval, CivilDay day) {
  const auto life = LifecycleOn(approval, day);
  const bool suspended = std::any_of(approval.conditions.begin(), approval.conditions.end(),
                                     [day](const Condition& one) { return one.suspends && one.IsBroken(day); });
  return life.ok() && life->IsInForce() && approval.period.Contains(day) && !suspended;
}

std::vector<std::string> ControllersOf(const Approval& approval, CivilDay day) {
  std::vector<std::string> names;
  for (const auto* list : {&approval.controllers, &approval.members}) {
    for (const Participant& one : *list) {
      if (one.period.Contains(day)) names.push_back(one.name.empty() ? one.organisation : one.name);
    }
  }
  return names;
}

// Every data set that the approval lets flow for `purpose` on `day`.
std::vector<std::string> DatasetsOf(const Approval& approval, Purpose purpose, CivilDay day) {
  std::vector<std::string> datasets;
  for (const ApprovedFlow& flow : approval.flows) {
    const bool for_it = flow.purposes.empty() ||
                        std::find(flow.purposes.begin(), flow.purposes.end(), purpose) != flow.purposes.end();
    if (for_it && flow.period.Contains(day)) datasets.insert(datasets.end(), flow.datasets.begin(), flow.datasets.end());
  }
  return datasets;
}

}  // namespace

PatientAnswer AnswerPatient(const RegisterSnapshot& snapshot, const People& people, std::span<const Release> releases,
                            const NhsNumber& person, CivilDay day) {
  PatientAnswer answer;
  for (const auto& [key, entry] : snapshot.All<Approval>()) {
    const Approval& approval = entry->value;
    if (!IsInForce(approval, day)) continue;
    for (const Purpose purpose : approval.purposes) {
      Question question;
      question.approval = approval.reference.printed();
      question.purpose = purpose;
      question.operation = Operation::kRecords;
      question.datasets = DatasetsOf(approval, purpose, day);
      const Caller nobody;
      const Matter matter = MakeMatter(snapshot, question, nobody, day, {});
      for (SourceTreatment& treatment : TreatmentOf(matter, people, person, kKnownNow)) {
        answer.uses.push_back({approval.reference.printed(), approval.title, purpose, ControllersOf(approval, day),
                               std::move(treatment)});
      }
    }
  }
  for (const Release& release : releases) {
    if (release.day > day) continue;
    const Question question = QuestionOf(snapshot, release);
    const Caller caller = CallerOf(snapshot, release);
    const Matter matter = MakeMatter(snapshot, question, caller, release.day, {});
    for (SourceTreatment& treatment : TreatmentOf(matter, people, person, kKnownNow)) {
      answer.releases.push_back({&release, std::move(treatment)});
    }
  }
  return answer;
}

}  // namespace safehaven::consent
