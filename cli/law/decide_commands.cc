// safehaven decide, what-if, nearest-lawful, reconstruct: questions judged on files.
#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/law/answer.h"
#include "cli/law/law_commands.h"
#include "cli/law/record_file.h"
#include "cli/output/supposed.h"
#include "libs/base/status.h"
#include "services/consent/core/flips.h"
#include "services/consent/core/nearest.h"

namespace safehaven::cli {
namespace {

using consent::EnumText;

struct DecideFlags {
  std::string directory, question, at, known_at, record;
  // What-if: what is different.
  std::string other_directory, other_question, other_at, other_known_at;

  // `or_else`: what is done without a register of one's own; or "".
  void AddTo(CLI::App& app, const std::string& or_else) {
    app.add_option("--register", directory, absl::StrCat("folder of register files (docs/formats-register.md)", or_else));
    app.add_option("--question", question, "question file (docs/schema/question.schema.json)");
    app.add_option("--at", at, "with --register, the day or time that is judged: 2017-03-31 or 2017-03-31T09:00:00Z");
    app.add_option("--known-at", known_at, "with --register, only what the files had recorded by then; else all");
  }
  // Throws CLI::RequiredError with every flag that is missing, as the parser does.
  void Require() const {
    std::vector<absl::string_view> missing;
    if (directory.empty()) missing.push_back("--register");
    if (question.empty()) missing.push_back("--question");
    if (at.empty()) missing.push_back("--at");
    if (!missing.empty()) throw CLI::RequiredError(absl::StrJoin(missing, ", "));
  }
};

struct Asking {
  LawWorld world;
  Answer answer;
};

absl::StatusOr<Asking> Ask(const std::string& directory, const std::string& question, const std::string& at,
                           const std::string& known_at) {
  SH_ASSIGN_OR_RETURN(const Moment moment, ParseMoment("at", at));
  std::optional<Moment> known;
  if (!known_at.empty()) {
    SH_ASSIGN_OR_RETURN(known, ParseMoment("known-at", known_at));
  }
  Asking asking;
  SH_ASSIGN_OR_RETURN(asking.world, LoadWorld(directory, known));
  SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(question));
  SH_ASSIGN_OR_RETURN(asking.answer, Judge(asking.world, question, text, moment.day));
  return asking;
}

absl::StatusOr<Printed> RunDecide(const LawContext& context, const DecideFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Asking asking, Ask(flags.directory, flags.question, flags.at, flags.known_at));
  if (!flags.record.empty()) {
    SH_RETURN_IF_ERROR(WriteRecordFile(flags.record, asking.answer, flags.known_at));
  }
  return Printed{*context.output == "json" ? AnswerJson(asking.world, asking.answer) : AnswerText(asking.answer),
                 ExitCodeOf(asking.answer.evaluation)};
}

absl::StatusOr<Printed> RunWhatIf(const LawContext& context, const DecideFlags& flags) {
  const auto or_else = [](const std::string& other, const std::string& own) { return other.empty() ? own : other; };
  SH_ASSIGN_OR_RETURN(const Asking now, Ask(flags.directory, flags.question, flags.at, flags.known_at));
  SH_ASSIGN_OR_RETURN(const Asking then, Ask(or_else(flags.other_directory, flags.directory),
                                             or_else(flags.other_question, flags.question),
                                             or_else(flags.other_at, flags.at),
                                             or_else(flags.other_known_at, flags.known_at)));
  const auto effect = [](const Asking& one) {
    return std::string(EnumText<consent::Effect>::Of(one.answer.evaluation.effect));
  };
  SupposedAnswer supposed = {.now = effect(now), .then = effect(then)};
  for (const consent::VerdictChange& change : VerdictChanges(now.answer.evaluation, then.answer.evaluation)) {
    supposed.changes.push_back({std::string(EnumText<consent::Gate>::Of(change.gate)), change.before, change.after});
  }
  return Printed{*context.output == "json" ? WhatIfJson(supposed) : WhatIfText(supposed),
                 ExitCodeOf(then.answer.evaluation)};
}

