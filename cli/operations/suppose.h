// Asks the running service what would be: what another question, day, place or register
// would change, and which question close by would be permitted. Through the gateway, as
// every question goes; what only who keeps the register may suppose goes to consent.
#ifndef SAFEHAVEN_CLI_OPERATIONS_SUPPOSE_H_
#define SAFEHAVEN_CLI_OPERATIONS_SUPPOSE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/operations/query.h"
#include "cli/output/supposed.h"
#include "cli/session/session.h"
#include "libs/warrant/question.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

// As if others asked; empty: who asks.
struct AsOthers {
  std::string organisation;
  std::string role;
};

// What would be otherwise; what is empty stays as it is.
struct Supposing {
  AsOthers others;
  std::optional<Question> question;
  std::string day;  // YYYY-MM-DD
  std::string environment;
  std::vector<consent::v1::RegisterFile> files;
};

struct SupposedOutcome {
  SupposedAnswer answer;
  std::vector<consent::v1::RegisterChange> register_changes;
};

// Does what `effect` says ("PERMITTED") let the question be answered?
bool IsLawful(const std::string& effect);

absl::StatusOr<SupposedOutcome> WhatIf(Session& session, const Asking& asking, const Supposing& supposing);

// Nothing if there is none within the limits of the service's search.
absl::StatusOr<std::optional<NearestAnswer>> FindNearestLawful(Session& session, const Asking& asking,
                                                               const AsOthers& others);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_SUPPOSE_H_
