// safehaven officer ...: what information governance officers ask the running services.
// The same questions on files alone are `impact`, `drift`, `due`, `patient-answer` and
// `reconstruct`.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands/commands.h"
#include "cli/operations/look_back.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/question_yaml.h"

namespace safehaven::cli {
namespace {

constexpr size_t kQuestionBytesMax = 1 << 20;

struct OfficerFlags {
  std::string set, load, approval, from, person_file, request, identity_proof, second_officer, folder, at;
  uint64_t after_size = 0;
  uint64_t leaf = 0;
  int days = 90;
  bool validate_only = false;
};
using SharedFlags = std::shared_ptr<OfficerFlags>;

std::string DayText(const type::v1::Date& date) {
  const absl::StatusOr<CivilDay> day = DateFromProto(date, "day");
  return day.ok() ? day->ToString() : "";
}

std::string TimeText(int64_t unix_ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixMillis(unix_ms), absl::UTCTimeZone());
}

std::string MembershipText(costing::v1::Membership membership) {
  switch (membership) {
    case costing::v1::MEMBERSHIP_HELD: return "held";
    case costing::v1::MEMBERSHIP_UNKNOWN: return "not known: no population is kept";
    default: return "";
  }
}

void AddReleases(const TouchedReleases& touched, TextTable& table) {
  for (const LookedBackRelease& one : touched.releases) {
    table.rows.push_back({one.candidate.warrant(), TimeText(one.confirmed.open_unix_ms()), one.confirmed.organisation(),
                          one.confirmed.disclosure_domain(), one.candidate.approval(), one.candidate.purpose(),
                          one.candidate.why(), MembershipText(one.confirmed.membership())});
  }
}

TextTable ReleaseTable() {
  return {.columns = {"release", "time", "recipient", "seen by", "approval", "purpose", "why", "records"}};
}

absl::Status RunImpact(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  TouchedReleases touched;
  if (!flags.approval.empty()) {
    SH_ASSIGN_OR_RETURN(const CivilDay from, DayOfFlag("from", flags.from));
    SH_ASSIGN_OR_RETURN(touched, ImpactOfApproval(*session, globals.person, flags.approval, from));
  } else {
    consent::v1::LateObjections late;
    late.set_set(flags.set);
    late.set_load(flags.load);
    late.set_after_size(flags.after_size);
    SH_ASSIGN_OR_RETURN(touched, ImpactOfObjections(*session, globals.person, flags.second_officer, late));
  }
  TextTable table = ReleaseTable();
  AddReleases(touched, table);
  std::cout << Format(table, format);
  return absl::OkStatus();
}

absl::Status RunPatient(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(flags.person_file, kQuestionBytesMax));
  const absl::StatusOr<NhsNumber> person = NhsNumber::Parse(absl::string_view(text).substr(0, text.find('\n')));
  if (!person.ok()) return WithContext(person.status(), flags.person_file);
  SH_ASSIGN_OR_RETURN(const PatientAnswered answered, AnswerPatient(*session, {.person = *person,
                                                                              .request = flags.request,
                                                                              .identity_proof = flags.identity_proof,
                                                                              .officer = globals.person,
                                                                              .second_officer = flags.second_officer}));
  TextTable uses = {.columns = {"could be used under", "title", "purpose", "by", "records of", "mine are", "why"}};
  for (const consent::v1::PossibleUse& use : answered.answer.uses()) {
    uses.rows.push_back({use.approval(), use.title(), use.purpose(), absl::StrJoin(use.controllers(), ", "), use.source(),
                         use.treatment(), use.reason()});
  }
  TextTable releases = ReleaseTable();
  AddReleases(answered.releases, releases);
  TextTable looks = {.columns = {"looked at", "request", "identity", "by"}};
  for (const consent::v1::PatientLook& look : answered.answer.looks()) {
    looks.rows.push_back({TimeText(look.look_unix_ms()), look.request(), look.identity_proof(),
                          absl::StrJoin(look.officers(), ", ")});
  }
  std::cout << Format(uses, format) << Format(releases, format) << Format(looks, format);
  return absl::OkStatus();
}

