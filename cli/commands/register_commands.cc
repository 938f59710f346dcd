#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/objections.h"
#include "cli/operations/register.h"
#include "libs/base/status.h"

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

absl::Status RunPlan(const Globals& globals, const std::string& directory) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const auto files, ReadRegisterDirectory(directory));
  SH_ASSIGN_OR_RETURN(const consent::v1::PlanRegisterResponse plan, PlanRegister(*session, files));
  if (plan.changes().empty()) std::cerr << kNothing;
  if (!plan.changes().empty() || format != OutputFormat::kTable) std::cout << Format(TableOf(plan.changes()), format);
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
  plan->footer("Example: safehaven register plan region/register");
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
