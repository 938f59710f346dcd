// `safehaven runs`: a provider's costing runs at the service: list, compare, publish, explain.
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/runs.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct RunsFlags {
  CostPlan plan;
  std::string first_day, last_day, record_key, account, svg;
  uint64_t run = 0, before = 0, after = 0, against = 0;
  costing::v1::FigureFilter filter;
};

absl::StatusOr<CostPlan> PlanOf(const Globals& globals, const RunsFlags& flags) {
  CostPlan plan = flags.plan;
  plan.person = globals.person;
  SH_ASSIGN_OR_RETURN(plan.first_day, DayOfFlag("from", flags.first_day));
  SH_ASSIGN_OR_RETURN(plan.last_day, DayOfFlag("to", flags.last_day));
  return plan;
}

absl::string_view StateText(costing::v1::RunState state) {
  switch (state) {
    case costing::v1::RUN_STATE_DRAFT:
      return "draft";
    case costing::v1::RUN_STATE_CURRENT:
      return "current";
    case costing::v1::RUN_STATE_SUPERSEDED:
      return "superseded";
    default:
      return "unknown";
  }
}

absl::Status List(const Globals& globals, const RunsFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const CostPlan plan, PlanOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const costing::v1::ListRunsResponse listed, ListRuns(*session, plan));
  TextTable table = {.columns = {"run", "state", "from", "to", "model version", "ledger", "events", "certificate"}};
  for (const costing::v1::RunSummary& run : listed.runs()) {
    table.rows.push_back({absl::StrCat(run.run()), std::string(StateText(run.state())), CivilDay(run.first_day()).ToString(),
                          CivilDay(run.last_day()).ToString(), absl::StrCat(run.model_version()),
                          MoneyText(run.ledger_total()), absl::StrCat(run.event_count()), run.certificate()});
  }
  std::cout << Format(table, format);
  if (!listed.complete()) std::cerr << "these are not all\n";
  if (listed.undecided_count() > 0) {
    std::cerr << listed.undecided_count() << " more have days, data sets or flows that the approval does not cover for this question\n";
  }
  return absl::OkStatus();
}

absl::Status Publish(const Globals& globals, const RunsFlags& flags) {
  SH_ASSIGN_OR_RETURN(const CostPlan plan, PlanOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const costing::v1::PublishRunResponse published, PublishRun(*session, plan, flags.run));
  std::cout << "run " << flags.run << " is current"
            << (published.superseded_run() == 0 ? "" : absl::StrCat(" in place of run ", published.superseded_run())) << "\n";
  return absl::OkStatus();
}

absl::Status Compare(const Globals& globals, const RunsFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const CostPlan plan, PlanOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  costing::v1::CompareRunsRequest request;
  request.set_before(flags.before);
  request.set_after(flags.after);
  SH_ASSIGN_OR_RETURN(const costing::v1::CompareRunsResponse changes, CompareRuns(*session, plan, std::move(request)));
  TextTable table = {.columns = {"what", "before", "after"}};
  for (const costing::v1::IndexChange& line : changes.index()) {
    table.rows.push_back({absl::StrCat("index ", line.department().empty() ? "of all" : line.department()), line.before(), line.after()});
  }
  for (const costing::v1::CurrencyChange& currency : changes.currencies()) {
    table.rows.push_back({absl::StrCat("currency ", currency.point_of_delivery(), " ", currency.currency()),
                          MoneyText(currency.before()), MoneyText(currency.after())});
  }
  for (const costing::v1::EventChange& event : changes.events()) {
    table.rows.push_back({absl::StrCat("event ", absl::BytesToHexString(event.record_key())), MoneyText(event.before()),
                          MoneyText(event.after())});
  }
  std::cout << Format(table, format);
  std::cerr << changes.changed_event_count() << " of " << changes.event_count() << " events differ\n";
  return absl::OkStatus();
}

