// What would be, as text for people and as JSON: the same whether it was judged on files
// or asked of a running service. Values; pure.
#ifndef SAFEHAVEN_CLI_OUTPUT_SUPPOSED_H_
#define SAFEHAVEN_CLI_OUTPUT_SUPPOSED_H_

#include <optional>
#include <string>
#include <vector>

#include "libs/base/civil_day.h"

namespace safehaven::cli {

struct SupposedChange {
  std::string gate;
  std::string now;   // "PASS WINDOW_OPEN"
  std::string then;  // "FAIL WINDOW_CLOSED"
};

struct SupposedAnswer {
  std::string now;   // "REFUSED"
  std::string then;  // "PERMITTED"
  std::vector<SupposedChange> changes;
};

// "REFUSED would be PERMITTED" and a line a gate.
std::string WhatIfText(const SupposedAnswer& answer);
std::string WhatIfJson(const SupposedAnswer& answer);

struct NearestAnswer {
  std::vector<std::string> changes;
  std::string effect;  // "PERMITTED"
  CivilDay day;
};

// Nothing: none was found with at most `changes_max` changes.
std::string NearestText(const std::optional<NearestAnswer>& nearest, size_t changes_max);
std::string NearestJson(const std::optional<NearestAnswer>& nearest);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OUTPUT_SUPPOSED_H_
