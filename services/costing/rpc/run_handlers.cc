#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/run.h"
#include "services/costing/rpc/handlers.h"
#include "services/costing/rpc/money_wire.h"

namespace safehaven::costing {
namespace {

constexpr size_t kUuidSize = 36;

// Costs of the events that ended in the run's period. Others were not costed: what an earlier
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
  return ToBytes(Sha256(absl::StrCat(QuestionDigest(question), ToBytes(Sha256(request.ledger_csv())), request.draft() ? "draft" : "",
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
  record.set_model_version(run.model_version);
  record.set_made_count(run.work.blocks_made);
  record.set_reused_count(run.work.blocks_reused);
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
  response.set_made_count(record.made_count());
  response.set_reused_count(record.reused_count());
  return response;
}

// The run that the same request made before, live now if it was to be: whoever made it may
// have been cut off, or not have heard, before answers were made of it. ALREADY_EXISTS with
// reason REQUEST_ID_REUSED if it was another request: its run is not for this caller to see.
absl::StatusOr<v1::RunCostingResponse> RunAgain(CostingWorld& world, const storage::v1::CostRunRecord& before,
                                                const std::string& digest) {
  if (before.request_digest() != digest) {
    return Failure(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "request_id: was used for another request");
  }
  if (!before.draft()) SH_RETURN_IF_ERROR(RefreshSegments(world));
  return ResponseOf(before);
}

}  // namespace

absl::StatusOr<v1::RunCostingResponse> RunHandlers::RunCosting(const Call& call,
                                                              const v1::RunCostingRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked,
                      Admit(world_, call, request.warrant(), request.question(), Operation::kCost));
  if (request.request_id().size() != kUuidSize) return InvalidArgument("FIELD_INVALID", "request_id: must be a UUID");
  const std::string digest = RequestDigest(asked.question, request);
  SH_ASSIGN_OR_RETURN(const auto made, world_.runs.FindRequest(request.request_id(), call.deadline()));
  if (made.has_value()) return RunAgain(world_, *made, digest);
  SH_RETURN_IF_ERROR(world_.releases.UseFor(absl::StrCat("cost ", request.request_id()), asked.admitted.warrant.id,
                                            asked.admitted.warrant.expire_time, call.deadline()));
  SH_ASSIGN_OR_RETURN(Ledger ledger, ReadLedgerCsv(request.ledger_csv()));
  SH_ASSIGN_OR_RETURN(CostModel model, ParseCostModel(request.model_yaml()));
  if (model.provider != asked.question.subject) {
    return InvalidArgument("COST_MODEL_INVALID", "the model is another provider's than was decided");
  }
  if (model.period_start < asked.question.first_day || model.period_end > asked.question.last_day) {
    return InvalidArgument("COST_MODEL_INVALID", "the model's period is not within the days that were decided");
  }
  if (model.year_edge != YearEdge::kEnded) {
    // An event has one cost here, of the period in which it ended; parts of it in two
    // periods would have to be added up by the dates that it has when answers are made.
    return InvalidArgument("YEAR_EDGE_UNSUPPORTED", "year_edge: the service costs events that ended in the period only");
  }
  const std::vector<std::string>& flows = asked.admitted.warrant.flows;
  const std::shared_ptr<const HeldRun> before = held_.Last(model.provider, model.period_start);
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const HeldRun> held,
                      HeldRun::Make(std::move(model), std::move(ledger),
                                    SegmentsOf(world_.live, asked.question.subject, asked.question.datasets, flows),
                                    before.get()));
  const CostRun& run = held->run();
  const EventCosts costs = CostsOf(run, held->segments());
  storage::v1::CostRunRecord record = RecordOf(run, costs);
  record.set_request_id(request.request_id());
  record.set_request_digest(digest);
  record.set_draft(request.draft());
  record.mutable_datasets()->Add(asked.question.datasets.begin(), asked.question.datasets.end());
  record.mutable_flows()->Add(flows.begin(), flows.end());
  storage::v1::CostRunInputsRecord inputs;
  inputs.set_ledger_csv(request.ledger_csv());
  inputs.set_model_yaml(request.model_yaml());
  inputs.mutable_datasets()->Add(asked.question.datasets.begin(), asked.question.datasets.end());
  inputs.mutable_flows()->Add(flows.begin(), flows.end());
  const RunStore::Commit commit = [&](std::string body, Batch batch) {
    return world_.releases.LogRun(std::move(body), std::move(batch), call.deadline());
  };
  const absl::StatusOr<storage::v1::CostRunRecord> saved =
      world_.runs.Save(std::move(record), inputs, costs, commit, call.deadline());
  if (absl::IsAborted(saved.status())) {
    // The same request, sent twice at once: the other was first.
    SH_ASSIGN_OR_RETURN(const auto first, world_.runs.FindRequest(request.request_id(), call.deadline()));
    if (first.has_value()) return RunAgain(world_, *first, digest);
  }
  SH_RETURN_IF_ERROR(saved);
  held_.Hold(saved->run(), held);
  if (!request.draft()) SH_RETURN_IF_ERROR(RefreshSegments(world_));
  return ResponseOf(*saved);
}

}  // namespace safehaven::costing
