// The flags that every service has, as a table: main.cc hands them to its flag parser,
// and no service invents its own spelling.
//
//   for (const auto& flag : TextFlags(options)) app.add_option(flag.name, *flag.value, flag.help);
//   for (const auto& flag : SwitchFlags(raw)) app.add_flag(flag.name, *flag.value, flag.help);
#ifndef SAFEHAVEN_LIBS_SERVER_FLAGS_H_
#define SAFEHAVEN_LIBS_SERVER_FLAGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/server/server_options.h"

namespace safehaven {

// What the flags of a service said, before it is checked.
struct ServerFlags {
  ServerOptions options;
  bool insecure = false;
  bool no_client_certificates = false;
  double drain_delay_seconds = 0;
  double drain_seconds_max = 20;
};

struct TextFlag {
  const char* name;
  const char* help;
  std::string* value;
};
struct CountFlag {
  const char* name;
  const char* help;
  size_t* value;
};
struct SecondsFlag {
  const char* name;
  const char* help;
  double* value;
};
struct SwitchFlag {
  const char* name;
  const char* help;
  bool* value;
};

// Tables over the members of `flags`, which must outlive them.
std::vector<TextFlag> TextFlagsOf(ServerFlags& flags);
std::vector<CountFlag> CountFlagsOf(ServerFlags& flags);
std::vector<SecondsFlag> SecondsFlagsOf(ServerFlags& flags);
std::vector<SwitchFlag> SwitchFlagsOf(ServerFlags& flags);

// The options that the flags mean. INVALID_ARGUMENT with reason FLAG_INVALID and
// metadata "flag" if one is missing, out of range, or contradicts another.
absl::StatusOr<ServerOptions> OptionsOf(const ServerFlags& flags);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_FLAGS_H_
