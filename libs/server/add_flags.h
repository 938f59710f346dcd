// A service's command line: its common flags, and how it ends when the line is wrong.
// Header only and for main.cc, so that the library itself links no parser.
#ifndef SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_
#define SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_

#include <CLI/CLI.hpp>
#include <optional>

#include "libs/server/flags.h"

namespace safehaven {

// `app` and `flags` live until the command line is parsed.
inline void AddFlags(CLI::App& app, ServerFlags& flags) {
  for (const TextFlag& flag : TextFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const CountFlag& flag : CountFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const SecondsFlag& flag : SecondsFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const SwitchFlag& flag : SwitchFlagsOf(flags)) app.add_flag(flag.name, *flag.value, flag.help);
}

// Parses. Nothing if the program is to go on; else its exit code: 0 after --help, 2 for
// wrong use, which has been said on standard error.
inline std::optional<int> ParseOrExit(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_
