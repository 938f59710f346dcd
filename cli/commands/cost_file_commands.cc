// Costing on files alone: no service takes part.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/commands/commands.h"
#include "cli/commands/cost_file_flags.h"
#include "cli/costing/file_run.h"
#include "cli/costing/kept_run.h"
#include "cli/costing/output_folder.h"
#include "cli/costing/reference_report.h"
#include "cli/costing/run_output.h"
#include "cli/costing/run_signer.h"
#include "libs/base/status.h"
#include "services/costing/core/model_diff.h"

namespace safehaven::cli {

LinesFormat LinesFormatOf(const std::string& name) {
  if (name == "columns") return LinesFormat::kColumns;
  return name == "none" ? LinesFormat::kNone : LinesFormat::kCsv;
}

void Parts::Begin(absl::string_view part) {
  End();
  name_ = std::string(part);
  begin_ = clock_.Now();
}

void Parts::End() {
  if (!name_.empty()) std::cerr << "  " << name_ << " " << absl::FormatDuration(clock_.Now() - begin_) << "\n";
  name_.clear();
}

namespace {

TextTable Summary(const FileRun& run) {
  const costing::Reconciliation& reconciliation = run.run.reconciliation;
  TextTable table = {.columns = {"where the money is", "pounds"}};
  table.rows.push_back({"ledger in", reconciliation.ledger_total.ToString()});
  for (size_t i = 0; i < costing::kCostGroupCount; ++i) {
    table.rows.push_back({std::string(costing::Name(static_cast<costing::CostGroup>(i))),
                          reconciliation.group_total[i].ToString()});
  }
  table.rows.push_back({"excluded", reconciliation.excluded.ToString()});
  table.rows.push_back({"of own patient care: reached events", reconciliation.distributed.ToString()});
  table.rows.push_back({"of own patient care: rows without an event", reconciliation.unmatched.ToString()});
  table.rows.push_back({"of own patient care: no driver", reconciliation.undistributed.ToString()});
  table.rows.push_back({"difference", reconciliation.difference.ToString()});
  return table;
}

absl::Status RunCostOnFiles(const Globals& globals, const CostFileFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(flags.out));
  Parts parts(*globals.clock);
  SH_ASSIGN_OR_RETURN(const FileRun run, RunOnFiles(flags.run, [&parts](absl::string_view part) { parts.Begin(part); }));
  SH_ASSIGN_OR_RETURN(const NoteSigner signer, RunSigner(flags.key, run.run.provider, *globals.randomness));
  parts.Begin("writing");
  if (flags.keep) SH_RETURN_IF_ERROR(WriteBasis(run, folder));
  SH_RETURN_IF_ERROR(WriteRun(run, LinesFormatOf(flags.lines), signer, folder));
  SH_RETURN_IF_ERROR(folder.Commit());
  parts.End();
  std::cout << Format(Summary(run), format);
  for (const DatasetReport& dataset : run.feeds.datasets) {
    if (dataset.rejected_count == 0) continue;
    std::cerr << dataset.dataset << ": " << dataset.rejected_count << " of " << dataset.row_count
              << " rows have a fault and were left out, see rejects/\n";
  }
  std::cerr << run.run.event_cost_e8.size() << " events, " << run.run.lines.line_count() << " cost lines, certificate in "
            << flags.out << "/certificate.txt\n";
  return absl::OkStatus();
}

absl::Status RunVerify(const CostFileFlags& flags) {
  SH_ASSIGN_OR_RETURN(const RunCheck check, CheckRunFolder(flags.out, flags.public_key));
  if (!check.changed.empty()) {
    return Failure(absl::StatusCode::kDataLoss, "RUN_CHANGED",
                   absl::StrCat(check.changed.front(), " is not what the certificate says"));
  }
  std::cout << check.text << "signed by " << check.signer << "\n";
  return absl::OkStatus();
}

absl::Status RunModelCheck(const Globals& globals, const std::string& path) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const ModelFolder folder, ReadModelFolder(path));
  const costing::CostModel& model = folder.model;
  std::cout << Format({.columns = {"part", "entries"},
                       .rows = {{"provider", model.provider},
                                {"version", absl::StrCat(model.version)},
                                {"pools", absl::StrCat(model.pools.size())},
                                {"ledger rules", absl::StrCat(model.ledger_map.size())},
                                {"support statistics", absl::StrCat(model.support_statistics.size())},
                                {"resources", absl::StrCat(model.resources.size())},
                                {"activities", absl::StrCat(model.activities.size())},
                                {"links", absl::StrCat(model.links.size())},
                                {"feeds", absl::StrCat(model.feeds.size())},
                                {"drivers", absl::StrCat(model.drivers.size())},
                                {"matching rules", absl::StrCat(model.matching.size())}}},
                      format);
  return absl::OkStatus();
}

