#include "cli/commands/link_files_options.h"

#include <memory>

#include "cli/linkage/link_files.h"

namespace safehaven::cli {

void AddLinkFilesOptions(CLI::App& link, Globals& globals, std::function<absl::Status()> through_services) {
  auto plan = std::make_shared<LinkFilesPlan>();
  std::vector<CLI::Option*> services_only;
  for (CLI::Option* option : link.get_options()) {
    if (option->get_required()) services_only.push_back(option);
  }
  link.add_option_function<std::vector<std::string>>(
          "--input",
          [plan, services_only](const std::vector<std::string>& inputs) {
            plan->inputs = inputs;
            for (CLI::Option* option : services_only) option->required(false);
          },
          "NAME=FILE.csv: link files alone, without services (repeat)")
      ->group("Files alone");
  const auto group = [](CLI::Option* option) { return option->group("Files alone"); };
  group(link.add_option("--model", plan->model, "model file, or auto"))->capture_default_str();
  group(link.add_option("--out", plan->out, "folder for pairs.csv, clusters.csv and the report"));
  group(link.add_option("--truth", plan->truth, "column with the true person, for judging only"));
  group(link.add_option("--threshold", plan->threshold, "link from this probability on"))
      ->check(CLI::Range(0.001, 0.999999));
  group(link.add_option("--duplicate-free", plan->duplicate_free, "input with one record a person (repeat)"));
  group(link.add_option("--with-duplicates", plan->with_duplicates, "input with several (repeat)"));
  group(link.add_option("--ignore", plan->ignored, "column that is no evidence (repeat)"));
  group(link.add_option("--threads", plan->threads, "0: one a processor"))->capture_default_str();
  link.callback([&globals, plan, through_services] {
    if (plan->inputs.empty()) {
      globals.run = through_services;
      return;
    }
    globals.run = [&globals, plan] {
      if (plan->out.empty()) plan->out = "linked";
      plan->today = CivilDay::InLondon(globals.clock->Now());
      return RunLinkFiles(*plan);
    };
  });
}

}  // namespace safehaven::cli
