#include "services/consent/core/validate.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

constexpr size_t kPublicKeyBytes = 32;

absl::Status Wrong(absl::string_view reason, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}

absl::Status CheckPeriod(const Period& period, absl::string_view prefix) {
  if (!period.IsContradictory()) return absl::OkStatus();
  return Wrong(
      "REGISTER_DATES_CONTRADICT", absl::StrCat(prefix, "to"),
      absl::StrCat("ends on ", period.last_day->ToString(), ", before it begins on ", period.first_day.ToString()));
}

absl::Status CheckFilled(absl::string_view field, absl::string_view text) {
  if (!text.empty()) return absl::OkStatus();
  return Wrong("REGISTER_VALUE_INVALID", field, "must not be empty");
}

absl::Status CheckCode(absl::string_view field, absl::string_view code) {
  if (OdsCode::Parse(code).ok()) return absl::OkStatus();
  return Wrong("REGISTER_VALUE_INVALID", field, "is not an ODS code (three to six of A-Z and 0-9)");
}

absl::Status CheckCodes(absl::string_view field, const std::vector<std::string>& codes) {
  for (size_t i = 0; i < codes.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckCode(absl::StrCat(field, "[", i, "]"), codes[i]));
  }
  return absl::OkStatus();
}

absl::Status CheckKey(absl::string_view field, const PublicKey& key) {
  if (key.bytes.size() == kPublicKeyBytes) return absl::OkStatus();
  return Wrong("REGISTER_VALUE_INVALID", field, "is not 32 bytes (64 hexadecimal digits)");
}

absl::Status CheckDatasets(absl::string_view field, const std::vector<std::string>& datasets) {
  if (datasets.empty()) return Wrong("REGISTER_VALUE_INVALID", field, "names no data set");
  for (size_t i = 0; i < datasets.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckFilled(absl::StrCat(field, "[", i, "]"), datasets[i]));
  }
  return absl::OkStatus();
}

// "6(1)(e)": `head` and a letter from a to `last`.
bool IsArticle(absl::string_view text, absl::string_view head, char last) {
  return text.size() == head.size() + 3 && absl::StartsWith(text, head) && text[head.size()] == '(' &&
         text[head.size() + 1] >= 'a' && text[head.size() + 1] <= last && text[head.size() + 2] == ')';
}

absl::Status Check(const Organisation& organisation) {
  SH_RETURN_IF_ERROR(CheckCode("code", organisation.code));
  SH_RETURN_IF_ERROR(CheckFilled("name", organisation.name));
  SH_RETURN_IF_ERROR(CheckPeriod(organisation.period, ""));
  SH_RETURN_IF_ERROR(CheckCodes("successors", organisation.successors));
  if (!organisation.successors.empty() && !organisation.period.last_day.has_value()) {
    return Wrong("REGISTER_DATES_CONTRADICT", "to", "is missing, but the organisation has successors");
  }
  return absl::OkStatus();
}

absl::Status Check(const Member& member) {
  SH_RETURN_IF_ERROR(CheckFilled("issuer", member.issuer));
  SH_RETURN_IF_ERROR(CheckFilled("subject", member.subject));
  SH_RETURN_IF_ERROR(CheckCode("organisation", member.organisation));
  SH_RETURN_IF_ERROR(CheckFilled("role", member.role));
  return CheckPeriod(member.period, "");
}

absl::Status Check(const Program& program) {
  if (!absl::StartsWith(program.spiffe_id, "spiffe://")) {
    return Wrong("REGISTER_VALUE_INVALID", "spiffe_id", "must begin with spiffe://");
  }
  SH_RETURN_IF_ERROR(CheckCode("organisation", program.organisation));
  SH_RETURN_IF_ERROR(CheckFilled("role", program.role));
  SH_RETURN_IF_ERROR(CheckKey("public_key", program.public_key));
  return CheckPeriod(program.period, "");
}

absl::Status Check(const Environment& environment) {
  SH_RETURN_IF_ERROR(CheckFilled("id", environment.id));
  SH_RETURN_IF_ERROR(CheckCode("organisation", environment.organisation));
  SH_RETURN_IF_ERROR(CheckFilled("kind", environment.kind));
  SH_RETURN_IF_ERROR(CheckKey("signing_key", environment.signing_key));
  SH_RETURN_IF_ERROR(CheckKey("sealing_key", environment.sealing_key));
  return CheckPeriod(environment.period, "");
}

