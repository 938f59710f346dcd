#include "cli/costing/run_output.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/lines_file.h"
#include "libs/base/status.h"
#include "services/costing/core/run_diff.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::cli {
namespace {

using costing::CostGroup;
using costing::CostModel;
using costing::Reconciliation;

std::string ReconciliationCsv(const FileRun& run) {
  const Reconciliation& reconciliation = run.run.reconciliation;
  std::string csv = "part,name,in,out,difference\n";
  for (const costing::StageTotals& stage : reconciliation.stages) {
    AppendCsvRow(&csv, {"stage", stage.stage, stage.in.ToString(), stage.out.ToString(), "0.00000000"});
  }
  for (size_t i = 0; i < costing::kCostGroupCount; ++i) {
    AppendCsvRow(&csv, {"cost_group", costing::Name(static_cast<CostGroup>(i)),
                        run.income ? (*run.income)[i].ToString() : "", reconciliation.group_total[i].ToString(),
                        run.income ? costing::FineMoney(costing::FineMoney((*run.income)[i]) -
                                                        costing::FineMoney(reconciliation.group_total[i]))
                                         .ToString(8)
                                   : ""});
  }
  AppendCsvRow(&csv, {"excluded", "excluded", "", reconciliation.excluded.ToString(), ""});
  AppendCsvRow(&csv, {"own_patient_care", "distributed", "", reconciliation.distributed.ToString(), ""});
  AppendCsvRow(&csv, {"own_patient_care", "unmatched", "", reconciliation.unmatched.ToString(), ""});
  AppendCsvRow(&csv, {"own_patient_care", "undistributed", "", reconciliation.undistributed.ToString(), ""});
  AppendCsvRow(&csv, {"total", "ledger", reconciliation.ledger_total.ToString(), reconciliation.ledger_total.ToString(),
                      reconciliation.difference.ToString()});
  for (const costing::FeedCounts& feed : reconciliation.feeds) {
    AppendCsvRow(&csv, {"events", feed.feed, absl::StrCat(feed.events_in), absl::StrCat(feed.events_costed),
                        absl::StrCat(feed.events_in - feed.events_costed)});
    AppendCsvRow(&csv, {"events_outside_period", feed.feed, "", absl::StrCat(feed.events_outside_period), ""});
  }
  for (const DatasetReport& dataset : run.feeds.datasets) {
    AppendCsvRow(&csv, {"rows", dataset.dataset, absl::StrCat(dataset.row_count),
                        absl::StrCat(dataset.row_count - dataset.rejected_count - dataset.other_feed_count),
                        absl::StrCat(dataset.rejected_count + dataset.other_feed_count)});
  }
  return csv;
}

std::string MatchingCsv(const FileRun& run) {
  std::string csv = "feed,rule,rows\n";
  for (const costing::MatchCounts& counts : run.run.reconciliation.matches) {
    AppendCsvRow(&csv, {counts.feed, counts.rule.empty() ? "unmatched" : counts.rule, absl::StrCat(counts.rows)});
  }
  return csv;
}

std::string PoolsCsv(const FileRun& run) {
  std::string csv = "pool,kind,name,from_ledger,gross,after_support\n";
  const CostModel& model = run.folder.model;
  for (size_t i = 0; i < model.pools.size(); ++i) {
    AppendCsvRow(&csv, {model.pools[i].id, costing::Name(model.pools[i].kind), model.pools[i].name,
                        run.run.ledger_mapping.pool_cost[i].ToString(), run.run.support.gross_cost[i].ToString(),
                        run.run.support.final_cost[i].ToString()});
  }
  return csv;
}

// Every link of the model and where its cost went.
std::string ActivityCostsCsv(const FileRun& run) {
  const CostModel& model = run.folder.model;
  std::map<std::pair<size_t, size_t>, Money> undistributed, unmatched;
  for (const costing::ActivityCost& cost : run.run.undistributed) undistributed[{cost.activity, cost.resource}] = cost.amount;
  for (const costing::ActivityCost& cost : run.run.unmatched) unmatched[{cost.activity, cost.resource}] = cost.amount;
  std::string csv = "activity,activity_name,resource,resource_name,cost,unmatched,undistributed\n";
  for (const costing::ActivityCost& cost : run.run.activity_costs) {
    const std::pair<size_t, size_t> key = {cost.activity, cost.resource};
    AppendCsvRow(&csv, {model.activities[cost.activity].id, model.activities[cost.activity].name,
                        model.resources[cost.resource].id, model.resources[cost.resource].name, cost.amount.ToString(),
                        unmatched[key].ToString(), undistributed[key].ToString()});
  }
  return csv;
}

void WriteEvents(const FileRun& run, OutputFile& file) {
  const CostModel& model = run.folder.model;
  file.Write("event,feed,point_of_delivery,currency,treatment_function,start_date,end_date,completion_status,"
             "nights_in_period,cost\n");
  std::string row;
  size_t event = 0;
  for (const costing::EventColumns& batch : run.feeds.batches) {
    for (size_t i = 0; i < batch.row_count(); ++i, ++event) {
      const CivilDay start(batch.start_day[i]), end(batch.end_day[i]);
      const costing::Period period = {model.period_start, model.period_end};
      const std::optional<int> status = costing::CompletionStatus(start, end, period);
      row.clear();
      AppendCsvRow(&row, {run.feeds.record_ids.at(event), batch.feed.at(i), batch.point_of_delivery.at(i),
                          batch.currency.at(i), batch.treatment_function.at(i), start.ToString(),
                          end == costing::kStillOpen ? "" : end.ToString(), status ? absl::StrCat(*status) : "",
                          absl::StrCat(costing::NightsInPeriod(start, end, period)),
                          Money(run.run.event_cost_e8[event]).ToString()});
      file.Write(row);
    }
  }
}

absl::Status WriteLines(const FileRun& run, LinesFormat format, OutputFolder& folder) {
  if (format == LinesFormat::kNone) return absl::OkStatus();
  const bool as_csv = format == LinesFormat::kCsv;
  SH_ASSIGN_OR_RETURN(OutputFile file, folder.Create(as_csv ? kLinesCsv : kLinesColumns));
  if (as_csv) {
    WriteLinesCsv(run, file);
  } else {
    WriteLinesColumns(run, file);
  }
  return folder.Close(std::move(file));
}

absl::Status WriteRejects(const FileRun& run, OutputFolder& folder) {
  for (const DatasetReport& dataset : run.feeds.datasets) {
    if (dataset.faults.empty()) continue;
    std::string csv = "line,column,reason,message\n";
    for (const RowFault& fault : dataset.faults) {
      AppendCsvRow(&csv, {absl::StrCat(fault.line), fault.column, fault.reason, fault.message});
    }
    const std::string name = absl::StrCat("rejects/", absl::StrReplaceAll(dataset.dataset, {{"/", "-"}}), ".csv");
    SH_RETURN_IF_ERROR(folder.Put(name, csv));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<costing::ProviderCost> ProviderCostsOf(const FileRun& run) {
  std::vector<const costing::EventColumns*> batches;
  for (const costing::EventColumns& batch : run.feeds.batches) batches.push_back(&batch);
  const std::vector<uint8_t> is_costed = costing::CostedFlags(run.run.lines.event, run.run.event_cost_e8.size());
  return costing::ProviderCostsOf({.batches = batches, .cost_e8 = run.run.event_cost_e8, .is_costed = is_costed});
}

std::string ScheduleCsv(const costing::Schedule& schedule) {
  std::string csv = "department,currency,description,activity,unit_cost,lower_quartile,upper_quartile,total_cost,providers\n";
  const auto text = [](const std::optional<costing::FineMoney>& amount) { return amount ? amount->ToString(8) : ""; };
  for (const costing::ScheduleRow& row : schedule.rows) {
    AppendCsvRow(&csv, {row.department, row.currency, row.description, row.activity ? absl::StrCat(*row.activity) : "",
                        text(row.unit_cost), text(row.lower_quartile), text(row.upper_quartile), row.total.ToString(8),
                        absl::StrCat(row.provider_count)});
  }
  return csv;
}

std::string CertificateText(const FileRun& run, const OutputFolder& folder) {
  const costing::CostRun& result = run.run;
  const Reconciliation& reconciliation = result.reconciliation;
  const auto hex = [](const std::string& digest) { return absl::BytesToHexString(digest); };
  std::string text = absl::StrCat(
      "safehaven-cost-run/1\nprovider ", result.provider, "\nperiod ", result.period_start.ToString(), " ",
      result.period_end.ToString(), "\nmodel-version ", result.model_version, "\nrun ", hex(result.certificate.digest),
      "\nmodel ", hex(result.certificate.model_digest), "\nledger ", hex(result.certificate.ledger_digest), "\nevents ",
      hex(result.certificate.events_digest), "\noutput ", hex(result.certificate.output_digest), "\nledger-total ",
      reconciliation.ledger_total.ToString(), "\n");
  for (size_t i = 0; i < costing::kCostGroupCount; ++i) {
    absl::StrAppend(&text, "group ", costing::Name(static_cast<CostGroup>(i)), " ",
                    reconciliation.group_total[i].ToString(), "\n");
  }
  absl::StrAppend(&text, "excluded ", reconciliation.excluded.ToString(), "\ndistributed ",
                  reconciliation.distributed.ToString(), "\nunmatched ", reconciliation.unmatched.ToString(),
                  "\nundistributed ", reconciliation.undistributed.ToString(), "\ndifference ",
                  reconciliation.difference.ToString(), "\nevents-costed ", result.event_cost_e8.size(), "\nlines ",
                  result.lines.line_count(), "\n");
  if (!run.since.empty()) absl::StrAppend(&text, "since ", run.since, "\n");
  for (const auto& [name, digest] : run.folder.file_digests) absl::StrAppend(&text, "model-file ", digest, " ", name, "\n");
  for (const auto& [name, digest] : run.ledger_digests) absl::StrAppend(&text, "input-file ", digest, " ", name, "\n");
  for (const DatasetReport& dataset : run.feeds.datasets) {
    absl::StrAppend(&text, "input-file ", dataset.sha256, " ", dataset.file, "\n");
  }
  for (const auto& [name, digest] : folder.digests()) absl::StrAppend(&text, "output-file ", digest, " ", name, "\n");
  return text;
}

absl::Status WriteRun(const FileRun& run, LinesFormat format, const NoteSigner& signer, OutputFolder& folder) {
  SH_RETURN_IF_ERROR(WriteLines(run, format, folder));
  if (format != LinesFormat::kColumns) {
    // The columns hold the events too.
    SH_ASSIGN_OR_RETURN(OutputFile events, folder.Create("events.csv"));
    WriteEvents(run, events);
    SH_RETURN_IF_ERROR(folder.Close(std::move(events)));
  }
  SH_RETURN_IF_ERROR(folder.Put("reconciliation.csv", ReconciliationCsv(run)));
  SH_RETURN_IF_ERROR(folder.Put("matching.csv", MatchingCsv(run)));
  SH_RETURN_IF_ERROR(folder.Put("pools.csv", PoolsCsv(run)));
  SH_RETURN_IF_ERROR(folder.Put("activity_costs.csv", ActivityCostsCsv(run)));
  SH_ASSIGN_OR_RETURN(const costing::Schedule schedule, costing::MakeSchedule(run.run.provider, ProviderCostsOf(run)));
  SH_RETURN_IF_ERROR(folder.Put("reference_costs.csv", ScheduleCsv(schedule)));
  SH_RETURN_IF_ERROR(WriteRejects(run, folder));
  SH_ASSIGN_OR_RETURN(const std::string note, SignNote(CertificateText(run, folder), signer));
  SH_RETURN_IF_ERROR(folder.Put("certificate.pub", absl::StrCat(signer.verifier().ToText(), "\n")));
  return folder.Put("certificate.txt", note);
}

}  // namespace safehaven::cli
