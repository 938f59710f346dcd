#include "libs/warrant/catalogue.h"

#include <array>

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr std::array kDatasets = {
    DatasetInfo{"acute/apc", "acute", "Admitted patient care episodes", false},
    DatasetInfo{"acute/ec", "acute", "Emergency care attendances", false},
    DatasetInfo{"acute/op", "acute", "Outpatient attendances", false},
    DatasetInfo{"ambulance/incidents", "ambulance", "Ambulance incidents", false},
    DatasetInfo{"community/contacts", "community", "Community services care contacts", false},
    DatasetInfo{"gp/register", "gp", "General practice register and long-term conditions", false},
    DatasetInfo{"mental_health/contacts", "mental_health", "Mental health care contacts", false},
    DatasetInfo{"social_care/services", "social_care", "Adult social care services", true},
};

constexpr Identifiability kAggregate = Identifiability::kAggregateSuppressed;
constexpr Identifiability kRow = Identifiability::kPseudonymised;

constexpr std::array kItems = {
    ItemInfo{"activity", ItemKind::kMeasure, "Events", kAggregate, Restriction::kNone},
    ItemInfo{"cost", ItemKind::kMeasure, "Cost of own-patient care, pounds", kAggregate, Restriction::kNone},
    ItemInfo{"cost_per_head", ItemKind::kMeasure, "Cost per registered person, pounds", kAggregate, Restriction::kNone},
    ItemInfo{"persons", ItemKind::kMeasure, "People with at least one event", kAggregate, Restriction::kNone},
    ItemInfo{"population", ItemKind::kMeasure, "Registered people", kAggregate, Restriction::kNone},

    ItemInfo{"age_band", ItemKind::kDimension, "Five-year age band", kAggregate, Restriction::kNone},
    ItemInfo{kCostingRunDimension, ItemKind::kDimension, "Costing run: its events, at its costs", kAggregate,
             Restriction::kNone},
    ItemInfo{"currency", ItemKind::kDimension, "HRG or sector currency", kAggregate, Restriction::kNone},
    ItemInfo{"dataset", ItemKind::kDimension, "Data set", kAggregate, Restriction::kNone},
    ItemInfo{"month", ItemKind::kDimension, "Month of the event's end", kAggregate, Restriction::kNone},
    ItemInfo{"point_of_delivery", ItemKind::kDimension, "Point of delivery", kAggregate, Restriction::kNone},
    ItemInfo{"practice", ItemKind::kDimension, "General practice", kAggregate, Restriction::kNone},
    ItemInfo{"restriction", ItemKind::kDimension, "Legally restricted category", kAggregate, Restriction::kFertility},
    ItemInfo{"sector", ItemKind::kDimension, "Sector (the source of the record)", kAggregate, Restriction::kNone},
    ItemInfo{"sex", ItemKind::kDimension, "Sex", kAggregate, Restriction::kNone},
    ItemInfo{"small_area", ItemKind::kDimension, "Lower layer super output area", kAggregate, Restriction::kNone},

    ItemInfo{"age_band", ItemKind::kColumn, "Five-year age band", kRow, Restriction::kNone},
    ItemInfo{"cost", ItemKind::kColumn, "Cost of the event, pounds", kRow, Restriction::kNone},
    ItemInfo{"currency", ItemKind::kColumn, "HRG or sector currency", kRow, Restriction::kNone},
    ItemInfo{"dataset", ItemKind::kColumn, "Data set", kRow, Restriction::kNone},
    ItemInfo{"end_date", ItemKind::kColumn, "End of the event", kRow, Restriction::kNone},
    ItemInfo{"nhs_number", ItemKind::kColumn, "NHS number, sealed to the environment",
             Identifiability::kIdentifiable, Restriction::kNone},
    ItemInfo{"point_of_delivery", ItemKind::kColumn, "Point of delivery", kRow, Restriction::kNone},
    ItemInfo{"pseudonym", ItemKind::kColumn, "Pseudonym of the person in the pseudonym domain", kRow,
             Restriction::kNone},
    ItemInfo{"sector", ItemKind::kColumn, "Sector (the source of the record)", kRow, Restriction::kNone},
    ItemInfo{"sex", ItemKind::kColumn, "Sex", kRow, Restriction::kNone},
    ItemInfo{"start_date", ItemKind::kColumn, "Start of the event", kRow, Restriction::kNone},
};

constexpr std::array<absl::string_view, 4> kRestrictionNames = {
    "", "fertility", "sexually_transmitted_infection", "gender_recognition"};

}  // namespace

std::span<const DatasetInfo> Datasets() { return kDatasets; }
std::span<const ItemInfo> Items() { return kItems; }

const DatasetInfo* FindDataset(absl::string_view id) {
  for (const DatasetInfo& dataset : kDatasets) {
    if (dataset.id == id) return &dataset;
  }
  return nullptr;
}

const ItemInfo* FindItem(ItemKind kind, absl::string_view id) {
  for (const ItemInfo& item : kItems) {
    if (item.kind == kind && item.id == id) return &item;
  }
  return nullptr;
}

bool OnlyFilters(absl::string_view dimension) { return dimension == kCostingRunDimension; }

absl::string_view Name(Restriction restriction) {
  return kRestrictionNames[static_cast<size_t>(restriction)];
}

absl::StatusOr<Restriction> ParseRestriction(absl::string_view name) {
  for (size_t i = 0; i < kRestrictionNames.size(); ++i) {
    if (kRestrictionNames[i] == name) return static_cast<Restriction>(i);
  }
  return InvalidArgument("NAME_UNKNOWN", "no such restriction");
}

}  // namespace safehaven