absl::Status RunDue(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const consent::v1::ListDueResponse due, ListDue(*session, globals.person, flags.days));
  TextTable table = {.columns = {"day", "overdue", "kind", "subject", "text"}};
  for (const consent::v1::DueItem& item : due.items()) {
    table.rows.push_back({DayText(item.day()), item.overdue() ? "yes" : "no", item.kind(), item.subject(), item.text()});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

absl::Status RunDrift(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const CivilDay from, DayOfFlag("from", flags.from));
  SH_ASSIGN_OR_RETURN(const consent::v1::ListDriftResponse drift, ListDrift(*session, globals.person, from));
  TextTable table = {.columns = {"approval", "organisation", "gate", "reason", "questions", "beyond"}};
  for (const consent::v1::DriftItem& item : drift.items()) {
    table.rows.push_back({item.approval(), item.organisation(), item.gate(), item.reason(),
                          absl::StrCat(item.question_count()), absl::StrJoin(item.beyond(), ", ")});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

absl::Status RunReconstruct(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const consent::v1::ReconstructResponse again, Reconstruct(*session, globals.person, flags.leaf));
  TextTable table = {.columns = {"as logged", "as evaluated again"}};
  for (int i = 0; i < std::max(again.logged_size(), again.evaluated_size()); ++i) {
    table.rows.push_back({i < again.logged_size() ? again.logged(i) : "", i < again.evaluated_size() ? again.evaluated(i) : ""});
  }
  std::cout << Format(table, format);
  if (again.same()) return absl::OkStatus();
  return DataLoss("DECISION_NOT_REPRODUCED", absl::StrCat("evaluated again by ", again.evaluator_now(), ", the decision of ",
                                                          again.evaluator(), " reads otherwise"));
}

absl::Status RunErase(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const consent::v1::EraseEndedResponse erased,
                      EraseEnded(*session, globals.person, flags.second_officer, flags.validate_only));
  TextTable table = {.columns = {"entry"}};
  for (const std::string& entry : erased.entries()) table.rows.push_back({entry});
  std::cout << Format(table, format);
  std::cerr << (flags.validate_only ? "Would erase " : "Erased ") << erased.register_leaf_count()
            << " leaves of the register and " << erased.decision_leaf_count() << " of decisions and warrants.\n";
  if (!erased.complete()) std::cerr << "There is more: run it again.\n";
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Question>> ReadQuestions(const std::vector<std::string>& files) {
  std::vector<Question> questions;
  for (const std::string& file : files) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kQuestionBytesMax));
    SH_ASSIGN_OR_RETURN(const consent::QuestionFile parsed, consent::ParseQuestionFile(file, text));
    SH_ASSIGN_OR_RETURN(Question question, Normalise(parsed.question));
    questions.push_back(std::move(question));
  }
  return questions;
}

