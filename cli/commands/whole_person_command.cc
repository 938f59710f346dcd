// `safehaven whole-person`: costs of whole people across sectors, on files alone.
#include <iostream>

#include "absl/strings/str_split.h"
#include "cli/commands/commands.h"
#include "cli/costing/across_sectors.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct WholePersonFlags {
  AcrossSectorsOptions options;
  std::vector<std::string> events;
  std::string out;
};

std::string Rounded(int64_t count, const DisclosureRules& rules) {
  return ToText(Measure::kActivity, ProtectCount(count, rules));
}

absl::Status RunWholePerson(WholePersonFlags flags) {
  for (const std::string& events : flags.events) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(events, absl::MaxSplits('=', 1));
    if (parts.second.empty() || !flags.options.events.insert(parts).second) {
      return InvalidArgument("FIELD_INVALID", "--events: say SECTOR=FILE, each sector once");
    }
  }
  SH_ASSIGN_OR_RETURN(const AcrossSectors data, ReadAcrossSectors(flags.options));
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(flags.out));
  SH_RETURN_IF_ERROR(WriteAcrossSectors(data, flags.options, folder));
  SH_RETURN_IF_ERROR(folder.Commit());
  for (const Coverage& coverage : data.coverage) {
    std::cerr << coverage.sector << ": " << Rounded(coverage.event_count(), flags.options.rules) << " events, "
              << Rounded(coverage.unlinked.activity, flags.options.rules) << " without a person\n";
  }
  for (const std::string& rule : Describe(flags.options.rules)) std::cerr << rule << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddWholePersonCommand(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<WholePersonFlags>();
  CLI::App* command = app.add_subcommand("whole-person", "costs of whole people across sectors, on files alone, protected");
  command->footer("Example: safehaven whole-person --events acute=ZA1-2025/events.csv --events community=ZH1-2025/events.csv\n"
                  "  --crosswalk crosswalk.csv --people people.csv --planned planned.csv --out whole");
  command->add_option("--events", flags->events, "SECTOR=events.csv of a run (repeat)")->required();
  command->add_option("--crosswalk", flags->options.crosswalk, "CSV: sector, record_id, person, certainty")->required();
  command->add_option("--people", flags->options.people, "CSV: person, segment, long_term_conditions, index_day")->required();
  command->add_option("--planned", flags->options.planned, "CSV: segment, persons: simulate a budget for them");
  command->add_option("--months", flags->options.months, "months before index days")->check(CLI::Range(1, 120))->capture_default_str();
  command->add_option("--prices", flags->options.care.prices, "CSV: point_of_delivery, currency, price: cost against what is paid");
  command->add_option("--market-forces", flags->options.care.market_forces, "CSV: sector, market_forces_factor of the prices; else 1");
  command->add_flag("--long-stays", flags->options.care.long_stays, "excess days beyond the trim point and their cost");
  command->add_option("--trim-points", flags->options.care.trim_points,
                      "CSV: department, currency, trim_point_days, as reference-costs writes them; else of these people's stays");
  command->add_option("--out", flags->out, "folder for the tables; must not exist")->required();
  command->callback([&globals, flags] { globals.run = [flags] { return RunWholePerson(*flags); }; });
}

}  // namespace safehaven::cli
