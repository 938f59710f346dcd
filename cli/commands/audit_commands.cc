#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/operations/audit.h"
#include "cli/operations/query.h"
#include "libs/base/status.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {
namespace {

absl::Status RunVerify(const Globals& globals, const std::string& receipt) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  if (!receipt.empty()) {
    SH_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(receipt, 1 << 20));
    SH_ASSIGN_OR_RETURN(const ReceiptFacts facts, VerifyReceipt(*session, bytes, ""));
    std::cout << Format({.columns = {"approval", "organisation", "warrant leaf", "release leaf"},
                         .rows = {{facts.approval, facts.organisation, absl::StrCat(facts.warrant_index),
                                   absl::StrCat(facts.release_index)}}},
                        format);
    return absl::OkStatus();
  }
  TextTable table = {.columns = {"log", "leaves", "erased", "keys", "fault"}};
  bool faulty = false;
  for (const char* service : {"consent", "costing"}) {
    SH_ASSIGN_OR_RETURN(const LogCopy copy, ReadLog(*session, service, globals.person));
    SH_ASSIGN_OR_RETURN(const LogAudit audit, VerifyLog(copy));
    faulty = faulty || audit.first_fault.has_value();
    table.rows.push_back({service, absl::StrCat(audit.size), absl::StrCat(audit.erased_count),
                          KeyHistory(copy.keys),
                          audit.first_fault.has_value()
                              ? absl::StrCat(audit.first_fault->reason, " at leaf ", audit.first_fault->index)
                              : "none"});
  }
  std::cout << Format(table, format);
  return faulty ? DataLoss("CHAIN_BROKEN", "a log does not verify") : absl::OkStatus();
}

absl::Status RunReconcile(const Globals& globals) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  // costing first: whatever it released by then, consent had warranted before.
  SH_ASSIGN_OR_RETURN(const LogCopy costing, ReadLog(*session, "costing", globals.person));
  SH_ASSIGN_OR_RETURN(const LogCopy consent, ReadLog(*session, "consent", globals.person));
  const Reconciliation result = Reconcile(consent, costing, globals.clock->Now());
  TextTable table = {.columns = {"fact", "number"},
                     .rows = {{"warrants in consent's log", absl::StrCat(result.warrant_count)},
                              {"erased, past their time", absl::StrCat(result.erased_count)},
                              {"used for a release", absl::StrCat(result.used_count)},
                              {"expired unused", absl::StrCat(result.unused_count)},
                              {"not yet used", absl::StrCat(result.open_count)},
                              {"for loads, runs and linkage", absl::StrCat(result.other_audience_count)},
                              {"releases in costing's log", absl::StrCat(result.release_count)},
                              {"of these, answered", absl::StrCat(result.answered_count)},
                              {"of these, failed with a reason", absl::StrCat(result.failed_count)},
                              {"of these, opened, not closed: cut off", absl::StrCat(result.cut_off_count)},
                              {"of these, under way", absl::StrCat(result.under_way_count)},
                              {"figures of costing runs explained or compared", absl::StrCat(result.reading_count)},
                              {"contradictions", absl::StrCat(result.faults.size())}}};
  std::cout << Format(table, format);
  for (const std::string& fault : result.faults) std::cerr << fault << "\n";
  return result.faults.empty() ? absl::OkStatus() : DataLoss("NOT_RECONCILED", "the two logs contradict each other");
}

// What one service says of itself, as rows of `table`.
using StatusRows = absl::Status (*)(Session& session, TextTable& table);

absl::Status ConsentRows(Session& session, TextTable& table) {
  SH_ASSIGN_OR_RETURN(const Checkpoint newest, ReadNewest(session, "consent"));
  table.rows.push_back({"consent", "incarnation", newest.incarnation});
  table.rows.push_back({"consent", "leaves in its log", absl::StrCat(newest.size)});
  return absl::OkStatus();
}

