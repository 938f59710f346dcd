// The patient's own question: who could use data about me, and which releases may have
// held them?
//
// Two promises kept apart. What could be used follows from the register and the person's
// own choices. What was released can only be narrowed down here: consent names the
// releases in whose population the person may have been; the service that made one
// confirms it from its own revisions. Pure; thread-safe; holds no number.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PATIENT_ANSWER_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PATIENT_ANSWER_H_

#include <span>
#include <string>
#include <vector>

#include "services/consent/core/people.h"
#include "services/consent/core/release.h"

namespace safehaven::consent {

// Under one approval, for one purpose, records of one source.
struct PossibleUse {
  std::string approval;  // as printed
  std::string title;
  Purpose purpose = Purpose::kUnspecified;
  std::vector<std::string> controllers;  // names, or codes where no name is registered
  SourceTreatment treatment;
};

// A release in whose population the person may have been.
struct PossibleRelease {
  const Release* release = nullptr;
  SourceTreatment treatment;  // as it should have been on its day
};

struct PatientAnswer {
  std::vector<PossibleUse> uses;          // in order of approval, purpose, source
  std::vector<PossibleRelease> releases;  // in order of release and source
};

// For approvals in force on `day`, and releases made up to it.
PatientAnswer AnswerPatient(const RegisterSnapshot& snapshot, const People& people, std::span<const Release> releases,
                            const NhsNumber& person, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PATIENT_ANSWER_H_
