// safehaven what-if, nearest-lawful without a register on files: the running service is
// asked. The commands themselves, and the same on files, are in cli/law.
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/register.h"
#include "cli/operations/suppose.h"
#include "libs/base/status.h"
#include "services/consent/core/nearest.h"

namespace safehaven::cli {
namespace {

struct SupposeFlags {
  QuestionFlags question;
  std::string environment, then_environment;
  AsOthers others;
};

// What the command's own parser holds: both ways of the command share these flags.
std::string Given(const CLI::App& command, const std::string& flag) {
  const CLI::Option* option = command.get_option(flag);
  return option->count() == 0 ? "" : option->results().back();
}

absl::Status CheckOthers(const AsOthers& others) {
  if (others.organisation.empty() == others.role.empty()) return absl::OkStatus();
  return InvalidArgument("FIELD_INVALID", "--organisation and --role: give both or neither");
}

absl::StatusOr<Asking> AskingOf(const Globals& globals, const SupposeFlags& flags) {
  SH_RETURN_IF_ERROR(CheckOthers(flags.others));
  SH_ASSIGN_OR_RETURN(Question question, flags.question.Build());
  return Asking{.person = globals.person, .question = std::move(question), .environment = flags.environment};
}

absl::StatusOr<Supposing> SupposingOf(const CLI::App& command, const SupposeFlags& flags) {
  Supposing supposing = {.others = flags.others, .day = Given(command, "--then-at"), .environment = flags.then_environment};
  if (!supposing.day.empty()) SH_RETURN_IF_ERROR(DayOfFlag("then-at", supposing.day));
  QuestionFlags then;
  then.file = Given(command, "--then-question");
  if (!then.file.empty()) {
    SH_ASSIGN_OR_RETURN(supposing.question, then.Build());
  }
  const std::string directory = Given(command, "--then-register");
  if (!directory.empty()) {
    SH_ASSIGN_OR_RETURN(supposing.files, ReadRegisterDirectory(directory));
  }
  return supposing;
}

absl::Status RunWhatIf(const Globals& globals, const CLI::App& command, const SupposeFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const Asking asking, AskingOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const Supposing supposing, SupposingOf(command, flags));
  SH_ASSIGN_OR_RETURN(const SupposedOutcome outcome, WhatIf(*session, asking, supposing));
  std::cout << (globals.output == "json" ? WhatIfJson(outcome.answer) : WhatIfText(outcome.answer));
  if (!supposing.files.empty()) {
    std::cerr << "The register would change in " << outcome.register_changes.size() << " entries";
    for (const consent::v1::RegisterChange& change : outcome.register_changes) {
      std::cerr << "\n- " << change.action() << " " << change.entry() << (change.widens() ? " (widens access)" : "");
    }
    std::cerr << ".\n";
  }
  if (IsLawful(outcome.answer.then)) return absl::OkStatus();
  return PermissionDenied("DECISION_REFUSED", "the question would not be permitted");
}

absl::Status RunNearest(const Globals& globals, const SupposeFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const Asking asking, AskingOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::optional<NearestAnswer> nearest, FindNearestLawful(*session, asking, flags.others));
  std::cout << (globals.output == "json" ? NearestJson(nearest) : NearestText(nearest, consent::kNearestChangesMax));
  if (nearest.has_value()) return absl::OkStatus();
  return PermissionDenied("NOTHING_LAWFUL_NEAR", "no question close to this one would be permitted");
}

std::shared_ptr<SupposeFlags> AddFlags(CLI::App& command) {
  auto flags = std::make_shared<SupposeFlags>();
  flags->question.AddFieldsTo(command);
  command.add_option("--environment", flags->environment, "as if asked from inside this registered environment");
  command.add_option("--organisation", flags->others.organisation,
                     "as if this organisation asked (only for who keeps the register)");
  command.add_option("--role", flags->others.role, "in this role");
  return flags;
}

// The flags of a question are read when the command is run at a service.
void Read(const CLI::App& command, SupposeFlags& flags) {
  flags.question.file = Given(command, "--question");
  flags.question.Require();
}

}  // namespace

std::function<void()> AddWhatIfAtService(CLI::App& command, Globals& globals) {
  auto flags = AddFlags(command);
  command.add_option("--then-environment", flags->then_environment, "it would be asked from inside this environment");
  command.footer("At the running service: safehaven --as amira.analyst what-if --question q.yaml --then-at 2027-04-01\n"
                 "On files alone: safehaven what-if --register region/register --question q.yaml --at 2026-06-01 ...");
  return [&command, &globals, flags] {
    Read(command, *flags);
    globals.run = [&command, &globals, flags] { return RunWhatIf(globals, command, *flags); };
  };
}

std::function<void()> AddNearestAtService(CLI::App& command, Globals& globals) {
  auto flags = AddFlags(command);
  command.footer("At the running service: safehaven --as amira.analyst nearest-lawful --question q.yaml\n"
                 "On files alone: safehaven nearest-lawful --register region/register --question q.yaml --at 2026-06-01");
  return [&command, &globals, flags] {
    Read(command, *flags);
    globals.run = [&globals, flags] { return RunNearest(globals, *flags); };
  };
}

}  // namespace safehaven::cli
