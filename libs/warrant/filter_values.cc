#include "libs/warrant/filter_values.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "libs/warrant/age_bands.h"
#include "libs/warrant/catalogue.h"

namespace safehaven {
namespace {

absl::Status ValueUnknown(const Filter& filter, const std::string& value, absl::string_view right) {
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                 absl::StrCat("filters: '", value, "' is no value of ", filter.dimension, "; ", right),
                 {{"field", "filters"}});
}

std::vector<std::string> Sectors(const std::vector<std::string>& datasets) {
  std::vector<std::string> sectors;
  for (const std::string& id : datasets) {
    const DatasetInfo* const dataset = FindDataset(id);
    if (dataset != nullptr) sectors.emplace_back(dataset->source);
  }
  sectors.erase(std::unique(sectors.begin(), sectors.end()), sectors.end());
  return sectors;
}

std::vector<std::string> Restrictions() {
  std::vector<std::string> names;
  for (int value = 1; value <= static_cast<int>(Restriction::kGenderRecognition); ++value) {
    names.emplace_back(Name(static_cast<Restriction>(value)));
  }
  return names;
}

absl::Status CheckOneOf(const Filter& filter, const std::vector<std::string>& right) {
  for (const std::string& value : filter.values) {
    if (std::find(right.begin(), right.end(), value) != right.end()) continue;
    return ValueUnknown(filter, value, absl::StrCat("one of ", absl::StrJoin(right, ", ")));
  }
  return absl::OkStatus();
}

absl::Status CheckMonths(const Filter& filter) {
  for (const std::string& value : filter.values) {
    if (!CivilDay::Parse(absl::StrCat(value, "-01")).ok()) return ValueUnknown(filter, value, "a month is YYYY-MM");
  }
  return absl::OkStatus();
}

absl::Status CheckRuns(const Filter& filter) {
  for (const std::string& value : filter.values) {
    uint64_t run = 0;
    const bool is_number = absl::SimpleAtoi(value, &run) && run > 0 && value == absl::StrCat(run);
    if (!is_number) return ValueUnknown(filter, value, "the number of a costing run");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFilterValues(const Filter& filter, const std::vector<std::string>& datasets) {
  if (filter.dimension == "age_band") return CheckOneOf(filter, AgeBandLabels());
  if (filter.dimension == "sex") return CheckOneOf(filter, {"0", "1", "2", "9"});
  if (filter.dimension == "dataset") return CheckOneOf(filter, datasets);
  if (filter.dimension == "sector") return CheckOneOf(filter, Sectors(datasets));
  if (filter.dimension == "restriction") return CheckOneOf(filter, Restrictions());
  if (filter.dimension == kCostingRunDimension) return CheckRuns(filter);
  return filter.dimension == "month" ? CheckMonths(filter) : absl::OkStatus();
}

}  // namespace safehaven
