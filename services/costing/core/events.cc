#include "services/costing/core/events.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

absl::Status EventInvalid(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "EVENT_INVALID", absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}

}  // namespace

EventColumnsBuilder::EventColumnsBuilder(const std::vector<std::string>& driver_names) {
  SH_CHECK(driver_names.size() <= kDriverColumnsMax);
  for (const std::string& name : driver_names) columns_.drivers.push_back({.name = name});
}

absl::Status EventColumnsBuilder::Append(const Event& event) {
  struct Text {
    absl::string_view field;
    absl::string_view value;
    TextColumn* column;
  };
  const std::array<Text, 4> texts = {{
      {"feed", event.feed, &columns_.feed},
      {"point_of_delivery", event.point_of_delivery, &columns_.point_of_delivery},
      {"currency", event.currency, &columns_.currency},
      {"treatment_function", event.treatment_function, &columns_.treatment_function},
  }};
  for (const Text& text : texts) {
    if (text.value.size() > kEventTextMax) return EventInvalid(text.field, "is too long");
  }
  if (event.end < event.start) return EventInvalid("end_date", "is before the start");
  if (event.drivers.size() != columns_.drivers.size()) {
    return EventInvalid("drivers", "are not as many as the columns");
  }
  if (row_count() == kSegmentRowsMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "SEGMENT_FULL",
                   absl::StrCat("a segment holds at most ", kSegmentRowsMax, " events"));
  }
  columns_.keys.push_back(event.key);
  for (size_t i = 0; i < texts.size(); ++i) {
    TextColumn& column = *texts[i].column;
    const auto [at, is_new] =
        codes_[i].try_emplace(std::string(texts[i].value), static_cast<uint16_t>(column.values.size()));
    if (is_new) column.values.emplace_back(texts[i].value);
    column.codes.push_back(at->second);
  }
  columns_.start_day.push_back(event.start.days_since_1970());
  columns_.end_day.push_back(event.end.days_since_1970());
  columns_.restriction.push_back(static_cast<uint8_t>(event.restriction));
  for (size_t i = 0; i < event.drivers.size(); ++i) columns_.drivers[i].values.push_back(event.drivers[i]);
  return absl::OkStatus();
}

EventColumns EventColumnsBuilder::Finish() {
  EventColumns empty;
  for (const DriverColumn& driver : columns_.drivers) empty.drivers.push_back({.name = driver.name});
  for (Codes& codes : codes_) codes.clear();
  return std::exchange(columns_, std::move(empty));
}

}  // namespace safehaven::costing
