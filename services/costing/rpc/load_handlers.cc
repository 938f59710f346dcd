#include <algorithm>
#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"
#include "libs/separation/record_keys.h"
#include "libs/warrant/catalogue.h"
#include "libs/warrant/wire.h"
#include "services/costing/rpc/handlers.h"

namespace safehaven::costing {
namespace {

constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
constexpr int kReplacedMax = 1000;
// Events of living memory, so that tables by day stay small: 1900-01-01 to 2199-12-31.
constexpr int32_t kEventDayMin = -25'567;
constexpr int32_t kEventDayMax = 84'005;

storage::v1::LoadRecord FactsOf(const v1::OpenLoadRequest& request) {
  storage::v1::LoadRecord facts;
  facts.set_load(request.load());
  facts.set_flow(request.flow());
  facts.set_source(request.source());
  facts.set_dataset(request.dataset());
  facts.set_provider(request.provider());
  facts.mutable_replaces()->CopyFrom(request.replaces());
  facts.mutable_driver_columns()->CopyFrom(request.driver_columns());
  facts.set_join_key(request.join_key());
  return facts;
}

// What segments can hold (core/segment.h): two columns of one name, or a name that is too
// long, could not be read again.
absl::Status CheckDriverColumns(const std::vector<std::string>& names) {
  if (names.size() > kDriverColumnsMax) return InvalidArgument("FIELD_INVALID", "driver_columns: too many");
  for (const std::string& name : names) {
    if (name.empty() || name.size() > kSegmentIdMax) {
      return InvalidArgument("FIELD_INVALID", "driver_columns: a name is empty or too long");
    }
  }
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
    return InvalidArgument("FIELD_INVALID", "driver_columns: a name is there twice");
  }
  return absl::OkStatus();
}

// The load that is opened must be what the warrant is for, from who says so.
absl::Status CheckOpening(const Call& call, const v1::OpenLoadRequest& request, const Warrant& warrant,
                          const Question& question) {
  const bool flow_ok = request.flow() == question.subject &&
                       std::find(warrant.flows.begin(), warrant.flows.end(), request.flow()) != warrant.flows.end();
  if (!flow_ok) return PermissionDenied("LOAD_FLOW", "the load is of another flow than was decided");
  if (question.datasets != std::vector<std::string>{request.dataset()}) {
    return PermissionDenied("LOAD_DATASET", "the load is of another data set than was decided");
  }
  const DatasetInfo* dataset = FindDataset(request.dataset());
  const bool source_ok = dataset != nullptr && dataset->source == request.source() &&
                         call.peer().spiffe_path == absl::StrCat("source/", request.source());
  if (!source_ok) return PermissionDenied("LOAD_SOURCE", "the load is of another source than the program that sends it");
  if (request.join_key().size() != kJoinKeyBytes) return InvalidArgument("JOIN_KEY_MALFORMED", "a join key is 32 bytes");
  if (!OdsCode::Parse(request.provider()).ok()) return InvalidArgument("FIELD_INVALID", "provider: is no ODS code");
  return CheckDriverColumns({request.driver_columns().begin(), request.driver_columns().end()});
}

// Only loads of the same program, flow and data set can be replaced: nobody takes away
// what another source sent, or what another agreement brought.
absl::Status CheckReplaced(StagedLoads& loads, const v1::OpenLoadRequest& request, absl::Time deadline) {
  if (request.replaces_size() > kReplacedMax) return InvalidArgument("FIELD_INVALID", "replaces: too many");
  std::set<std::string> names;
  for (const std::string& replaced : request.replaces()) {
    if (!names.insert(replaced).second) return InvalidArgument("FIELD_INVALID", "replaces: a load is named twice");
    SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord old, loads.Get(replaced, deadline));
    const bool own = old.source() == request.source() && old.flow() == request.flow() &&
                     old.dataset() == request.dataset() && replaced != request.load();
    if (!own) return PermissionDenied("LOAD_REPLACES", "a load replaces others of its own source, flow and data set");
  }
  return absl::OkStatus();
}

