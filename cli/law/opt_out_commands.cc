// safehaven opt-outs request|apply|screen, consent-record: people's choices as files.
#include <algorithm>
#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/law/answer.h"
#include "cli/law/json.h"
#include "cli/law/law_commands.h"
#include "cli/law/world.h"
#include "libs/base/status.h"
#include "services/consent/core/decision_record.h"
#include "services/consent/core/fhir_consent.h"
#include "services/consent/core/national_check.h"

namespace safehaven::cli {
namespace {

// Fewer numbers than this, and a screening would tell of single people who objected. As
// many as the smallest count that is ever shown (docs/architecture.md, "Protection").
constexpr size_t kScreeningMin = 8;
// Screenings of one source on one day: comparing many lists would find people too.
constexpr size_t kScreeningsADayMax = 10;

struct OptOutFlags {
  std::string numbers, mailbox, at, folder, sent, returned, out, directory, question, log, file;
  int sequence = 1;
};

absl::Status WriteText(const std::string& path, const std::string& text, std::ios::openmode mode) {
  std::ofstream file(path, mode | std::ios::binary);
  file << text;
  file.flush();
  if (!file) return Unavailable("FILE_WRITE_FAILED", absl::StrCat(path, " cannot be written"));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<NhsNumber>> ReadNumbers(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  absl::StatusOr<std::vector<NhsNumber>> numbers = consent::ParseCheckFile(text);
  if (!numbers.ok()) return WithContext(numbers.status(), path);
  return numbers;
}

// One number a line, as people keep lists; the national format is stricter.
absl::StatusOr<std::vector<NhsNumber>> ReadList(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  std::vector<NhsNumber> numbers;
  size_t line = 0;
  for (const absl::string_view row : absl::StrSplit(text, '\n')) {
    ++line;
    if (row.empty()) continue;
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(row);
    if (!number.ok()) return WithContext(number.status(), absl::StrCat(path, ":", line));
    numbers.push_back(*number);
  }
  return numbers;
}

absl::StatusOr<Printed> RunRequest(const OptOutFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const std::string name, consent::CheckFileName(flags.mailbox, at.day, flags.sequence));
  SH_ASSIGN_OR_RETURN(const std::vector<NhsNumber> numbers, ReadList(flags.numbers));
  const std::string path = absl::StrCat(flags.folder, "/", name, ".dat");
  SH_RETURN_IF_ERROR(WriteText(path, consent::FormatCheckFile(numbers), std::ios::trunc));
  return Printed{absl::StrCat("Wrote ", path, ". Subject and message reference: ", name, ".\n"), 0};
}

absl::StatusOr<Printed> RunApply(const LawContext& context, const OptOutFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const std::vector<NhsNumber> sent, ReadNumbers(flags.sent));
  SH_ASSIGN_OR_RETURN(const std::vector<NhsNumber> returned, ReadNumbers(flags.returned));
  SH_ASSIGN_OR_RETURN(const consent::CheckOutcome outcome, consent::ApplyCheck(sent, returned, at.day));
  SH_RETURN_IF_ERROR(WriteText(flags.out, consent::FormatCheckFile(outcome.cleared), std::ios::trunc));
  if (*context.output == "json") {
    return Printed{JsonObject()
                       .Text("format", "safehaven-opt-out-check/1")
                       .Day("opt_out_check", outcome.checked_day)
                       .Number("sent", static_cast<int64_t>(sent.size()))
                       .Number("cleared", static_cast<int64_t>(outcome.cleared.size()))
                       .OnLines(),
                   0};
  }
  return Printed{absl::StrCat("Of ", sent.size(), " people ", outcome.cleared.size(), " are cleared as of ",
                              outcome.checked_day.ToString(), "; the rest opted out or could not be checked.\n"),
                 0};
}

// Screenings that the log holds of `source` on `day`.
absl::StatusOr<size_t> CountScreenings(const std::string& path, absl::string_view source, CivilDay day) {
  std::ifstream exists(path);
  if (!exists) return 0;
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  size_t count = 0;
  const std::string beginning = absl::StrCat(day.ToString(), " ", source, " ");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) count += absl::StartsWith(line, beginning) ? 1 : 0;
  return count;
}

// A list of a source, freed of those whose records may not go in. It is a decided
// operation, bound to the source that collects, and what it takes out is never shown.
absl::StatusOr<Printed> RunScreen(const OptOutFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadWorld(flags.directory, std::nullopt));
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(flags.question));
  SH_ASSIGN_OR_RETURN(consent::QuestionFile question, consent::ParseQuestionFile(flags.question, text));
  if (question.question.operation != Operation::kCollect) {
    return PermissionDenied("SCREENING_NOT_BY_THE_SOURCE", "only a source that hands in its own records may screen them");
  }
  SH_ASSIGN_OR_RETURN(question.people, ReadList(flags.numbers));
  if (question.people.size() < kScreeningMin) {
    return PermissionDenied("SCREENING_TOO_SMALL", absl::StrCat("a list of fewer than ", kScreeningMin, " people would tell who objected"));
  }
  const Answer answer = JudgeQuestion(world, question, text, at.day);
  if (ExitCodeOf(answer.evaluation) != kExitPermitted) return Printed{AnswerText(answer), ExitCodeOf(answer.evaluation)};
  SH_ASSIGN_OR_RETURN(const size_t before, CountScreenings(flags.log, question.question.subject, at.day));
  if (before >= kScreeningsADayMax) {
    return PermissionDenied("SCREENING_LIMIT", absl::StrCat("this source has been screened ", before, " times on this day"));
  }
  std::vector<NhsNumber> kept;
  for (const TreatedPerson& one : answer.people) {
    const bool removed = std::any_of(one.sources.begin(), one.sources.end(), [](const consent::SourceTreatment& source) {
      return source.treatment == consent::Treatment::kRemoveRecord;
    });
    if (!removed) kept.push_back(one.person);
  }
  // First the log, then the list: what is not recorded does not happen.
  SH_RETURN_IF_ERROR(WriteText(flags.log,
                               absl::StrCat(at.day.ToString(), " ", question.question.subject, " ", question.people.size(),
                                            " ", consent::Sha256Hex(answer.record), "\n"),
                               std::ios::app));
  SH_RETURN_IF_ERROR(WriteText(flags.out, consent::FormatCheckFile(kept), std::ios::trunc));
  return Printed{absl::StrCat("Screened ", question.people.size(), " people; those who may go in are in ", flags.out, ".\n"), 0};
}

