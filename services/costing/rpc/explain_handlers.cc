#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/status.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/reference_costs.h"
#include "services/costing/core/run_diff.h"
#include "services/costing/rpc/handlers.h"
#include "services/costing/rpc/money_wire.h"

namespace safehaven::costing {
namespace {

constexpr size_t kRunsListedMax = 1'000;
constexpr uint32_t kEventsDefault = 100, kEventsMax = 10'000;
constexpr int64_t kSmallestE4 = 10;      // of the words: parts below a thousandth are summed up
constexpr size_t kPictureNodesMax = 12;  // a stage
constexpr std::array<const char*, kFlowStageCount> kStages = {"account", "support", "pool", "resource", "activity", "figure"};

v1::RunState StateOf(RunStore::State state) {
  switch (state) {
    case RunStore::State::kDraft:
      return v1::RUN_STATE_DRAFT;
    case RunStore::State::kCurrent:
      return v1::RUN_STATE_CURRENT;
    case RunStore::State::kSuperseded:
      return v1::RUN_STATE_SUPERSEDED;
  }
  return v1::RUN_STATE_UNSPECIFIED;
}

// Costs of one run by event of `batches`. What is kept of a run says what an event costs, not
// whether it has lines, so here activity is events with a cost other than 0, on both sides of
// every comparison.
struct CostColumns {
  std::vector<int64_t> cost_e8;
  std::vector<uint8_t> is_costed;
};

std::vector<uint8_t> FlagsOf(std::span<const int64_t> cost_e8) {
  std::vector<uint8_t> flags;
  for (const int64_t cost : cost_e8) flags.push_back(cost != 0 ? 1 : 0);
  return flags;
}

CostColumns ColumnsOf(const EventCosts& costs, std::span<const EventColumns* const> batches) {
  CostColumns columns;
  for (const EventColumns* batch : batches) {
    for (const RecordKey& key : batch->keys) {
      const auto at = costs.find(absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
      columns.cost_e8.push_back(at == costs.end() ? 0 : at->second);
    }
  }
  columns.is_costed = FlagsOf(columns.cost_e8);
  return columns;
}

// In millionths, as text; empty where nothing is expected.
std::string IndexText(const std::optional<int128>& index_e6) {
  return index_e6 ? FineMoney(*index_e6 * 10'000'000'000).ToString(6) : "";
}

v1::CompareRunsResponse ResponseOf(const RunDifference& difference, size_t event_count_max) {
  v1::CompareRunsResponse response;
  response.set_event_count(static_cast<uint64_t>(difference.event_count));
  response.set_changed_event_count(difference.events.size());
  for (size_t i = 0; i < std::min(difference.events.size(), event_count_max); ++i) {
    const EventDifference& event = difference.events[i];
    v1::EventChange* change = response.add_events();
    change->set_record_key(event.key.data(), event.key.size());
    *change->mutable_before() = MoneyToProto(event.before.e8_pounds());
    *change->mutable_after() = MoneyToProto(event.after.e8_pounds());
  }
  for (const CurrencyDifference& currency : difference.currencies) {
    v1::CurrencyChange* change = response.add_currencies();
    change->set_point_of_delivery(currency.point_of_delivery);
    change->set_currency(currency.currency);
    change->set_activity_before(currency.activity_before);
    change->set_activity_after(currency.activity_after);
    *change->mutable_before() = MoneyToProto(currency.before.e8_pounds());
    *change->mutable_after() = MoneyToProto(currency.after.e8_pounds());
  }
  for (const IndexDifference& line : difference.index) {
    v1::IndexChange* change = response.add_index();
    change->set_department(line.department);
    change->set_before(IndexText(line.before_e6));
    change->set_after(IndexText(line.after_e6));
  }
  return response;
}

void SetFlow(const Flow& flow, bool with_picture, v1::ExplainCostResponse& response) {
  response.set_title(flow.title);
  *response.mutable_total() = MoneyToProto(flow.total.e8_pounds());
  for (const FlowNode& from : flow.nodes) {
    v1::FlowNode* node = response.add_nodes();
    node->set_stage(kStages[static_cast<size_t>(from.stage)]);
    node->set_id(from.id);
    node->set_name(from.name);
    *node->mutable_amount() = MoneyToProto(from.amount.e8_pounds());
    node->set_why(from.why);
  }
  for (const FlowLink& from : flow.links) {
    v1::FlowLink* link = response.add_links();
    link->set_from(static_cast<uint32_t>(from.from));
    link->set_to(static_cast<uint32_t>(from.to));
    *link->mutable_amount() = MoneyToProto(from.amount.e8_pounds());
  }
  response.set_words(FlowText(flow, kSmallestE4));
  if (with_picture) response.set_picture(FlowSvg(flow, kPictureNodesMax));
}

// ", currency AA01A" for each value that is given.
std::string FilterText(const v1::FigureFilter& filter) {
  std::string text;
  for (const auto& [name, value] :
       {std::pair("feed", &filter.feed()), std::pair("point of delivery", &filter.point_of_delivery()),
        std::pair("currency", &filter.currency()), std::pair("treatment function", &filter.treatment_function())}) {
    if (!value->empty()) absl::StrAppend(&text, ", ", name, " ", *value);
  }
  return text;
}

// What a request asks about, for the log. It was answered, so it is well formed.
std::string FigureText(const v1::ExplainCostRequest& request) {
  if (request.has_record_key()) return absl::StrCat("event ", absl::BytesToHexString(request.record_key()));
  if (request.has_account()) return absl::StrCat("account ", request.account());
  return absl::StrCat("events", FilterText(request.events()));
}

absl::StatusOr<Flow> FlowOf(const v1::ExplainCostRequest& request, const Ledger& ledger, const HeldRun::Explanations& of,
                            v1::ExplainCostResponse& response) {
  switch (request.figure_case()) {
    case v1::ExplainCostRequest::kRecordKey: {
      RecordKey key{};
      if (request.record_key().size() != key.size()) return InvalidArgument("FIELD_INVALID", "record_key: must have 16 bytes");
      std::copy(request.record_key().begin(), request.record_key().end(), key.begin());
      const std::optional<uint32_t> event = of.index.Find(key);
      if (!event) return NotFound("EVENT_UNKNOWN", "the run has no such event");
      response.set_event_count(1);
      return of.explainer.Down("cost of an event", of.index.OfEvent(*event), of.index);
    }
    case v1::ExplainCostRequest::kEvents: {
      const v1::FigureFilter& wanted = request.events();
      const FigureFilter filter = {wanted.feed(), wanted.point_of_delivery(), wanted.currency(), wanted.treatment_function()};
      response.set_event_count(static_cast<uint64_t>(of.index.EventCount(filter)));
      if (response.event_count() == 0) return NotFound("EVENT_UNKNOWN", "the run has no such events");
      const std::string title = absl::StrCat("cost of all events", FilterText(wanted));
      return of.explainer.Down(title, of.index.Of(filter), of.index);
    }
    case v1::ExplainCostRequest::kAccount: {
      SH_ASSIGN_OR_RETURN(const AccountName account, FindAccount(ledger, request.account()));
      return of.explainer.Up(account.cost_centre, account.account, of.index);
    }
    case v1::ExplainCostRequest::FIGURE_NOT_SET:
      break;
  }
  return InvalidArgument("FIELD_INVALID", "figure: say what is to be explained");
}

absl::Status NotDecided(absl::string_view what) {
  return PermissionDenied("RUN_NOT_DECIDED", absl::StrCat("the run has ", what, " that the warrant does not cover"));
}

absl::Status CheckDays(const storage::v1::CostRunRecord& run, const Question& question) {
  const bool covers = question.first_day.days_since_1970() <= run.first_day() && run.last_day() <= question.last_day.days_since_1970();
  return covers ? absl::OkStatus() : NotDecided("days");
}

// `decided` and `used` in any order.
template <typename Names>
bool AreAmong(const Names& used, const std::vector<std::string>& decided) {
  return std::all_of(used.begin(), used.end(), [&decided](const std::string& name) {
    return std::find(decided.begin(), decided.end(), name) != decided.end();
  });
}

}  // namespace

absl::Status RunHandlers::CheckDecided(const storage::v1::CostRunRecord& record, const AdmittedQuestion& asked,
                                       absl::Time deadline) {
  SH_RETURN_IF_ERROR(CheckDays(record, asked.question));
  storage::v1::CostRunInputsRecord inputs;
  if (record.datasets().empty()) {
    SH_ASSIGN_OR_RETURN(inputs, world_.runs.Inputs(record.run(), deadline));
  } else {
    *inputs.mutable_datasets() = record.datasets();
    *inputs.mutable_flows() = record.flows();
  }
  if (!AreAmong(inputs.datasets(), asked.question.datasets)) return NotDecided("data sets");
  return AreAmong(inputs.flows(), asked.admitted.warrant.flows) ? absl::OkStatus() : NotDecided("flows");
}

absl::StatusOr<storage::v1::CostRunRecord> RunHandlers::DecidedRun(uint64_t run, const AdmittedQuestion& asked,
                                                                   absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(storage::v1::CostRunRecord record, world_.runs.Get(run, asked.question.subject, deadline));
  SH_RETURN_IF_ERROR(CheckDecided(record, asked, deadline));
  return record;
}

absl::Status RunHandlers::LogReading(const std::string& purpose, const AdmittedQuestion& asked, v1::CostRunReading reading,
                                     absl::Time deadline) {
  const Warrant& warrant = asked.admitted.warrant;
  reading.set_provider(asked.question.subject);
  reading.set_organisation(warrant.organisation);
  reading.set_read_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  reading.set_warrant(warrant.id);
  reading.set_warrant_index(asked.admitted.leaf_index);
  return world_.releases.LogReading(purpose, warrant.id, warrant.expire_time, reading.SerializeAsString(), deadline);
}

absl::StatusOr<AdmittedQuestion> RunHandlers::AdmitFor(const std::string& purpose, const Call& call,
                                                       const type::v1::PresentedWarrant& warrant,
                                                       const type::v1::Question& question) {
  SH_ASSIGN_OR_RETURN(AdmittedQuestion asked, Admit(world_, call, warrant, question, Operation::kCost));
  SH_RETURN_IF_ERROR(world_.releases.UseFor(purpose, asked.admitted.warrant.id, asked.admitted.warrant.expire_time,
                                            call.deadline()));
  return asked;
}

absl::StatusOr<v1::ListRunsResponse> RunHandlers::ListRuns(const Call& call, const v1::ListRunsRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked, AdmitFor("list runs", call, request.warrant(), request.question()));
  SH_ASSIGN_OR_RETURN(const auto listed, world_.runs.List(asked.question.subject, kRunsListedMax, call.deadline()));
  v1::ListRunsResponse response;
  response.set_complete(listed.second);
  for (const RunStore::Listed& run : listed.first) {
    const absl::Status decided = CheckDecided(run.record, asked, call.deadline());
    if (ReasonOf(decided) == "RUN_NOT_DECIDED" || ReasonOf(decided) == "RUN_NOT_REPEATABLE") {
      response.set_undecided_count(response.undecided_count() + 1);
      continue;
    }
    SH_RETURN_IF_ERROR(decided);
    v1::RunSummary* summary = response.add_runs();
    summary->set_run(run.record.run());
    summary->set_state(StateOf(run.state));
    summary->set_first_day(run.record.first_day());
    summary->set_last_day(run.record.last_day());
    summary->set_model_version(run.record.model_version());
    *summary->mutable_ledger_total() = MoneyToProto(run.record.ledger_total_e8());
    summary->set_event_count(run.record.event_count());
    summary->set_certificate(absl::BytesToHexString(run.record.certificate()));
  }
  return response;
}

absl::StatusOr<v1::PublishRunResponse> RunHandlers::PublishRun(const Call& call, const v1::PublishRunRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked, AdmitFor(absl::StrCat("publish ", request.run()), call,
                                                             request.warrant(), request.question()));
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord record, DecidedRun(request.run(), asked, call.deadline()));
  SH_ASSIGN_OR_RETURN(const uint64_t current, world_.runs.Current(record, call.deadline()));
  v1::PublishRunResponse response;
  if (current == record.run()) {
    // Perhaps by a publication whose answer was lost before answers were made of it.
    SH_RETURN_IF_ERROR(RefreshSegments(world_));
    return response;
  }
  storage::v1::CostRunPublicationRecord publication;
  publication.set_run(record.run());
  publication.set_superseded_run(current);
  publication.set_provider(record.provider());
  publication.set_publish_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  publication.set_warrant(asked.admitted.warrant.id);
  const RunStore::Commit commit = [&](std::string body, Batch batch) {
    return world_.releases.LogPublication(std::move(body), std::move(batch), call.deadline());
  };
  SH_RETURN_IF_ERROR(world_.runs.Publish(record, current, publication.SerializeAsString(), commit, call.deadline()));
  SH_RETURN_IF_ERROR(RefreshSegments(world_));
  response.set_superseded_run(current);
  return response;
}

