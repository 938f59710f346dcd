// Patients' events as columns: what a load holds after the identity was split off at
// the source. Costing runs and segments share these columns, so costing a provider
// copies nothing. Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::costing {

// Names one record of one source: the first 16 bytes of an HMAC under a key that the
// source keeps. Tells nothing about anybody without that key.
using RecordKey = std::array<uint8_t, 16>;

// Most rows of one segment, and so of one set of columns: a dictionary code and a
// row number both fit 16 bits.
inline constexpr size_t kSegmentRowsMax = 65'536;
// Longest text in a row (a currency, a point of delivery, ...).
inline constexpr size_t kEventTextMax = 32;
// Most driver columns of one set of columns.
inline constexpr size_t kDriverColumnsMax = 64;

// One event, as a load brings it.
struct Event {
  RecordKey key{};
  absl::string_view feed;
  absl::string_view point_of_delivery;
  absl::string_view currency;
  absl::string_view treatment_function;
  CivilDay start;
  CivilDay end;  // the last day; the start if none is recorded
  Restriction restriction = Restriction::kNone;
  std::span<const int64_t> drivers;  // in the order of the builder's names; 0 if not recorded
};

// Texts of a few kinds: row i has the text values[codes[i]].
struct TextColumn {
  std::vector<std::string> values;
  std::vector<uint16_t> codes;

  const std::string& at(size_t row) const { return values[codes[row]]; }
  friend bool operator==(const TextColumn&, const TextColumn&) = default;
};

struct DriverColumn {
  std::string name;
  std::vector<int64_t> values;
  friend bool operator==(const DriverColumn&, const DriverColumn&) = default;
};

// All columns have row_count() rows.
struct EventColumns {
  std::vector<RecordKey> keys;
  TextColumn feed;
  TextColumn point_of_delivery;
  TextColumn currency;
  TextColumn treatment_function;
  std::vector<int32_t> start_day;  // days since 1970
  std::vector<int32_t> end_day;
  std::vector<uint8_t> restriction;  // values of Restriction
  std::vector<DriverColumn> drivers;

  size_t row_count() const { return keys.size(); }
  friend bool operator==(const EventColumns&, const EventColumns&) = default;
};

// Collects events into columns. Single-threaded.
class EventColumnsBuilder {
 public:
  // At most kDriverColumnsMax names, no two alike: a programmer's duty.
  explicit EventColumnsBuilder(const std::vector<std::string>& driver_names);

  // INVALID_ARGUMENT with reason EVENT_INVALID and metadata "field" if a text is too
  // long, the end is before the start, or the drivers are not as many as the names;
  // RESOURCE_EXHAUSTED with reason SEGMENT_FULL at kSegmentRowsMax rows. Changes
  // nothing when it fails.
  absl::Status Append(const Event& event);

  size_t row_count() const { return columns_.row_count(); }

  // The columns so far; the builder starts again, empty, with the same names.
  EventColumns Finish();

 private:
  using Codes = absl::flat_hash_map<std::string, uint16_t>;

  EventColumns columns_;
  std::array<Codes, 4> codes_;  // of the text columns
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_H_