absl::Status LinkageRows(Session& session, TextTable& table) {
  SH_ASSIGN_OR_RETURN(Client * linkage, session.Connect(kToolProgram, "linkage"));
  SH_ASSIGN_OR_RETURN(const auto links, linkage->CallUnary<linkage::v1::GetStatusResponse>(
                                            "safehaven.linkage.v1.LinkageService", "GetStatus",
                                            linkage::v1::GetStatusRequest(), {}));
  for (const auto& [source, count] : links.record_counts()) {
    table.rows.push_back({"linkage", absl::StrCat("records of ", source), absl::StrCat(count)});
  }
  for (const linkage::v1::Publication& publication : links.publications()) {
    table.rows.push_back({"linkage", absl::StrCat("crosswalk of ", publication.authority()),
                          absl::StrCat("revision ", publication.crosswalk_revision())});
  }
  table.rows.push_back({"linkage", "ready", links.not_ready_reason().empty() ? "yes" : links.not_ready_reason()});
  return absl::OkStatus();
}

absl::Status CostingRows(Session& session, TextTable& table) {
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(kToolProgram, "costing"));
  SH_ASSIGN_OR_RETURN(const auto costs, costing->CallUnary<costing::v1::GetStatusResponse>(
                                            "safehaven.costing.v1.CostingService", "GetStatus",
                                            costing::v1::GetStatusRequest(), {}));
  for (const auto& [dataset, count] : costs.event_counts()) {
    table.rows.push_back({"costing", absl::StrCat("events of ", dataset), absl::StrCat(count)});
  }
  table.rows.push_back({"costing", "leaves in its log", absl::StrCat(costs.revision().size())});
  table.rows.push_back({"costing", "heartbeat of consent", absl::StrCat(costs.heartbeat_age_ms(), " ms ago")});
  table.rows.push_back({"costing", "ready", costs.not_ready_reason().empty() ? "yes" : costs.not_ready_reason()});
  return absl::OkStatus();
}

// Asks the services that the context names. One that does not answer does not hide the
// others: after a restore that is when they are asked.
absl::Status RunStatus(const Globals& globals) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  struct Service {
    const char* name;
    const std::string& address;
    StatusRows add_rows;
  };
  const Context& context = session->context();
  const Service services[] = {{"consent", context.consent, ConsentRows},
                              {"linkage", context.linkage, LinkageRows},
                              {"costing", context.costing, CostingRows}};
  TextTable table = {.columns = {"service", "fact", "value"}};
  absl::Status first_failure;
  for (const Service& service : services) {
    if (service.address.empty()) continue;
    const absl::Status added = service.add_rows(*session, table);
    if (!added.ok()) table.rows.push_back({service.name, "answers", absl::StrCat("no: ", ReasonOf(added))});
    first_failure.Update(added);
  }
  std::cout << Format(table, format);
  return first_failure;
}

}  // namespace

void AddAuditCommands(CLI::App& app, Globals& globals) {
  CLI::App* audit = app.add_subcommand("audit", "check the logs");
  audit->require_subcommand(1);
  auto receipt = std::make_shared<std::string>();
  CLI::App* verify = audit->add_subcommand("verify", "does every leaf fit the signed root? or: does a receipt hold, offline?");
  verify->footer("Examples: safehaven --as gwen.guardian audit verify\n          safehaven audit verify --receipt answer.receipt");
  verify->add_option("--receipt", *receipt, "check this receipt with the public keys alone");
  verify->callback([&globals, receipt] { globals.run = [&globals, receipt] { return RunVerify(globals, *receipt); }; });
  CLI::App* reconcile = audit->add_subcommand("reconcile", "is every warrant used or expired, and every release warranted?");
  reconcile->callback([&globals] { globals.run = [&globals] { return RunReconcile(globals); }; });
  CLI::App* status = app.add_subcommand("status", "what the services hold, whether they are ready, and consent's incarnation");
  status->callback([&globals] { globals.run = [&globals] { return RunStatus(globals); }; });
}

}  // namespace safehaven::cli
