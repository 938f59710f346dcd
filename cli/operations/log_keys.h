// The public keys of the two logs, from the keys folder or where the context says: all
// that a receipt or a log is checked with.
#ifndef SAFEHAVEN_CLI_OPERATIONS_LOG_KEYS_H_
#define SAFEHAVEN_CLI_OPERATIONS_LOG_KEYS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/session.h"
#include "libs/merkle/checkpoint_follower.h"

namespace safehaven::cli {

// Kinds of leaves that the command line reads (docs/formats.md, "Log leaves").
inline constexpr uint8_t kDecisionLeafKind = 2;
inline constexpr uint8_t kReleaseOpeningLeafKind = 16;
inline constexpr uint8_t kReleaseClosingLeafKind = 17;
inline constexpr uint8_t kCostRunReadingLeafKind = 20;

// Whom to believe about the log of `service` ("consent" or "costing"): the keys that the
// context names, or the one in log/<service>.pub. NOT_FOUND or INVALID_ARGUMENT if one is
// not there or malformed.
absl::StatusOr<FollowRules> LogRules(const Session& session, absl::string_view service);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_LOG_KEYS_H_
