#include "services/costing/core/event_order.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {
namespace {

// A record key as two numbers that compare as its bytes do.
struct KeyedEvent {
  uint64_t high;
  uint64_t low;
  uint32_t event;
};

uint64_t BigEndian(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | bytes[i];
  return value;
}

}  // namespace

absl::StatusOr<EventOrder> OrderEvents(std::span<const EventColumns* const> batches) {
  EventOrder order;
  size_t count = 0;
  for (const EventColumns* batch : batches) {
    order.first_of_batch.push_back(count);
    count += batch->row_count();
  }
  if (count > kRunEventsMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "TOO_MANY_EVENTS",
                   absl::StrCat("a run takes at most ", kRunEventsMax, " events"));
  }
  std::vector<KeyedEvent> events;
  events.reserve(count);
  for (const EventColumns* batch : batches) {
    for (const RecordKey& key : batch->keys) {
      events.push_back({BigEndian(key.data()), BigEndian(key.data() + 8), static_cast<uint32_t>(events.size())});
    }
  }
  std::sort(events.begin(), events.end(), [](const KeyedEvent& a, const KeyedEvent& b) {
    return std::tie(a.high, a.low) < std::tie(b.high, b.low);
  });
  order.by_key.reserve(count);
  for (size_t i = 0; i < events.size(); ++i) {
    if (i > 0 && events[i].high == events[i - 1].high && events[i].low == events[i - 1].low) {
      return FailedPrecondition("EVENT_DUPLICATE", "two events have the same record key");
    }
    order.by_key.push_back(events[i].event);
  }
  return order;
}

}  // namespace safehaven::costing
