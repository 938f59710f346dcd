// What information governance officers ask the running services: what is due, what has
// drifted, which releases something touches, a person's own question, a past decision
// again; and many questions at once.
#ifndef SAFEHAVEN_CLI_OPERATIONS_LOOK_BACK_H_
#define SAFEHAVEN_CLI_OPERATIONS_LOOK_BACK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "libs/base/civil_day.h"
#include "libs/base/nhs_number.h"
#include "libs/warrant/question.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/costing/v1/costing_service.pb.h"

namespace safehaven::cli {

// A release that consent named, with what costing knows of it.
struct LookedBackRelease {
  consent::v1::CandidateRelease candidate;
  costing::v1::ConfirmedRelease confirmed;
};

// Releases that were made and that costing does not rule out, in order of decision: all.
struct TouchedReleases {
  std::vector<LookedBackRelease> releases;
};

// Objections may be one person's, so two officers look; `second_officer` empty: consent
// refuses.
absl::StatusOr<TouchedReleases> ImpactOfObjections(Session& session, const std::string& person,
                                                   const std::string& second_officer,
                                                   const consent::v1::LateObjections& late);
absl::StatusOr<TouchedReleases> ImpactOfApproval(Session& session, const std::string& person,
                                                 const std::string& reference, CivilDay from);

// A person's request, for the two officers who answer it together.
struct PatientRequest {
  NhsNumber person;
  std::string request;
  std::string identity_proof;
  std::string officer;
  std::string second_officer;  // empty: consent refuses
};
struct PatientAnswered {
  consent::v1::AnswerPatientResponse answer;
  TouchedReleases releases;  // that had the record
};
absl::StatusOr<PatientAnswered> AnswerPatient(Session& session, const PatientRequest& request);

absl::StatusOr<consent::v1::ListDueResponse> ListDue(Session& session, const std::string& person, int horizon_days);
absl::StatusOr<consent::v1::ListDriftResponse> ListDrift(Session& session, const std::string& person, CivilDay from);
absl::StatusOr<consent::v1::ReconstructResponse> Reconstruct(Session& session, const std::string& person,
                                                             uint64_t leaf);
absl::StatusOr<consent::v1::EraseEndedResponse> EraseEnded(Session& session, const std::string& proposer,
                                                           const std::string& approver, bool validate_only);

// Each question by itself over one stream, in order: decided now, or with `day` evaluated
// for that day.
absl::StatusOr<std::vector<consent::v1::BatchedAnswer>> DecideBatch(Session& session, const std::string& person,
                                                                    const std::vector<Question>& questions,
                                                                    const std::optional<CivilDay>& day);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_LOOK_BACK_H_
