// A question on files, judged, and the answer as text and JSON (docs/schema). What is
// judged here comes from files alone and never turns into a warrant. Pure; values.
#ifndef SAFEHAVEN_CLI_LAW_ANSWER_H_
#define SAFEHAVEN_CLI_LAW_ANSWER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/law/world.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/people.h"
#include "services/consent/core/question_yaml.h"

namespace safehaven::cli {

// Exit codes of an answer; those of failures are cli/output/table.h's.
inline constexpr int kExitPermitted = 0;  // also required
inline constexpr int kExitRefused = 4;
inline constexpr int kExitNeedsMore = 8;

struct TreatedPerson {
  NhsNumber person;
  std::vector<consent::SourceTreatment> sources;
};

struct Answer {
  consent::QuestionFile question;
  std::string question_text;  // the file as it was read
  Caller caller;
  std::string caller_fault;  // why the register does not know the caller on the day; or empty
  consent::Evaluation evaluation;
  std::vector<ObjectionRule> objections;
  std::vector<TreatedPerson> people;
  std::string record;  // CanonicalDecision()
  uint64_t known_size = 0;
  std::string known_digest;  // of the register's events
};

// Judges the question of `text` on `day`. INVALID_ARGUMENT as ParseQuestionFile().
absl::StatusOr<Answer> Judge(const LawWorld& world, absl::string_view file, absl::string_view text, CivilDay day);

// The same for a question that was read already; `text` is kept for reconstruction.
Answer JudgeQuestion(const LawWorld& world, const consent::QuestionFile& question, std::string text, CivilDay day);

std::string AnswerJson(const LawWorld& world, const Answer& answer);
std::string AnswerText(const Answer& answer);
int ExitCodeOf(const consent::Evaluation& evaluation);

// A failure as JSON, for programs that read standard output.
std::string FailureJson(const absl::Status& status);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LAW_ANSWER_H_
