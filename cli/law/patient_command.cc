// safehaven patient-answer: the answer to a person's own recorded request.
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/law/law_commands.h"
#include "cli/law/world.h"
#include "cli/output/table.h"
#include "libs/base/status.h"
#include "services/consent/core/decision_record.h"
#include "services/consent/core/patient_answer.h"

namespace safehaven::cli {
namespace {

using consent::EnumText;

struct PatientFlags {
  std::string directory, person, at, request, identity, officer, second_officer, log;
};

// Nobody looks at one person's data alone, or without that person having asked.
absl::Status CheckSafeguards(const PatientFlags& flags) {
  for (const auto& [name, value] : {std::pair("request", &flags.request), std::pair("identity-proof", &flags.identity),
                                    std::pair("officer", &flags.officer), std::pair("second-officer", &flags.second_officer)}) {
    if (value->empty()) return PermissionDenied("SAFEGUARD_MISSING", absl::StrCat("--", name, " must not be empty"));
  }
  if (flags.officer == flags.second_officer) {
    return PermissionDenied("SECOND_OFFICER_MISSING", "the second officer is another person than the first");
  }
  return absl::OkStatus();
}

absl::StatusOr<NhsNumber> ReadPerson(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(absl::string_view(text).substr(0, text.find('\n')));
  if (!number.ok()) return WithContext(number.status(), path);
  return number;
}

absl::StatusOr<Printed> RunPatient(const LawContext& context, const PatientFlags& flags) {
  SH_RETURN_IF_ERROR(CheckSafeguards(flags));
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadWorld(flags.directory, std::nullopt));
  SH_ASSIGN_OR_RETURN(const NhsNumber person, ReadPerson(flags.person));
  const consent::PatientAnswer answer = AnswerPatient(world.snapshot, world.people, world.releases, person, at.day);
  TextTable table = {.columns = {"what", "approval", "by or to", "purpose", "source", "my records", "why"}};
  for (const consent::PossibleUse& use : answer.uses) {
    table.rows.push_back({"could be used", use.approval, absl::StrJoin(use.controllers, ", "),
                          std::string(EnumText<Purpose>::Of(use.purpose)), use.treatment.source,
                          std::string(EnumText<consent::Treatment>::Of(use.treatment.treatment)), use.treatment.reason});
  }
  for (const consent::PossibleRelease& one : answer.releases) {
    table.rows.push_back({absl::StrCat("may have been in ", one.release->id, " of ", one.release->day.ToString()),
                          one.release->approval.printed(), one.release->organisation,
                          std::string(EnumText<Purpose>::Of(one.release->purpose)), one.treatment.source,
                          std::string(EnumText<consent::Treatment>::Of(one.treatment.treatment)), one.treatment.reason});
  }
  // The person may see who looked, for which request.
  table.rows.push_back({absl::StrCat("looked at on ", at.day.ToString()), absl::StrCat("request ", flags.request),
                        absl::StrCat(flags.officer, ", ", flags.second_officer), "own request", "",
                        absl::StrCat("identity: ", flags.identity), ""});
  SH_ASSIGN_OR_RETURN(const OutputFormat format, ParseOutputFormat(*context.output));
  const std::string text = Format(table, format);
  std::ofstream log(flags.log, std::ios::app | std::ios::binary);
  log << at.day.ToString() << " patient-answer request=" << flags.request << " officers=" << flags.officer << ","
      << flags.second_officer << " answer=" << consent::Sha256Hex(text) << "\n";
  log.flush();
  if (!log) return Unavailable("FILE_WRITE_FAILED", absl::StrCat(flags.log, " cannot be written; nothing is shown"));
  return Printed{text, 0};
}

}  // namespace

void AddPatientCommand(CLI::App& app, LawContext& context) {
  auto flags = std::make_shared<PatientFlags>();
  CLI::App* patient = app.add_subcommand("patient-answer", "who could use data about me, and which releases may hold them");
  patient->add_option("--register", flags->directory, "folder of register, people and release files")->required();
  patient->add_option("--person", flags->person, "file with the NHS number")->required();
  patient->add_option("--at", flags->at, "the day that is looked at")->required();
  patient->add_option("--request", flags->request, "the person's recorded request")->required();
  patient->add_option("--identity-proof", flags->identity, "how the person proved who they are")->required();
  patient->add_option("--officer", flags->officer, "who looks")->required();
  patient->add_option("--second-officer", flags->second_officer, "who looks with them")->required();
  patient->add_option("--log", flags->log, "file to which the look is added before it is shown")->required();
  OnCommand(*patient, context, [&context, flags] { return RunPatient(context, *flags); });
}

}  // namespace safehaven::cli
