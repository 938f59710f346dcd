#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "cli/commands/link_plan_options.h"
#include "cli/operations/matching.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace v1 = linkage::v1;

struct MatchingFlags {
  LinkPlanFlags link;
  std::string input, source, review, verdict;
  int page_size = 20;
};

struct OpenDesk {
  std::unique_ptr<Session> session;
  std::unique_ptr<LinkDesk> desk;
};

absl::StatusOr<OpenDesk> Open(const Globals& globals, const MatchingFlags& flags) {
  OpenDesk open;
  SH_ASSIGN_OR_RETURN(open.session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const LinkPlan plan, PlanOf(flags.link, globals));
  SH_ASSIGN_OR_RETURN(LinkDesk desk, LinkDesk::Open(*open.session, plan));
  open.desk = std::make_unique<LinkDesk>(std::move(desk));
  return open;
}

// "match" of MATCH_OUTCOME_MATCH.
std::string WordOf(const std::string& name, absl::string_view prefix) {
  return absl::AsciiStrToLower(absl::string_view(name).substr(prefix.size()));
}
std::string VerdictWord(v1::ReviewVerdict verdict) {
  return verdict == v1::REVIEW_VERDICT_UNSPECIFIED ? "open" : WordOf(v1::ReviewVerdict_Name(verdict), "REVIEW_VERDICT_");
}
std::string Bits(int32_t weight) { return absl::StrFormat("%.1f", static_cast<double>(weight) / 1000); }

absl::Status Match(const Globals& globals, const MatchingFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(flags.input, 64 << 20));
  SH_ASSIGN_OR_RETURN(const std::vector<v1::IdentityRow> rows, ReadIdentities(csv));
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::vector<v1::MatchAnswer> answers, open.desk->Match(flags.source, rows));
  TextTable table = {.columns = {"row", "outcome", "method", "confidence_per_mille", "person_reference"}, .rows = {}};
  for (size_t i = 0; i < answers.size(); ++i) {
    table.rows.push_back({absl::StrCat(i + 1), WordOf(v1::MatchOutcome_Name(answers[i].outcome()), "MATCH_OUTCOME_"),
                          answers[i].method(), absl::StrCat(answers[i].confidence_per_mille()),
                          answers[i].person_reference()});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

absl::Status List(const Globals& globals, const MatchingFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const v1::ListReviewsResponse queue, open.desk->Reviews(flags.page_size));
  TextTable table = {.columns = {"review", "bits", "gain", "state", "evidence"}, .rows = {}};
  for (const v1::ReviewItem& item : queue.items()) {
    std::string evidence;
    for (const v1::ReviewStep& step : item.steps()) {
      absl::StrAppend(&evidence, evidence.empty() ? "" : "; ", step.field(), ": ", step.level(), " ", Bits(step.weight()));
    }
    table.rows.push_back({item.review(), Bits(item.weight()), absl::StrCat(item.gain()),
                          item.disagreed() ? "disagreed" : "open", evidence});
  }
  std::cout << Format(table, format);
  std::cerr << queue.waiting_count() << " pairs wait for this person\n";
  return absl::OkStatus();
}

absl::Status Decide(const Globals& globals, const MatchingFlags& flags) {
  SH_ASSIGN_OR_RETURN(const v1::ReviewVerdict verdict, ParseVerdict(flags.verdict));
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  return open.desk->Decide(flags.review, verdict);
}

absl::Status Audit(const Globals& globals, const MatchingFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const v1::ReadReviewAuditResponse audit, open.desk->Audit());
  TextTable table = {.columns = {"time", "review", "reviewer", "verdict", "outcome"}, .rows = {}};
  for (const v1::ReviewAuditEntry& entry : audit.entries()) {
    table.rows.push_back({absl::FormatTime(absl::FromUnixMillis(entry.time_unix_ms())), entry.review(),
                          entry.reviewer(), VerdictWord(entry.verdict()), VerdictWord(entry.outcome())});
  }
  std::cout << Format(table, format);
  if (!audit.complete()) std::cerr << "older verdicts are not shown\n";
  return absl::OkStatus();
}

}  // namespace

void AddLinkPlanOptions(CLI::App& command, LinkPlanFlags& flags) {
  command.add_option("--approval", flags.plan.authority, "the linkage authority")->required();
  command.add_option("--purpose", flags.purpose, "the authority's purpose")->capture_default_str();
  command.add_option("--commissioner", flags.plan.commissioner, "for whose people")->required();
  command.add_option("--list-day", flags.list_day, "YYYY-MM-DD: attributes at this day")->required();
  command.add_option("--from", flags.first_day, "YYYY-MM-DD: activity from this day")->required();
  command.add_option("--to", flags.last_day, "YYYY-MM-DD: to this day, inclusive")->required();
  command.add_option("--dataset", flags.plan.datasets, "data sets to link (repeat)")->required();
}

absl::StatusOr<LinkPlan> PlanOf(const LinkPlanFlags& flags, const Globals& globals) {
  LinkPlan plan = flags.plan;
  plan.person = globals.person;
  const absl::StatusOr<Purpose> purpose = ParsePurpose(flags.purpose);
  if (!purpose.ok()) return WithContext(purpose.status(), "--purpose");
  plan.purpose = *purpose;
  SH_ASSIGN_OR_RETURN(plan.list_day, DayOfFlag("list-day", flags.list_day));
  SH_ASSIGN_OR_RETURN(plan.first_day, DayOfFlag("from", flags.first_day));
  SH_ASSIGN_OR_RETURN(plan.last_day, DayOfFlag("to", flags.last_day));
  return plan;
}

void AddMatchingCommands(CLI::App& linkage, Globals& globals) {
  auto flags = std::make_shared<MatchingFlags>();
  const auto runs = [&globals, flags](CLI::App* command, absl::Status (*run)(const Globals&, const MatchingFlags&)) {
    AddLinkPlanOptions(*command, flags->link);
    command->callback([&globals, flags, run] {
      globals.run = [&globals, flags, run] { return run(globals, *flags); };
    });
  };
  CLI::App* match = linkage.add_subcommand("match", "ask whose single records are, without keeping them");
  match->add_option("--input", flags->input, "CSV with identity columns of an extract")->required();
  match->add_option("--source", flags->source, "source that the records are said to come from")->required();
  runs(match, Match);

  CLI::App* review = linkage.add_subcommand("review", "clerical review: two people, blinded");
  review->require_subcommand(1);
  CLI::App* list = review->add_subcommand("list", "pairs for this person, those that tell most first");
  list->add_option("--count", flags->page_size, "at most 100")->capture_default_str()->check(CLI::Range(1, 100));
  runs(list, List);
  CLI::App* decide = review->add_subcommand("decide", "give a verdict; it is final");
  decide->add_option("review", flags->review, "id from the list")->required();
  decide->add_option("verdict", flags->verdict, "same, different or cannot_tell")->required();
  runs(decide, Decide);
  runs(review->add_subcommand("audit", "verdicts on settled pairs, and one's own: by whom and when"), Audit);
}

}  // namespace safehaven::cli