absl::StatusOr<Printed> RunReadRecord(const OptOutFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::string json, ReadTextFile(flags.file));
  SH_ASSIGN_OR_RETURN(const consent::PersonChoice choice, consent::ParseFhirConsent(json));
  std::string text = "format: safehaven-people/1\n";
  if (const auto* objection = std::get_if<consent::Objection>(&choice)) {
    absl::StrAppend(&text, "objections:\n  - {person: '", objection->person.ToDigits(), "', kind: ",
                    consent::EnumText<consent::ObjectionKind>::Of(objection->kind));
    if (!objection->programme.empty()) absl::StrAppend(&text, ", programme: ", objection->programme.printed());
    absl::StrAppend(&text, ", effective: ", objection->effective_day.ToString());
    if (objection->received_day.has_value()) absl::StrAppend(&text, ", received: ", objection->received_day->ToString());
    if (objection->withdrawn_day.has_value()) absl::StrAppend(&text, ", withdrawn: ", objection->withdrawn_day->ToString());
    return Printed{absl::StrCat(text, "}\n"), 0};
  }
  const auto& record = std::get<consent::ConsentRecord>(choice);
  absl::StrAppend(&text, "consents:\n  - {person: '", record.person.ToDigits(), "', programme: ",
                  record.programme.printed(), ", status: ", consent::EnumText<consent::ConsentStatus>::Of(record.status),
                  ", from: ", record.day.ToString(), "}\n");
  return Printed{text, 0};
}

absl::StatusOr<Printed> RunWriteRecords(const OptOutFlags& flags) {
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadWorld(flags.directory, std::nullopt));
  std::string text;
  for (const consent::Objection& one : world.people.objections) text += consent::FormatFhirConsent(one);
  for (const consent::ConsentRecord& one : world.people.consents) {
    if (one.status != consent::ConsentStatus::kUnknown) text += consent::FormatFhirConsent(one);
  }
  return Printed{text, 0};
}

void AddCheckCommands(CLI::App& group, LawContext& context, const std::shared_ptr<OptOutFlags>& flags) {
  CLI::App* request = group.add_subcommand("request", "write a list for the national check service");
  request->add_option("--numbers", flags->numbers, "NHS numbers, one a line")->required();
  request->add_option("--mailbox", flags->mailbox, "the sender's mailbox")->required();
  request->add_option("--at", flags->at, "the day in the file's name")->required();
  request->add_option("--sequence", flags->sequence, "1 to 9999 within the day")->capture_default_str();
  request->add_option("--out", flags->folder, "folder for the file")->required();
  OnCommand(*request, context, [flags] { return RunRequest(*flags); });

  CLI::App* apply = group.add_subcommand("apply", "read the service's answer: who is cleared");
  apply->add_option("--sent", flags->sent, "the file that was sent")->required();
  apply->add_option("--returned", flags->returned, "the file that came back")->required();
  apply->add_option("--at", flags->at, "the day of the check")->required();
  apply->add_option("--out", flags->out, "file for those who are cleared")->required();
  OnCommand(*apply, context, [&context, flags] { return RunApply(context, *flags); });

  CLI::App* screen = group.add_subcommand("screen", "free a source's own list of those who may not go in");
  screen->add_option("--register", flags->directory, "folder of register and people files")->required();
  screen->add_option("--question", flags->question, "question file: collect, by the source")->required();
  screen->add_option("--numbers", flags->numbers, "NHS numbers, one a line")->required();
  screen->add_option("--at", flags->at, "the day that is judged")->required();
  screen->add_option("--log", flags->log, "file to which each screening is added")->required();
  screen->add_option("--out", flags->out, "file for those who may go in")->required();
  OnCommand(*screen, context, [flags] { return RunScreen(*flags); });
}

}  // namespace

void AddOptOutCommands(CLI::App& app, LawContext& context) {
  auto flags = std::make_shared<OptOutFlags>();
  AddCheckCommands(Group(app, "opt-outs", "lists of people who opted out, as files"), context, flags);
  CLI::App& records = Group(app, "consent-records", "objections and consents as FHIR R4 Consent");
  CLI::App* read = records.add_subcommand("read", "a FHIR Consent as an entry of a people file");
  read->add_option("file", flags->file, "JSON")->required();
  OnCommand(*read, context, [flags] { return RunReadRecord(*flags); });
  CLI::App* write = records.add_subcommand("write", "the people files of a folder as FHIR Consents, one a line");
  write->add_option("--register", flags->directory, "folder of register and people files")->required();
  OnCommand(*write, context, [flags] { return RunWriteRecords(*flags); });
}

}  // namespace safehaven::cli
