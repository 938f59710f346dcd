// Pieces that the checks of a cost model share. Internal to the costing core.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_CHECK_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_CHECK_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// Fractions are whole numbers of 1e-8.
inline constexpr int64_t kFractionOne = 100'000'000;
// A weight's largest value: products with a driver column are checked anyway.
inline constexpr int64_t kWeightMax = 1'000'000'000'000;

// "ward_nursing": ids of pools, feeds and rules, names of columns.
bool IsLowerSnake(absl::string_view id);

// 1 to 6 of A-Z and 0-9: the collection's shape (an6) of resources and activities.
bool IsCollectionCode(absl::string_view code);

// 1 to 24 of A-Z, 0-9 and -_./&: codes of ledgers.
bool IsLedgerCode(absl::string_view code);
inline constexpr char kLedgerCodeShape[] = "must be 1 to 24 of A-Z, 0-9 and -_./&";

// "pools[3].kind".
std::string At(absl::string_view list, size_t index, absl::string_view field);

absl::Status CheckName(absl::string_view field, const std::string& name);

// Ids of one list: well formed and no two alike.
template <typename Item, typename IsValid>
absl::Status CheckIds(absl::string_view list, const std::vector<Item>& items, IsValid is_valid,
                      absl::string_view shape) {
  std::set<absl::string_view> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!is_valid(items[i].id)) return ModelInvalid(At(list, i, "id"), absl::StrCat("must be ", shape));
    if (!seen.insert(items[i].id).second) return ModelInvalid(At(list, i, "id"), "is there twice");
  }
  return absl::OkStatus();
}

// Parts of CheckModel().
absl::Status CheckLedgerMap(const CostModel& model);
absl::Status CheckIncomeMap(const CostModel& model);
absl::Status CheckFeedsAndDrivers(const CostModel& model);
absl::Status CheckMatching(const CostModel& model);

// Parts of CanonicalModel().
void AppendField(std::string* out, absl::string_view text);
void AppendLedgerMap(const CostModel& model, std::string* out);
void AppendFeeds(const CostModel& model, std::string* out);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_CHECK_H_