absl::Status RunBatch(const Globals& globals, const OfficerFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  std::optional<CivilDay> day;
  if (!flags.at.empty()) {
    SH_ASSIGN_OR_RETURN(day, DayOfFlag("at", flags.at));
  }
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(flags.folder, failed)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (failed || files.empty()) return NotFound("FILE_UNREADABLE", absl::StrCat(flags.folder, ": no question files (*.yaml) there"));
  std::sort(files.begin(), files.end());
  SH_ASSIGN_OR_RETURN(const std::vector<Question> questions, ReadQuestions(files));
  SH_ASSIGN_OR_RETURN(const auto answers, DecideBatch(*session, globals.person, questions, day));
  TextTable table = {.columns = {"question", "effect", "gates that did not pass"}};
  for (size_t i = 0; i < answers.size(); ++i) {
    const consent::v1::BatchedAnswer& answer = answers[i];
    std::vector<std::string> gates;
    for (const auto& verdict : answer.has_decided() ? answer.decided().decision().verdicts()
                                                    : answer.evaluated().decision().verdicts()) {
      if (verdict.outcome() != consent::v1::GATE_OUTCOME_PASS) gates.push_back(absl::StrCat(verdict.gate(), " ", verdict.reason()));
    }
    const consent::v1::Effect effect =
        answer.has_decided() ? answer.decided().decision().effect() : answer.evaluated().decision().effect();
    std::string name = consent::v1::Effect_Name(effect);
    name.erase(0, std::string("EFFECT_").size());
    if (!answer.error_reason().empty()) name = absl::StrCat("FAILED ", answer.error_reason());
    table.rows.push_back({std::filesystem::path(files[i]).filename().string(), name, absl::StrJoin(gates, ", ")});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

CLI::App* AddCommand(CLI::App& group, Globals& globals, const char* name, const char* what, const SharedFlags& flags,
                     absl::Status (*run)(const Globals&, const OfficerFlags&)) {
  CLI::App* command = group.add_subcommand(name, what);
  command->callback([&globals, flags, run] { globals.run = [&globals, flags, run] { return run(globals, *flags); }; });
  return command;
}

}  // namespace

void AddOfficerCommands(CLI::App& app, Globals& globals) {
  CLI::App* officer = app.add_subcommand("officer", "what information governance officers ask the running services");
  officer->require_subcommand(1);
  officer->footer("Example: safehaven --as gwen.guardian officer due");
  const auto flags = std::make_shared<OfficerFlags>();
  AddCommand(*officer, globals, "due", "what falls due, what is overdue", flags, RunDue)
      ->add_option("--days", flags->days, "how far ahead")
      ->check(CLI::Range(0, 3650))
      ->capture_default_str();
  AddCommand(*officer, globals, "drift", "questions beyond what approvals foresaw, in items and volumes", flags, RunDrift)
      ->add_option("--from", flags->from, "YYYY-MM-DD: questions asked on or after this day")
      ->required();
  CLI::App* impact = AddCommand(*officer, globals, "impact", "which past releases late objections, or an invalid approval, touch",
                                flags, RunImpact);
  CLI::Option* set = impact->add_option("--set", flags->set, "national, type1 or programme:<reference>: objections that came late");
  impact->add_option("--load", flags->load, "only those of this load")->needs(set);
  impact->add_option("--after-size", flags->after_size, "only those that consent received after this log size")->needs(set);
  impact->add_option("--second-officer", flags->second_officer, "who looks with you, with --set: a person may be among them")
      ->needs(set);
  CLI::Option* from = impact->add_option("--from", flags->from, "with --approval: invalid from this day");
  impact->add_option("--approval", flags->approval, "releases that rest on this approval")->needs(from)->excludes(set);
  CLI::App* patient = AddCommand(*officer, globals, "patient-answer",
                                 "a person's own request: who could use my data, which releases had my record", flags, RunPatient);
  patient->add_option("--person", flags->person_file, "file with the NHS number")->required();
  patient->add_option("--request", flags->request, "reference of the person's recorded request");
  patient->add_option("--identity-proof", flags->identity_proof, "how the person proved who they are");
  patient->add_option("--second-officer", flags->second_officer, "who looks with you");
  AddCommand(*officer, globals, "reconstruct", "evaluate a past decision again", flags, RunReconstruct)
      ->add_option("--leaf", flags->leaf, "its leaf, or its warrant's, in consent's log")
      ->required();
  CLI::App* erase = AddCommand(*officer, globals, "erase-ended", "erase from the log what nothing keeps any longer", flags, RunErase);
  erase->add_option("--second-officer", flags->second_officer, "who approves, in another role");
  erase->add_flag("--validate-only", flags->validate_only, "only say what would be erased");
  CLI::App* batch = AddCommand(*officer, globals, "decide-batch", "every question of a folder, over one stream", flags, RunBatch);
  batch->add_option("folder", flags->folder, "question files (docs/schema/question.schema.json)")->required();
  batch->add_option("--at", flags->at, "YYYY-MM-DD: evaluate for this day; else decide now, with warrants");
}

}  // namespace safehaven::cli
