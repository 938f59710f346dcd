#include "cli/commands/link_files_options.h"

#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/linkage/link_files.h"
#include "cli/linkage/thread_workers.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

// CLI::Range lets "nan" through.
std::string CheckThreshold(const std::string& text) {
  double value = 0;
  if (absl::SimpleAtod(text, &value) && value >= 0.001 && value <= 0.999999) return "";
  return "must be from 0.001 to 0.999999";
}

// `run`, or a refusal if one of `options` was given too.
std::function<absl::Status()> Mixed(const std::vector<CLI::Option*>& options, const std::string& why,
                                    std::function<absl::Status()> run) {
  for (const CLI::Option* option : options) {
    if (option->count() == 0) continue;
    const std::string message = absl::StrCat(option->get_name(), " ", why);
    return [message] { return InvalidArgument("OPTIONS_CONTRADICT", message); };
  }
  return run;
}

}  // namespace

void AddLinkFilesOptions(CLI::App& link, Globals& globals, std::function<absl::Status()> through_services) {
  auto plan = std::make_shared<LinkFilesPlan>();
  std::vector<CLI::Option*> services_only;
  for (CLI::Option* option : link.get_options()) {
    if (option != link.get_help_ptr()) services_only.push_back(option);
  }
  link.add_option_function<std::vector<std::string>>(
          "--input",
          [plan, services_only](const std::vector<std::string>& inputs) {
            plan->inputs = inputs;
            for (CLI::Option* option : services_only) option->required(false);
          },
          "NAME=FILE.csv: link files alone, without services (repeat)")
      ->group("Files alone");
  std::vector<CLI::Option*> files_only;
  const auto group = [&files_only](CLI::Option* option) {
    files_only.push_back(option);
    return option->group("Files alone");
  };
  plan->out = "linked";
  group(link.add_option("--model", plan->model, "model file, or auto"))->capture_default_str();
  group(link.add_option("--out", plan->out, "folder for pairs.csv, clusters.csv and the report"))
      ->capture_default_str();
  group(link.add_option("--truth", plan->truth, "column with the true person, for judging only"));
  group(link.add_option("--threshold", plan->threshold, "link from this probability on"))
      ->check(CLI::Validator(CheckThreshold, "PROBABILITY"));
  group(link.add_option("--duplicate-free", plan->duplicate_free, "input with one record a person (repeat)"));
  group(link.add_option("--with-duplicates", plan->with_duplicates, "input with several (repeat)"));
  group(link.add_option("--ignore", plan->ignored, "column that is no evidence (repeat)"));
  group(link.add_option("--by", plan->by, "column to report expected errors by, as ethnicity (repeat)"));
  group(link.add_option("--threads", plan->threads, "0: one a processor"))
      ->capture_default_str()
      ->check(CLI::Range(size_t{0}, kThreadsMax));
  group(link.add_option("--fault-limit", plan->fault_per_mille_max, "most rows with a fault, in a thousand"))
      ->capture_default_str();
  link.callback([&globals, plan, through_services, services_only, files_only] {
    if (plan->inputs.empty()) {
      globals.run = Mixed(files_only, "is for linking files alone, with --input", through_services);
      return;
    }
    globals.run = Mixed(services_only, "is for linking through the services, without --input", [&globals, plan] {
      plan->today = CivilDay::InLondon(globals.clock->Now());
      SH_ASSIGN_OR_RETURN(plan->output, globals.Output());
      return RunLinkFiles(*plan);
    });
  });
}

}  // namespace safehaven::cli
