#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "services/linkage/rpc/convert.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

// Longer values are no details of a person but a mistake.
constexpr size_t kValueBytesMaxOfRow = 256;
constexpr int kReplacedMax = 64;

absl::string_view SourcePrefix() { return "source/"; }

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Is the load within what the warrant and its question allow, and the caller's own?
absl::Status CheckLoadAllowed(const Call& call, const v1::OpenLoadRequest& request, const AdmittedCall& admitted) {
  if (call.peer().spiffe_path != absl::StrCat(SourcePrefix(), request.source())) {
    return PermissionDenied("SOURCE_OTHER", "a source hands in its own records only");
  }
  if (request.flow() != admitted.question.subject || !Contains(admitted.warrant.flows, request.flow())) {
    return PermissionDenied("WARRANT_FLOW", "the warrant is for another flow");
  }
  const DatasetInfo* dataset = FindDataset(request.dataset());
  if (!Contains(admitted.question.datasets, request.dataset()) || dataset == nullptr ||
      dataset->source != request.source()) {
    return PermissionDenied("WARRANT_DATASET", "the warrant is for another data set");
  }
  return absl::OkStatus();
}

bool HasIdentity(const v1::IdentityRow& row) {
  return !row.nhs_number().empty() || !row.given_name().empty() || !row.family_name().empty() ||
         !row.birth_date().empty() || !row.sex().empty() || !row.postcode().empty() || !row.address_line().empty() ||
         !row.local_id().empty() || !row.practice().empty() || !row.commissioner().empty() ||
         !row.small_area().empty() || !row.registered_from().empty() || !row.registered_to().empty() ||
         !row.death_date().empty() || row.nhs_number_verified();
}

bool IsTooLong(const v1::IdentityRow& row) {
  for (const std::string* value :
       {&row.nhs_number(), &row.given_name(), &row.family_name(), &row.birth_date(), &row.sex(), &row.postcode(),
        &row.address_line(), &row.local_id(), &row.practice(), &row.commissioner(), &row.small_area(),
        &row.registered_from(), &row.registered_to(), &row.death_date()}) {
    if (value->size() > kValueBytesMaxOfRow) return true;
  }
  return false;
}

