// Points 4 to 6: answers and refusals.

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "cli/tour/points.h"
#include "cli/tour/truth.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

bool IsPermitted(const gateway::v1::DecisionView& decision) {
  return decision.effect() == "permitted" || decision.effect() == "required";
}

// Rows are age bands, columns sectors, cells the measure that is the first of the table.
TextTable Pivot(const gateway::v1::Table& table) {
  TextTable pivot = {.columns = {"age"}};
  std::map<std::string, size_t> column_of;
  for (const gateway::v1::Row& row : table.rows()) {
    if (row.values(0) == "all") continue;
    if (pivot.rows.empty() || pivot.rows.back()[0] != row.values(0)) pivot.rows.push_back({row.values(0)});
    const auto [place, fresh] = column_of.emplace(row.values(1), pivot.columns.size());
    if (fresh) pivot.columns.push_back(row.values(1));
    pivot.rows.back().resize(std::max(pivot.rows.back().size(), place->second + 1), "-");
    pivot.rows.back()[place->second] = row.values(2);
  }
  for (auto& row : pivot.rows) row.resize(pivot.columns.size(), "-");
  return pivot;
}

void SayVerdicts(Tour& tour, const gateway::v1::DecisionView& decision) {
  TextTable table = {.columns = {"gate", "", "reason", "what would make it lawful"}};
  for (const gateway::v1::Verdict& verdict : decision.verdicts()) {
    table.rows.push_back({verdict.gate(), verdict.outcome(), verdict.reason(), verdict.remedy()});
  }
  tour.report.Show(table);
}

// Asks, expects a refusal, and tells why.
absl::Status ExpectRefused(Tour& tour, const Asking& asking, absl::string_view gate, absl::string_view reason,
                           absl::string_view fact) {
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse response, Query(tour.session, asking));
  SH_RETURN_IF_ERROR(Expect(!IsPermitted(response.decision()) && !response.has_table(), "the question is refused"));
  for (const gateway::v1::Verdict& verdict : response.decision().verdicts()) {
    if (verdict.gate() != gate || verdict.outcome() == "pass") continue;
    tour.report.Say(absl::StrCat("  refused by the gate '", gate, "': ", verdict.reason(), ". ", verdict.remedy()));
    tour.report.Fact(fact, verdict.reason());
    return Expect(verdict.reason() == reason, absl::StrCat("the reason is ", reason, ", not ", verdict.reason()));
  }
  return Expect(false, absl::StrCat("the gate '", gate, "' refuses"));
}

}  // namespace

absl::Status PointAnswer(Tour& tour) {
  tour.report.Begin(4, "The pioneer's analyst asks for cost per head by age band and sector");
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse response,
                      Query(tour.session, {.person = "amira.analyst", .question = CostPerHeadByAgeAndSector()}));
  SH_RETURN_IF_ERROR(Expect(IsPermitted(response.decision()), "the pioneer's question is permitted"));
  tour.report.Show(Pivot(response.table()));
  tour.report.Say("Pounds per registered person. 'suppressed': fewer than 8 people, or a figure that would give one away.");
  SH_ASSIGN_OR_RETURN(const ReceiptFacts facts,
                      VerifyReceipt(tour.session, response.receipt(), AnswerDigest(response.table())));
  SH_RETURN_IF_ERROR(WriteFile(tour.options.state + "/answer.receipt", response.receipt()));
  tour.report.Say(absl::StrCat("Approval relied on: ", facts.approval, ". Left out for objections: ",
                               response.table().left_out(), " people. Suppressed cells: ",
                               response.table().suppressed_cell_count(), "."));
  tour.report.Say(absl::StrCat("The receipt verifies offline: warrant at leaf ", facts.warrant_index,
                               " of consent's log, release at leaf ", facts.release_index, " of costing's."));
  // Whose people are in it, by the populations of one more question.
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse by_age,
                      Query(tour.session, {.person = "amira.analyst", .question = CostPerHeadByAge()}));
  uint64_t population = 0;
  for (const gateway::v1::Row& row : by_age.table().rows()) {
    uint64_t people = 0;
    if (row.values(0) != "all" && absl::SimpleAtoi(row.values(row.values_size() - 1), &people)) population += people;
  }
  SH_ASSIGN_OR_RETURN(const auto own, NumbersOfCommissioner(tour.options.region, "ZC1"));
  // The neighbour's people use the same trust: their records, in the answer that shows records.
  SH_ASSIGN_OR_RETURN(const RecordsOfPeople neighbours, ReadNeighbours(tour.options.region, RecordDatasets()));
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse records,
                      Query(tour.session, {.person = "amira.analyst", .question = PioneerRecords()}));
  const uint64_t of_neighbours = RowsOfThem(neighbours, records.table());
  tour.report.Say(absl::StrCat("People in the answer, in rounded counts: ", population, " of ", own.size(),
                               " on Seahaven's list. The neighbour's ", neighbours.people, " people have ",
                               neighbours.records, " records of the same kinds; rows of theirs in the pioneer's records: ",
                               of_neighbours, "."));
  tour.report.Fact("rows", static_cast<uint64_t>(response.table().rows_size()));
  tour.report.Fact("suppressed_cells", response.table().suppressed_cell_count());
  tour.report.Fact("approval", facts.approval);
  tour.report.Fact("left_out", response.table().left_out());
  tour.report.Fact("receipt", "verified");
  tour.report.Fact("population", population);
  tour.report.Fact("own_people", static_cast<uint64_t>(own.size()));
  tour.report.Fact("neighbours_people", neighbours.people);
  tour.report.Fact("neighbours_records", neighbours.records);
  tour.report.Fact("rows_of_neighbours", of_neighbours);
  SH_RETURN_IF_ERROR(Expect(response.table().rows_size() > 0, "the answer has rows"));
  // Lists move a little through the year, so a few per cent of tolerance.
  SH_RETURN_IF_ERROR(Expect(population > 0 && population * 100 < own.size() * 105, "the population is Seahaven's own"));
  SH_RETURN_IF_ERROR(Expect(records.table().rows_size() > 0 && neighbours.told_apart > 0,
                            "records are answered, and the neighbour's can be told apart"));
  // A record that linkage gave to the wrong person shows here: at most one in ten thousand.
  return Expect(of_neighbours * 10'000 <= static_cast<uint64_t>(records.table().rows_size()),
                "no record of the neighbour's people is in the answer");
}

