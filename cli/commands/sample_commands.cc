#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/commands/commands.h"
#include "cli/progress/progress.h"
#include "cli/keys/demo_keys.h"
#include "cli/sample/sample.h"
#include "cli/sample_register/sample_register.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct SampleFlags {
  sample::SampleOptions options;
  std::string keys;
  std::string issuer_url;
  std::string jwks;
};

absl::StatusOr<std::string> PublicKeyBytes(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, 4096));
  std::string bytes;
  if (!absl::Base64Unescape(absl::StripSuffix(text, "\n"), &bytes)) {
    return InvalidArgument("KEY_MALFORMED", absl::StrCat(path, ": not base64"));
  }
  return bytes;
}

// The demo's register, with the public keys that were made for it.
absl::Status WriteRegister(const SampleFlags& flags) {
  sample::SampleKeys keys = {.issuer_url = flags.issuer_url, .issuer_audience = "safehaven"};
  SH_ASSIGN_OR_RETURN(keys.issuer_jwks, ReadFile(flags.jwks, 64 * 1024));
  SH_ASSIGN_OR_RETURN(keys.tool_key, PublicKeyBytes(flags.keys + "/request/tool.pub"));
  for (const char* source : {"gp", "acute", "ambulance", "mental_health", "community", "social_care"}) {
    SH_ASSIGN_OR_RETURN(keys.source_keys[source],
                        PublicKeyBytes(absl::StrCat(flags.keys, "/request/", FileNameOf(absl::StrCat("source/", source)), ".pub")));
  }
  const std::string environment = absl::StrCat(flags.keys, "/environment/", kDemoEnvironment);
  SH_ASSIGN_OR_RETURN(keys.environment_signing_key, PublicKeyBytes(environment + ".signing.pub"));
  SH_ASSIGN_OR_RETURN(keys.environment_sealing_key, PublicKeyBytes(environment + ".sealing.pub"));
  return sample::WriteSampleRegister(flags.options.out_dir, keys);
}

// CLI11 reads what is too large for the number as the largest.
std::string IsSeed(const std::string& text) {
  uint64_t seed = 0;
  return absl::SimpleAtoi(text, &seed) ? "" : absl::StrCat("'", text, "' is not a number from 0 to 2^64 - 1");
}

absl::Status RunSample(const SampleFlags& flags) {
  ProgressLine line("sample region");
  SH_RETURN_IF_ERROR(sample::WriteSampleRegion(
      flags.options, [&line](absl::string_view step, int64_t done, int64_t total) { line.Show(step, done, total); }));
  line.Done();
  SH_ASSIGN_OR_RETURN(const std::string bound, ReadFile(absl::StrCat(flags.options.out_dir, "/", sample::kBoundFile), 1 << 20));
  std::cerr << "Best score that any linkage could reach on this region:\n";
  std::cout << bound;
  return flags.keys.empty() ? absl::OkStatus() : WriteRegister(flags);
}

}  // namespace

void AddSampleCommands(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<SampleFlags>();
  CLI::App* command = app.add_subcommand("sample", "write a synthetic region (docs/formats.md)");
  command->footer("Prints truth/bound.json, the best score that any linkage could reach, whatever --output says.\n"
                  "Example: safehaven sample --persons 20000 --seed 1 --out region");
  command->add_option("--persons", flags->options.persons, "how many people: 1 to 900,000")->required();
  command->add_option("--seed", flags->options.seed, "the same seed gives the same bytes: 0 to 2^64 - 1")
      ->required()
      ->check(CLI::Validator(IsSeed, "SEED"));
  command->add_option("--out", flags->options.out_dir, "folder to write to")->required();
  command->add_option("--keys", flags->keys, "folder of demo keys: also write the register");
  command->add_option("--issuer-url", flags->issuer_url, "URL of the demo's issuer, for the register");
  command->add_option("--jwks", flags->jwks, "the issuer's public keys, for the register");
  command->callback([&globals, flags] { globals.run = [flags] { return RunSample(*flags); }; });

  auto folder = std::make_shared<std::string>();
  CLI::App* keys = app.add_subcommand("demo-keys", "make throw-away keys and certificates for a demonstration");
  keys->footer("Example: safehaven demo-keys --out keys");
  keys->add_option("--out", *folder, "folder to write to")->required();
  keys->callback([&globals, folder] {
    globals.run = [&globals, folder] { return WriteDemoKeys(*folder, globals.clock->Now(), *globals.randomness); };
  });
}

}  // namespace safehaven::cli