absl::Status RunModelDiff(const Globals& globals, const std::string& before, const std::string& after) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const ModelFolder old_folder, ReadModelFolder(before));
  SH_ASSIGN_OR_RETURN(const ModelFolder new_folder, ReadModelFolder(after));
  TextTable table = {.columns = {"what", "before", "after"}};
  for (const costing::ModelChange& change : costing::DiffModels(old_folder.model, new_folder.model)) {
    table.rows.push_back({change.what, change.before, change.after});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

struct ReferenceFlags {
  ReferenceOptions options;
  std::string out;
};

void AddRows(const std::vector<costing::IndexLine>& lines, absl::string_view suffix, TextTable& table) {
  for (const costing::IndexLine& line : lines) {
    const std::string name = line.provider.empty() ? (line.department.empty() ? "all" : line.department) : line.provider;
    table.rows.push_back({absl::StrCat(name, suffix), line.actual.ToString(2), line.expected.ToString(2),
                          IndexText(line.index_e6), line.not_compared.ToString(2), line.series_break});
  }
}

absl::Status RunReferenceCosts(const Globals& globals, const ReferenceFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const ReferenceReport report, MakeReferenceReport(flags.options));
  if (!flags.out.empty()) SH_RETURN_IF_ERROR(WriteReferenceReport(report, flags.out));
  TextTable table = {.columns = {"whose", "actual", "expected", "index", "not compared", "break of the series"}};
  AddRows(report.departments, "", table);
  AddRows(report.providers, "", table);
  AddRows(report.providers_adjusted, ", without market forces factor", table);
  std::cout << Format(table, format);
  costing::FineMoney total;
  int64_t hidden = 0;
  for (const costing::ScheduleRow& row : report.schedule.rows) {
    total += row.total;
    if (!row.activity) ++hidden;
  }
  std::cerr << report.schedule.rows.size() << " rows of " << total.ToString(2) << " pounds, " << hidden
            << " with a hidden activity\n";
  return absl::OkStatus();
}

}  // namespace

