#include "services/consent/core/callers.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"

namespace safehaven::consent {

absl::StatusOr<Caller> PersonCaller(const RegisterSnapshot& snapshot, absl::string_view issuer,
                                    absl::string_view subject, CivilDay day) {
  const Versioned<Issuer>* vouching = snapshot.FindIssuer(issuer);
  if (vouching == nullptr || !vouching->value.period.Contains(day)) {
    return PermissionDenied("ISSUER_NOT_IN_FORCE", "the register does not know the issuer on this day");
  }
  const Versioned<Member>* membership = nullptr;
  for (const Versioned<Member>* member : snapshot.MembersOf(issuer, subject)) {
    if (!member->value.period.Contains(day)) continue;
    // Two on one day are refused on the way in; a choice between them is not ours.
    if (membership != nullptr) return PermissionDenied("MEMBERSHIP_AMBIGUOUS", "the person has two roles on this day");
    membership = member;
  }
  if (membership == nullptr) {
    return PermissionDenied("MEMBERSHIP_MISSING", "the register gives the person no role on this day");
  }
  return Caller{false, absl::StrCat(issuer, "|", subject), membership->value.organisation, membership->value.role, ""};
}

absl::StatusOr<Caller> ProgramCaller(const RegisterSnapshot& snapshot, absl::string_view spiffe_id, CivilDay day) {
  const Versioned<Program>* program = snapshot.FindProgram(spiffe_id);
  if (program == nullptr || !program->value.period.Contains(day)) {
    return PermissionDenied("PROGRAM_NOT_REGISTERED", "the register does not know the program on this day");
  }
  return Caller{true, program->value.spiffe_id, program->value.organisation, program->value.role, ""};
}

absl::StatusOr<Caller> CallerOfSubject(const RegisterSnapshot& snapshot, absl::string_view subject, CivilDay day) {
  if (absl::StartsWith(subject, "spiffe://")) return ProgramCaller(snapshot, subject, day);
  // No URL holds the mark, a subject may.
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(subject, absl::MaxSplits('|', 1));
  return PersonCaller(snapshot, parts.first, parts.second, day);
}

absl::StatusOr<std::string> EnvironmentSigningKey(const RegisterSnapshot& snapshot, absl::string_view id,
                                                  CivilDay day) {
  const Versioned<Environment>* environment = snapshot.FindEnvironment(id);
  if (environment == nullptr || !environment->value.period.Contains(day)) {
    return PermissionDenied("ENVIRONMENT_NOT_REGISTERED", "the register does not know the environment on this day");
  }
  return environment->value.signing_key.bytes;
}

}  // namespace safehaven::consent
