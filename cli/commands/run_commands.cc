#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/link_files_options.h"
#include "cli/commands/link_plan_options.h"
#include "cli/progress/progress.h"
#include "cli/operations/ledger_total.h"
#include "cli/operations/runs.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct RunFlags {
  LinkPlanFlags link;
  CostPlan cost;
  std::string first_day, last_day, ledger, model, ledger_total;
};

absl::Status RunLink(const Globals& globals, RunFlags flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const LinkPlan plan, PlanOf(flags.link, globals));
  ProgressLine line("link");
  SH_ASSIGN_OR_RETURN(const linkage::v1::LinkageSummary summary,
                      RunLinkage(*session, plan, [&line](const std::string& stage, int per_mille) {
                        line.Show(stage, per_mille, 1000);
                      }));
  line.Done();
  TextTable table = {.columns = {"fact", "number"},
                     .rows = {{"crosswalk revision", absl::StrCat(summary.crosswalk_revision())},
                              {"records", absl::StrCat(summary.record_count())},
                              {"people", absl::StrCat(summary.person_count())},
                              {"pairs compared", absl::StrCat(summary.pair_count())},
                              {"links by NHS number", absl::StrCat(summary.deterministic_link_count())},
                              {"links by the model", absl::StrCat(summary.probabilistic_link_count())},
                              {"pairs for review", absl::StrCat(summary.review_count())},
                              {"social care records without a number",
                               absl::StrCat(summary.social_care_without_number_count())},
                              {"of these, linked", absl::StrCat(summary.social_care_without_number_linked_count())},
                              {"stripped at the source", absl::StrCat(summary.stripped_count())}}};
  std::cout << Format(table, format);
  return absl::OkStatus();
}

// Which of the two files a costing run's failure is about; else the provider.
std::string FileAtFault(const RunFlags& flags, const std::string& reason) {
  if (absl::StartsWith(reason, "LEDGER_") || absl::StartsWith(reason, "CSV_")) return flags.ledger;
  if (absl::StartsWith(reason, "COST_MODEL_")) return flags.model;
  return absl::StrCat("costing of ", flags.cost.provider);
}

absl::Status RunCost(const Globals& globals, RunFlags flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  flags.cost.person = globals.person;
  SH_ASSIGN_OR_RETURN(flags.cost.first_day, DayOfFlag("from", flags.first_day));
  SH_ASSIGN_OR_RETURN(flags.cost.last_day, DayOfFlag("to", flags.last_day));
  SH_ASSIGN_OR_RETURN(flags.cost.ledger_csv, ReadFile(flags.ledger, 8 << 20));
  SH_ASSIGN_OR_RETURN(flags.cost.model_yaml, ReadFile(flags.model, 8 << 20));
  if (!flags.ledger_total.empty()) SH_RETURN_IF_ERROR(CheckLedgerTotal(flags.cost.ledger_csv, flags.ledger, flags.ledger_total));
  const absl::StatusOr<costing::v1::RunCostingResponse> answer = RunCosting(*session, flags.cost);
  if (!answer.ok()) return WithContext(answer.status(), FileAtFault(flags, ReasonOf(answer.status())));
  const costing::v1::RunCostingResponse& run = *answer;
  TextTable table = {.columns = {"where the money is", "pounds"}};
  table.rows.push_back({"ledger in", MoneyText(run.ledger_total())});
  for (const costing::v1::GroupTotal& group : run.groups()) table.rows.push_back({group.group(), MoneyText(group.total())});
  table.rows.push_back({"difference", MoneyText(run.difference())});
  std::cout << Format(table, format);
  std::cerr << "run " << run.run() << (flags.cost.draft ? " (draft), " : ", ") << run.made_count() << " costs of activities made anew, "
            << run.reused_count() << " taken over, " << run.event_count() << " events, " << run.line_count() << " cost lines, certificate " << run.certificate() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddRunCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* link = app.add_subcommand("link", "link the records of an approval's sources");
  link->footer("Example: safehaven --as dana.engineer link --approval 'CAG 9-01(a)/2025' --commissioner ZC1\n"
               "  --list-day 2025-10-01 --from 2025-04-01 --to 2026-03-31 --dataset gp/register --dataset acute/apc");
  AddLinkPlanOptions(*link, flags->link);
  link->add_flag("--train", flags->link.plan.train, "train a new version instead of using the frozen one");
  AddLinkageCommands(app, globals);
  AddEncodeCommand(app, globals);
  AddLinkFilesOptions(*link, globals, [&globals, flags] { return RunLink(globals, *flags); });

  CLI::App* cost = app.add_subcommand("cost", "cost a provider's activity from its ledger and model");
  cost->footer("Example: safehaven cost --approval STANDING/ZA1/costing --provider ZA1 --program source/acute\n"
               "  --ledger region/ledgers/ZA1.csv --model region/models/ZA1/model.yaml\n"
               "  --from 2025-04-01 --to 2026-03-31 --dataset acute/apc --dataset acute/op --dataset acute/ec");
  cost->add_option("--approval", flags->cost.approval, "the provider's standing basis")->required();
  cost->add_option("--provider", flags->cost.provider, "ODS code")->required();
  cost->add_option("--program", flags->cost.program, "program that asks, if no person does (--as), such as source/acute");
  cost->add_option("--ledger", flags->ledger, "general ledger, CSV")->required();
  cost->add_option("--ledger-total", flags->ledger_total,
                   "pounds that the accounts say the ledger adds up to; any other sum is refused");
  cost->add_option("--model", flags->model, "cost model, YAML")->required();
  cost->add_option("--from", flags->first_day, "YYYY-MM-DD: first day of the period")->required();
  cost->add_option("--to", flags->last_day, "YYYY-MM-DD: last day of the period, inclusive")->required();
  cost->add_option("--dataset", flags->cost.datasets, "activity to cost (repeat)")->required();
  cost->add_flag("--draft", flags->cost.draft, "keep the run without publishing it (see safehaven runs)");
  AddCostOnFiles(*cost, globals, [&globals, flags] { return RunCost(globals, *flags); });
}

}  // namespace safehaven::cli
