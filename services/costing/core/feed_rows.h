// Rows of auxiliary feeds (tests, drugs, ward stays, ...) as columns, matched to the
// events of a run. Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_FEED_ROWS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_FEED_ROWS_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "services/costing/core/events.h"

namespace safehaven::costing {

// The event of a row that no matching rule found one for.
inline constexpr uint32_t kNoEvent = std::numeric_limits<uint32_t>::max();

// Texts of many kinds: row i has the text values[codes[i]].
struct TextCodes {
  std::string name;
  std::vector<std::string> values;
  std::vector<uint32_t> codes;
};

// All columns have row_count() rows.
struct FeedRows {
  size_t feed = 0;              // of the model
  std::vector<uint32_t> event;  // index over all batches of the run, or kNoEvent
  std::vector<uint8_t> rule;    // of the model's matching, by which `event` was found
  std::vector<int32_t> day;     // days since 1970; empty if the feed has no days
  std::vector<TextCodes> texts;
  std::vector<DriverColumn> numbers;

  size_t row_count() const { return event.size(); }
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_FEED_ROWS_H_
