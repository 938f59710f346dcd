#include <cstdlib>
#include <iostream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/objections.h"
#include "cli/operations/register.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kNothing[] = "Nothing to change: the register is what the files say.\n";

template <typename Changes>
TextTable TableOf(const Changes& changes) {
  TextTable table = {.columns = {"change", "entry", "widens access"}};
  for (const consent::v1::RegisterChange& change : changes) {
    table.rows.push_back({change.action(), change.entry(), change.widens() ? "yes" : "no"});
  }
  return table;
}

// Flips below the changes for people; for programs as rows of the same list, which stays
// as it was where there is nothing to add.
void AddFlips(const consent::v1::QuestionFlips& flips, TextTable& table) {
  const std::vector<std::string> columns = {"organisation", "role", "environment", "before", "after", "gate", "reason", "askers"};
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  for (std::vector<std::string>& row : table.rows) row.resize(table.columns.size());
  for (const consent::v1::QuestionFlip& flip : flips.flips()) {
    table.rows.push_back({"flip", flip.question(), "", flip.organisation(), flip.role(), flip.environment(), flip.before(),
                          flip.after(), flip.gate(), flip.reason(), absl::StrCat(flip.asker_count())});
  }
}

std::string FlipLines(const consent::v1::QuestionFlips& flips) {
  std::string lines;
  for (const consent::v1::QuestionFlip& flip : flips.flips()) {
    const std::string place = flip.environment().empty() ? "" : absl::StrCat(" inside ", flip.environment());
    absl::StrAppend(&lines, "\n", flip.before(), " -> ", flip.after(), " (", flip.gate(), " ", flip.reason(), "): ",
                    flip.organisation(), " ", flip.role(), place, ", ", flip.question(), "\n  asked by ",
                    flip.asker_count(), flip.asker_count() == 1 ? " person or program\n" : " people or programs\n");
  }
  return lines;
}

// What the flips rest on.
std::string FlipsNote(const consent::v1::PlanRegisterResponse& plan, bool with_evidence) {
  if (!with_evidence) return "Which questions would flip is told to who keeps the register: name them with --as.\n";
  if (!plan.has_flips()) return "The register is empty: no question has been asked.\n";
  const consent::v1::QuestionFlips& flips = plan.flips();
  const absl::StatusOr<CivilDay> since = DateFromProto(flips.since(), "since");
  return absl::StrCat(flips.flips_size(), " of ", flips.question_count(), " distinct questions would flip (",
                      flips.decision_count(), " decisions looked at, made since ", since.ok() ? since->ToString() : "",
                      flips.complete() ? "" : "; there are more, or erased ones", ").\n");
}

absl::Status RunPlan(const Globals& globals, const std::string& directory) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const auto files, ReadRegisterDirectory(directory));
  std::optional<std::string> person;
  if (!globals.person.empty() || std::getenv("SAFEHAVEN_TOKEN") != nullptr) person = globals.person;
  SH_ASSIGN_OR_RETURN(const consent::v1::PlanRegisterResponse plan, PlanRegister(*session, files, person));
  if (plan.changes().empty()) std::cerr << kNothing;
  TextTable table = TableOf(plan.changes());
  if (plan.has_flips() && format != OutputFormat::kTable) AddFlips(plan.flips(), table);
  if (!plan.changes().empty() || format != OutputFormat::kTable) std::cout << Format(table, format);
  if (format == OutputFormat::kTable) std::cout << FlipLines(plan.flips());
  if (!plan.changes().empty()) std::cerr << FlipsNote(plan, person.has_value());
  if (plan.widens()) std::cerr << "This widens access: it needs a proposer and an approver of another role.\n";
  return absl::OkStatus();
}

struct ApplyFlags {
  std::string directory, proposer, approver, request_id;
};