absl::StatusOr<v1::CompareRunsResponse> RunHandlers::CompareRuns(const Call& call, const v1::CompareRunsRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked, Admit(world_, call, request.warrant(), request.question(), Operation::kCost));
  const std::string& provider = asked.question.subject;
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord before, world_.runs.Get(request.before(), provider, call.deadline()));
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord after, world_.runs.Get(request.after(), provider, call.deadline()));
  if (before.first_day() != after.first_day() || before.last_day() != after.last_day()) {
    return FailedPrecondition("RUNS_NOT_COMPARABLE", "the runs are of different periods");
  }
  SH_RETURN_IF_ERROR(CheckDays(before, asked.question));
  if (request.event_count_max() > kEventsMax) return InvalidArgument("FIELD_INVALID", "event_count_max: at most 10000");
  const std::vector<SharedSegment> segments =
      SegmentsOf(world_.live, provider, asked.question.datasets, asked.admitted.warrant.flows);
  std::vector<const EventColumns*> batches;
  for (const SharedSegment& segment : segments) batches.push_back(&segment->events);
  SH_ASSIGN_OR_RETURN(const EventCosts costs_before, world_.runs.Costs(before.run(), call.deadline()));
  SH_ASSIGN_OR_RETURN(const EventCosts costs_after, world_.runs.Costs(after.run(), call.deadline()));
  const CostColumns then = ColumnsOf(costs_before, batches), now = ColumnsOf(costs_after, batches);
  SH_ASSIGN_OR_RETURN(const RunDifference difference, DiffRuns({batches, then.cost_e8, then.is_costed},
                                                               {batches, now.cost_e8, now.is_costed}, nullptr));
  v1::CostRunReading reading;
  reading.set_run(after.run());
  reading.set_other_run(before.run());
  reading.set_figure("comparison");
  SH_RETURN_IF_ERROR(LogReading("compare runs", asked, std::move(reading), call.deadline()));
  return ResponseOf(difference, request.event_count_max() == 0 ? kEventsDefault : request.event_count_max());
}

