// safehaven due, register check|diff|show: what a register on files says of itself.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/law/answer.h"
#include "cli/law/json.h"
#include "cli/law/law_commands.h"
#include "cli/law/world.h"
#include "cli/output/table.h"
#include "cli/register/register_files.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "services/consent/core/conformance.h"
#include "services/consent/core/due.h"
#include "services/consent/core/plan.h"

namespace safehaven::cli {
namespace {

using consent::EnumText;

constexpr size_t kIndexRowsMax = 100'000;
constexpr int kExitFindings = 4;

struct RegisterLawFlags {
  std::string directory, at, known_at, csv, other, questions, reference;
  int horizon_days = 90;
  bool calendar = false;
};

absl::StatusOr<LawWorld> LoadAt(const std::string& directory, const std::string& known_at) {
  std::optional<Moment> known;
  if (!known_at.empty()) {
    SH_ASSIGN_OR_RETURN(known, ParseMoment("known-at", known_at));
  }
  return LoadWorld(directory, known);
}

absl::StatusOr<Printed> PrintTable(const LawContext& context, const TextTable& table, int exit_code) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, ParseOutputFormat(*context.output));
  return Printed{Format(table, format), exit_code};
}

absl::StatusOr<Printed> RunDue(const LawContext& context, const RegisterLawFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadAt(flags.directory, flags.known_at));
  const std::vector<consent::DueItem> items = ListDue(world.snapshot, world.people, at.day, flags.horizon_days);
  if (flags.calendar) return Printed{DueCalendar(items, at.time), 0};
  TextTable table = {.columns = {"day", "overdue", "kind", "subject", "text"}};
  for (const consent::DueItem& item : items) {
    table.rows.push_back({item.day.ToString(), item.overdue ? "yes" : "no",
                          std::string(EnumText<consent::DueKind>::Of(item.kind)), item.subject, item.text});
  }
  return PrintTable(context, table, 0);
}

// Rows of a spreadsheet saved as CSV; columns by their headings (conformance.h).
absl::StatusOr<std::vector<consent::IndexRow>> ReadIndex(const std::string& path) {
  SH_ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  // Spreadsheets write a byte-order mark, which the strict reader refuses.
  if (text.rfind("\xEF\xBB\xBF", 0) == 0) text.erase(0, 3);
  absl::StatusOr<CsvReader> reader = CsvReader::Make(text, CsvLimits{});
  if (!reader.ok()) return WithContext(reader.status(), path);
  std::vector<absl::string_view> fields;
  for (const std::string& column : reader->columns()) fields.push_back(consent::IndexFieldOf(column));
  if (std::find(fields.begin(), fields.end(), "reference") == fields.end()) {
    return InvalidArgument("INDEX_COLUMNS", absl::StrCat(path, ": no column is headed 'Reference'"));
  }
  std::vector<consent::IndexRow> rows;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) return rows;
    if (rows.size() == kIndexRowsMax) return InvalidArgument("INDEX_TOO_LONG", absl::StrCat(path, " has too many rows"));
    if (reader->fault().has_value()) {
      return InvalidArgument(reader->fault()->reason, absl::StrCat(path, ":", reader->line(), ": ", reader->fault()->message));
    }
    consent::IndexRow row;
    row.line = reader->line();
    for (size_t i = 0; i < fields.size(); ++i) SetIndexField(row, fields[i], reader->fields()[i]);
    rows.push_back(std::move(row));
  }
}

absl::StatusOr<Printed> RunCheck(const LawContext& context, const RegisterLawFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadAt(flags.directory, flags.known_at));
  std::vector<consent::Finding> findings = CheckConformance(world.snapshot, at.day);
  if (!flags.csv.empty()) {
    SH_ASSIGN_OR_RETURN(const std::vector<consent::IndexRow> rows, ReadIndex(flags.csv));
    for (consent::Finding& one : CheckIndex(world.snapshot, rows, at.day)) findings.push_back(std::move(one));
  }
  TextTable table = {.columns = {"finding", "subject", "text"}};
  for (const consent::Finding& one : findings) table.rows.push_back({one.kind, one.subject, one.text});
  return PrintTable(context, table, findings.empty() ? 0 : kExitFindings);
}

// The questions of a folder, by name of file.
absl::StatusOr<std::vector<std::string>> QuestionFiles(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  if (failed) return NotFound("FILE_UNREADABLE", absl::StrCat(folder, " cannot be read"));
  std::sort(files.begin(), files.end());
  return files;
}

