// Before the points, and points 1 to 3: register, loads, linkage, costs.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/progress/progress.h"
#include "cli/operations/extract.h"
#include "cli/operations/objections.h"
#include "cli/operations/register.h"
#include "cli/operations/runs.h"
#include "cli/tour/demo_questions.h"
#include "cli/tour/points.h"
#include "cli/tour/truth.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

absl::Status LoadObjections(Tour& tour, const std::string& set, const std::string& file, uint64_t& count) {
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(absl::StrCat(tour.options.region, "/objections/", file), 1 << 30));
  SH_ASSIGN_OR_RETURN(const ObjectionFile objections, ParseObjections(csv, true));
  SH_RETURN_IF_ERROR(SendObjections(tour.session, set, absl::StrCat("demo-", file), objections, "dana.engineer"));
  count += objections.objections.size();
  return absl::OkStatus();
}

double PerThousand(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

absl::Status PrepareRegister(Tour& tour) {
  tour.report.Say("The register: approvals, people, programs and agreements as files, applied by two people.");
  SH_ASSIGN_OR_RETURN(const auto files, ReadRegisterDirectory(tour.options.region + "/register"));
  SH_ASSIGN_OR_RETURN(const consent::v1::ApplyRegisterResponse applied,
                      ApplyRegister(tour.session, files, "gwen.guardian", "carl.caldicott"));
  uint64_t objections = 0;
  SH_RETURN_IF_ERROR(LoadObjections(tour, "national", "national.csv", objections));
  SH_RETURN_IF_ERROR(LoadObjections(tour, "type1", "type1.csv", objections));
  SH_RETURN_IF_ERROR(LoadObjections(tour, absl::StrCat("programme:", kPioneer), "programme.csv", objections));
  tour.report.Say(absl::StrCat(applied.changes_size(), " entries applied (proposed by an information governance officer, "
                               "approved by a Caldicott Guardian); ", objections, " objections acknowledged."));
  return absl::OkStatus();
}

absl::Status PointLoads(Tour& tour) {
  tour.report.Begin(1, "Extracts are split at the source and loaded in two halves that never meet");
  TextTable table = {.columns = {"data set", "read", "sent", "rejected", "withheld (type 1)", "stripped", "rows/s"}};
  uint64_t read = 0, sent = 0, rejected = 0, withheld = 0, stripped = 0;
  absl::Duration duration;
  std::map<std::string, uint64_t> reasons;
  for (const std::string& dataset : AllDatasets()) {
    ExtractOptions options = {.descriptor = absl::StrCat(tour.options.region, "/extracts/", dataset, ".yaml"),
                              .approval = kPioneer,
                              .rejects_dir = tour.options.state};
    if (dataset == "gp/register") options.withhold = tour.options.region + "/objections/type1.csv";
    ProgressLine line(absl::StrCat("load ", dataset));
    SH_ASSIGN_OR_RETURN(const ExtractOutcome outcome,
                        LoadExtract(tour.session, options, [&line](uint64_t done, uint64_t total) {
                          line.Show("rows", static_cast<int64_t>(done), static_cast<int64_t>(total));
                        }));
    uint64_t stripped_here = 0;
    for (const auto& [restriction, count] : outcome.stripped_counts) stripped_here += count;
    for (const auto& [reason, count] : outcome.fault_counts) reasons[reason] += count;
    table.rows.push_back({dataset, absl::StrCat(outcome.read_count), absl::StrCat(outcome.sent_count),
                          absl::StrCat(outcome.rejected_count), absl::StrCat(outcome.withheld_count),
                          absl::StrCat(stripped_here),
                          absl::StrFormat("%.0f", static_cast<double>(outcome.read_count) /
                                                      absl::ToDoubleSeconds(outcome.duration))});
    read += outcome.read_count;
    sent += outcome.sent_count;
    rejected += outcome.rejected_count;
    withheld += outcome.withheld_count;
    stripped += stripped_here;
    duration += outcome.duration;
  }
  tour.report.Show(table);
  for (const auto& [reason, count] : reasons) tour.report.Say(absl::StrCat(count, " rows rejected: ", reason));
  tour.report.Fact("records_read", read);
  tour.report.Fact("records_kept", sent);
  tour.report.Fact("records_rejected", rejected);
  tour.report.Fact("records_withheld_type1", withheld);
  tour.report.Fact("identities_stripped", stripped);
  tour.report.Fact("records_per_second", static_cast<double>(read) / absl::ToDoubleSeconds(duration));
  for (const auto& [reason, count] : reasons) tour.report.Fact(absl::StrCat("rejected_", reason), count);
  return Expect(read == sent + rejected + withheld, "every record read is sent, rejected or withheld");
}

absl::Status PointLinkage(Tour& tour) {
  tour.report.Begin(2, "People are found in six sources, also where no NHS number was recorded");
  ProgressLine line("link");
  SH_ASSIGN_OR_RETURN(const linkage::v1::LinkageSummary summary,
                      RunLinkage(tour.session, LinkOf(kPioneer, AllDatasets()),
                                 [&line](const std::string& stage, int per_mille) { line.Show(stage, per_mille, 1000); }));
  line.Done();
  LinkPlan invoices = LinkOf(kInvoices, {"gp/register", "acute/apc", "acute/op", "acute/ec"});
  invoices.purpose = Purpose::kInvoiceValidation;
  SH_RETURN_IF_ERROR(RunLinkage(tour.session, invoices, [](const std::string&, int) {}));
  SH_ASSIGN_OR_RETURN(const linkage::v1::EvaluateRequest truth, TruthLabels(tour.session, tour.options.region, kPioneer));
  SH_ASSIGN_OR_RETURN(Client * linkage, tour.session.Connect(kToolProgram, "linkage"));
  SH_ASSIGN_OR_RETURN(const auto score, linkage->CallUnary<linkage::v1::EvaluateResponse>(
                                            "safehaven.linkage.v1.LinkageService", "Evaluate", truth, {}));
  const uint64_t right = score.true_link_count();
  const double precision = PerThousand(right, right + score.false_link_count());
  const double recall = PerThousand(right, right + score.missed_link_count());
  const uint64_t social_right = score.social_true_link_count();
  const double social_recall = PerThousand(social_right, social_right + score.social_missed_link_count());
  tour.report.Say(absl::StrCat(summary.record_count(), " records are of ", summary.person_count(), " people; ",
                               summary.pair_count(), " pairs compared, ", summary.review_count(), " left for review."));
  tour.report.Say(absl::StrFormat("Against the truth of the sample: precision %.5f, recall %.5f.", precision, recall));
  tour.report.Say(absl::StrFormat("Social care records without an NHS number: %d, of which %d found their person (recall %.5f).",
                                  summary.social_care_without_number_count(),
                                  summary.social_care_without_number_linked_count(), social_recall));
  tour.report.Fact("records", summary.record_count());
  tour.report.Fact("people", summary.person_count());
  tour.report.Fact("precision", precision);
  tour.report.Fact("recall", recall);
  tour.report.Fact("social_care_without_number", summary.social_care_without_number_count());
  tour.report.Fact("social_care_without_number_linked", summary.social_care_without_number_linked_count());
  tour.report.Fact("social_care_without_number_recall", social_recall);
  SH_RETURN_IF_ERROR(Expect(precision > 0.99, "linkage is precise"));
  return Expect(recall > 0.95, "linkage finds people");
}

absl::Status PointCosting(Tour& tour) {
  tour.report.Begin(3, "Every provider's ledger reaches its patients, to the last unit");
  TextTable table = {.columns = {"provider", "ledger in", "own patients", "education", "research", "commercial and other",
                                 "other bodies' patients", "excluded", "difference"}};
  uint64_t events = 0, lines = 0;
  for (const DemoProvider& provider : CostedProviders()) {
    const std::string code(provider.code);
    CostPlan plan = {.approval = absl::StrCat("STANDING/", code, "/costing"),
                     .provider = code,
                     .program = absl::StrCat("source/", provider.source),
                     .first_day = *CivilDay::FromYmd(2025, 4, 1),
                     .last_day = *CivilDay::FromYmd(2026, 3, 31),
                     .datasets = provider.datasets};
    SH_ASSIGN_OR_RETURN(plan.ledger_csv, ReadFile(absl::StrCat(tour.options.region, "/ledgers/", code, ".csv"), 8 << 20));
    SH_ASSIGN_OR_RETURN(plan.model_yaml,
                        ReadFile(absl::StrCat(tour.options.region, "/models/", code, "/model.yaml"), 8 << 20));
    SH_ASSIGN_OR_RETURN(const costing::v1::RunCostingResponse run, RunCosting(tour.session, plan));
    std::vector<std::string> row = {code, MoneyText(run.ledger_total())};
    for (const costing::v1::GroupTotal& group : run.groups()) row.push_back(MoneyText(group.total()));
    row.push_back(MoneyText(run.difference()));
    SH_RETURN_IF_ERROR(Expect(row.size() == table.columns.size(), "a run has five cost groups and what is excluded"));
    SH_RETURN_IF_ERROR(Expect(row.back() == "0.00000000", absl::StrCat("the ledger of ", code, " is accounted for")));
    tour.report.Fact(absl::StrCat("ledger_", code), row[1]);
    tour.report.Fact(absl::StrCat("difference_", code), row.back());
    table.rows.push_back(std::move(row));
    events += run.event_count();
    lines += run.line_count();
  }
  tour.report.Show(table);
  tour.report.Say(absl::StrCat(lines, " cost lines of ", events, " events. Amounts in pounds; eight decimals are exact."));
  tour.report.Fact("events_costed", events);
  tour.report.Fact("cost_lines", lines);
  tour.report.Fact("difference", "0.00000000");
  return absl::OkStatus();
}

}  // namespace safehaven::cli