absl::StatusOr<RecordKey> KeyOf(const std::string& bytes) {
  RecordKey key;
  if (bytes.size() != key.size()) return InvalidArgument("RECORD_KEY_MALFORMED", "a record key is 16 bytes");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

// What the builder does not look at, because a costing run or a stored segment need not.
absl::Status CheckRow(const v1::PayloadRow& row) {
  if (row.start_day() < kEventDayMin || row.end_day() > kEventDayMax) {
    return InvalidArgument("EVENT_INVALID", "start_date, end_date: are not between 1900 and 2199");
  }
  if (std::any_of(row.drivers().begin(), row.drivers().end(), [](int64_t value) { return value < 0; })) {
    return InvalidArgument("DRIVER_NEGATIVE", "drivers: a quantity is below 0");
  }
  return absl::OkStatus();
}

// The batch as columns, with a secret random cell key a record.
absl::StatusOr<PayloadBatch> BatchOf(const storage::v1::LoadRecord& load, const v1::AppendPayloadRequest& request,
                                     Randomness& randomness) {
  EventColumnsBuilder builder({load.driver_columns().begin(), load.driver_columns().end()});
  PayloadBatch batch = {.segment = {.flow = load.flow(),
                                    .dataset = load.dataset(),
                                    .provider = load.provider(),
                                    .load = load.load(),
                                    .run = ""}};
  uint64_t row_number = request.offset();
  for (const v1::PayloadRow& row : request.rows()) {
    const std::string place = absl::StrCat("row ", row_number++);
    absl::StatusOr<RecordKey> key = KeyOf(row.record_key());
    if (!key.ok()) return WithContext(key.status(), place);
    if (row.deleted()) {
      batch.deleted.push_back(*key);
      continue;
    }
    const absl::Status checked = CheckRow(row);
    if (!checked.ok()) return WithContext(checked, place);
    const absl::StatusOr<Restriction> restriction = ParseRestriction(row.restriction());
    if (!restriction.ok()) return WithContext(restriction.status(), place);
    const absl::Status appended = builder.Append({.key = *key,
                                                  .feed = row.feed(),
                                                  .point_of_delivery = row.point_of_delivery(),
                                                  .currency = row.currency(),
                                                  .treatment_function = row.treatment_function(),
                                                  .start = CivilDay(row.start_day()),
                                                  .end = CivilDay(row.end_day()),
                                                  .restriction = *restriction,
                                                  .drivers = {row.drivers().data(), static_cast<size_t>(row.drivers_size())}});
    if (!appended.ok()) return WithContext(appended, place);
  }
  batch.segment.events = builder.Finish();
  batch.segment.cell_keys.resize(batch.segment.events.row_count());
  const std::string random = randomness.Bytes(batch.segment.cell_keys.size() * sizeof(uint32_t));
  // Not of nothing: memcpy takes no null pointer, and an empty batch has one.
  if (!random.empty()) std::memcpy(batch.segment.cell_keys.data(), random.data(), random.size());
  return batch;
}

}  // namespace

LinkageCalls MakeLinkageCalls(Client& client) {
  LinkageCalls calls;
  calls.get_load = [&client](const std::string& load) {
    linkage::v1::GetLoadRequest request;
    request.set_load(load);
    return client.CallUnary<linkage::v1::GetLoadResponse>(kLinkage, "GetLoad", request, {});
  };
  calls.confirm_load = [&client](const std::string& load, uint64_t row_count) {
    linkage::v1::ConfirmLoadRequest request;
    request.set_load(load);
    request.set_row_count(row_count);
    return client.CallUnary<linkage::v1::ConfirmLoadResponse>(kLinkage, "ConfirmLoad", request, {}).status();
  };
  calls.resolve_inquiry = [&client](const linkage::v1::ResolveInquiryRequest& request) {
    return client.CallUnary<linkage::v1::ResolveInquiryResponse>(kLinkage, "ResolveInquiry", request, {});
  };
  calls.resolve_persons = [&client](const linkage::v1::ResolvePersonsRequest& request) {
    return client.CallUnary<linkage::v1::ResolvePersonsResponse>(kLinkage, "ResolvePersons", request, {});
  };
  return calls;
}

absl::StatusOr<AdmittedQuestion> Admit(const CostingWorld& world, const Call& call,
                                       const type::v1::PresentedWarrant& warrant,
                                       const type::v1::Question& question, Operation operation) {
  AdmittedQuestion asked;
  SH_ASSIGN_OR_RETURN(asked.question, QuestionFromProto(question));
  SH_ASSIGN_OR_RETURN(const ProvenLeaf leaf, ProvenLeafFromProto(warrant.proof()));
  SH_ASSIGN_OR_RETURN(asked.admitted,
                      world.consent.Admit(leaf, {.question = &asked.question,
                                                 .operation = operation,
                                                 .presenter_thumbprint = call.peer().thumbprint}));
  asked.incarnation = asked.admitted.warrant.register_revision.incarnation;
  return asked;
}

absl::Status RefreshSegments(CostingWorld& world) {
  const absl::Time deadline = absl::InfiniteFuture();
  const uint64_t reading = world.live.BeginReading();
  SH_ASSIGN_OR_RETURN(const EventCosts costs, world.runs.CurrentCosts(deadline));
  SH_ASSIGN_OR_RETURN(std::vector<SharedSegment> segments, world.activity.Visible(costs, deadline));
  return world.live.SetSegments(reading, std::move(segments));
}

