// What data sets and items there are: those of the catalogue, and those that the register
// declares beyond it (supply.h). Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_KNOWN_DATA_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_KNOWN_DATA_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

struct KnownItem {
  Identifiability identifiability_min = Identifiability::kIdentifiable;
  Restriction restriction = Restriction::kNone;
};

// The source of `dataset`; empty if nobody knows the data set.
std::string KnownSource(const RegisterSnapshot& snapshot, absl::string_view dataset);

// The item `id` of `dataset` where it stands as `kind` in the catalogue, or as the
// register declares it for the data set.
std::optional<KnownItem> FindKnownItem(const RegisterSnapshot& snapshot, absl::string_view dataset, ItemKind kind,
                                       absl::string_view id);

// The same of a data set that was looked up: `declared` is what the register declares of
// it beyond the catalogue, or nullptr; `info` what the catalogue says of the item `id`.
std::optional<KnownItem> FindKnownItem(const Versioned<Dataset>* declared, ItemKind kind, absl::string_view id);
std::optional<KnownItem> KnownItemOf(const Versioned<Dataset>* declared, const ItemInfo* info, absl::string_view id);

// Is `id` an item of `dataset`, of whatever kind?
bool IsKnownItem(const RegisterSnapshot& snapshot, absl::string_view dataset, absl::string_view id);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_KNOWN_DATA_H_
