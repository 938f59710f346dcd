#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/screening/number_filter.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {
namespace {

constexpr int kBatchMax = 8192;
constexpr size_t kObjectionsPerAnswer = 65'536;
constexpr int kScreenMax = 65'536;
constexpr uint64_t kScreenStreamMax = 100'000'000;

// Who may hand in objections: those who keep the register, and those who collect data.
constexpr std::array<absl::string_view, 5> kLoaderRoles = {"information_governance", "caldicott_guardian",
                                                           "data_engineer", "source_program", "csu_tool"};

constexpr absl::string_view kProgramme = "programme:";

// The set as decisions name it. An acknowledged objection that no question looks at would
// protect nobody, so a programme has to be an approval of the register.
absl::StatusOr<std::string> SetOf(const RegisterSnapshot& snapshot, const std::string& set) {
  if (set == "type1" || set == "national") return set;
  if (!absl::StartsWith(set, kProgramme)) {
    return InvalidArgument("FIELD_INVALID", "set: is not type1, national or programme:<reference of the approval>");
  }
  const Versioned<Approval>* approval = snapshot.FindApproval(absl::StripPrefix(set, kProgramme));
  if (approval == nullptr) {
    return NotFound("OBJECTION_SET_UNKNOWN", "set: the register has no approval of that reference; nothing was taken");
  }
  return absl::StrCat(kProgramme, approval->value.reference.normalised());
}

absl::Status CheckNumber(Profile profile, uint64_t value) {
  if (IsNhsNumber(value)) return CheckFence(profile, NhsNumber::FromBase(static_cast<uint32_t>(value / 10)).value());
  // For the reason: which of the rules it breaks.
  SH_ASSIGN_OR_RETURN(const NhsNumber number, NhsNumber::Parse(absl::StrFormat("%010d", value)));
  return CheckFence(profile, number);
}

// Reasons of a batch that is refused whole, with the offset of the row and no value.
absl::Status CheckBatch(Profile profile, const v1::AppendObjectionsRequest& batch) {
  if (batch.objections_size() == 0 || batch.objections_size() > kBatchMax) {
    return InvalidArgument("BATCH_TOO_LARGE", absl::StrCat("a batch has 1 to ", kBatchMax, " objections"));
  }
  for (int i = 0; i < batch.objections_size(); ++i) {
    const v1::Objection& objection = batch.objections(i);
    const absl::Status number = CheckNumber(profile, objection.nhs_number());
    if (!number.ok()) return WithContext(number, absl::StrCat("row ", batch.offset() + static_cast<uint64_t>(i)));
    if (objection.received_day() < objection.effective_day()) {
      return InvalidArgument("DATES_CONTRADICT", absl::StrCat("row ", batch.offset() + static_cast<uint64_t>(i),
                                                              ": received before it took effect"));
    }
  }
  return absl::OkStatus();
}

// What a loader signs: the set and the load, whose rows come in many messages.
v1::AppendObjectionsRequest LoadOf(const v1::AppendObjectionsRequest& first) {
  v1::AppendObjectionsRequest load;
  load.set_set(first.set());
  load.set_load(first.load());
  return load;
}

absl::Status CheckScreenSize(const v1::ScreenRequest& request) {
  if (request.nhs_numbers_size() <= kScreenMax) return absl::OkStatus();
  return InvalidArgument("BATCH_TOO_LARGE", absl::StrCat("at most ", kScreenMax, " numbers"));
}

}  // namespace

absl::StatusOr<v1::AppendObjectionsResponse> ObjectionHandlers::AppendBatch(const Call& call,
                                                                           const v1::AppendObjectionsRequest& batch,
                                                                           const std::string& set,
                                                                           const std::string& load,
                                                                           const type::v1::Evidence& evidence) {
  SH_RETURN_IF_ERROR(CheckBatch(world_.profile, batch));
  storage::v1::ObjectionBatchRecord record;
  record.set_set(set);
  record.set_load(load);
  record.set_offset(batch.offset());
  for (const v1::Objection& objection : batch.objections()) {
    record.add_nhs_numbers(objection.nhs_number());
    record.add_effective_days(objection.effective_day());
    record.add_received_days(objection.received_day());
    record.mutable_withdrawn()->push_back(objection.withdrawn() ? '\1' : '\0');
  }
  AddUsedRequests(evidence, record);
  if (record.used_requests_size() > 0) record.set_record_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  const absl::StatusOr<uint64_t> size = world_.store.AppendObjections(record, call.deadline());
  v1::AppendObjectionsResponse response;
  if (ReasonOf(size.status()) == "OFFSET_WRITTEN") {
    response.set_next_offset(world_.store.state().ObjectionOffset({.set = set, .load = load}));
    return response;  // harmless on retry
  }
  SH_RETURN_IF_ERROR(size);
  response.set_next_offset(batch.offset() + static_cast<uint64_t>(batch.objections_size()));
  *response.mutable_revision() =
      RevisionToProto({.incarnation = world_.store.log().revision().incarnation, .size = *size});
  return response;
}

