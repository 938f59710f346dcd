// `safehaven cost explain`: where a figure comes from, and where an account went.
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/costing/file_run.h"
#include "cli/costing/kept_run.h"
#include "cli/costing/lines_file.h"
#include "libs/base/status.h"
#include "services/costing/core/explain.h"
#include "services/costing/core/ledger.h"

namespace safehaven::cli {
namespace {

constexpr size_t kPictureNodesMax = 12;

struct ExplainFlags {
  FileRunOptions run;
  std::string run_folder, event, feed, currency, point_of_delivery, account, svg;
  int64_t smallest_e4 = 50;
};

absl::StatusOr<costing::Flow> FlowOf(const ExplainFlags& flags, const FileRun& run, const costing::Explainer& explainer) {
  if (!flags.account.empty()) {
    SH_ASSIGN_OR_RETURN(const costing::AccountName account, costing::FindAccount(run.ledger, flags.account));
    return explainer.Up(account.cost_centre, account.account,
                        [&run](uint32_t event) { return std::string(ViewOf(run, event).point_of_delivery); });
  }
  // Looked up once, not once a line.
  std::vector<bool> is_in(run.run.event_cost_e8.size(), false);
  bool any = false;
  std::string feed;
  for (size_t event = 0; event < is_in.size(); ++event) {
    const EventView view = ViewOf(run, event);
    is_in[event] = (flags.event.empty() || run.feeds.record_ids.at(event) == flags.event) &&
                   (flags.feed.empty() || view.feed == flags.feed) &&
                   (flags.currency.empty() || view.currency == flags.currency) &&
                   (flags.point_of_delivery.empty() || view.point_of_delivery == flags.point_of_delivery);
    if (!is_in[event]) continue;
    if (any && !flags.event.empty() && view.feed != feed) {
      return InvalidArgument("EVENT_AMBIGUOUS", "--event: two feeds have an event of that id: say --feed too");
    }
    any = true;
    feed = std::string(view.feed);
  }
  if (!any) return Failure(absl::StatusCode::kNotFound, "EVENT_UNKNOWN", "no event of the run is asked for");
  const std::string title =
      absl::StrCat("cost of", flags.event.empty() ? "" : absl::StrCat(" event ", flags.event),
                   flags.point_of_delivery.empty() ? "" : absl::StrCat(" point of delivery ", flags.point_of_delivery),
                   flags.currency.empty() ? "" : absl::StrCat(" currency ", flags.currency));
  return explainer.Down(title, [&is_in](uint32_t event) { return is_in[event]; });
}

absl::Status RunExplainCost(const ExplainFlags& flags) {
  SH_ASSIGN_OR_RETURN(const FileRun run, flags.run_folder.empty() ? RunOnFiles(flags.run, [](absl::string_view) {})
                                                                  : ReadKeptRun(flags.run_folder, ""));
  SH_ASSIGN_OR_RETURN(const costing::Explainer explainer,
                      costing::Explainer::Make(run.folder.model, run.ledger, run.run));
  SH_ASSIGN_OR_RETURN(const costing::Flow flow, FlowOf(flags, run, explainer));
  std::cout << costing::FlowText(flow, flags.smallest_e4);
  if (flags.svg.empty()) return absl::OkStatus();
  return WriteFile(flags.svg, costing::FlowSvg(flow, kPictureNodesMax));
}

}  // namespace

void AddCostExplain(CLI::App& cost, Globals& globals) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* explain = cost.add_subcommand("explain", "files alone: where a figure comes from, down to the ledger");
  explain->footer("Example: safehaven cost explain --model region/models/ZA1 --input region --event APC000001 --svg flow.svg\n"
                  "     or: safehaven cost explain --model region/models/ZA1 --input region --account E100/5000");
  CLI::Option* kept = explain->add_option("--run", flags->run_folder, "folder of a run that was kept (cost --keep): any run, also a superseded one");
  CLI::Option* model = explain->add_option("--model", flags->run.model, "folder of the model, without --run");
  CLI::Option* input = explain->add_option("--input", flags->run.feeds.input_dir, "folder with ledger and feeds, without --run");
  CLI::Option* event = explain->add_option("--event", flags->event, "record id of an event");
  explain->add_option("--feed", flags->feed, "only events of this feed: ids are unique within one");
  CLI::Option* currency = explain->add_option("--currency", flags->currency, "all events of a currency");
  CLI::Option* point = explain->add_option("--point-of-delivery", flags->point_of_delivery, "all events of a point of delivery");
  CLI::Option* account =
      explain->add_option("--account", flags->account, "COST_CENTRE/ACCOUNT: where the money of the ledger went");
  explain->add_option("--smallest", flags->smallest_e4, "parts below this many ten-thousandths are summed up")
      ->capture_default_str();
  explain->add_option("--svg", flags->svg, "also write the flow as a picture");
  explain->callback([&globals, flags, kept, model, input, event, currency, point, account] {
    if (kept->count() == 0 && (model->count() == 0 || input->count() == 0)) throw CLI::RequiredError("--run, or --model and --input");
    const bool is_down = event->count() + currency->count() + point->count() > 0;
    if (is_down == (account->count() > 0)) throw CLI::RequiredError("--event, --currency, --point-of-delivery or --account");
    globals.run = [flags] { return RunExplainCost(*flags); };
  });
}

}  // namespace safehaven::cli
