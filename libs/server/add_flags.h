// Hands a service's common flags to a flag parser with CLI11's add_option() and
// add_flag(), so that main.cc has one line for them and this library no parser.
#ifndef SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_
#define SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_

#include "libs/server/flags.h"

namespace safehaven {

// `app` and `flags` live until the command line is parsed.
template <typename App>
void AddFlags(App& app, ServerFlags& flags) {
  for (const TextFlag& flag : TextFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const CountFlag& flag : CountFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const SecondsFlag& flag : SecondsFlagsOf(flags)) app.add_option(flag.name, *flag.value, flag.help);
  for (const SwitchFlag& flag : SwitchFlagsOf(flags)) app.add_flag(flag.name, *flag.value, flag.help);
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_ADD_FLAGS_H_
