// Is everything that the question reads and shows on the approval's list?
//
// Data sets and items are approved one by one; anything else needs an amendment
// (legal basis 1.5, 2.2: "not social care"). What the catalogue does not know is
// refused. Items that a statute protects beyond confidence (fertility, sexually
// transmitted infection, gender recognition) are denied unless the approval names
// the restriction itself; "*" never includes them.
#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/known_data.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kItems;

struct Asked {
  const std::string& id;
  ItemKind kind;
  const ItemInfo* info;  // in the catalogue; nullptr: only a register can know it
};
using AskedItems = absl::InlinedVector<Asked, 16>;

// Everything that the question shows or filters by.
AskedItems ItemsOf(const Question& question) {
  AskedItems asked;
  const auto add = [&asked](ItemKind kind, const std::string& id) { asked.push_back({id, kind, FindItem(kind, id)}); };
  for (const std::string& id : question.measures) add(ItemKind::kMeasure, id);
  for (const std::string& id : question.dimensions) add(ItemKind::kDimension, id);
  for (const std::string& id : question.items) add(ItemKind::kColumn, id);
  for (const Filter& filter : question.filters) add(ItemKind::kDimension, filter.dimension);
  return asked;
}

template <typename T>
bool Contains(const std::vector<T>& list, const T& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// A refusal, or nothing if the flow lets the item out.
std::optional<GateVerdict> RefuseItem(const Matter& matter, const AskedDataset& dataset, const Asked& asked) {
  const Versioned<Approval>& approval = *matter.approval;
  const ApprovedFlow& flow = *dataset.covered->flow;
  const std::optional<KnownItem> info = KnownItemOf(dataset.declared, asked.info, asked.id);
  if (!info.has_value()) {
    return Fail(kGate, "ITEM_UNKNOWN", {}, absl::StrCat("Ask for an item of the catalogue; '", asked.id, "' is none."));
  }
  if (info->restriction != Restriction::kNone && !Contains(flow.restrictions, info->restriction)) {
    return Fail(kGate, "ITEM_RESTRICTED_BY_STATUTE", {&approval},
                absl::StrCat("Leave out '", asked.id, "': the law restricts it (", Name(info->restriction), ") and ",
                             approval.value.reference.printed(), " does not name that restriction."));
  }
  if (!dataset.covered->all_items && !Contains(flow.items, asked.id)) {
    return Fail(kGate, "ITEM_NOT_APPROVED", {&approval},
                absl::StrCat("Leave out '", asked.id, "', or have it added for ", *dataset.name, " by an amendment."));
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<GateVerdict> ItemsGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  if (matter.question->datasets.empty()) {
    return Fail(kGate, "DATASET_UNKNOWN", {}, "Name at least one data set.");
  }
  const AskedItems asked = ItemsOf(*matter.question);
  GateVerdict verdict = Pass(kGate, "ITEMS_APPROVED", {&approval});
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.source.empty()) {
      return Fail(kGate, "DATASET_UNKNOWN", {},
                  absl::StrCat("Ask for a data set of the catalogue; '", *dataset.name, "' is none."));
    }
    const CoveredDataset* covered = dataset.covered;
    if (covered == nullptr) {
      return Fail(kGate, "DATASET_NOT_APPROVED", {&approval},
                  absl::StrCat("Leave out ", *dataset.name, ", or have it added to ", approval.value.reference.printed(),
                               " by an approved amendment."));
    }
    verdict.last_day = EarlierEnd(verdict.last_day, covered->period.last_day);
    if (matter.IsAnswer() && !covered->for_answers) {
      return Fail(
          kGate, "DATASET_NOT_FOR_ANSWERS", {&approval},
          absl::StrCat("Leave out ", *dataset.name, ": it may be used to link and to find the population, not to answer."));
    }
    for (const Asked& item : asked) {
      if (std::optional<GateVerdict> refusal = RefuseItem(matter, dataset, item)) return *std::move(refusal);
    }
  }
  return verdict;
}

}  // namespace safehaven::consent
