// The catalogue: every data set, measure, dimension and record column that a
// question may name, how identifiable it is and whether a law of its own restricts
// it. consent judges questions by it, costing answers by it; nothing outside it can
// be asked. Constant data; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_CATALOGUE_H_
#define SAFEHAVEN_LIBS_WARRANT_CATALOGUE_H_

#include <span>

#include "absl/strings/string_view.h"
#include "libs/warrant/question.h"

namespace safehaven {

// Data that a statute protects beyond confidence. Denied by default: an approval
// must name the restriction, and at the source such rows lose their identity.
enum class Restriction {
  kNone,
  kFertility,                    // Human Fertilisation and Embryology Act 1990 s33A
  kSexuallyTransmittedInfection, // NHS Trusts and PCTs (STD) Directions 2000
  kGenderRecognition,            // Gender Recognition Act 2004 s22
};

// A data set that sources send.
struct DatasetInfo {
  absl::string_view id;      // "acute/apc"
  absl::string_view source;  // "acute"
  absl::string_view title;
  bool social_care;          // outside the national supports (legal basis 2.2)
};

// A filter on it takes the numbers of published costing runs, and keeps the events that they
// costed, at their costs: what an answer was, before a run was superseded.
inline constexpr absl::string_view kCostingRunDimension = "costing_run";

enum class ItemKind { kMeasure, kDimension, kColumn };

// Something a question can name.
struct ItemInfo {
  absl::string_view id;  // "cost_per_head", "age_band", "nhs_number"
  ItemKind kind;
  absl::string_view title;
  // The least identifiable form of answer in which the item may stand.
  Identifiability identifiability_min;
  Restriction restriction;
};

std::span<const DatasetInfo> Datasets();
std::span<const ItemInfo> Items();

// nullptr if there is none of that name (and kind).
const DatasetInfo* FindDataset(absl::string_view id);
const ItemInfo* FindItem(ItemKind kind, absl::string_view id);

// Is it a dimension that filters but makes no rows? An event may have been costed by any number
// of runs.
bool OnlyFilters(absl::string_view dimension);

// Stable names: "", "fertility", "sexually_transmitted_infection", "gender_recognition".
absl::string_view Name(Restriction restriction);
absl::StatusOr<Restriction> ParseRestriction(absl::string_view name);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_CATALOGUE_H_
