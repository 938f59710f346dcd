// A person's own question, for two officers together.
#include <algorithm>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "safehaven/log/v1/log_service.pb.h"
#include "services/consent/core/patient_answer.h"
#include "services/consent/core/widening.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/look_back.h"

namespace safehaven::consent {
namespace {

constexpr size_t kTextMax = 200;

absl::Status CheckText(const std::string& text, absl::string_view reason, absl::string_view what) {
  if (text.empty()) return PermissionDenied(reason, absl::StrCat("nobody is looked up without ", what));
  if (text.size() > kTextMax) return InvalidArgument("FIELD_INVALID", absl::StrCat(what, ": is too long"));
  return absl::OkStatus();
}

absl::StatusOr<NhsNumber> NumberOf(const ConsentWorld& world, uint64_t value) {
  SH_ASSIGN_OR_RETURN(const NhsNumber number, NhsNumber::Parse(absl::StrFormat("%010d", value)));
  SH_RETURN_IF_ERROR(CheckFence(world.profile, number));
  return number;
}

std::optional<Objection> ObjectionOf(const NhsNumber& person, absl::string_view set) {
  Objection objection = {.person = person, .kind = ObjectionKind::kNational};
  if (set == "type1") {
    objection.kind = ObjectionKind::kType1;
  } else if (set != "national") {
    const absl::StatusOr<Reference> programme = Reference::Parse(absl::StripPrefix(set, "programme:"));
    if (!programme.ok()) return std::nullopt;
    objection.kind = ObjectionKind::kProgramme;
    objection.programme = *programme;
  }
  return objection;
}

// What the person has objected to, and withdrawn, by consent's own log.
absl::StatusOr<People> ObjectionsOf(ConsentStore& store, const NhsNumber& person, uint64_t value, absl::Time deadline) {
  People people;
  std::map<std::string, size_t> standing;  // by set: place in people.objections
  for (const ObjectionLeaf& leaf : store.state().ObjectionsAfter(0)) {
    absl::StatusOr<storage::v1::ObjectionBatchRecord> batch = store.ReadObjections(leaf.index, deadline);
    if (ReasonOf(batch.status()) == "LEAF_ERASED") continue;
    SH_RETURN_IF_ERROR(batch);
    for (int i = 0; i < batch->nhs_numbers_size(); ++i) {
      if (batch->nhs_numbers(i) != value) continue;
      const CivilDay effective(batch->effective_days(i));
      const auto found = standing.find(leaf.set);
      if (batch->withdrawn()[static_cast<size_t>(i)] != '\0') {
        if (found == standing.end()) continue;
        people.objections[found->second].withdrawn_day = effective;
        standing.erase(found);
      } else if (found == standing.end()) {
        std::optional<Objection> objection = ObjectionOf(person, leaf.set);
        if (!objection.has_value()) continue;
        objection->effective_day = effective;
        objection->received_day = CivilDay(batch->received_days(i));
        standing[leaf.set] = people.objections.size();
        people.objections.push_back(*std::move(objection));
      }
    }
  }
  return people;
}

v1::PossibleUse UseToProto(const PossibleUse& use) {
  v1::PossibleUse wire;
  wire.set_approval(use.approval);
  wire.set_title(use.title);
  wire.set_purpose(std::string(Name(use.purpose)));
  wire.mutable_controllers()->Assign(use.controllers.begin(), use.controllers.end());
  wire.set_source(use.treatment.source);
  wire.set_treatment(std::string(EnumText<Treatment>::Of(use.treatment.treatment)));
  wire.set_reason(use.treatment.reason);
  return wire;
}

v1::PatientLook LookToProto(const storage::v1::InquiryRecord& record) {
  v1::PatientLook look;
  look.set_look_unix_ms(record.record_unix_ms());
  look.set_request(record.request());
  look.set_identity_proof(record.identity_proof());
  *look.mutable_officers() = record.officers();
  return look;
}

}  // namespace

absl::StatusOr<Caller> IdentifyOfficer(const ConsentWorld& world, const type::v1::Evidence& evidence,
                                       const SignedAct& act, bool auditors_too) {
  SH_ASSIGN_OR_RETURN(Caller caller, Identify(world, world.store.state().view(), evidence, act));
  const bool may_sign = std::find(kRegisterRoles.begin(), kRegisterRoles.end(), caller.role) != kRegisterRoles.end();
  if (may_sign || (auditors_too && caller.role == "auditor")) return caller;
  return PermissionDenied("ROLE_REFUSED", "only information governance officers look back");
}

absl::StatusOr<std::vector<Caller>> IdentifyTwoOfficers(const ConsentWorld& world, const SignedAct& act,
                                                        const type::v1::Evidence& first,
                                                        const type::v1::Evidence& second) {
  if (second.caller_case() == type::v1::Evidence::CALLER_NOT_SET) {
    return PermissionDenied("SECOND_OFFICER_MISSING", "nobody does this alone");
  }
  SH_ASSIGN_OR_RETURN(Caller officer, IdentifyOfficer(world, first, act, /*auditors_too=*/false));
  SH_ASSIGN_OR_RETURN(Caller other, IdentifyOfficer(world, second, act, /*auditors_too=*/false));
  if (officer.is_program || other.is_program) {
    return PermissionDenied("OFFICER_IS_PROGRAM", "where two officers are needed, each is a person");
  }
  if (officer.subject == other.subject) {
    return PermissionDenied("SECOND_OFFICER_IS_FIRST", "the second officer is another person than the first");
  }
  return std::vector<Caller>{std::move(officer), std::move(other)};
}

absl::StatusOr<v1::AnswerPatientResponse> PatientHandlers::AnswerPatient(const Call& call,
                                                                        const v1::AnswerPatientRequest& request) {
  SH_RETURN_IF_ERROR(CheckText(request.request(), "REQUEST_MISSING", "the person's recorded request"));
  SH_RETURN_IF_ERROR(CheckText(request.identity_proof(), "IDENTITY_PROOF_MISSING", "proof of who they are"));
  SH_ASSIGN_OR_RETURN(const std::vector<Caller> officers,
                      IdentifyTwoOfficers(world_, WritingOf(request), request.officer(), request.second_officer()));
  SH_ASSIGN_OR_RETURN(const NhsNumber person, NumberOf(world_, request.nhs_number()));
  storage::v1::InquiryRecord record;
  record.set_id(absl::BytesToHexString(world_.randomness.Bytes(16)));
  record.set_kind(kPatientInquiry);
  record.set_record_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  for (const Caller& officer : officers) record.add_officers(officer.subject);
  record.set_request(request.request());
  record.set_identity_proof(request.identity_proof());
  record.add_nhs_numbers(request.nhs_number());
  record.add_effective_days(std::numeric_limits<int32_t>::min());
  record.add_sizes(std::numeric_limits<uint64_t>::max());
  AddUsedRequests(request.officer(), record);
  AddUsedRequests(request.second_officer(), record);
  v1::AnswerPatientResponse response;
  SH_ASSIGN_OR_RETURN(const uint64_t leaf, world_.store.AppendInquiry(record, call.deadline()));
  response.set_leaf(leaf);
  response.set_inquiry(record.id());
  SH_ASSIGN_OR_RETURN(const People people,
                      ObjectionsOf(world_.store, person, request.nhs_number(), call.deadline()));
  const View view = world_.store.state().view();
  const CivilDay today = CivilDay::InLondon(world_.clock.Now());
  for (const PossibleUse& use : consent::AnswerPatient(*view.snapshot, people, {}, person, today).uses) {
    *response.add_uses() = UseToProto(use);
  }
  SH_ASSIGN_OR_RETURN(const Candidates found,
                      FindCandidates(world_.store, request.after_leaf(), call.deadline(),
                                     [](const Warrant&) { return std::string("MAY_HOLD_MY_RECORD"); }));
  response.mutable_candidates()->Assign(found.releases.begin(), found.releases.end());
  response.set_complete(found.complete);
  for (const uint64_t look : world_.store.state().LooksAt(request.nhs_number())) {
    SH_ASSIGN_OR_RETURN(const LogEntry entry, world_.store.log().Read(look, call.deadline()));
    storage::v1::InquiryRecord earlier;
    if (!entry.erased && earlier.ParseFromString(entry.body)) *response.add_looks() = LookToProto(earlier);
  }
  return response;
}

absl::StatusOr<storage::v1::InquiryRecord> PatientHandlers::FindLive(const std::string& inquiry,
                                                                    absl::Time deadline) const {
  absl::StatusOr<storage::v1::InquiryRecord> record = world_.store.FindInquiry(inquiry, deadline);
  const auto age = [&] { return world_.clock.Now() - absl::FromUnixMillis(record->record_unix_ms()); };
  const bool is_over = record.ok() && (age() > kInquiryLife || record->kind() == kErasureInquiry);
  if (ReasonOf(record.status()) == "LEAF_ERASED" || is_over) {
    return NotFound("INQUIRY_UNKNOWN", "there is no inquiry of that id");
  }
  return record;
}

absl::StatusOr<v1::ReadInquiryResponse> PatientHandlers::ReadInquiry(const Call& call,
                                                                     const v1::ReadInquiryRequest& request) {
  SH_ASSIGN_OR_RETURN(const storage::v1::InquiryRecord record, FindLive(request.inquiry(), call.deadline()));
  v1::ReadInquiryResponse response;
  *response.mutable_nhs_numbers() = record.nhs_numbers();
  *response.mutable_effective_days() = record.effective_days();
  *response.mutable_sizes() = record.sizes();
  if (record.kind() != kPatientInquiry) response.set_set(record.subject());
  return response;
}

absl::StatusOr<v1::AuthoriseInquiryResponse> PatientHandlers::AuthoriseInquiry(
    const Call& call, const v1::AuthoriseInquiryRequest& request) {
  // costing hands on what its caller showed it, as for reading the log.
  SH_ASSIGN_OR_RETURN(const Caller caller, Identify(world_, world_.store.state().view(), request.evidence(),
                                                    ReadingOf(log::v1::ReadLogRequest())));
  SH_ASSIGN_OR_RETURN(const storage::v1::InquiryRecord record, FindLive(request.inquiry(), call.deadline()));
  if (std::find(record.officers().begin(), record.officers().end(), caller.subject) == record.officers().end()) {
    return PermissionDenied("INQUIRY_OF_OTHERS", "only the officers who made an inquiry are told what it comes to");
  }
  return v1::AuthoriseInquiryResponse();
}

}  // namespace safehaven::consent
