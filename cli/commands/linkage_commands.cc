#include <iostream>
#include <memory>

#include "cli/commands/link_files_options.h"
#include "cli/commands/link_plan_options.h"
#include "cli/linkage/charts.h"
#include "cli/linkage/model_commands.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct LinkageFlags {
  LinkFilesPlan plan;
  ExplainPlan explain;
  std::string out = "model.yaml", model, other, svg;
};

void AddInputs(CLI::App& command, LinkageFlags& flags) {
  command.add_option("--input", flags.plan.inputs, "NAME=FILE.csv (repeat)")->required();
  command.add_option("--ignore", flags.plan.ignored, "column that is no evidence (repeat)");
  command.add_option("--duplicate-free", flags.plan.duplicate_free, "input with one record a person (repeat)");
  command.add_option("--with-duplicates", flags.plan.with_duplicates, "input with several (repeat)");
}

absl::Status Show(const LinkageFlags& flags) {
  SH_ASSIGN_OR_RETURN(const linkage::ModelFile file, ReadModelFile(flags.model));
  std::cout << ShowModel(file);
  return flags.svg.empty() ? absl::OkStatus() : sample::WriteFile(flags.svg, LevelsChart(file.model));
}

absl::Status Diff(const LinkageFlags& flags) {
  SH_ASSIGN_OR_RETURN(const linkage::ModelFile a, ReadModelFile(flags.model));
  SH_ASSIGN_OR_RETURN(const linkage::ModelFile b, ReadModelFile(flags.other));
  std::cout << DiffModels(a, b);
  return absl::OkStatus();
}

}  // namespace

void AddLinkageCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<LinkageFlags>();
  const auto runs = [&globals, flags](CLI::App* command, absl::Status (*run)(LinkageFlags&)) {
    command->callback([&globals, flags, run] {
      globals.run = [&globals, flags, run] {
        flags->plan.today = CivilDay::InLondon(globals.clock->Now());
        SH_ASSIGN_OR_RETURN(flags->plan.output, globals.Output());
        return run(*flags);
      };
    });
  };
  CLI::App* linkage = app.add_subcommand("linkage", "models as files, why records are linked, single records, clerical review");
  linkage->require_subcommand(1);
  CLI::App* model = linkage->add_subcommand("model", "models as files (docs/formats.md, \"Linkage model\")");
  model->require_subcommand(1);

  CLI::App* init = model->add_subcommand("init", "write a model for the columns of some files, not trained");
  AddInputs(*init, *flags);
  init->add_option("--out", flags->out, "model file to write")->capture_default_str();
  runs(init, [](LinkageFlags& f) { return InitModel(f.plan, f.out); });

  CLI::App* train = model->add_subcommand("train", "train a model on files, without labels or with some");
  AddInputs(*train, *flags);
  train->add_option("--model", flags->plan.model, "model to train, or auto")->capture_default_str();
  train->add_option("--out", flags->out, "model file to write")->capture_default_str();
  train->add_option("--labels", flags->plan.labels, "CSV of a,b,same: NAME:ROW twice, and 1 for one person");
  runs(train, [](LinkageFlags& f) { return TrainModel(f.plan, f.out); });

  CLI::App* show = model->add_subcommand("show", "columns, weights of levels, rules and identity of a model");
  show->add_option("model", flags->model, "model file")->required();
  show->add_option("--svg", flags->svg, "picture of m and u to write");
  runs(show, [](LinkageFlags& f) { return Show(f); });

  CLI::App* diff = model->add_subcommand("diff", "what differs between two models");
  diff->add_option("model", flags->model, "model file")->required();
  diff->add_option("other", flags->other, "model file")->required();
  runs(diff, [](LinkageFlags& f) { return Diff(f); });

  CLI::App* explain = linkage->add_subcommand("explain", "why two records are, or are not, one person's");
  AddInputs(*explain, *flags);
  explain->add_option("--model", flags->plan.model, "model file, or auto")->capture_default_str();
  explain->add_option("--a", flags->explain.a, "NAME:ROW, rows from 1")->required();
  explain->add_option("--b", flags->explain.b, "NAME:ROW")->required();
  explain->add_flag("--values", flags->explain.values, "show the values compared");
  explain->add_option("--svg", flags->explain.svg, "picture of the waterfall to write");
  explain->add_option("--cluster-svg", flags->explain.cluster_svg, "picture of the clusters of both to write");
  runs(explain, [](LinkageFlags& f) { return ExplainRecords(f.plan, f.explain); });
  AddMatchingCommands(*linkage, globals);
  AddCustodyCommands(*linkage, globals);
}

}  // namespace safehaven::cli
