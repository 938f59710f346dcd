// Reads question files, for `safehaven decide` and for cases in tests.
//
//   format: safehaven-question/1
//   caller: {organisation: ZC1, role: analyst}     # or {issuer, subject} or {program}
//   question: {approval: CAG 9-01(a)/2025, purpose: ..., operation: ..., ...}
//
// Strict, as register files are, with the same reasons. Names of data sets and items are
// not looked up here: the gates say what they do not know. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_QUESTION_YAML_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_QUESTION_YAML_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/nhs_number.h"
#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/matter.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

inline constexpr absl::string_view kQuestionFormat = "safehaven-question/1";

// Who asks, as a file says it: a member or program of the register, or directly an
// organisation and role (for judging cases without a membership list).
struct FileCaller {
  std::string issuer;
  std::string subject;
  std::string program;
  std::string organisation;
  std::string role;
  std::string environment;
};

// The most people of whom one question may ask how they are treated.
inline constexpr size_t kQuestionPeopleMax = 1'000;

struct QuestionFile {
  FileCaller caller;
  Question question;  // NormaliseForm()
  Particulars particulars;
  std::vector<NhsNumber> people;  // whose treatment is asked for
  std::vector<Holding> holdings;  // what the domain holds already
};

// INVALID_ARGUMENT as ParseRegisterFile(), NormaliseForm() and NhsNumber::Parse(); the
// message names the place and never a number.
absl::StatusOr<QuestionFile> ParseQuestionFile(absl::string_view file, absl::string_view text);

// The caller on the day. Fails as PersonCaller() and ProgramCaller() (callers.h).
absl::StatusOr<Caller> ResolveCaller(const RegisterSnapshot& snapshot, const FileCaller& caller, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_QUESTION_YAML_H_
