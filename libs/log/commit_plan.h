// Which appends of a group hold, and the one batch that they make: a group behaves as
// if its appends had been applied one after the other. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_COMMIT_PLAN_H_
#define SAFEHAVEN_LIBS_LOG_COMMIT_PLAN_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/log/append_queue.h"
#include "libs/storage/store.h"

namespace safehaven {

// Versions in the store; nothing for an absent key.
using KeyVersions = std::map<std::string, std::optional<Version>>;

struct CommitPlan {
  std::vector<size_t> accepted;  // places in the group, in order
  std::vector<size_t> refused;   // places whose preconditions do not hold
  // What the accepted ones write together. Its preconditions are those that were
  // judged by the store's versions, so that a change since then is noticed.
  Batch batch;
};

// The keys of all preconditions of the group, each once.
std::vector<std::string> PreconditionKeys(std::span<const PendingAppend> group);

// `versions` has every key of PreconditionKeys(group).
CommitPlan PlanCommit(std::span<const PendingAppend> group, const KeyVersions& versions);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_COMMIT_PLAN_H_
