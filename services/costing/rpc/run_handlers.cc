#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/run.h"
#include "services/costing/rpc/handlers.h"

namespace safehaven::costing {
namespace {

constexpr size_t kUuidSize = 36;
constexpr int64_t kNanosPerUnit = 10;  // 1e-8 pounds in 1e-9

google::type::Money MoneyToProto(int64_t e8) {
  google::type::Money money;
  money.set_currency_code("GBP");
  money.set_units(e8 / kMoneyUnitsPerPound);
  money.set_nanos(static_cast<int32_t>(e8 % kMoneyUnitsPerPound * kNanosPerUnit));
  return money;
}

absl::StatusOr<Ledger> ReadLedger(const std::string& csv) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  constexpr std::array<absl::string_view, 5> kColumns = {"provider", "cost_centre", "account", "description", "amount"};
  if (!std::equal(reader.columns().begin(), reader.columns().end(), kColumns.begin(), kColumns.end())) {
    return InvalidArgument("LEDGER_INVALID", "line 1: the columns are provider,cost_centre,account,description,amount");
  }
  // Fields may be undone quotations, which live in the reader for one row only.
  std::vector<std::array<std::string, 5>> texts;
  std::vector<int64_t> lines;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) break;
    if (reader.fault().has_value()) {
      return InvalidArgument("LEDGER_INVALID", absl::StrCat("line ", reader.line(), ": ", reader.fault()->message));
    }
    std::array<std::string, 5>& row = texts.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) row[i] = std::string(reader.fields()[i]);
    lines.push_back(static_cast<int64_t>(reader.line()));
  }
  std::vector<LedgerRow> rows;
  for (size_t i = 0; i < texts.size(); ++i) {
    rows.push_back({lines[i], texts[i][0], texts[i][1], texts[i][2], texts[i][3], texts[i][4]});
  }
  return ParseLedger(rows);
}

// The provider's visible events that the warrant covers.
std::vector<SharedSegment> SegmentsOf(const LiveState& live, const Question& question, const Warrant& warrant) {
  std::vector<SharedSegment> segments;
  for (const SharedSegment& segment : live.segments()) {
    const bool dataset = std::binary_search(question.datasets.begin(), question.datasets.end(), segment->dataset);
    const bool flow = std::find(warrant.flows.begin(), warrant.flows.end(), segment->flow) != warrant.flows.end();
    if (segment->provider == question.subject && dataset && flow) segments.push_back(segment);
  }
  return segments;
}

// Costs of the events of the run's period. Others were not costed: what an earlier
// period's run said of them holds.
EventCosts CostsOf(const CostRun& run, const std::vector<SharedSegment>& segments) {
  EventCosts costs;
  size_t event = 0;
  for (const SharedSegment& segment : segments) {
    const EventColumns& events = segment->events;
    for (size_t row = 0; row < events.row_count(); ++row, ++event) {
      const CivilDay end(events.end_day[row]);
      if (end < run.period_start || end > run.period_end) continue;
      const RecordKey& key = events.keys[row];
      costs[std::string(reinterpret_cast<const char*>(key.data()), key.size())] = run.event_cost_e8[event];
    }
  }
  return costs;
}

// What is asked for: question, ledger and model, but not the warrant, which is new at
// each try.
std::string RequestDigest(const Question& question, const v1::RunCostingRequest& request) {
  return ToBytes(Sha256(absl::StrCat(QuestionDigest(question), ToBytes(Sha256(request.ledger_csv())),
                                     ToBytes(Sha256(request.model_yaml())))));
}


storage::v1::CostRunRecord RecordOf(const CostRun& run, const EventCosts& costs) {
  storage::v1::CostRunRecord record;
  record.set_provider(run.provider);
  record.set_first_day(run.period_start.days_since_1970());
  record.set_last_day(run.period_end.days_since_1970());
  record.set_certificate(run.certificate.digest);
  record.set_ledger_total_e8(run.reconciliation.ledger_total.e8_pounds());
  for (size_t i = 0; i < kCostGroupCount; ++i) {
    storage::v1::CostTotalRecord* total = record.add_totals();
    total->set_group(std::string(Name(static_cast<CostGroup>(i))));
    total->set_total_e8(run.reconciliation.group_total[i].e8_pounds());
  }
  storage::v1::CostTotalRecord* excluded = record.add_totals();
  excluded->set_group("excluded");
  excluded->set_total_e8(run.reconciliation.excluded.e8_pounds());
  record.set_event_count(costs.size());
  record.set_line_count(run.lines.line_count());
  return record;
}

