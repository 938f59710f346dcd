// The options that say under which authority, and for which data, people are linked.
#ifndef SAFEHAVEN_CLI_COMMANDS_LINK_PLAN_OPTIONS_H_
#define SAFEHAVEN_CLI_COMMANDS_LINK_PLAN_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "cli/commands/commands.h"
#include "cli/operations/runs.h"

namespace safehaven::cli {

struct LinkPlanFlags {
  LinkPlan plan;
  std::string purpose = "commissioning_planning", list_day, first_day, last_day;
};

void AddLinkPlanOptions(CLI::App& command, LinkPlanFlags& flags);

// INVALID_ARGUMENT as ParsePurpose and DayOfFlag.
absl::StatusOr<LinkPlan> PlanOf(const LinkPlanFlags& flags, const Globals& globals);

// linkage match, linkage review list|decide|audit.
void AddMatchingCommands(CLI::App& linkage, Globals& globals);

// linkage protect, linkage custody propose|approve|list|map, linkage trace.
void AddCustodyCommands(CLI::App& linkage, Globals& globals);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COMMANDS_LINK_PLAN_OPTIONS_H_