absl::StatusOr<v1::OpenLoadResponse> LoadHandlers::OpenLoad(const Call& call, const v1::OpenLoadRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked,
                      Admit(world_, call, request.warrant(), request.question(), Operation::kCollect));
  SH_RETURN_IF_ERROR(CheckOpening(call, request, asked.admitted.warrant, asked.question));
  SH_RETURN_IF_ERROR(CheckReplaced(world_.activity.loads(), request, call.deadline()));
  SH_RETURN_IF_ERROR(world_.releases.UseFor(absl::StrCat("load ", request.load()), asked.admitted.warrant.id,
                                            asked.admitted.warrant.expire_time, call.deadline()));
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord load,
                      world_.activity.loads().Open(FactsOf(request), call.deadline()));
  v1::OpenLoadResponse response;
  response.set_next_offset(load.row_count());
  response.set_closed(load.phase() != storage::v1::LOAD_PHASE_OPEN);
  return response;
}

absl::StatusOr<uint64_t> LoadHandlers::AppendBatch(const Call& call, const storage::v1::LoadRecord& load,
                                                   const v1::AppendPayloadRequest& request) {
  SH_ASSIGN_OR_RETURN(const PayloadBatch batch, BatchOf(load, request, world_.randomness));
  const absl::StatusOr<uint64_t> next =
      world_.activity.loads().Append(load.load(),
                                     {.offset = request.offset(),
                                      .row_count = static_cast<uint64_t>(request.rows_size()),
                                      .bytes = SerialiseBatch(batch)},
                                     call.deadline());
  if (ReasonOf(next.status()) != "OFFSET_WRITTEN") return next;
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord now, world_.activity.loads().Get(load.load(), call.deadline()));
  return now.row_count();  // harmless on retry
}

absl::Status LoadHandlers::AppendPayload(const Call& call, Reader<v1::AppendPayloadRequest>& reader,
                                         Writer<v1::AppendPayloadResponse>& writer) {
  storage::v1::LoadRecord load;
  v1::AppendPayloadRequest request;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Read(request));
    if (!any) return absl::OkStatus();
    if (load.load().empty()) {
      SH_ASSIGN_OR_RETURN(load, world_.activity.loads().Get(request.load(), call.deadline()));
      if (call.peer().spiffe_path != absl::StrCat("source/", load.source())) {
        return PermissionDenied("LOAD_SOURCE", "the load is another source's");
      }
    }
    if (!request.load().empty() && request.load() != load.load()) {
      return InvalidArgument("FIELD_INVALID", "load: a stream is for one load");
    }
    const absl::StatusOr<uint64_t> next = AppendBatch(call, load, request);
    if (absl::IsUnavailable(next.status()) || absl::IsDeadlineExceeded(next.status())) return next.status();
    v1::AppendPayloadResponse response;
    if (next.ok()) {
      response.set_next_offset(*next);
    } else {
      response.set_error_reason(ReasonOf(next.status()));
      response.set_error_message(std::string(next.status().message()));
    }
    SH_RETURN_IF_ERROR(writer.Write(response));
  }
}

absl::StatusOr<v1::CloseLoadResponse> LoadHandlers::CloseLoad(const Call& call, const v1::CloseLoadRequest& request) {
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord load,
                      world_.activity.loads().Get(request.load(), call.deadline()));
  if (call.peer().spiffe_path != absl::StrCat("source/", load.source())) {
    return PermissionDenied("LOAD_SOURCE", "the load is another source's");
  }
  SH_RETURN_IF_ERROR(world_.activity.loads().Close(request.load(), request.row_count(), call.deadline()));
  SH_ASSIGN_OR_RETURN(const linkage::v1::GetLoadResponse other, world_.linkage.get_load(request.load()));
  if (other.state() == linkage::v1::LOAD_STATE_OPEN || other.state() == linkage::v1::LOAD_STATE_UNSPECIFIED) {
    return FailedPrecondition("LOAD_HALF_OPEN", "linkage's half is not closed: close it first");
  }
  if (other.row_count() != request.row_count()) {
    return FailedPrecondition("LOAD_COUNT_MISMATCH", absl::StrCat("linkage's half has ", other.row_count(), " rows, not ",
                                                                  request.row_count()));
  }
  SH_RETURN_IF_ERROR(world_.activity.loads().MakeVisible(request.load(), request.row_count(), call.deadline()));
  // Events are live here before linkage may link them: a crosswalk is read against what
  // is live, and would lose records that came after it.
  SH_RETURN_IF_ERROR(RefreshSegments(world_));
  SH_RETURN_IF_ERROR(world_.linkage.confirm_load(request.load(), request.row_count()));
  v1::CloseLoadResponse response;
  response.set_visible(true);
  return response;
}

absl::Status LoadHandlers::ConfirmVisibleLoads(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<storage::v1::LoadRecord> loads, world_.activity.loads().List(deadline));
  for (const storage::v1::LoadRecord& load : loads) {
    if (load.phase() != storage::v1::LOAD_PHASE_VISIBLE) continue;
    SH_RETURN_IF_ERROR(world_.linkage.confirm_load(load.load(), load.row_count()));
  }
  return absl::OkStatus();
}

}  // namespace safehaven::costing