v1::RunCostingResponse ResponseOf(const storage::v1::CostRunRecord& record) {
  v1::RunCostingResponse response;
  response.set_run(record.run());
  *response.mutable_ledger_total() = MoneyToProto(record.ledger_total_e8());
  int64_t difference = record.ledger_total_e8();
  for (const storage::v1::CostTotalRecord& total : record.totals()) {
    v1::GroupTotal* group = response.add_groups();
    group->set_group(total.group());
    *group->mutable_total() = MoneyToProto(total.total_e8());
    difference -= total.total_e8();
  }
  *response.mutable_difference() = MoneyToProto(difference);
  response.set_event_count(record.event_count());
  response.set_line_count(record.line_count());
  response.set_certificate(absl::BytesToHexString(record.certificate()));
  return response;
}

// The run that the same request made before. ALREADY_EXISTS with reason
// REQUEST_ID_REUSED if it was another request: its run is not for this caller to see.
absl::StatusOr<v1::RunCostingResponse> RunAgain(const storage::v1::CostRunRecord& before, const std::string& digest) {
  if (before.request_digest() != digest) {
    return Failure(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "request_id: was used for another request");
  }
  return ResponseOf(before);
}

}  // namespace

absl::StatusOr<v1::RunCostingResponse> RunHandlers::RunCosting(const Call& call,
                                                              const v1::RunCostingRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked,
                      Admit(world_, call, request.warrant(), request.question(), Operation::kCost));
  if (request.request_id().size() != kUuidSize) return InvalidArgument("FIELD_INVALID", "request_id: must be a UUID");
  const std::string digest = RequestDigest(asked.question, request);
  SH_ASSIGN_OR_RETURN(const auto before, world_.runs.FindRequest(request.request_id(), call.deadline()));
  if (before.has_value()) return RunAgain(*before, digest);
  SH_RETURN_IF_ERROR(world_.releases.UseFor(absl::StrCat("cost ", request.request_id()), asked.admitted.warrant.id,
                                            asked.admitted.warrant.expire_time, call.deadline()));
  SH_ASSIGN_OR_RETURN(const Ledger ledger, ReadLedger(request.ledger_csv()));
  SH_ASSIGN_OR_RETURN(const CostModel model, ParseCostModel(request.model_yaml()));
  if (model.provider != asked.question.subject) {
    return InvalidArgument("COST_MODEL_INVALID", "the model is another provider's than was decided");
  }
  if (model.period_start < asked.question.first_day || model.period_end > asked.question.last_day) {
    return InvalidArgument("COST_MODEL_INVALID", "the model's period is not within the days that were decided");
  }
  const std::vector<SharedSegment> segments = SegmentsOf(world_.live, asked.question, asked.admitted.warrant);
  std::vector<const EventColumns*> batches;
  for (const SharedSegment& segment : segments) batches.push_back(&segment->events);
  SH_ASSIGN_OR_RETURN(const CostRun run, costing::RunCosting(model, ledger, batches));
  const EventCosts costs = CostsOf(run, segments);
  storage::v1::CostRunRecord record = RecordOf(run, costs);
  record.set_request_id(request.request_id());
  record.set_request_digest(digest);
  const RunStore::Commit commit = [&](std::string body, Batch batch) {
    return world_.releases.LogRun(std::move(body), std::move(batch), call.deadline());
  };
  const absl::StatusOr<storage::v1::CostRunRecord> saved =
      world_.runs.Save(std::move(record), costs, commit, call.deadline());
  if (absl::IsAborted(saved.status())) {
    // The same request, sent twice at once: the other was first.
    SH_ASSIGN_OR_RETURN(const auto first, world_.runs.FindRequest(request.request_id(), call.deadline()));
    if (first.has_value()) return RunAgain(*first, digest);
  }
  SH_RETURN_IF_ERROR(saved);
  SH_RETURN_IF_ERROR(RefreshSegments(world_));
  return ResponseOf(*saved);
}

}  // namespace safehaven::costing