absl::Status Check(const Issuer& issuer) {
  if (!absl::StartsWith(issuer.url, "https://") && !absl::StartsWith(issuer.url, "http://")) {
    return Wrong("REGISTER_VALUE_INVALID", "url", "must begin with https:// (or http:// on loopback)");
  }
  SH_RETURN_IF_ERROR(CheckFilled("audience", issuer.audience));
  SH_RETURN_IF_ERROR(CheckFilled("jwks", issuer.jwks));
  return CheckPeriod(issuer.period, "");
}

absl::Status Check(const SecurityStatus& status) {
  SH_RETURN_IF_ERROR(CheckCode("organisation", status.organisation));
  SH_RETURN_IF_ERROR(CheckFilled("year", status.year));
  return CheckPeriod(status.period, "");
}

absl::Status Check(const Agreement& agreement) {
  SH_RETURN_IF_ERROR(CheckFilled("reference", agreement.reference));
  SH_RETURN_IF_ERROR(CheckCodes("providers", agreement.providers));
  SH_RETURN_IF_ERROR(CheckCodes("controllers", agreement.controllers));
  SH_RETURN_IF_ERROR(CheckCodes("processors", agreement.processors));
  SH_RETURN_IF_ERROR(CheckDatasets("datasets", agreement.datasets));
  return CheckPeriod(agreement.period, "");
}

absl::Status Check(const DataProtectionBasis& basis) {
  SH_RETURN_IF_ERROR(CheckCode("controller", basis.controller));
  if (basis.sources.empty()) return Wrong("REGISTER_VALUE_INVALID", "sources", "names no source");
  if (!IsArticle(basis.article_6, "6(1)", 'f')) {
    return Wrong("REGISTER_VALUE_INVALID", "article_6", "is not 6(1)(a) to 6(1)(f)");
  }
  if (!basis.article_9.empty() && !IsArticle(basis.article_9, "9(2)", 'j')) {
    return Wrong("REGISTER_VALUE_INVALID", "article_9", "is not 9(2)(a) to 9(2)(j)");
  }
  return CheckPeriod(basis.period, "");
}

absl::Status Check(const Flow& flow) {
  SH_RETURN_IF_ERROR(CheckFilled("id", flow.id));
  SH_RETURN_IF_ERROR(CheckCode("provider", flow.provider));
  SH_RETURN_IF_ERROR(CheckFilled("dataset", flow.dataset));
  SH_RETURN_IF_ERROR(CheckFilled("source", flow.source));
  return CheckPeriod(flow.activity, "activity_");
}

absl::Status Check(const DisclosureDomain& domain) {
  SH_RETURN_IF_ERROR(CheckFilled("name", domain.name));
  SH_RETURN_IF_ERROR(CheckCodes("organisations", domain.organisations));
  return CheckPeriod(domain.period, "");
}

absl::Status Check(const WaiverDecision& decision) {
  SH_RETURN_IF_ERROR(CheckFilled("reference", decision.reference));
  SH_RETURN_IF_ERROR(CheckFilled("domain", decision.domain));
  SH_RETURN_IF_ERROR(CheckFilled("decided_by", decision.decided_by));
  SH_RETURN_IF_ERROR(CheckFilled("reason", decision.reason));
  if (decision.approvals.empty() || decision.approvals.size() > 2) {
    return Wrong("REGISTER_VALUE_INVALID", "approvals", "names both sides: two approvals, or one for both");
  }
  if (decision.datasets.empty()) return Wrong("REGISTER_VALUE_INVALID", "datasets", "names no data set");
  if (decision.decision_day.has_value() && decision.period.first_day < *decision.decision_day) {
    return Wrong("REGISTER_DATES_CONTRADICT", "from", "is before the day of the decision");
  }
  return CheckPeriod(decision.period, "");
}

