#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "cli/commands/link_plan_options.h"
#include "cli/operations/custody.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace v1 = linkage::v1;

constexpr size_t kFileBytesMax = 64 << 20;

struct CustodyFlags {
  LinkPlanFlags link;
  std::string identities, ground, kind, custody, out, pseudonyms;
  std::string protection, domain, other_domain, reason, as_of;
  uint64_t revision = 0;
};

struct OpenDesk {
  std::unique_ptr<Session> session;
  std::unique_ptr<CustodyDesk> desk;
};

absl::StatusOr<OpenDesk> Open(const Globals& globals, const CustodyFlags& flags) {
  OpenDesk open;
  SH_ASSIGN_OR_RETURN(open.session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(LinkPlan plan, PlanOf(flags.link, globals));
  open.desk = std::make_unique<CustodyDesk>(*open.session, std::move(plan));
  return open;
}

// "done" of CUSTODY_STATE_DONE.
std::string WordOf(const std::string& name, absl::string_view prefix) {
  return absl::AsciiStrToLower(absl::string_view(name).substr(prefix.size()));
}
std::string OfficerText(const v1::CustodyWord& word) {
  if (word.officer().empty()) return "";
  return absl::StrCat(word.role(), " ", word.officer(), " ", absl::FormatTime(absl::FromUnixMillis(word.time_unix_ms())));
}

absl::Status Protect(const Globals& globals, const CustodyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(flags.identities, kFileBytesMax));
  SH_ASSIGN_OR_RETURN(const auto pairs, ReadProtectedPairs(csv));
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  for (const auto& [former, present] : pairs) {
    SH_ASSIGN_OR_RETURN(const std::string custody, open.desk->Protect(former, present, flags.ground));
    std::cout << custody << "\n";
  }
  return absl::OkStatus();
}

absl::Status Propose(const Globals& globals, const CustodyFlags& flags) {
  v1::ProposeCustodyRequest act;
  SH_ASSIGN_OR_RETURN(const v1::CustodyKind kind, ParseCustodyKind(flags.kind));
  act.set_kind(kind);
  act.set_protection(flags.protection);
  act.set_domain(flags.domain);
  act.set_other_domain(flags.other_domain);
  act.set_reason(flags.reason);
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const v1::ProposeCustodyResponse proposed, open.desk->Propose(std::move(act)));
  std::cout << proposed.custody() << "\n";
  std::cerr << (proposed.state() == v1::CUSTODY_STATE_DONE ? "done\n" : "waits for an officer of the other role\n");
  return absl::OkStatus();
}

absl::Status Approve(const Globals& globals, const CustodyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  return open.desk->Approve(flags.custody);
}

absl::Status List(const Globals& globals, const CustodyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const v1::ListCustodyResponse list, open.desk->List());
  TextTable table = {.columns = {"custody", "act", "state", "of", "reason", "proposed", "approved"}, .rows = {}};
  for (const v1::CustodyEntry& entry : list.entries()) {
    const std::string of = absl::StrCat(entry.protection(), entry.domain(),
                                        entry.other_domain().empty() ? "" : " to ", entry.other_domain());
    table.rows.push_back({entry.custody(), WordOf(v1::CustodyKind_Name(entry.kind()), "CUSTODY_KIND_"),
                          entry.lifted() ? "lifted" : WordOf(v1::CustodyState_Name(entry.state()), "CUSTODY_STATE_"), of,
                          entry.reason(), OfficerText(entry.proposed()), OfficerText(entry.approved())});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

absl::Status Map(const Globals& globals, const CustodyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  uint64_t ambiguous = 0;
  SH_ASSIGN_OR_RETURN(const std::vector<v1::PseudonymPair> pairs, open.desk->Map(flags.custody, ambiguous));
  std::string csv = "from,to\n";
  for (const v1::PseudonymPair& pair : pairs) absl::StrAppend(&csv, pair.from(), ",", pair.to(), "\n");
  SH_RETURN_IF_ERROR(sample::WriteFile(flags.out, csv));
  std::cerr << pairs.size() << " pairs";
  if (ambiguous > 0) std::cerr << "; " << ambiguous << " people are several people's on the other side and left out";
  std::cerr << "\n";
  return absl::OkStatus();
}

absl::Status Trace(const Globals& globals, const CustodyFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(flags.pseudonyms, kFileBytesMax));
  const std::vector<std::string> pseudonyms = absl::StrSplit(text, absl::ByAnyChar("\r\n"), absl::SkipEmpty());
  v1::TracePseudonymsRequest trace;
  trace.set_domain(flags.domain);
  trace.set_as_of_day(flags.as_of);
  trace.set_crosswalk_revision(flags.revision);
  SH_ASSIGN_OR_RETURN(const OpenDesk open, Open(globals, flags));
  SH_ASSIGN_OR_RETURN(const std::vector<v1::TracedPseudonym> traced, open.desk->Trace(trace, pseudonyms));
  TextTable table = {.columns = {"pseudonym", "outcome", "now"}, .rows = {}};
  for (size_t i = 0; i < traced.size(); ++i) {
    table.rows.push_back({pseudonyms[i], WordOf(v1::TraceOutcome_Name(traced[i].outcome()), "TRACE_OUTCOME_"),
                          absl::StrJoin(traced[i].pseudonyms(), " ")});
  }
  std::cout << Format(table, format);
  return absl::OkStatus();
}

}  // namespace

