#include "services/gateway/rpc/convert.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

absl::Status DecisionMalformed(absl::string_view message) { return Internal("DECISION_MALFORMED", message); }

// "" for what we do not know.
absl::string_view WordOf(consent::v1::Effect effect) {
  switch (effect) {
    case consent::v1::EFFECT_PERMITTED: return "permitted";
    case consent::v1::EFFECT_REQUIRED: return "required";
    case consent::v1::EFFECT_REFUSED: return "refused";
    case consent::v1::EFFECT_NEEDS_MORE: return "needs_more";
    default: return "";
  }
}

absl::string_view WordOf(consent::v1::GateOutcome outcome) {
  switch (outcome) {
    case consent::v1::GATE_OUTCOME_PASS: return "pass";
    case consent::v1::GATE_OUTCOME_FAIL: return "fail";
    case consent::v1::GATE_OUTCOME_NEEDS_MORE: return "needs_more";
    default: return "";
  }
}

// What both kinds of decision have. `Decided` is Decision or HistoricalDecision.
template <typename Decided>
absl::StatusOr<v1::DecisionView> CommonView(const Decided& decision) {
  v1::DecisionView view;
  if (WordOf(decision.effect()).empty()) return DecisionMalformed("consent's decision has an unknown effect");
  view.set_effect(std::string(WordOf(decision.effect())));
  for (const consent::v1::GateVerdict& verdict : decision.verdicts()) {
    if (WordOf(verdict.outcome()).empty()) return DecisionMalformed("a gate has an unknown outcome");
    if (IsPermitted(decision.effect()) && verdict.outcome() != consent::v1::GATE_OUTCOME_PASS) {
      return DecisionMalformed("a permission stands beside a gate that does not pass");
    }
    v1::Verdict* shown = view.add_verdicts();
    shown->set_gate(verdict.gate());
    shown->set_outcome(std::string(WordOf(verdict.outcome())));
    shown->set_reason(verdict.reason());
    shown->set_document(verdict.document());
    shown->set_remedy(verdict.remedy());
    shown->set_warning(verdict.warning());
  }
  *view.mutable_explanation() = decision.explanation();
  return view;
}

}  // namespace

std::string TextOf(const type::v1::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

bool IsPermitted(consent::v1::Effect effect) {
  return effect == consent::v1::EFFECT_PERMITTED || effect == consent::v1::EFFECT_REQUIRED;
}

absl::StatusOr<v1::DecisionView> ViewOf(const consent::v1::Decision& decision) {
  SH_ASSIGN_OR_RETURN(v1::DecisionView view, CommonView(decision));
  *view.mutable_obligations() = decision.obligations();
  view.set_approval(decision.approval());
  view.set_organisation(decision.organisation());
  view.set_role(decision.role());
  return view;
}

absl::StatusOr<v1::DecisionView> ViewOf(const consent::v1::HistoricalDecision& decision,
                                        absl::string_view approval) {
  SH_ASSIGN_OR_RETURN(v1::DecisionView view, CommonView(decision));
  view.set_approval(std::string(approval));
  return view;
}

absl::StatusOr<v1::Table> TableOf(const costing::v1::ProtectedAnswer& answer) {
  if (answer.key_column_count() > static_cast<uint32_t>(answer.columns_size())) {
    return Internal("ANSWER_MALFORMED", "costing's answer has more keys than columns");
  }
  v1::Table table;
  *table.mutable_columns() = answer.columns();
  table.set_key_column_count(answer.key_column_count());
  for (const costing::v1::AnswerRow& row : answer.rows()) {
    if (row.values_size() != answer.columns_size()) {
      return Internal("ANSWER_MALFORMED", "a row of costing's answer has not one value a column");
    }
    v1::Row* shown = table.add_rows();
    *shown->mutable_values() = row.values();
    shown->set_sealed_nhs_number(row.sealed_nhs_number());
  }
  table.set_left_out(answer.left_out());
  table.set_suppressed_cell_count(answer.suppressed_cell_count());
  table.set_complete(answer.complete());
  *table.mutable_protection() = answer.protection();
  return table;
}

v1::GetEntitlementsResponse EntitlementsOf(const consent::v1::ListEntitlementsResponse& entitlements) {
  v1::GetEntitlementsResponse response;
  response.set_organisation(entitlements.organisation());
  response.set_role(entitlements.role());
  response.set_complete(entitlements.complete());
  for (const consent::v1::Entitlement& entitlement : entitlements.entitlements()) {
    v1::EntitlementView* view = response.add_entitlements();
    view->set_approval(entitlement.approval());
    view->set_title(entitlement.title());
    *view->mutable_purposes() = entitlement.purposes();
    *view->mutable_datasets() = entitlement.datasets();
    view->set_identifiability(entitlement.identifiability());
    view->set_linkage_allowed(entitlement.linkage_allowed());
    if (entitlement.has_valid_from()) view->set_valid_from(TextOf(entitlement.valid_from()));
    if (entitlement.has_valid_to()) view->set_valid_to(TextOf(entitlement.valid_to()));
    *view->mutable_conditions() = entitlement.conditions();
  }
  return response;
}

absl::StatusOr<type::v1::Date> DateOf(absl::string_view text, absl::string_view field) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) {
    return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                   absl::StrCat(field, " must be a day as YYYY-MM-DD"), {{"field", std::string(field)}});
  }
  type::v1::Date date;
  date.set_year(day->year());
  date.set_month(day->month());
  date.set_day(day->day());
  return date;
}

absl::Status CheckIsForAnswers(const type::v1::Question& question) {
  if (question.operation() == "aggregate" || question.operation() == "records") return absl::OkStatus();
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                 "question.operation must be \"aggregate\" or \"records\"", {{"field", "question.operation"}});
}

}  // namespace safehaven::gateway
