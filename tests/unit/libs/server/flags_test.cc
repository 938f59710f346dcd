#include "libs/server/flags.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

ServerFlags Good() {
  ServerFlags flags;
  flags.options.trust_domain = "demo.safehaven.invalid";
  return flags;
}

std::string FlagAtFault(const ServerFlags& flags) {
  const absl::Status status = OptionsOf(flags).status();
  EXPECT_EQ(ReasonOf(status), "FLAG_INVALID");
  return MetadataOf(status)["flag"];
}

TEST(ServerFlagsTable, ReachesTheOptions) {
  ServerFlags flags = Good();
  for (const TextFlag& flag : TextFlagsOf(flags)) {
    if (std::string(flag.name) == "--listen") *flag.value = "127.0.0.1:7001";
  }
  for (const SecondsFlag& flag : SecondsFlagsOf(flags)) *flag.value = 1.5;
  const auto options = OptionsOf(flags);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->listen, "127.0.0.1:7001");
  EXPECT_EQ(options->drain_delay, absl::Seconds(1.5));
  EXPECT_EQ(options->transport, TransportMode::kMutualTls);
}

TEST(ServerFlagsTable, NamesEveryFlagOnce) {
  ServerFlags flags;
  std::set<std::string> names;
  size_t count = 0;
  const auto collect = [&](const auto& table) {
    for (const auto& flag : table) names.insert(flag.name);
    count += table.size();
  };
  collect(TextFlagsOf(flags));
  collect(CountFlagsOf(flags));
  collect(SecondsFlagsOf(flags));
  collect(SwitchFlagsOf(flags));
  EXPECT_EQ(names.size(), count);
}

TEST(ServerFlagsTable, RefusesWhatMakesNoSense) {
  ServerFlags flags;
  EXPECT_EQ(FlagAtFault(flags), "--trust-domain");
  flags = Good();
  flags.insecure = flags.no_client_certificates = true;
  EXPECT_EQ(FlagAtFault(flags), "--insecure");
  flags = Good();
  flags.options.worker_threads = 0;
  EXPECT_EQ(FlagAtFault(flags), "--worker-threads");
  flags = Good();
  flags.options.streams_max = 5000;
  EXPECT_EQ(FlagAtFault(flags), "--streams-max");
  flags = Good();
  flags.options.in_flight_max = 0;
  EXPECT_EQ(FlagAtFault(flags), "--in-flight-max");
  flags = Good();
  flags.drain_delay_seconds = -1;
  EXPECT_EQ(FlagAtFault(flags), "--drain-delay-seconds");
}

}  // namespace
}  // namespace safehaven
