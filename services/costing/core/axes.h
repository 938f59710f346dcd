// Dimensions of a question as look-up tables over the columns of a snapshot.
//
// Whatever the dimensions and filters, a row's cell is the sum of one number a
// column, and a number can also say "leave it out": so one loop without branches on
// dimensions serves every question. Internal to answering. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_AXES_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_AXES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/warrant/question.h"
#include "services/costing/core/population.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

// Columns of LinkedEvents that dimensions are made of.
enum class EventColumn : uint8_t { kSegment, kCurrency, kPointOfDelivery, kRestriction, kDay };
inline constexpr size_t kEventColumnCount = 5;

// One dimension: the values it can take, in ascending order, and which of them each
// value of its column means.
struct Axis {
  std::string dimension;
  bool of_person = false;
  size_t column = 0;                 // PersonColumn or EventColumn
  std::vector<std::string> labels;   // ascending
  std::vector<uint32_t> label_of_value;
  uint64_t stride = 1;               // of a label's index in a cell's number
};

// INVALID_ARGUMENT with reason FIELD_INVALID for a dimension that costing does not
// have.
absl::StatusOr<Axis> MakeAxis(absl::string_view dimension, const Snapshot& snapshot);

// By value of a column: what it adds to the cell's number, or kLeaveOut.
using LookUp = std::vector<uint64_t>;
// Larger than any cell's number; the sum of a few of them does not wrap.
inline constexpr uint64_t kLeaveOut = uint64_t{1} << 60;

struct QuestionTables {
  std::vector<Axis> axes;      // one a dimension, in the question's order
  uint64_t cell_count = 1;     // product of the axes' lengths
  std::array<LookUp, kPersonColumnCount> of_person;
  std::array<LookUp, kEventColumnCount> of_event;
  int32_t day_base = 0;        // the day that of_event's kDay table begins with
};

// Tables for the dimensions and filters of `question`, its days and `readable`
// segments. INVALID_ARGUMENT with reason FIELD_INVALID as above, or TABLE_TOO_LARGE if
// cells could not be numbered.
absl::StatusOr<QuestionTables> MakeTables(const Snapshot& snapshot, const Question& question,
                                          const std::vector<bool>& readable);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_AXES_H_
