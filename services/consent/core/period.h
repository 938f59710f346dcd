// From a day to a day, both inclusive, as letters and agreements give them ("to 31
// March" allows the 31st). Without a last day it is open. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PERIOD_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PERIOD_H_

#include <algorithm>
#include <optional>

#include "libs/base/civil_day.h"

namespace safehaven::consent {

struct Period {
  CivilDay first_day;
  std::optional<CivilDay> last_day;

  bool Contains(CivilDay day) const { return first_day <= day && (!last_day.has_value() || day <= *last_day); }
  bool HasEnded(CivilDay day) const { return last_day.has_value() && *last_day < day; }
  bool HasBegun(CivilDay day) const { return first_day <= day; }

  // Have the two at least one day in common?
  bool Overlaps(const Period& other) const {
    return (!last_day.has_value() || other.first_day <= *last_day) &&
           (!other.last_day.has_value() || first_day <= *other.last_day);
  }

  // Is every day of `other` in this period?
  bool Covers(const Period& other) const {
    if (other.first_day < first_day) return false;
    return !last_day.has_value() || (other.last_day.has_value() && *other.last_day <= *last_day);
  }

  // Does it end before it begins?
  bool IsContradictory() const { return last_day.has_value() && *last_day < first_day; }

  friend bool operator==(const Period&, const Period&) = default;
};

// The earlier of two ends, where absence means never.
inline std::optional<CivilDay> EarlierEnd(std::optional<CivilDay> a, std::optional<CivilDay> b) {
  if (!a.has_value()) return b;
  if (!b.has_value()) return a;
  return std::min(*a, *b);
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PERIOD_H_
