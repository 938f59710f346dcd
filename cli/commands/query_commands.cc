#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands/commands.h"
#include "cli/operations/query.h"
#include "cli/operations/suppose.h"
#include "libs/base/status.h"
#include "services/consent/core/nearest.h"

namespace safehaven::cli {
namespace {

struct QueryCommandFlags {
  QuestionFlags question;
  std::string environment, receipt, save, day, answer;
};

// Puts what `of_row` gives into the column "nhs_number", if there is one.
template <typename OfRow>
void FillNumbers(TextTable& table, const OfRow& of_row) {
  const auto column = std::find(table.columns.begin(), table.columns.end(), "nhs_number");
  if (column == table.columns.end()) return;
  const auto at = static_cast<size_t>(column - table.columns.begin());
  for (size_t i = 0; i < table.rows.size(); ++i) table.rows[i][at] = of_row(i);
}

TextTable TableOf(const gateway::v1::Table& table) {
  TextTable text;
  text.columns.assign(table.columns().begin(), table.columns().end());
  for (const gateway::v1::Row& row : table.rows()) text.rows.emplace_back(row.values().begin(), row.values().end());
  FillNumbers(text, [&](size_t i) { return table.rows(static_cast<int>(i)).sealed_nhs_number().empty() ? "" : "sealed"; });
  return text;
}

std::string VerdictsText(const gateway::v1::DecisionView& decision, OutputFormat format) {
  TextTable table = {.columns = {"gate", "outcome", "reason", "document", "what would make it lawful"}};
  for (const gateway::v1::Verdict& verdict : decision.verdicts()) {
    table.rows.push_back({verdict.gate(), verdict.outcome(), verdict.reason(), verdict.document(), verdict.remedy()});
  }
  return Format(table, format);
}

bool IsPermitted(const gateway::v1::DecisionView& decision) {
  return decision.effect() == "permitted" || decision.effect() == "required";
}

absl::Status RefusedStatus(const gateway::v1::DecisionView& decision) {
  const std::string under = decision.approval().empty() ? "" : absl::StrCat(" under ", decision.approval());
  return PermissionDenied("DECISION_REFUSED", decision.effect() == "needs_more"
                                                  ? absl::StrCat("the question needs more before it can be permitted", under)
                                                  : absl::StrCat("the question is refused", under));
}

// Beside a refusal: the closest question that would be permitted, if there is one. The
// refusal stands without it.
std::string NearestBeside(Session& session, const Asking& asking) {
  const absl::StatusOr<std::optional<NearestAnswer>> nearest = FindNearestLawful(session, asking, AsOthers{});
  if (!nearest.ok()) return absl::StrCat("The nearest lawful question could not be asked for: ", Describe(nearest.status()), "\n");
  return nearest->has_value() ? NearestText(*nearest, consent::kNearestChangesMax) : "";
}

absl::Status RunQuery(const Globals& globals, const QueryCommandFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const Question question, flags.question.Build());
  const Asking asking = {.person = globals.person, .question = question, .environment = flags.environment};
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse response, Query(*session, asking));
  if (!IsPermitted(response.decision())) {
    std::cerr << VerdictsText(response.decision(), OutputFormat::kTable) << NearestBeside(*session, asking);
    return RefusedStatus(response.decision());
  }
  std::cout << Format(TableOf(response.table()), format);
  if (!flags.save.empty()) SH_RETURN_IF_ERROR(WriteFile(flags.save, response.SerializeAsString()));
  if (!flags.receipt.empty()) SH_RETURN_IF_ERROR(WriteFile(flags.receipt, response.receipt()));
  SH_ASSIGN_OR_RETURN(const ReceiptFacts facts, VerifyReceipt(*session, response.receipt(), AnswerDigest(response.table())));
  std::cerr << "Under " << facts.approval << "; left out for objections: " << response.table().left_out() << " people; "
            << response.table().suppressed_cell_count() << " cells suppressed.\nReceipt verified: warrant at leaf "
            << facts.warrant_index << " of consent's log, release at leaf " << facts.release_index << " of costing's.\n";
  return absl::OkStatus();
}