absl::Status Check(const Dataset& dataset) {
  SH_RETURN_IF_ERROR(CheckFilled("id", dataset.id));
  SH_RETURN_IF_ERROR(CheckFilled("source", dataset.source));
  SH_RETURN_IF_ERROR(CheckFilled("title", dataset.title));
  if (FindDataset(dataset.id) != nullptr) {
    return Wrong("REGISTER_VALUE_INVALID", "id", "is a data set of the catalogue already");
  }
  for (size_t i = 0; i < dataset.items.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckFilled(absl::StrCat("items[", i, "].id"), dataset.items[i].id));
  }
  return absl::OkStatus();
}

absl::Status CheckParticipants(absl::string_view field, const std::vector<Participant>& participants) {
  for (size_t i = 0; i < participants.size(); ++i) {
    const std::string prefix = absl::StrCat(field, "[", i, "].");
    SH_RETURN_IF_ERROR(CheckCode(absl::StrCat(prefix, "organisation"), participants[i].organisation));
    SH_RETURN_IF_ERROR(CheckCodes(absl::StrCat(prefix, "acts_for"), participants[i].acts_for));
    SH_RETURN_IF_ERROR(CheckPeriod(participants[i].period, prefix));
  }
  return absl::OkStatus();
}

absl::Status CheckApprovedFlow(const ApprovedFlow& flow, const std::string& prefix) {
  SH_RETURN_IF_ERROR(CheckDatasets(absl::StrCat(prefix, "datasets"), flow.datasets));
  SH_RETURN_IF_ERROR(CheckFilled(absl::StrCat(prefix, "source"), flow.source));
  return CheckPeriod(flow.period, prefix);
}

absl::Status CheckDissent(const DissentPolicy& policy, const std::string& prefix) {
  for (size_t i = 0; i < policy.sets.size(); ++i) {
    const std::string& set = policy.sets[i];
    const std::string field = absl::StrCat(prefix, "sets[", i, "]");
    if (absl::StartsWith(set, "programme:")) {
      if (!Reference::Parse(absl::string_view(set).substr(10)).ok()) {
        return Wrong("REGISTER_VALUE_INVALID", field, "does not name an approval after 'programme:'");
      }
    } else if (set != "type1" && set != "type2" && set != "national" && set != "programme") {
      return Wrong("REGISTER_VALUE_INVALID", field, "is not type1, type2, national, programme or programme:<reference>");
    }
  }
  if (policy.check_age_days_max.has_value() && *policy.check_age_days_max < 0) {
    return Wrong("REGISTER_VALUE_INVALID", absl::StrCat(prefix, "check_age_days_max"), "is less than 0");
  }
  return CheckPeriod(policy.period, prefix);
}

absl::Status CheckConditions(const std::vector<Condition>& conditions) {
  for (size_t i = 0; i < conditions.size(); ++i) {
    const std::string prefix = absl::StrCat("conditions[", i, "].");
    SH_RETURN_IF_ERROR(CheckFilled(absl::StrCat(prefix, "id"), conditions[i].id));
    SH_RETURN_IF_ERROR(CheckFilled(absl::StrCat(prefix, "text"), conditions[i].text));
    if (conditions[i].status == ConditionStatus::kMet && conditions[i].evidence.empty()) {
      return Wrong("REGISTER_VALUE_INVALID", absl::StrCat(prefix, "evidence"), "is missing, but the condition is met");
    }
    if (conditions[i].met_day.has_value() && conditions[i].status != ConditionStatus::kMet) {
      return Wrong("REGISTER_VALUE_INVALID", absl::StrCat(prefix, "met_on"), "is there, but the condition is not met");
    }
  }
  return absl::OkStatus();
}

