// Is everything that the question reads and shows on the approval's list?
//
// Data sets and items are approved one by one; anything else needs an amendment
// (legal basis 1.5, 2.2: "not social care"). What the catalogue does not know is
// refused. Items that a statute protects beyond confidence (fertility, sexually
// transmitted infection, gender recognition) are denied unless the approval names
// the restriction itself; "*" never includes them.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/known_data.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kItems;

struct Asked {
  ItemKind kind;
  std::string id;
};

// Everything that the question shows or filters by.
std::vector<Asked> AskedItems(const Question& question) {
  std::vector<Asked> asked;
  for (const std::string& id : question.measures) asked.push_back({ItemKind::kMeasure, id});
  for (const std::string& id : question.dimensions) asked.push_back({ItemKind::kDimension, id});
  for (const std::string& id : question.items) asked.push_back({ItemKind::kColumn, id});
  for (const Filter& filter : question.filters) asked.push_back({ItemKind::kDimension, filter.dimension});
  return asked;
}

template <typename T>
bool Contains(const std::vector<T>& list, const T& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// A refusal, or a pass if the flow lets the item out.
GateVerdict JudgeItem(const Matter& matter, const ApprovedFlow& flow, const std::string& dataset, const Asked& asked) {
  const Versioned<Approval>& approval = *matter.approval;
  const std::optional<KnownItem> info = FindKnownItem(*matter.snapshot, dataset, asked.kind, asked.id);
  if (!info.has_value()) {
    return Fail(kGate, "ITEM_UNKNOWN", {}, absl::StrCat("Ask for an item of the catalogue; '", asked.id, "' is none."));
  }
  if (info->restriction != Restriction::kNone && !Contains(flow.restrictions, info->restriction)) {
    return Fail(kGate, "ITEM_RESTRICTED_BY_STATUTE", {RelyOn(approval)},
                absl::StrCat("Leave out '", asked.id, "': the law restricts it (", Name(info->restriction), ") and ",
                             approval.value.reference.printed(), " does not name that restriction."));
  }
  if (!Contains(flow.items, std::string("*")) && !Contains(flow.items, asked.id)) {
    return Fail(kGate, "ITEM_NOT_APPROVED", {RelyOn(approval)},
                absl::StrCat("Leave out '", asked.id, "', or have it added for ", dataset, " by an amendment."));
  }
  return Pass(kGate, "ITEMS_APPROVED", {RelyOn(approval)});
}

}  // namespace

absl::StatusOr<GateVerdict> ItemsGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  if (matter.question->datasets.empty()) {
    return Fail(kGate, "DATASET_UNKNOWN", {}, "Name at least one data set.");
  }
  const std::vector<Asked> asked = AskedItems(*matter.question);
  GateVerdict verdict = Pass(kGate, "ITEMS_APPROVED", {RelyOn(approval)});
  for (const std::string& dataset : matter.question->datasets) {
    if (KnownSource(*matter.snapshot, dataset).empty()) {
      return Fail(kGate, "DATASET_UNKNOWN", {},
                  absl::StrCat("Ask for a data set of the catalogue; '", dataset, "' is none."));
    }
    const ApprovedFlow* flow = CoveringFlow(matter, dataset);
    if (flow == nullptr) {
      return Fail(kGate, "DATASET_NOT_APPROVED", {RelyOn(approval)},
                  absl::StrCat("Leave out ", dataset, ", or have it added to ", approval.value.reference.printed(),
                               " by an approved amendment."));
    }
    verdict.last_day = EarlierEnd(verdict.last_day, flow->period.last_day);
    if (matter.IsAnswer() && flow->items.empty()) {
      return Fail(
          kGate, "DATASET_NOT_FOR_ANSWERS", {RelyOn(approval)},
          absl::StrCat("Leave out ", dataset, ": it may be used to link and to find the population, not to answer."));
    }
    for (const Asked& item : asked) {
      GateVerdict judged = JudgeItem(matter, *flow, dataset, item);
      if (judged.verdict != Verdict::kPass) return judged;
    }
  }
  return verdict;
}

}  // namespace safehaven::consent
