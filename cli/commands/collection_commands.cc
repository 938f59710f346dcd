// `safehaven collection`: the files of the patient-level cost collection.
#include <filesystem>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/commands/commands.h"
#include "cli/costing/collection_files.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr size_t kPlanBytesMax = 1 << 20;
constexpr size_t kFaultsShown = 20;

struct CollectionFlags {
  FileRunOptions run;
  std::string plan, in, out, key, faults;
};

absl::Status RunExport(const Globals& globals, const CollectionFlags& flags) {
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(flags.out));
  SH_ASSIGN_OR_RETURN(const FileRun run, RunOnFiles(flags.run, [](absl::string_view) {}));
  const std::string path =
      flags.plan.empty() ? (std::filesystem::path(flags.run.model) / "collection.yaml").string() : flags.plan;
  SH_ASSIGN_OR_RETURN(const std::string yaml, ReadFile(path, kPlanBytesMax));
  const absl::StatusOr<CollectionPlan> plan = ParseCollectionPlan(yaml, run.folder.model);
  if (!plan.ok()) return WithContext(plan.status(), path);
  const std::string created = absl::FormatTime("%Y-%m-%dT%H:%M:%S", globals.clock->Now(), absl::UTCTimeZone());
  SH_RETURN_IF_ERROR(ExportCollection(run, *plan, flags.run.feeds.input_dir, created, folder));
  return folder.Commit();
}

absl::Status RunCheck(const Globals& globals, const CollectionFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const CollectionReport report, CheckCollection(flags.in));
  TextTable table = {.columns = {"file", "feed", "records", "total", "broken rules"}};
  size_t shown = 0;
  for (const CollectionReport::File& file : report.files) {
    table.rows.push_back({file.name, file.feed, absl::StrCat(file.record_count), file.total, absl::StrCat(file.fault_count)});
    for (const costing::CollectionFault& fault : file.faults) {
      if (shown++ >= kFaultsShown) break;
      std::cerr << file.name << ", record " << fault.record << ", " << fault.field << ": " << fault.rule << ", "
                << fault.message << "\n";
    }
  }
  std::cout << Format(table, format);
  if (!report.difference.empty()) std::cerr << "accounts less exclusions less feeds: " << report.difference << "\n";
  if (!flags.faults.empty()) SH_RETURN_IF_ERROR(WriteFile(flags.faults, FaultsCsv(report)));
  if (report.fault_count == 0) return absl::OkStatus();
  return InvalidArgument("COLLECTION_FAULTY", absl::StrCat(report.fault_count, " rules are broken"));
}

absl::Status RunImport(const CollectionFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(flags.key, 4096));
  std::string secret;
  if (!absl::Base64Unescape(absl::StripSuffix(text, "\n"), &secret)) {
    return InvalidArgument("SOURCE_SECRET_MALFORMED", "a source's key is 32 bytes in base64");
  }
  SH_ASSIGN_OR_RETURN(const SourceKeys keys, SourceKeys::Make(secret));
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(flags.out));
  SH_RETURN_IF_ERROR(ImportCollection(flags.in, keys, folder));
  return folder.Commit();
}

}  // namespace

void AddCollectionCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<CollectionFlags>();
  CLI::App* collection = app.add_subcommand("collection", "files of the patient-level cost collection (docs/costing.md)");
  collection->require_subcommand(1);
  CLI::App* make = collection->add_subcommand("export", "cost a provider on files and write its collection");
  make->footer("Example: safehaven collection export --model region/models/ZA1 --input region --out ZA1-collection");
  make->add_option("--model", flags->run.model, "folder of the model, with collection.yaml")->required();
  make->add_option("--input", flags->run.feeds.input_dir, "folder with ledger and feeds")->required();
  make->add_option("--plan", flags->plan, "another collection.yaml than the model's");
  make->add_option("--out", flags->out, "folder for the files; must not exist")->required();
  make->callback([&globals, flags] { globals.run = [&globals, flags] { return RunExport(globals, *flags); }; });
  CLI::App* check = collection->add_subcommand("check", "check files against the published rules");
  check->add_option("--in", flags->in, "folder of the files")->required();
  check->add_option("--faults", flags->faults, "CSV for all broken rules: file, record, field, rule");
  check->callback([&globals, flags] { globals.run = [&globals, flags] { return RunCheck(globals, *flags); }; });
  CLI::App* import = collection->add_subcommand("import", "check files and split identity off at the trust");
  import->add_option("--in", flags->in, "folder of the files")->required();
  import->add_option("--source-key", flags->key, "the source's key: 32 bytes in base64")->required();
  import->add_option("--out", flags->out, "folder for the halves; must not exist")->required();
  import->callback([&globals, flags] { globals.run = [flags] { return RunImport(*flags); }; });
}

}  // namespace safehaven::cli