absl::Status Check(const Approval& approval) {
  SH_RETURN_IF_ERROR(CheckFilled("title", approval.title));
  if (approval.reference.empty()) return Wrong("REGISTER_VALUE_INVALID", "reference", "is missing");
  if (approval.legal_basis == LegalBasis::kUnspecified) {
    return Wrong("REGISTER_VALUE_INVALID", "legal_basis", "must be specified");
  }
  if (approval.purposes.empty()) return Wrong("REGISTER_VALUE_INVALID", "purposes", "names no purpose");
  for (size_t i = 0; i < approval.schedule_paragraphs.size(); ++i) {
    const int paragraph = approval.schedule_paragraphs[i];
    if (paragraph < 1 || paragraph > kScheduleParagraphMax) {
      return Wrong("REGISTER_VALUE_INVALID", absl::StrCat("schedule_paragraphs[", i, "]"), "is not 1 to 6");
    }
  }
  SH_RETURN_IF_ERROR(CheckPeriod(approval.period, ""));
  if (approval.legal_basis == LegalBasis::kRegulation3Notice && !approval.period.last_day.has_value()) {
    return Wrong("REGISTER_VALUE_INVALID", "to", "is missing: a notice under regulation 3(4) has an end");
  }
  if (approval.controllers.empty()) return Wrong("REGISTER_VALUE_INVALID", "controllers", "names no controller");
  SH_RETURN_IF_ERROR(CheckParticipants("controllers", approval.controllers));
  SH_RETURN_IF_ERROR(CheckParticipants("processors", approval.processors));
  SH_RETURN_IF_ERROR(CheckParticipants("members", approval.members));
  for (size_t i = 0; i < approval.flows.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckApprovedFlow(approval.flows[i], absl::StrCat("flows[", i, "].")));
  }
  for (size_t i = 0; i < approval.dissent.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckDissent(approval.dissent[i], absl::StrCat("dissent[", i, "].")));
  }
  for (size_t i = 0; i < approval.consent.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckPeriod(approval.consent[i].period, absl::StrCat("consent[", i, "].")));
  }
  SH_RETURN_IF_ERROR(CheckConditions(approval.conditions));
  SH_RETURN_IF_ERROR(CheckHistory(approval));
  return CheckRegulation6(approval);
}

// Who makes an instrument of this kind (legal basis 4.1); where the body itself decides,
// anybody but the advisory group may write it down.
bool MayMake(LegalBasis basis, Actor actor) {
  switch (basis) {
    case LegalBasis::kCourtOrder:
      return actor == Actor::kCourt || actor == Actor::kSecretaryOfState;  // or another statute that compels
    case LegalBasis::kRegulation3Notice:
    case LegalBasis::kDirectionSection254:
      return actor == Actor::kSecretaryOfState || actor == Actor::kNationalBody;
    case LegalBasis::kDisseminationSection261:
      return actor == Actor::kNationalBody;
    default:
      return true;
  }
}

// Who may take back what was made or decided: who asked for it closes it instead.
bool MayWithdraw(LegalBasis basis, Actor actor) {
  const bool of_others = IsDecidedOnApplication(basis) || !MayMake(basis, Actor::kApplicant);
  return !of_others || (actor != Actor::kApplicant && actor != Actor::kDataController);
}

bool IsDecision(ApprovalEvent event) {
  return event == ApprovalEvent::kDecidedSupported || event == ApprovalEvent::kDecidedConditional ||
         event == ApprovalEvent::kDecidedProvisional || event == ApprovalEvent::kDecidedDeferred ||
         event == ApprovalEvent::kDecidedNotSupported || event == ApprovalEvent::kAnswersAccepted ||
         event == ApprovalEvent::kCarriedOver;
}