absl::Status CheckFence(ServiceProfile profile, const std::string& text) {
  const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(text);
  if (!number.ok()) return absl::OkStatus();  // nobody's: standardising drops it
  if (profile == ServiceProfile::kDemo && !number->IsNeverIssued()) {
    return FailedPrecondition("NHS_NUMBER_NOT_OF_DEMO", "the demo takes numbers of the 999 range only");
  }
  if (profile == ServiceProfile::kProduction && number->IsTest()) {
    return FailedPrecondition("NHS_NUMBER_OF_DEMO", "numbers of the test ranges are for the demo only");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckIdentity(ServiceProfile profile, const v1::IdentityRow& row) {
  if (IsTooLong(row)) return InvalidArgument("VALUE_TOO_LONG", "a value is longer than 256 bytes");
  return CheckFence(profile, row.nhs_number());
}

namespace {

absl::Status CheckRow(ServiceProfile profile, const v1::IdentityRow& row) {
  if (row.token().size() != kTokenBytes) return InvalidArgument("TOKEN_MALFORMED", "a token has 16 bytes");
  if ((row.stripped() || row.deleted()) && HasIdentity(row)) {
    return InvalidArgument("IDENTITY_NOT_STRIPPED", "a stripped or deleted row carries nothing but its token");
  }
  return CheckIdentity(profile, row);
}

}  // namespace

absl::StatusOr<storage::v1::LoadRecord> LoadHandlers::FindOwn(const Call& call, const std::string& load) {
  SH_ASSIGN_OR_RETURN(storage::v1::LoadRecord record, world_.loads.Get(load, call.deadline()));
  const std::string& caller = call.peer().spiffe_path;
  const bool is_source = caller.compare(0, SourcePrefix().size(), SourcePrefix().data()) == 0;
  if (is_source && caller != absl::StrCat(SourcePrefix(), record.source())) {
    return NotFound("LOAD_UNKNOWN", "there is no load of that id");
  }
  return record;
}

absl::Status LoadHandlers::CheckReplaced(const Call& call, const v1::OpenLoadRequest& request) {
  if (request.replaces_size() > kReplacedMax) {
    return InvalidArgument("FIELD_INVALID", absl::StrCat("a load replaces at most ", kReplacedMax, " others"));
  }
  for (const std::string& load : request.replaces()) {
    SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord record, FindOwn(call, load));
    if (record.dataset() != request.dataset() || load == request.load()) {
      return InvalidArgument("FIELD_INVALID", "a load replaces others of its own data set only");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::OpenLoadResponse> LoadHandlers::OpenLoad(const Call& call, const v1::OpenLoadRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted, world_.gate.Admit(call, {.warrant = request.warrant(),
                                                                           .question = request.question(),
                                                                           .operation = Operation::kCollect}));
  SH_RETURN_IF_ERROR(CheckLoadAllowed(call, request, admitted));
  SH_RETURN_IF_ERROR(CheckReplaced(call, request));
  SH_RETURN_IF_ERROR(world_.gate.Use(admitted, absl::StrCat("load:", request.load()), call.deadline()));
  storage::v1::LoadRecord facts;
  facts.set_load(request.load());
  facts.set_flow(request.flow());
  facts.set_source(request.source());
  facts.set_dataset(request.dataset());
  *facts.mutable_replaces() = request.replaces();
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord record, world_.loads.Open(facts, call.deadline()));
  v1::OpenLoadResponse response;
  response.set_next_offset(record.row_count());
  response.set_closed(record.phase() != storage::v1::LOAD_PHASE_OPEN);
  return response;
}

absl::StatusOr<uint64_t> LoadHandlers::AppendBatch(const Call& call, const std::string& load,
                                                   const v1::AppendIdentitiesRequest& batch) {
  storage::v1::IdentityBatchRecord record;
  LoadBatch rows = {.offset = batch.offset(), .row_count = static_cast<uint64_t>(batch.rows_size())};
  for (int i = 0; i < batch.rows_size(); ++i) {
    const v1::IdentityRow& row = batch.rows(i);
    const absl::Status checked = CheckRow(world_.profile, row);
    if (!checked.ok()) return WithContext(checked, absl::StrCat("row ", batch.offset() + static_cast<uint64_t>(i)));
    rows.stripped_count += row.stripped();
    *record.add_rows() = IdentityToRecord(row);
  }
  rows.bytes = record.SerializeAsString();
  return world_.loads.Append(load, rows, call.deadline());
}

absl::Status LoadHandlers::AppendIdentities(const Call& call, Reader<v1::AppendIdentitiesRequest>& reader,
                                            Writer<v1::AppendIdentitiesResponse>& writer) {
  std::string load;
  v1::AppendIdentitiesRequest batch;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Read(batch));
    if (!any) return absl::OkStatus();
    if (load.empty()) {
      SH_RETURN_IF_ERROR(FindOwn(call, batch.load()));
      load = batch.load();
    }
    const absl::StatusOr<uint64_t> appended = AppendBatch(call, load, batch);
    // What did not fail by the batch's own fault ends the stream: the client resumes.
    if (absl::IsUnavailable(appended.status()) || absl::IsDeadlineExceeded(appended.status()) ||
        absl::IsDataLoss(appended.status())) {
      return appended.status();
    }
    v1::AppendIdentitiesResponse response;
    if (appended.ok()) {
      response.set_next_offset(*appended);
    } else {
      SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord now, world_.loads.Get(load, call.deadline()));
      response.set_next_offset(now.row_count());
      // Rows that are durable already are no error: the batch was sent again.
      if (ReasonOf(appended.status()) != "OFFSET_WRITTEN") {
        response.set_error_reason(ReasonOf(appended.status()));
        response.set_error_message(std::string(appended.status().message()));
      }
    }
    SH_RETURN_IF_ERROR(writer.Write(response));
  }
}

absl::StatusOr<v1::CloseLoadResponse> LoadHandlers::CloseLoad(const Call& call, const v1::CloseLoadRequest& request) {
  SH_RETURN_IF_ERROR(FindOwn(call, request.load()));
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord record,
                      world_.loads.Close(request.load(), request.row_count(), call.deadline()));
  v1::CloseLoadResponse response;
  response.set_state(LoadStateOf(record.phase()));
  return response;
}

absl::StatusOr<v1::GetLoadResponse> LoadHandlers::GetLoad(const Call& call, const v1::GetLoadRequest& request) {
  SH_ASSIGN_OR_RETURN(const storage::v1::LoadRecord record, FindOwn(call, request.load()));
  v1::GetLoadResponse response;
  response.set_state(LoadStateOf(record.phase()));
  response.set_row_count(record.row_count());
  response.set_next_offset(record.row_count());
  response.set_stripped_count(record.stripped_count());
  response.set_flow(record.flow());
  return response;
}

absl::StatusOr<v1::ConfirmLoadResponse> LoadHandlers::ConfirmLoad(const Call& call,
                                                                  const v1::ConfirmLoadRequest& request) {
  SH_RETURN_IF_ERROR(world_.loads.MakeVisible(request.load(), request.row_count(), call.deadline()));
  return v1::ConfirmLoadResponse();
}

}  // namespace safehaven::linkage