void AddCostOnFiles(CLI::App& cost, Globals& globals, std::function<absl::Status()> with_services) {
  auto flags = std::make_shared<CostFileFlags>();
  cost.add_option("--input", flags->run.feeds.input_dir,
                  "costing on files alone, without services: folder with ledger and feeds; --model is then the model's folder");
  cost.add_option("--out", flags->out, "files alone: folder for the results; must not exist");
  cost.add_option("--lines", flags->lines, "files alone: cost lines as csv, as columns (fast), or none")
      ->check(CLI::IsMember({"csv", "columns", "none"}))
      ->capture_default_str();
  cost.add_option("--key", flags->key, "files alone: key that signs the certificate; made if it is not there")
      ->capture_default_str();
  cost.add_option("--fault-per-mille", flags->run.feeds.fault_per_mille_max,
                  "files alone: more rows with a fault than this, in a thousand, fail the run")
      ->capture_default_str();
  cost.add_flag("--keep", flags->keep, "files alone: keep what a rerun (--since) and explanations need, in basis/");
  cost.add_option("--since", flags->since,
                  "files alone: a run that was kept; take over what a change of --model or --input does not touch, and show "
                  "what differs; without --out nothing is committed");
  cost.add_option("--changes", flags->changes, "with --since: folder for what differs, by event, currency and index");
  cost.add_option("--standard", flags->standard, "with --since: schedule for the index; else the run before is the standard");
  cost.add_option("--public-key", flags->public_key, "with --since: who must have signed the run before");
  CLI::App* verify = cost.add_subcommand("verify", "check a run on files: signature and hash of every file");
  verify->add_option("--run", flags->out, "folder of the run")->required();
  verify->add_option("--public-key", flags->public_key, "who must have signed (a line of certificate.pub)");
  verify->callback([&globals, flags] { globals.run = [flags] { return RunVerify(*flags); }; });

  AddCostExplain(cost, globals);
  AddCostPublish(cost, globals, flags);

  // Which of the two commands it is shows only in its options, so what each needs is
  // asked for here and not by the parser.
  std::vector<CLI::Option*> of_service;
  for (CLI::Option* option : cost.get_options()) {
    if (option->get_required()) of_service.push_back(option->required(false));
  }
  cost.callback([&cost, &globals, flags, of_service, with_services = std::move(with_services)] {
    if (!cost.get_subcommands().empty()) return;
    if (cost.count("--since") > 0) {
      if (cost.count("--model") > 0) flags->run.model = cost.get_option("--model")->as<std::string>();
      globals.run = [&globals, flags] { return RunCostSince(globals, *flags); };
      return;
    }
    if (cost.count("--input") == 0) {
      for (const CLI::Option* option : of_service) {
        if (option->count() == 0) throw CLI::RequiredError(option->get_name());
      }
      globals.run = with_services;
      return;
    }
    for (const char* name : {"--model", "--out"}) {
      if (cost.count(name) == 0) throw CLI::RequiredError(name);
    }
    flags->run.model = cost.get_option("--model")->as<std::string>();
    globals.run = [&globals, flags] { return RunCostOnFiles(globals, *flags); };
  });
}

void AddCostingCommands(CLI::App& app, Globals& globals) {
  CLI::App* costing = app.add_subcommand("costing", "work on cost models");
  costing->require_subcommand(1);
  CLI::App* model = costing->add_subcommand("model", "check or compare models");
  model->require_subcommand(1);
  auto before = std::make_shared<std::string>();
  auto after = std::make_shared<std::string>();
  CLI::App* check = model->add_subcommand("check", "read a model and say what is wrong: file, line, field, why");
  check->add_option("MODEL", *before, "folder of a model, or its model.yaml")->required();
  check->callback([&globals, before] { globals.run = [&globals, before] { return RunModelCheck(globals, *before); }; });
  CLI::App* diff = model->add_subcommand("diff", "what differs between two models");
  diff->add_option("BEFORE", *before, "folder of a model, or its model.yaml")->required();
  diff->add_option("AFTER", *after, "the other one")->required();
  diff->callback([&globals, before, after] {
    globals.run = [&globals, before, after] { return RunModelDiff(globals, *before, *after); };
  });

  auto flags = std::make_shared<ReferenceFlags>();
  CLI::App* reference = app.add_subcommand("reference-costs", "unit costs and index from cost lines or a schedule");
  reference->footer("Example: safehaven reference-costs --lines ZA1/cost_lines.csv ZB1/cost_lines.csv\n"
                    "  --standard national_schedule.csv --out region-2025");
  reference->add_option("--lines", flags->options.lines, "cost lines of runs on files, csv or columns (repeat)");
  reference->add_option("--schedule", flags->options.schedule, "a schedule in place of lines");
  reference->add_option("--standard", flags->options.standard, "schedule to compare with");
  reference->add_option("--market-forces", flags->options.market_forces, "CSV: provider, market_forces_factor");
  reference->add_option("--departments", flags->options.departments,
                        "CSV: point_of_delivery, department: the standard's names for ours");
  reference->add_option("--out", flags->out, "folder for all tables; must not exist");
  reference->callback([&globals, flags] {
    globals.run = [&globals, flags] { return RunReferenceCosts(globals, *flags); };
  });
}

}  // namespace safehaven::cli
