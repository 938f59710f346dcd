#include "cli/operations/load.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/operations/decide.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
constexpr char kCosting[] = "safehaven.costing.v1.CostingService";
constexpr uint64_t kBatchRows = 4096;
// Batches sent before the first acknowledgement is waited for.
constexpr int kWindow = 4;

Question CollectQuestion(const LoadPlan& plan) {
  return {.approval = plan.approval,
          .purpose = Purpose::kCommissioningPlanning,
          .operation = Operation::kCollect,
          .identifiability = Identifiability::kIdentifiable,
          .subject = plan.descriptor.flow,
          .commissioner = "",
          .list_day = CivilDay(),
          .first_day = plan.descriptor.first_day,
          .last_day = plan.descriptor.last_day,
          .datasets = {plan.descriptor.dataset}};
}

// Reads one acknowledgement.
template <typename Request, typename Response>
absl::Status ReadAcknowledgement(ClientStream<Request, Response>& stream) {
  Response response;
  SH_ASSIGN_OR_RETURN(const bool any, stream.Read(response));
  if (!any) {
    SH_RETURN_IF_ERROR(stream.Finish());
    return Unavailable("STREAM_ENDED", "the service ended the stream before it acknowledged all");
  }
  if (!response.error_reason().empty()) return InvalidArgument(response.error_reason(), response.error_message());
  return absl::OkStatus();
}

// Sends rows from `offset` on, in batches, each acknowledged when durable.
template <typename Request, typename Response, typename Row>
absl::Status StreamRows(Client& client, const char* service, const char* method, const std::string& load,
                        const std::vector<Row>& rows, uint64_t offset, const std::function<void(uint64_t)>& sent) {
  if (offset >= rows.size()) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(auto stream,
                      (client.OpenStream<Request, Response>(service, method, {})));
  int waiting = 0;
  bool first = true;
  while (offset < rows.size() || waiting > 0) {
    if (offset < rows.size() && waiting < kWindow) {
      Request request;
      if (first) request.set_load(load);
      first = false;
      request.set_offset(offset);
      const uint64_t end = std::min<uint64_t>(offset + kBatchRows, rows.size());
      for (uint64_t i = offset; i < end; ++i) *request.add_rows() = rows[i];
      if (!stream.Write(request)) return stream.Finish();
      offset = end;
      ++waiting;
      continue;
    }
    SH_RETURN_IF_ERROR(ReadAcknowledgement(stream));
    --waiting;
    sent(offset);
  }
  stream.CloseWrites();
  return stream.Finish();
}

absl::StatusOr<linkage::v1::OpenLoadResponse> OpenIdentityHalf(Client& client, const LoadPlan& plan,
                                                              const Question& question,
                                                              const type::v1::ProvenLeaf& warrant) {
  linkage::v1::OpenLoadRequest request;
  *request.mutable_warrant()->mutable_proof() = warrant;
  *request.mutable_question() = QuestionToProto(question);
  request.set_load(plan.load);
  request.set_flow(plan.descriptor.flow);
  request.set_source(plan.descriptor.source);
  request.set_dataset(plan.descriptor.dataset);
  request.mutable_replaces()->Assign(plan.replaces.begin(), plan.replaces.end());
  return client.CallUnary<linkage::v1::OpenLoadResponse>(kLinkage, "OpenLoad", request, {});
}

absl::StatusOr<costing::v1::OpenLoadResponse> OpenPayloadHalf(Client& client, const LoadPlan& plan,
                                                             const Question& question,
                                                             const type::v1::ProvenLeaf& warrant,
                                                             const SourceKeys& keys) {
  costing::v1::OpenLoadRequest request;
  *request.mutable_warrant()->mutable_proof() = warrant;
  *request.mutable_question() = QuestionToProto(question);
  request.set_load(plan.load);
  request.set_flow(plan.descriptor.flow);
  request.set_source(plan.descriptor.source);
  request.set_dataset(plan.descriptor.dataset);
  request.set_provider(plan.descriptor.provider);
  request.set_join_key(keys.join_key());
  const std::vector<std::string> drivers = plan.descriptor.DriverColumns();
  request.mutable_driver_columns()->Assign(drivers.begin(), drivers.end());
  request.mutable_replaces()->Assign(plan.replaces.begin(), plan.replaces.end());
  return client.CallUnary<costing::v1::OpenLoadResponse>(kCosting, "OpenLoad", request, {});
}

absl::Status CloseBoth(Client& linkage, Client& costing, const std::string& load, uint64_t row_count) {
  linkage::v1::CloseLoadRequest identity;
  identity.set_load(load);
  identity.set_row_count(row_count);
  SH_RETURN_IF_ERROR(linkage.CallUnary<linkage::v1::CloseLoadResponse>(kLinkage, "CloseLoad", identity, {}));
  costing::v1::CloseLoadRequest payload;
  payload.set_load(load);
  payload.set_row_count(row_count);
  SH_ASSIGN_OR_RETURN(const costing::v1::CloseLoadResponse closed,
                      costing.CallUnary<costing::v1::CloseLoadResponse>(kCosting, "CloseLoad", payload, {}));
  if (!closed.visible()) return FailedPrecondition("LOAD_NOT_VISIBLE", "the halves are closed but not paired");
  return absl::OkStatus();
}

}  // namespace

absl::Status SendLoad(Session& session, const LoadPlan& plan, const SplitExtract& extract, const SourceKeys& keys,
                      const LoadProgress& progress) {
  SH_ASSIGN_OR_RETURN(const Question question, Normalise(CollectQuestion(plan)));
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse decided,
                      DecideForProgram(session, plan.program, plan.program, question));
  SH_ASSIGN_OR_RETURN(Client * linkage, session.Connect(plan.program, "linkage"));
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(plan.program, "costing"));
  SH_ASSIGN_OR_RETURN(const auto identity, OpenIdentityHalf(*linkage, plan, question, decided.linkage_warrant()));
  SH_ASSIGN_OR_RETURN(const auto payload, OpenPayloadHalf(*costing, plan, question, decided.warrant(), keys));

  const uint64_t rows = extract.identities.size();
  if (!identity.closed()) {
    SH_RETURN_IF_ERROR((StreamRows<linkage::v1::AppendIdentitiesRequest, linkage::v1::AppendIdentitiesResponse>(
        *linkage, kLinkage, "AppendIdentities", plan.load, extract.identities, identity.next_offset(),
        [&](uint64_t sent) { progress(sent, 2 * rows); })));
  }
  if (!payload.closed()) {
    SH_RETURN_IF_ERROR((StreamRows<costing::v1::AppendPayloadRequest, costing::v1::AppendPayloadResponse>(
        *costing, kCosting, "AppendPayload", plan.load, extract.payloads, payload.next_offset(),
        [&](uint64_t sent) { progress(rows + sent, 2 * rows); })));
  }
  return CloseBoth(*linkage, *costing, plan.load, rows);
}

}  // namespace safehaven::cli
