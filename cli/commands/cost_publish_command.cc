// `safehaven cost publish` and `cost published`: the book of a trust's published runs.
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/cost_file_flags.h"
#include "cli/costing/run_book.h"
#include "cli/costing/run_signer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

absl::Status RunPublish(const Globals& globals, const CostFileFlags& flags) {
  SH_ASSIGN_OR_RETURN(const NoteSigner signer, RunSigner(flags.key, "publisher", *globals.randomness));
  SH_ASSIGN_OR_RETURN(const Publication publication, PublishRun(flags.out, flags.public_key, flags.book, signer, globals.clock->Now()));
  std::cout << "publication " << publication.number << ": run " << publication.run << " of " << publication.provider
            << (publication.supersedes.empty() ? "" : absl::StrCat(" in place of ", publication.supersedes)) << "\n";
  return absl::OkStatus();
}

absl::Status RunPublished(const Globals& globals, const CostFileFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::vector<Publication> publications, ReadRunBook(flags.book, flags.public_key));
  TextTable table = {.columns = {"number", "published", "provider", "period", "run", "state"}};
  for (const Publication& publication : publications) {
    table.rows.push_back({absl::StrCat(publication.number), publication.time, publication.provider, publication.period,
                          publication.run, publication.is_current ? "current" : "superseded"});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

}  // namespace

void AddCostPublish(CLI::App& cost, Globals& globals, const std::shared_ptr<CostFileFlags>& flags) {
  CLI::App* publish = cost.add_subcommand("publish", "files alone: enter a run in the book of published runs, signed");
  publish->add_option("--run", flags->out, "folder of the run")->required();
  publish->add_option("--book", flags->book, "folder of the book")->required();
  publish->add_option("--public-key", flags->public_key, "who must have signed the run: not the key in its own folder")->required();
  publish->add_option("--key", flags->key, "key that signs; made if it is not there")->capture_default_str();
  publish->callback([&globals, flags] { globals.run = [&globals, flags] { return RunPublish(globals, *flags); }; });
  CLI::App* published = cost.add_subcommand("published", "files alone: the book of published runs");
  published->add_option("--book", flags->book, "folder of the book")->required();
  published->add_option("--public-key", flags->public_key, "who must have signed");
  published->callback([&globals, flags] { globals.run = [&globals, flags] { return RunPublished(globals, *flags); }; });
}

}  // namespace safehaven::cli