absl::Status Explain(const Globals& globals, const RunsFlags& flags) {
  SH_ASSIGN_OR_RETURN(const CostPlan plan, PlanOf(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  costing::v1::ExplainCostRequest request;
  request.set_run(flags.run);
  request.set_with_picture(!flags.svg.empty());
  request.set_index_against_run(flags.against);
  if (!flags.record_key.empty()) {
    request.set_record_key(absl::HexStringToBytes(flags.record_key));
  } else if (!flags.account.empty()) {
    request.set_account(flags.account);
  } else {
    *request.mutable_events() = flags.filter;
  }
  SH_ASSIGN_OR_RETURN(const costing::v1::ExplainCostResponse answer, ExplainCost(*session, plan, std::move(request)));
  std::cout << answer.words();
  if (!answer.index().empty()) std::cout << "index " << answer.index() << " against run " << flags.against << "\n";
  for (const costing::v1::IndexPart& part : answer.index_parts()) {
    std::cout << "  " << part.department() << " " << part.currency() << ": " << part.activity() << " events, "
              << MoneyText(part.actual()) << (part.expected().empty() ? ", no unit cost" : absl::StrCat(", expected ", part.expected()))
              << "\n";
  }
  return flags.svg.empty() ? absl::OkStatus() : WriteFile(flags.svg, answer.picture());
}

}  // namespace

void AddRunsCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<RunsFlags>();
  CLI::App* runs = app.add_subcommand("runs", "a provider's costing runs at the service: list, compare, publish, explain");
  runs->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, absl::Status (*act)(const Globals&, const RunsFlags&)) {
    CLI::App* command = runs->add_subcommand(name, what);
    command->add_option("--approval", flags->plan.approval, "the provider's standing basis")->required();
    command->add_option("--provider", flags->plan.provider, "ODS code")->required();
    command->add_option("--program", flags->plan.program, "program that asks, if no person does (--as)");
    command->add_option("--from", flags->first_day, "YYYY-MM-DD: first day of the period")->required();
    command->add_option("--to", flags->last_day, "YYYY-MM-DD: last day of the period, inclusive")->required();
    command->add_option("--dataset", flags->plan.datasets, "activity (repeat)")->required();
    command->callback([&globals, flags, act] { globals.run = [&globals, flags, act] { return act(globals, *flags); }; });
    return command;
  };
  add("list", "every run with what became of it", List);
  add("publish", "make a run the one that answers are made of", Publish)->add_option("--run", flags->run, "its number")->required();
  CLI::App* compare = add("compare", "what differs between two runs, before one is published", Compare);
  compare->add_option("--before", flags->before, "number of a run")->required();
  compare->add_option("--after", flags->after, "number of another")->required();
  CLI::App* explain = add("explain", "where a figure comes from, down to the ledger, or where an account went", Explain);
  explain->add_option("--run", flags->run, "number of any run")->required();
  explain->add_option("--record-key", flags->record_key, "one event: 32 hexadecimal digits");
  explain->add_option("--account", flags->account, "COST_CENTRE/ACCOUNT of the ledger");
  const auto filter = [&](const char* name, std::string* (costing::v1::FigureFilter::*field)(), const char* what) {
    explain->add_option_function<std::string>(
        name, [flags, field](const std::string& value) { *(flags->filter.*field)() = value; }, what);
  };
  filter("--feed", &costing::v1::FigureFilter::mutable_feed, "events of a feed");
  filter("--point-of-delivery", &costing::v1::FigureFilter::mutable_point_of_delivery, "events of a point of delivery");
  filter("--currency", &costing::v1::FigureFilter::mutable_currency, "events of a currency");
  filter("--treatment-function", &costing::v1::FigureFilter::mutable_treatment_function, "events of a treatment function");
  explain->add_option("--index-against", flags->against, "also the index of these events against the unit costs of this run");
  explain->add_option("--svg", flags->svg, "also write the flow as a picture");
}

}  // namespace safehaven::cli