absl::Status PointNeighbour(Tour& tour) {
  tour.report.Begin(5, "The neighbouring commissioner asks the same: refused, gate by gate");
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse response,
                      Query(tour.session, {.person = "nora.neighbour", .question = CostPerHeadByAgeAndSector()}));
  SH_RETURN_IF_ERROR(Expect(!IsPermitted(response.decision()) && !response.has_table(), "the neighbour is refused"));
  SayVerdicts(tour, response.decision());
  uint64_t failed = 0;
  for (const gateway::v1::Verdict& verdict : response.decision().verdicts()) {
    if (verdict.outcome() == "pass") continue;
    ++failed;
    tour.report.Fact(absl::StrCat("refused_by_", verdict.gate()), verdict.reason());
  }
  tour.report.Fact("effect", response.decision().effect());
  tour.report.Fact("gates", static_cast<uint64_t>(response.decision().verdicts_size()));
  SH_RETURN_IF_ERROR(Expect(failed > 0, "at least one gate refuses"));
  return Expect(response.decision().verdicts_size() == 13, "all thirteen gates speak");
}

absl::Status PointOtherApprovals(Tour& tour) {
  tour.report.Begin(6, "Three other approvals, each with its own law");
  Asking invoices = {.person = "victor.validator", .question = InvoiceRecords()};
  tour.report.Say("Invoice validation, outside a controlled environment for finance:");
  SH_RETURN_IF_ERROR(ExpectRefused(tour, invoices, "recipient", "ENVIRONMENT_REQUIRED", "invoice_outside"));
  tour.report.Say("The same from inside:");
  invoices.environment = "cef-zc1";
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse inside, Query(tour.session, invoices));
  SH_RETURN_IF_ERROR(Expect(IsPermitted(inside.decision()), "invoice validation from inside is permitted"));
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> numbers, OpenSealed(tour.session, "cef-zc1", inside.table()));
  SH_ASSIGN_OR_RETURN(const auto own, NumbersOfCommissioner(tour.options.region, "ZC1"));
  uint64_t opened = 0, foreign = 0;
  for (const std::string& number : numbers) {
    if (number.empty()) continue;
    ++opened;
    if (!own.contains(number)) ++foreign;
  }
  tour.report.Say(absl::StrCat("  permitted: ", inside.table().rows_size(), " rows, ", opened,
                               " sealed NHS numbers opened with the environment's key, and with no other."));
  tour.report.Fact("invoice_inside_rows", static_cast<uint64_t>(inside.table().rows_size()));
  tour.report.Fact("invoice_inside_opened", opened);
  SH_RETURN_IF_ERROR(Expect(opened > 0, "sealed numbers were opened"));
  // Who moved to the neighbour after the list day is still in the answer, rightly.
  SH_RETURN_IF_ERROR(Expect(foreign * 20 <= opened, "the opened numbers are of Seahaven's people"));
  tour.report.Say("Risk stratification asks for social care:");
  SH_RETURN_IF_ERROR(ExpectRefused(tour, {.person = "ruth.risk", .question = RiskQuestion(true)}, "items",
                                   "DATASET_NOT_APPROVED", "risk_social_care"));
  tour.report.Say("The same domain asks for the same days without objections applied:");
  return ExpectRefused(tour, {.person = "amira.analyst", .question = DisseminationRecords()}, "dissent",
                       "OVERLAP_WITH_AND_WITHOUT_OBJECTIONS", "overlap_without_objections");
}

}  // namespace safehaven::cli