absl::Status RunExplain(const Globals& globals, const QueryCommandFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const Question question, flags.question.Build());
  const Asking asking = {.person = globals.person, .question = question, .environment = ""};
  SH_ASSIGN_OR_RETURN(const gateway::v1::ExplainResponse response, ExplainQuestion(*session, asking, flags.day));
  if (format == OutputFormat::kTable) {
    for (const std::string& line : response.decision().explanation()) std::cout << line << "\n";
    if (!response.decision().explanation().empty()) std::cout << "\n";
  }
  std::cout << VerdictsText(response.decision(), format);
  if (IsPermitted(response.decision())) return absl::OkStatus();
  // What is near is judged for today, so it says nothing of another day.
  if (format == OutputFormat::kTable && flags.day.empty()) std::cout << NearestBeside(*session, asking);
  return RefusedStatus(response.decision());
}

absl::Status RunEntitlements(const Globals& globals) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const gateway::v1::GetEntitlementsResponse response, GetEntitlements(*session, globals.person));
  TextTable table = {.columns = {"approval", "purposes", "at most", "linkage", "until", "data sets"}};
  for (const gateway::v1::EntitlementView& view : response.entitlements()) {
    table.rows.push_back({view.approval(), absl::StrJoin(view.purposes(), " "), view.identifiability(),
                          view.linkage_allowed() ? "yes" : "no", view.valid_to(), absl::StrJoin(view.datasets(), " ")});
  }
  if (table.rows.empty() && format == OutputFormat::kTable) {
    std::cout << "No approval in the register lets " << response.organisation() << " ask anything today as " << response.role()
              << ".\n";
    return absl::OkStatus();
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

// Opens a saved answer (query --save) with the environment's key; runs on files alone.
absl::Status RunOpen(const Globals& globals, const QueryCommandFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(flags.answer, size_t{1} << 30));
  gateway::v1::QueryResponse response;
  if (!response.ParseFromString(bytes)) return InvalidArgument("ANSWER_MALFORMED", absl::StrCat(flags.answer, ": not a saved answer"));
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> numbers, OpenSealed(*session, flags.environment, response.table()));
  TextTable table = TableOf(response.table());
  FillNumbers(table, [&](size_t i) { return numbers[i]; });
  std::cout << Format(table, format);
  return absl::OkStatus();
}

}  // namespace

void AddQueryCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<QueryCommandFlags>();
  CLI::App* query = app.add_subcommand("query", "ask a question; get a protected answer or a refusal with its reasons");
  query->footer("Example: safehaven --as amira.analyst query --approval 'CAG 9-01(a)/2025' --commissioner ZC1\n"
                "  --list-day 2025-10-01 --from 2025-04-01 --to 2026-03-31 --dataset acute/apc\n"
                "  --measure cost_per_head --dimension age_band --dimension sex");
  flags->question.AddTo(*query);
  query->add_option("--environment", flags->environment, "ask from inside this registered environment");
  query->add_option("--receipt", flags->receipt, "write the receipt to this file");
  query->add_option("--save", flags->save, "write the whole answer to this file, for `safehaven open`");
  query->callback([&globals, flags] {
    flags->question.Require();
    globals.run = [&globals, flags] { return RunQuery(globals, *flags); };
  });

  CLI::App* explain = app.add_subcommand("explain", "why a question would be permitted or refused, without asking it");
  flags->question.AddTo(*explain);
  explain->footer("Example: safehaven --as nora.neighbour explain --approval 'CAG 9-01(a)/2025' --commissioner ZC1\n"
                  "  --list-day 2025-10-01 --from 2025-04-01 --to 2026-03-31 --dataset acute/apc\n"
                  "  --measure cost_per_head --dimension age_band");
  explain->add_option("--day", flags->day, "YYYY-MM-DD: as the register says it was on this day; else today");
  explain->callback([&globals, flags] {
    flags->question.Require();
    globals.run = [&globals, flags] { return RunExplain(globals, *flags); };
  });

  CLI::App* entitlements = app.add_subcommand("entitlements", "what I may ask");
  entitlements->footer("Example: safehaven --as amira.analyst entitlements");
  entitlements->callback([&globals] { globals.run = [&globals] { return RunEntitlements(globals); }; });

  CLI::App* open = app.add_subcommand("open", "open sealed items of a saved answer with the environment's key");
  open->footer("Example: safehaven open answer.bin --environment cef-zc1");
  open->add_option("answer", flags->answer, "file of `query --save`")->required();
  open->add_option("--environment", flags->environment, "environment whose key the keys folder holds")->required();
  open->callback([&globals, flags] { globals.run = [&globals, flags] { return RunOpen(globals, *flags); }; });
}

}  // namespace safehaven::cli
