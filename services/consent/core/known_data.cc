#include "services/consent/core/known_data.h"

namespace safehaven::consent {

std::string KnownSource(const RegisterSnapshot& snapshot, absl::string_view dataset) {
  if (const DatasetInfo* info = FindDataset(dataset)) return std::string(info->source);
  const Versioned<Dataset>* declared = snapshot.FindDeclaredDataset(dataset);
  return declared == nullptr ? "" : declared->value.source;
}

std::optional<KnownItem> FindKnownItem(const RegisterSnapshot& snapshot, absl::string_view dataset, ItemKind kind,
                                       absl::string_view id) {
  return FindKnownItem(snapshot.FindDeclaredDataset(dataset), kind, id);
}

std::optional<KnownItem> FindKnownItem(const Versioned<Dataset>* declared, ItemKind kind, absl::string_view id) {
  return KnownItemOf(declared, FindItem(kind, id), id);
}

std::optional<KnownItem> KnownItemOf(const Versioned<Dataset>* declared, const ItemInfo* info, absl::string_view id) {
  if (declared != nullptr) {
    for (const DeclaredItem& item : declared->value.items) {
      if (item.id == id) return KnownItem{item.identifiability_min, item.restriction};
    }
  }
  if (info == nullptr) return std::nullopt;
  return KnownItem{info->identifiability_min, info->restriction};
}

bool IsKnownItem(const RegisterSnapshot& snapshot, absl::string_view dataset, absl::string_view id) {
  for (const ItemKind kind : {ItemKind::kMeasure, ItemKind::kDimension, ItemKind::kColumn}) {
    if (FindKnownItem(snapshot, dataset, kind, id).has_value()) return true;
  }
  return false;
}

}  // namespace safehaven::consent