absl::Status RunApply(const Globals& globals, const ApplyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const auto files, ReadRegisterDirectory(flags.directory));
  const std::string request_id = flags.request_id.empty() ? NewUuid(session->randomness()) : flags.request_id;
  SH_ASSIGN_OR_RETURN(const consent::v1::ApplyRegisterResponse applied,
                      ApplyRegister(*session, files, {flags.proposer, flags.approver, request_id}));
  if (applied.changes().empty()) std::cerr << kNothing;
  if (!applied.changes().empty() || format != OutputFormat::kTable) std::cout << Format(TableOf(applied.changes()), format);
  if (applied.pending_until_unix_ms() > 0) {
    std::cerr << "Proposed. " << (applied.revision().size() > 0 ? "What narrows access is in force. The rest" : "It")
              << " widens access and can be applied from "
              << absl::FormatTime(absl::FromUnixMillis(applied.pending_until_unix_ms()), absl::UTCTimeZone())
              << " on, by the same command with --request-id " << request_id << ".\n";
    return absl::OkStatus();
  }
  if (applied.changes().empty()) return absl::OkStatus();
  std::cerr << "Applied at log size " << applied.revision().size();
  if (applied.confirmed_by_size() > 0) std::cerr << ", confirmed by " << applied.confirmed_by_size() << " services that follow it";
  std::cerr << ".\n";
  return absl::OkStatus();
}

absl::Status RunObjections(const Globals& globals, ObjectionOptions options) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  options.person = globals.person;
  SH_ASSIGN_OR_RETURN(const ObjectionOutcome outcome, LoadObjections(*session, options));
  std::cout << Format({.columns = {"set", "acknowledged", "rejected", "log size", "rejects file"},
                       .rows = {{options.set, absl::StrCat(outcome.acknowledged_count), absl::StrCat(outcome.rejected_count),
                                 absl::StrCat(outcome.revision.size), outcome.rejects_file}}},
                      format);
  return absl::OkStatus();
}

}  // namespace

void AddRegisterCommands(CLI::App& app, Globals& globals) {
  CLI::App* registers = app.add_subcommand("register", "the register of approvals as files");
  registers->require_subcommand(1);
  auto flags = std::make_shared<ApplyFlags>();
  CLI::App* plan = registers->add_subcommand("plan", "what would change; changes nothing");
  plan->footer("Example: safehaven --as gwen.guardian register plan region/register\n"
               "As an information governance officer or Caldicott Guardian it also says which questions that were asked\n"
               "lately would flip from refused to permitted or back.");
  plan->add_option("directory", flags->directory, "folder of register files")->required();
  plan->callback([&globals, flags] { globals.run = [&globals, flags] { return RunPlan(globals, flags->directory); }; });
  CLI::App* apply = registers->add_subcommand("apply", "make the register what the files say");
  apply->footer("Example: safehaven register apply region/register --proposer gwen.guardian --approver carl.caldicott");
  apply->add_option("directory", flags->directory, "folder of register files")->required();
  apply->add_option("--proposer", flags->proposer, "who proposes the change")->required();
  apply->add_option("--approver", flags->approver, "who approves it; needed where access widens");
  apply->add_option("--request-id", flags->request_id, "of the proposal, to apply it once its time has come");
  apply->callback([&globals, flags] { globals.run = [&globals, flags] { return RunApply(globals, *flags); }; });

  CLI::App* objections = app.add_subcommand("objections", "people's objections");
  objections->require_subcommand(1);
  auto options = std::make_shared<ObjectionOptions>();
  CLI::App* load = objections->add_subcommand("load", "hand in a file of objections");
  load->footer("Example: safehaven --as dana.engineer objections load region/objections/national.csv --set national");
  load->add_option("file", options->file, "CSV (docs/formats.md)")->required();
  load->add_option("--set", options->set, "type1, national or programme:<reference>")->required();
  load->add_option("--rejects", options->rejects_dir, "folder for the rejects file; else beside the file");
  load->add_option("--fault-limit", options->fault_per_mille_max, "most rows with a fault, in a thousand")->capture_default_str();
  load->callback([&globals, options] { globals.run = [&globals, options] { return RunObjections(globals, *options); }; });
}

}  // namespace safehaven::cli