absl::Status ObjectionHandlers::AppendObjections(const Call& call, Reader<v1::AppendObjectionsRequest>& reader,
                                                 Writer<v1::AppendObjectionsResponse>& writer) {
  std::string set, load;
  type::v1::Evidence evidence;
  v1::AppendObjectionsRequest batch;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Read(batch));
    if (!any) return absl::OkStatus();
    if (set.empty()) {
      SH_ASSIGN_OR_RETURN(const Caller caller,
                          Identify(world_, world_.store.state().view(), batch.evidence(), WritingOf(LoadOf(batch))));
      evidence = batch.evidence();
      if (std::find(kLoaderRoles.begin(), kLoaderRoles.end(), caller.role) == kLoaderRoles.end()) {
        return PermissionDenied("ROLE_REFUSED", "this role may not hand in objections");
      }
      if (batch.load().empty() || batch.load().size() > 64) {
        return InvalidArgument("FIELD_INVALID", "load: the first message names it in 1 to 64 bytes");
      }
      SH_ASSIGN_OR_RETURN(set, SetOf(*world_.store.state().view().snapshot, batch.set()));
      load = batch.load();
    }
    absl::StatusOr<v1::AppendObjectionsResponse> response = AppendBatch(call, batch, set, load, evidence);
    if (response.ok() && response->has_revision()) evidence.Clear();  // its use is in the log
    if (absl::IsUnavailable(response.status()) || absl::IsDeadlineExceeded(response.status())) return response.status();
    if (!response.ok()) {
      v1::AppendObjectionsResponse refused;
      refused.set_next_offset(world_.store.state().ObjectionOffset({.set = set, .load = load}));
      refused.set_error_reason(ReasonOf(response.status()));
      refused.set_error_message(std::string(response.status().message()));
      response = refused;
    }
    SH_RETURN_IF_ERROR(writer.Write(*response));
  }
}

absl::StatusOr<v1::ReadObjectionsResponse> ObjectionHandlers::ReadObjections(const Call& call,
                                                                            const v1::ReadObjectionsRequest& request) {
  // The size first: leaves that come after it are read by the next call.
  const uint64_t objections_size = world_.store.state().view().objections_size;
  v1::ReadObjectionsResponse response;
  response.set_incarnation(world_.store.log().revision().incarnation);
  response.set_up_to_size(request.after_size());
  size_t count = 0;
  for (const ObjectionLeaf& leaf : world_.store.state().ObjectionsAfter(request.after_size())) {
    if (leaf.index >= objections_size) break;
    if (count >= kObjectionsPerAnswer) return response;
    SH_ASSIGN_OR_RETURN(const storage::v1::ObjectionBatchRecord record,
                        world_.store.ReadObjections(leaf.index, call.deadline()));
    v1::ObjectionBatch* batch = response.add_batches();
    batch->set_set(record.set());
    batch->set_size(leaf.index + 1);
    for (int i = 0; i < record.nhs_numbers_size(); ++i) {
      v1::Objection* objection = batch->add_objections();
      objection->set_nhs_number(record.nhs_numbers(i));
      objection->set_effective_day(record.effective_days(i));
      objection->set_received_day(record.received_days(i));
      objection->set_withdrawn(record.withdrawn()[static_cast<size_t>(i)] != 0);
    }
    count += static_cast<size_t>(record.nhs_numbers_size());
    response.set_up_to_size(leaf.index + 1);
  }
  response.set_up_to_size(std::max(response.up_to_size(), objections_size));
  response.set_complete(true);
  return response;
}

absl::StatusOr<type::v1::Revision> ObjectionHandlers::AdmitScreening(const Call& call,
                                                                     const v1::ScreenRequest& request) {
  // Screening is decided and logged like collecting itself: the source's own flow, or
  // nothing. So it cannot be used to find out who objected.
  SH_ASSIGN_OR_RETURN(const Question question, QuestionFromProto(request.question()));
  if (question.operation != Operation::kCollect) return InvalidArgument("FIELD_INVALID", "question: must be to collect");
  DecideHandlers decide(world_);
  v1::DecideRequest to_decide;
  *to_decide.mutable_question() = request.question();
  *to_decide.mutable_evidence() = request.evidence();
  SH_ASSIGN_OR_RETURN(const v1::DecideResponse decided, decide.Decide(call, to_decide));
  if (decided.refusal().kind() != 0) return PermissionDenied("DECISION_REFUSED", "collecting this flow is not permitted");
  return decided.decision().objection_revision();
}

std::string ObjectionHandlers::AllowedOf(const v1::ScreenRequest& request) const {
  const auto count = static_cast<size_t>(request.nhs_numbers_size());
  std::string allowed(count, '\0');
  world_.store.state().objections().Filter("type1", {request.nhs_numbers().data(), count},
                                           {reinterpret_cast<uint8_t*>(allowed.data()), count});
  return allowed;
}

absl::StatusOr<v1::ScreenResponse> ObjectionHandlers::Screen(const Call& call, const v1::ScreenRequest& request) {
  SH_RETURN_IF_ERROR(CheckScreenSize(request));
  v1::ScreenResponse response;
  SH_ASSIGN_OR_RETURN(*response.mutable_revision(), AdmitScreening(call, request));
  response.set_allowed(AllowedOf(request));
  return response;
}

absl::Status ObjectionHandlers::ScreenStream(const Call& call, Reader<v1::ScreenRequest>& reader,
                                             Writer<v1::ScreenResponse>& writer) {
  v1::ScreenRequest request;
  uint64_t count = 0;
  for (bool first = true;; first = false) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Read(request));
    if (!any) return absl::OkStatus();
    SH_RETURN_IF_ERROR(CheckScreenSize(request));
    v1::ScreenResponse response;
    if (first) {
      SH_ASSIGN_OR_RETURN(*response.mutable_revision(), AdmitScreening(call, request));
    }
    count += static_cast<uint64_t>(request.nhs_numbers_size());
    if (count > kScreenStreamMax) {
      return Failure(absl::StatusCode::kResourceExhausted, "SCREEN_TOO_LARGE", "ask again for the others");
    }
    response.set_allowed(AllowedOf(request));
    SH_RETURN_IF_ERROR(writer.Write(response));
  }
}

}  // namespace safehaven::consent