absl::StatusOr<Printed> RunNearest(const LawContext& context, const DecideFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Asking asking, Ask(flags.directory, flags.question, flags.at, flags.known_at));
  const Answer& answer = asking.answer;
  std::vector<consent::Holding> holdings = answer.question.holdings;
  for (auto& held : HoldingsOf(asking.world.snapshot, asking.world.releases, answer.evaluation.day)) {
    holdings.push_back(std::move(held));
  }
  const auto nearest = FindNearestLawful(
      asking.world.snapshot,
      {answer.question.question, answer.question.particulars, answer.caller, answer.evaluation.day}, holdings);
  std::optional<NearestAnswer> found;
  if (nearest.has_value()) {
    found = {nearest->changes, std::string(EnumText<consent::Effect>::Of(nearest->evaluation.effect)), nearest->asked.day};
  }
  return Printed{*context.output == "json" ? NearestJson(found) : NearestText(found, consent::kNearestChangesMax),
                 found.has_value() ? kExitPermitted : kExitRefused};
}

struct ReconstructFlags {
  std::string directory, record;
};

absl::StatusOr<Printed> RunReconstruct(const LawContext& context, const ReconstructFlags& flags) {
  SH_ASSIGN_OR_RETURN(const RecordFile record, ReadRecordFile(flags.record));
  std::optional<Moment> known;
  if (!record.known_at.empty()) {
    SH_ASSIGN_OR_RETURN(known, ParseMoment("known-at", record.known_at));
  }
  SH_ASSIGN_OR_RETURN(LawWorld world, LoadWorld(flags.directory, known));
  SH_RETURN_IF_ERROR(KeepKnown(record, world));
  SH_ASSIGN_OR_RETURN(const Answer answer, Judge(world, "question", record.question_text, record.day));
  if (answer.record != record.text) {
    return DataLoss("DECISION_NOT_REPRODUCED", absl::StrCat("evaluated again, the decision reads otherwise: ",
                                                            FirstDifference(record.text, answer.record)));
  }
  if (*context.output == "json") return Printed{AnswerJson(world, answer), 0};
  return Printed{absl::StrCat("Reproduced byte for byte: ", EnumText<consent::Effect>::Of(answer.evaluation.effect),
                              " on ", record.day.ToString(), ", on ", record.known_size, " register events.\n"),
                 0};
}

constexpr char kOrService[] = "; without it, the running service is asked, as --as";

// Without a register, `at_service` does what the command is for.
void OnFiles(CLI::App& command, LawContext& context, const std::shared_ptr<DecideFlags>& flags,
             const std::function<void()>* at_service,
             absl::StatusOr<Printed> (*run)(const LawContext&, const DecideFlags&)) {
  OnCommand(command, context, [&context, flags, run] { return run(context, *flags); }, [flags, at_service] {
    if (at_service != nullptr && *at_service && flags->directory.empty()) {
      (*at_service)();
      return false;
    }
    flags->Require();
    return true;
  });
}

}  // namespace

void AddDecideCommands(CLI::App& app, LawContext& context) {
  auto flags = std::make_shared<DecideFlags>();
  CLI::App* decide = app.add_subcommand("decide", "judge a question on register files alone, on any day");
  decide->footer("Example: safehaven --output json decide --register region/register --question q.yaml --at 2026-06-01\n"
                 "Exit codes: 0 permitted or required, 4 refused, 8 needs more, 3 a file is not right.");
  flags->AddTo(*decide, "");
  decide->add_option("--record", flags->record, "write the decision's record to this file, for `reconstruct`");
  OnFiles(*decide, context, flags, nullptr, RunDecide);

  CLI::App* what_if = app.add_subcommand("what-if", "what another question, day or register would change");
  flags->AddTo(*what_if, kOrService);
  what_if->add_option("--then-question", flags->other_question, "the question would be this");
  what_if->add_option("--then-at", flags->other_at, "the day would be this");
  what_if->add_option("--then-register", flags->other_directory, "the register would be this");
  what_if->add_option("--then-known-at", flags->other_known_at, "what is known would be as of this");
  OnFiles(*what_if, context, flags, &context.what_if_at_service, RunWhatIf);

  CLI::App* nearest = app.add_subcommand("nearest-lawful", "the closest question that would be permitted");
  flags->AddTo(*nearest, kOrService);
  OnFiles(*nearest, context, flags, &context.nearest_at_service, RunNearest);

  auto reconstructed = std::make_shared<ReconstructFlags>();
  CLI::App* reconstruct = app.add_subcommand("reconstruct", "evaluate a past decision again and compare every byte");
  reconstruct->add_option("--register", reconstructed->directory, "folder of register files")->required();
  reconstruct->add_option("--record", reconstructed->record, "file of `decide --record`")->required();
  OnCommand(*reconstruct, context, [&context, reconstructed] { return RunReconstruct(context, *reconstructed); });
}

}  // namespace safehaven::cli
