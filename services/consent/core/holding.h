// What a disclosure domain has been told already, as far as it bears on objections.
//
// Two versions of the same data, with objections honoured differently, reveal by
// comparison who objected (legal basis 0.5). So consent keeps, for every permit, what
// the domain then holds, and the dissent gate compares. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_H_

#include <span>
#include <string>
#include <vector>

#include "libs/base/civil_day.h"
#include "libs/warrant/warrant.h"

namespace safehaven::consent {

struct Holding {
  std::string organisation;       // ODS code of who was told
  std::string disclosure_domain;  // its domain on that day; it may have joined another since
  std::string dataset;
  CivilDay first_day;             // activity from ...
  CivilDay last_day;              // ... to, inclusive
  std::vector<std::string> sets;  // objections honoured, sorted; empty: none
  ObjectionMode mode = ObjectionMode::kRemoveRecord;
  std::string approval;  // normalised reference under which it was permitted
  friend bool operator==(const Holding&, const Holding&) = default;
};

// How objections are honoured in a holding, as one text: two holdings of the same data are
// alike exactly if these are equal.
std::string MannerOf(std::span<const std::string> sets, ObjectionMode mode);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_H_