absl::StatusOr<std::shared_ptr<const HeldRun>> RunHandlers::Held(const storage::v1::CostRunRecord& record,
                                                                 absl::Time deadline) {
  if (std::shared_ptr<const HeldRun> held = held_.Find(record.run())) return held;
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunInputsRecord inputs, world_.runs.Inputs(record.run(), deadline));
  SH_ASSIGN_OR_RETURN(Ledger ledger, ReadLedgerCsv(inputs.ledger_csv()));
  SH_ASSIGN_OR_RETURN(CostModel model, ParseCostModel(inputs.model_yaml()));
  const std::vector<std::string> datasets(inputs.datasets().begin(), inputs.datasets().end());
  const std::vector<std::string> flows(inputs.flows().begin(), inputs.flows().end());
  SH_ASSIGN_OR_RETURN(std::shared_ptr<const HeldRun> held,
                      HeldRun::Make(std::move(model), std::move(ledger),
                                    SegmentsOf(world_.live, record.provider(), datasets, flows), nullptr));
  // The same inputs give the same certificate: another one is a run of other activity.
  if (held->run().certificate.digest != record.certificate()) {
    return FailedPrecondition("RUN_NOT_REPEATABLE", "activity that the run was made of has changed since");
  }
  held_.Hold(record.run(), held);
  return held;
}

