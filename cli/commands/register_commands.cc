#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/objections.h"
#include "cli/operations/register.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

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
  std::cout << Format(TableOf(plan.changes()), format);
  if (plan.widens()) std::cerr << "This widens access: it needs a proposer and an approver of another role.\n";
  return absl::OkStatus();
}

struct ApplyFlags {
  std::string directory, proposer, approver;
};

absl::Status RunApply(const Globals& globals, const ApplyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const auto files, ReadRegisterDirectory(flags.directory));
  SH_ASSIGN_OR_RETURN(const consent::v1::ApplyRegisterResponse applied,
                      ApplyRegister(*session, files, flags.proposer, flags.approver));
  std::cout << Format(TableOf(applied.changes()), format);
  std::cerr << "Applied at log size " << applied.revision().size() << "; confirmed by " << applied.confirmed_by_size()
            << " followers.\n";
  return absl::OkStatus();
}

struct ObjectionFlags {
  std::string file, set;
};

absl::Status RunObjections(const Globals& globals, const ObjectionFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(flags.file, size_t{1} << 30));
  const absl::StatusOr<ObjectionFile> file = ParseObjections(csv);
  if (!file.ok()) return WithContext(file.status(), flags.file);
  const std::string load = ToHex(Sha256(absl::StrCat(flags.set, "\n", csv)));
  SH_ASSIGN_OR_RETURN(const Revision revision, SendObjections(*session, flags.set, load, *file, globals.person));
  TextTable table = {.columns = {"set", "acknowledged", "not taken", "log size"},
                     .rows = {{flags.set, absl::StrCat(file->objections.size()), absl::StrCat(file->faults.size()),
                               absl::StrCat(revision.size)}}};
  std::cout << Format(table, format);
  for (const RowFault& fault : file->faults) {
    std::cerr << flags.file << ":" << fault.line << ": " << fault.column << ": " << fault.reason << ": " << fault.message << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddRegisterCommands(CLI::App& app, Globals& globals) {
  CLI::App* registers = app.add_subcommand("register", "the register of approvals as files");
  registers->require_subcommand(1);
  auto flags = std::make_shared<ApplyFlags>();
  CLI::App* plan = registers->add_subcommand("plan", "what would change; changes nothing");
  plan->add_option("directory", flags->directory, "folder of register files")->required();
  plan->callback([&globals, flags] { globals.run = [&globals, flags] { return RunPlan(globals, flags->directory); }; });
  CLI::App* apply = registers->add_subcommand("apply", "make the register what the files say");
  apply->footer("Example: safehaven register apply region/register --proposer gwen.guardian --approver carl.caldicott");
  apply->add_option("directory", flags->directory, "folder of register files")->required();
  apply->add_option("--proposer", flags->proposer, "who proposes the change")->required();
  apply->add_option("--approver", flags->approver, "who approves it; needed where access widens");
  apply->callback([&globals, flags] { globals.run = [&globals, flags] { return RunApply(globals, *flags); }; });

  CLI::App* objections = app.add_subcommand("objections", "people's objections");
  objections->require_subcommand(1);
  auto objection_flags = std::make_shared<ObjectionFlags>();
  CLI::App* load = objections->add_subcommand("load", "hand in a file of objections");
  load->footer("Example: safehaven --as dana.engineer objections load region/objections/national.csv --set national");
  load->add_option("file", objection_flags->file, "CSV (docs/formats.md)")->required();
  load->add_option("--set", objection_flags->set, "type1, national or programme:<reference>")->required();
  load->callback([&globals, objection_flags] {
    globals.run = [&globals, objection_flags] { return RunObjections(globals, *objection_flags); };
  });
}

}  // namespace safehaven::cli