// What applying a register would change, and which questions it would flip.
absl::StatusOr<Printed> RunDiff(const LawContext& context, const RegisterLawFlags& flags) {
  SH_ASSIGN_OR_RETURN(const LawWorld before, LoadWorld(flags.directory, std::nullopt));
  SH_ASSIGN_OR_RETURN(const LawWorld after, LoadWorld(flags.other, std::nullopt));
  SH_ASSIGN_OR_RETURN(const std::vector<consent::FileEntry> entries, LoadRegisterDirectory(flags.other));
  const std::vector<consent::PlannedChange> plan = Plan(before.snapshot, LatestEntries(entries), false);
  TextTable table = {.columns = {"what", "subject", "before", "after"}};
  for (const consent::PlannedChange& change : plan) {
    table.rows.push_back({std::string(EnumText<consent::PlanAction>::Of(change.action)), change.key, "",
                          std::string(EnumText<consent::Widening>::Of(change.widening))});
  }
  if (!flags.questions.empty()) {
    SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
    SH_ASSIGN_OR_RETURN(const std::vector<std::string> files, QuestionFiles(flags.questions));
    for (const std::string& file : files) {
      SH_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
      SH_ASSIGN_OR_RETURN(const Answer old_answer, Judge(before, file, text, at.day));
      SH_ASSIGN_OR_RETURN(const Answer new_answer, Judge(after, file, text, at.day));
      const absl::string_view was = EnumText<consent::Effect>::Of(old_answer.evaluation.effect);
      const absl::string_view is = EnumText<consent::Effect>::Of(new_answer.evaluation.effect);
      if (was == is) continue;
      table.rows.push_back({"flip", std::filesystem::path(file).filename().string(), std::string(was), std::string(is)});
    }
  }
  return PrintTable(context, table, 0);
}

// The life of one approval up to a day.
absl::StatusOr<Printed> RunShow(const LawContext& context, const RegisterLawFlags& flags) {
  SH_ASSIGN_OR_RETURN(const Moment at, ParseMoment("at", flags.at));
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadAt(flags.directory, flags.known_at));
  const auto* approval = world.snapshot.FindApproval(flags.reference);
  if (approval == nullptr) {
    return NotFound("APPROVAL_UNKNOWN", absl::StrCat("'", flags.reference, "' is not on the register"));
  }
  SH_ASSIGN_OR_RETURN(const consent::Lifecycle life, LifecycleOn(approval->value, at.day));
  TextTable table = {.columns = {"day", "event", "actor", "outcome", "document", "recusals"}};
  for (const consent::HistoryEvent& event : approval->value.history) {
    if (event.day > at.day) continue;
    table.rows.push_back({event.day.ToString(), std::string(EnumText<consent::ApprovalEvent>::Of(event.event)),
                          std::string(EnumText<consent::Actor>::Of(event.actor)), event.outcome, event.document,
                          absl::StrJoin(event.recusals, "; ")});
  }
  std::string state(EnumText<consent::ApprovalState>::Of(life.state));
  if (life.overlays.review_due) state += ", review due";
  if (life.overlays.review_overdue) state += ", review overdue";
  if (life.overlays.review_advised) state += ", review advised and not decided";
  if (life.overlays.amendment_pending) state += ", amendment pending";
  if (life.overlays.condition_breached) state += ", condition breached";
  if (life.overlays.succession_pending) state += ", succession pending";
  table.rows.push_back({at.day.ToString(), "(state)", "", state, approval->value.letter, ""});
  return PrintTable(context, table, 0);
}

void AddRegisterAndAt(CLI::App& app, RegisterLawFlags& flags) {
  app.add_option("--register", flags.directory, "folder of register files")->required();
  app.add_option("--at", flags.at, "the day that is looked at: 2017-03-31")->required();
  app.add_option("--known-at", flags.known_at, "with only what the files had recorded by then");
}

}  // namespace

void AddRegisterLawCommands(CLI::App& app, LawContext& context) {
  auto flags = std::make_shared<RegisterLawFlags>();
  CLI::App* due = app.add_subcommand("due", "what falls due: reviews, conditions, ends, duties to delete, alarms");
  AddRegisterAndAt(*due, *flags);
  due->add_option("--days", flags->horizon_days, "how far ahead")->check(CLI::Range(0, 3650))->capture_default_str();
  due->add_flag("--calendar", flags->calendar, "as an iCalendar feed");
  OnCommand(*due, context, [&context, flags] { return RunDue(context, *flags); });

  CLI::App& registers = Group(app, "register", "the register of approvals as files");
  CLI::App* check = registers.add_subcommand("check", "conformance: of the entries, and of a register spreadsheet");
  AddRegisterAndAt(*check, *flags);
  check->add_option("--csv", flags->csv, "a register spreadsheet saved as CSV");
  check->footer("Exit codes: 0 nothing found, 4 findings, 3 a file is not right.");
  OnCommand(*check, context, [&context, flags] { return RunCheck(context, *flags); });

  CLI::App* diff = registers.add_subcommand("diff", "what changes between two folders, and which questions flip");
  diff->add_option("before", flags->directory, "folder of register files")->required();
  diff->add_option("after", flags->other, "folder of register files")->required();
  diff->add_option("--questions", flags->questions, "folder of question files to judge on both")->needs(
      diff->add_option("--at", flags->at, "on this day"));
  OnCommand(*diff, context, [&context, flags] { return RunDiff(context, *flags); });

  CLI::App* show = registers.add_subcommand("show", "the life of one approval: events, actors, recusals, state");
  AddRegisterAndAt(*show, *flags);
  show->add_option("reference", flags->reference, "in any printed form")->required();
  OnCommand(*show, context, [&context, flags] { return RunShow(context, *flags); });
}

}  // namespace safehaven::cli
