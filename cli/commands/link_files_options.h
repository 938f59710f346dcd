// The options by which `safehaven link` links files alone.
#ifndef SAFEHAVEN_CLI_COMMANDS_LINK_FILES_OPTIONS_H_
#define SAFEHAVEN_CLI_COMMANDS_LINK_FILES_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/commands/commands.h"

namespace safehaven::cli {

// Adds --input and its companions to `link`, whose other options are there already. With
// --input none of the others is required, and the files are linked in process; without
// it `link` stays what it was: `through_services` runs.
void AddLinkFilesOptions(CLI::App& link, Globals& globals, std::function<absl::Status()> through_services);

// encode: files of people as files of filters.
void AddEncodeCommand(CLI::App& app, Globals& globals);

// linkage model init|train|show|diff, linkage explain.
void AddLinkageCommands(CLI::App& app, Globals& globals);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COMMANDS_LINK_FILES_OPTIONS_H_