// What regulation 5 asks of one event beyond the table.
absl::Status CheckActor(const Approval& approval, const HistoryEvent& event, const std::string& prefix) {
  const absl::string_view name = EnumText<ApprovalEvent>::Of(event.event);
  const absl::string_view actor = EnumText<Actor>::Of(event.actor);
  if (!MayCause(event.actor, event.event)) {
    return Wrong("LIFECYCLE_ACTOR_REFUSED", absl::StrCat(prefix, "actor"),
                 absl::StrCat("'", actor, "' cannot cause '", name, "'"));
  }
  if (event.event == ApprovalEvent::kMade && IsDecidedOnApplication(approval.legal_basis)) {
    return Wrong("LIFECYCLE_TRANSITION_REFUSED", absl::StrCat(prefix, "event"),
                 "support under this regulation is decided on an application, not made");
  }
  const bool may = (event.event != ApprovalEvent::kMade || MayMake(approval.legal_basis, event.actor)) &&
                   (event.event != ApprovalEvent::kWithdrawn || MayWithdraw(approval.legal_basis, event.actor));
  if (!may) {
    return Wrong("LIFECYCLE_ACTOR_REFUSED", absl::StrCat(prefix, "actor"),
                 absl::StrCat("'", actor, "' cannot cause '", name, "' of ", EnumText<LegalBasis>::Of(approval.legal_basis)));
  }
  if (event.event == ApprovalEvent::kCarriedOver && event.document.empty()) {
    return Wrong("REGISTER_VALUE_INVALID", absl::StrCat(prefix, "document"),
                 "is missing: a decision is carried over on a document");
  }
  if (IsDecision(event.event) && !MayDecide(approval, event.actor, event.day)) {
    return Wrong("LIFECYCLE_ACTOR_REFUSED", absl::StrCat(prefix, "actor"),
                 absl::StrCat("'", actor, "' does not decide on ", approval.is_research ? "research" : "non-research",
                              " applications on this day"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHistory(const Approval& approval) {
  if (approval.history.size() > kHistoryMax) return Wrong("REGISTER_VALUE_INVALID", "history", "is too long");
  Lifecycle life;
  for (size_t i = 0; i < approval.history.size(); ++i) {
    const HistoryEvent& event = approval.history[i];
    const std::string prefix = absl::StrCat("history[", i, "].");
    if (i > 0 && event.day < approval.history[i - 1].day) {
      return Wrong("REGISTER_DATES_CONTRADICT", absl::StrCat(prefix, "day"), "is before the event above it");
    }
    SH_RETURN_IF_ERROR(CheckActor(approval, event, prefix));
    const bool was_in_force = life.IsInForce();
    const absl::StatusOr<Lifecycle> next = Next(life, event.event);
    if (!next.ok()) return Wrong(ReasonOf(next.status()), absl::StrCat(prefix, "event"), next.status().message());
    life = *next;
    // The Authority may not approve before an ethics committee has (Care Act 2014 s117).
    const bool begins = !was_in_force && life.IsInForce();
    if (begins && approval.is_research && approval.legal_basis == LegalBasis::kSection251Regulation5 &&
        (!approval.ethics.day.has_value() || event.day < *approval.ethics.day)) {
      return Wrong("ETHICS_OPINION_MISSING", absl::StrCat(prefix, "event"),
                   "research support needs an ethics opinion on or before the day of the decision");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRegulation6(const Approval& approval) {
  if (!IsSection251(approval.legal_basis)) return absl::OkStatus();
  constexpr absl::string_view kReason = "REGULATION_6_INCOMPLETE";
  for (size_t i = 0; i < approval.controllers.size(); ++i) {
    const std::string prefix = absl::StrCat("controllers[", i, "].");
    if (approval.controllers[i].name.empty()) return Wrong(kReason, prefix + "name", "regulation 6 wants the name");
    if (approval.controllers[i].address.empty()) {
      return Wrong(kReason, prefix + "address", "regulation 6 wants the address");
    }
  }
  if (approval.information.empty()) return Wrong(kReason, "information", "regulation 6 wants a description");
  if (approval.medical_purposes.empty()) return Wrong(kReason, "medical_purposes", "regulation 6 wants the purposes");
  if (approval.legal_basis != LegalBasis::kSection251Regulation5) return absl::OkStatus();
  if (approval.schedule_paragraphs.empty()) {
    return Wrong(kReason, "schedule_paragraphs", "regulation 6 wants the paragraphs relied on");
  }
  if (approval.justification == Justification::kUnspecified) {
    return Wrong(kReason, "justification", "section 251(1) wants patient care or the public interest");
  }
  if (approval.why_not_consent.empty()) {
    return Wrong(kReason, "why_not_consent", "section 251(4) wants why no other way is practicable");
  }
  return absl::OkStatus();
}

absl::Status ValidateEntry(const Entry& entry) {
  const absl::Status status = std::visit([](const auto& value) { return Check(value); }, entry);
  if (status.ok()) return status;
  std::map<std::string, std::string> metadata = MetadataOf(status);
  metadata["entry"] = KeyOf(entry);
  return Failure(status.code(), ReasonOf(status), status.message(), metadata);
}

}  // namespace safehaven::consent
