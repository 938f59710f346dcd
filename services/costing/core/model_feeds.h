// The parts of a cost model that speak about activity data: feeds, how their rows
// are matched to patients' events, and which of their numbers drive which activity
// (docs/formats.md, "Cost model"). Values; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_FEEDS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_FEEDS_H_

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace safehaven::costing {

// A master feed's rows are the patients' events. An auxiliary feed's rows (tests,
// drugs, ward stays) are matched to events.
struct Feed {
  std::string id;
  std::string dataset;  // of the catalogue, or the name of a file of its own
  bool is_auxiliary = false;
  // Auxiliary only: the text column whose value is the id of the activity that the row
  // belongs to; empty if drivers name activities themselves.
  std::string activity_column;
};

// What a driver measures (costing.md 1.2, step 5). It changes no arithmetic; reports
// show it, and the quantity of the collection's activity count follows from it.
enum class DriverKind : uint8_t { kCount, kTime, kActualCost, kRelativeWeight };

// Rows whose text in `column` is among `values`, or, if `is_excluding`, is not.
struct RowFilter {
  std::string column;
  bool is_excluding = false;
  std::vector<std::string> values;  // ascending, no two alike
  friend bool operator==(const RowFilter&, const RowFilter&) = default;
};

// A factor by the row's text in `column`; a text that is not listed has `otherwise`.
struct WeightTable {
  std::string column;
  std::map<std::string, int64_t> weights;
  int64_t otherwise = 0;
};

// Stands for "the activity that the row names" (Feed::activity_column).
inline constexpr size_t kActivityOfRow = std::numeric_limits<size_t>::max();

// The rows of one feed take their part of an activity's cost in proportion to a
// number column of theirs, or one each, times a factor. Drivers of one activity add up.
struct Driver {
  size_t activity = 0;  // or kActivityOfRow
  size_t feed = 0;
  std::string column;  // kCountColumn: every row counts 1
  // Multiplies the value by the row's point of delivery; a point of delivery that is
  // not in the map counts 0. Absent: all count 1. Master feeds only.
  std::optional<std::map<std::string, int64_t>> weight_by_point_of_delivery;
  DriverKind kind = DriverKind::kCount;
  int64_t factor = 1;  // above 0
  std::optional<WeightTable> weight_by;
  std::vector<RowFilter> where;  // all must hold
};
inline constexpr char kCountColumn[] = "count";

// How the rows of an auxiliary feed find their event. Rules are tried in order; the
// first that finds an event wins and is kept on the cost line (costing.md 1.3).
enum class MatchKey : uint8_t {
  kEvent,    // the row names the event's record id
  kPatient,  // same patient of the provider, and the row's day within the window
};

struct MatchingRule {
  std::string id;
  size_t feed = 0;  // auxiliary
  MatchKey key = MatchKey::kEvent;
  std::vector<size_t> targets;  // master feeds, in the order in which they are preferred
  // kPatient: the row may lie so many days before the event's first day or after its last.
  int32_t days_before = 0;
  int32_t days_after = 0;
};

// What happens to rows that no rule matches: they bear their part of the cost, which is
// shown in a bucket of its own, or they bear none and are only counted.
enum class UnmatchedPolicy : uint8_t { kCosted, kCountedOnly };

// Limits on these parts.
inline constexpr size_t kFeedsMax = 100;
inline constexpr size_t kDriversMax = 20'000;
inline constexpr size_t kMatchingRulesMax = 200;
inline constexpr size_t kFiltersMax = 16;
inline constexpr size_t kFilterValuesMax = 10'000;
inline constexpr size_t kWeightTableMax = 100'000;
inline constexpr int32_t kWindowDaysMax = 366;

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_FEEDS_H_
