// Sends the two halves of a split extract, each to its service, and closes them.
//
// Can be repeated after any failure: the load's id comes from the file, so what was
// acknowledged is not sent again and a load that is visible already is left alone.
#ifndef SAFEHAVEN_CLI_OPERATIONS_LOAD_H_
#define SAFEHAVEN_CLI_OPERATIONS_LOAD_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/load/descriptor.h"
#include "cli/load/split.h"
#include "cli/session/session.h"
#include "libs/separation/record_keys.h"

namespace safehaven::cli {

struct LoadPlan {
  std::string approval;  // relied on for collecting
  std::string program;   // "source/acute": connects, signs and presents
  LoadDescriptor descriptor;
  std::string load;                    // 32 hex digits
  std::vector<std::string> replaces;   // loads that this one replaces whole
};

// Rows sent so far, of all rows of both halves.
using LoadProgress = std::function<void(uint64_t sent, uint64_t total)>;

// Returns when the load is visible in both services. PERMISSION_DENIED with reason
// DECISION_REFUSED, or the services' own failures.
absl::Status SendLoad(Session& session, const LoadPlan& plan, const SplitExtract& extract, const SourceKeys& keys,
                      const LoadProgress& progress);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_LOAD_H_