absl::Status RunHandlers::ExplainIndex(const v1::ExplainCostRequest& request, const AdmittedQuestion& asked,
                                       const HeldRun& held, absl::Time deadline, v1::ExplainCostResponse& response) {
  if (!request.has_events() || !request.events().feed().empty() || !request.events().treatment_function().empty()) {
    return InvalidArgument("FIELD_INVALID", "index_against_run: an index is of points of delivery and currencies");
  }
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord against, DecidedRun(request.index_against_run(), asked, deadline));
  SH_ASSIGN_OR_RETURN(const EventCosts costs, world_.runs.Costs(against.run(), deadline));
  const CostColumns standard_costs = ColumnsOf(costs, held.batches());
  SH_ASSIGN_OR_RETURN(const Schedule standard,
                      MakeSchedule("standard", ProviderCostsOf({held.batches(), standard_costs.cost_e8, standard_costs.is_costed})));
  const std::vector<uint8_t> flags = FlagsOf(held.run().event_cost_e8);
  std::vector<ProviderCost> actual = ProviderCostsOf({held.batches(), held.run().event_cost_e8, flags});
  const v1::FigureFilter& filter = request.events();
  std::erase_if(actual, [&filter](const ProviderCost& cost) {
    return (!filter.point_of_delivery().empty() && cost.department != filter.point_of_delivery()) ||
           (!filter.currency().empty() && cost.currency != filter.currency());
  });
  SH_ASSIGN_OR_RETURN(const Schedule schedule, MakeSchedule("actual", actual));
  const std::vector<IndexLine> lines = CompareSchedules(schedule, standard, {});
  if (!lines.empty()) response.set_index(IndexText(lines.back().index_e6));
  std::map<std::pair<std::string, std::string>, FineMoney> unit_costs;
  for (const ScheduleRow& row : standard.rows) {
    if (row.unit_cost) unit_costs.emplace(std::pair(row.department, row.currency), *row.unit_cost);
  }
  std::vector<std::pair<int128, v1::IndexPart>> parts;
  for (const ProviderCost& cost : actual) {
    v1::IndexPart part;
    part.set_department(cost.department);
    part.set_currency(cost.currency);
    part.set_activity(cost.activity);
    *part.mutable_actual() = MoneyToProto(cost.cost.e8_pounds());
    const auto at = unit_costs.find({cost.department, cost.currency});
    int128 distance = 0;
    if (at != unit_costs.end()) {
      const FineMoney expected(at->second.e16_pounds() * cost.activity);
      part.set_expected(expected.ToString(8));
      distance = FineMoney(cost.cost).e16_pounds() - expected.e16_pounds();
    }
    parts.emplace_back(distance < 0 ? distance : -distance, std::move(part));
  }
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [distance, part] : parts) *response.add_index_parts() = std::move(part);
  return absl::OkStatus();
}

absl::StatusOr<v1::ExplainCostResponse> RunHandlers::ExplainCost(const Call& call, const v1::ExplainCostRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked, Admit(world_, call, request.warrant(), request.question(), Operation::kCost));
  SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord record, DecidedRun(request.run(), asked, call.deadline()));
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const HeldRun> held, Held(record, call.deadline()));
  SH_ASSIGN_OR_RETURN(const HeldRun::Explanations* of, held->Explain());
  v1::ExplainCostResponse response;
  SH_ASSIGN_OR_RETURN(const Flow flow, FlowOf(request, held->ledger(), *of, response));
  SetFlow(flow, request.with_picture(), response);
  if (request.index_against_run() != 0) SH_RETURN_IF_ERROR(ExplainIndex(request, asked, *held, call.deadline(), response));
  v1::CostRunReading reading;
  reading.set_run(request.run());
  reading.set_other_run(request.index_against_run());
  reading.set_figure(FigureText(request));
  SH_RETURN_IF_ERROR(LogReading(absl::StrCat("explain ", request.run()), asked, std::move(reading), call.deadline()));
  return response;
}

}  // namespace safehaven::costing