void AddCustodyCommands(CLI::App& linkage, Globals& globals) {
  auto flags = std::make_shared<CustodyFlags>();
  const auto runs = [&globals, flags](CLI::App* command, absl::Status (*run)(const Globals&, const CustodyFlags&)) {
    AddLinkPlanOptions(*command, flags->link);
    command->callback([&globals, flags, run] {
      globals.run = [&globals, flags, run] { return run(globals, *flags); };
    });
  };
  CLI::App* protect = linkage.add_subcommand("protect", "keep two identities of one human being apart for good (an officer)");
  protect->add_option("--identities", flags->identities, "CSV of former_nhs_number,present_nhs_number")->required();
  protect->add_option("--ground", flags->ground, "why, naming nobody")->required();
  runs(protect, Protect);

  CLI::App* custody = linkage.add_subcommand("custody", "protections, keys of pseudonyms, bridges (officers)");
  custody->require_subcommand(1);
  CLI::App* propose = custody->add_subcommand("propose", "propose an act; what only narrows is done at once");
  propose->add_option("act", flags->kind, "lift, rotate, bridge, destroy_former_keys or destroy_domain")->required();
  propose->add_option("--protection", flags->protection, "lift: id of the protection");
  propose->add_option("--domain", flags->domain, "'approval|controller|release series'");
  propose->add_option("--other-domain", flags->other_domain, "bridge: the other domain");
  propose->add_option("--reason", flags->reason, "the decision on which it rests, naming nobody")->required();
  runs(propose, Propose);
  CLI::App* approve = custody->add_subcommand("approve", "the second officer's word; carries the act out");
  approve->add_option("custody", flags->custody, "id of the act")->required();
  runs(approve, Approve);
  runs(custody->add_subcommand("list", "what was protected, proposed and approved, by whom and when"), List);
  CLI::App* map = custody->add_subcommand("map", "pairs of pseudonyms of an approved rotation or bridge");
  map->add_option("custody", flags->custody, "id of the act")->required();
  map->add_option("--out", flags->out, "CSV file to write")->required();
  runs(map, Map);

  CLI::App* trace = linkage.add_subcommand("trace", "what became of people whose pseudonyms were given out");
  trace->add_option("--domain", flags->domain, "'approval|controller|release series'")->required();
  trace->add_option("--pseudonyms", flags->pseudonyms, "file with a pseudonym a line")->required();
  CLI::Option* as_of = trace->add_option("--as-of", flags->as_of, "YYYY-MM-DD: the day they are of");
  trace->add_option("--revision", flags->revision, "the crosswalk's revision they are of")->excludes(as_of);
  runs(trace, Trace);
}

}  // namespace safehaven::cli
