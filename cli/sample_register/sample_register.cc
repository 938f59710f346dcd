#include "cli/sample_register/sample_register.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "cli/sample_register/texts.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

constexpr size_t kKeyBytes = 32;

absl::Status Invalid(absl::string_view why) { return InvalidArgument("SAMPLE_KEYS_INVALID", why); }

// Single quotes hold anything but a quote and a line end.
bool FitsQuotes(const std::string& text) { return !text.empty() && text.find_first_of("'\n\r") == std::string::npos; }

absl::Status CheckKeys(const SampleKeys& keys) {
  if (!FitsQuotes(keys.issuer_url) || !FitsQuotes(keys.issuer_audience) || !FitsQuotes(keys.issuer_jwks)) {
    return Invalid("the issuer's url, audience and keys are one line each, without a single quote");
  }
  for (const auto& [persona, subject] : keys.subjects) {
    if (!FitsQuotes(subject)) return Invalid("a subject is one line without a single quote");
  }
  if (keys.tool_key.size() != kKeyBytes || keys.environment_signing_key.size() != kKeyBytes ||
      keys.environment_sealing_key.size() != kKeyBytes) {
    return Invalid("a public key is 32 bytes");
  }
  for (const SampleSource& source : kSampleSources) {
    const auto key = keys.source_keys.find(std::string(source.source));
    if (key == keys.source_keys.end() || key->second.size() != kKeyBytes) {
      return Invalid(absl::StrCat("the source ", source.source, " has no key of 32 bytes"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> SampleRegisterFiles(const SampleKeys& keys, int reference_year) {
  SH_RETURN_IF_ERROR(CheckKeys(keys));
  return std::map<std::string, std::string>{
      {"organisations.yaml", OrganisationsText()},
      {"people-and-programs.yaml", PeopleText(keys)},
      {"security.yaml", SecurityText()},
      {"approval-pioneer.yaml", PioneerText()},
      {"approval-risk-stratification.yaml", RiskStratificationText()},
      {"approval-invoice-validation.yaml", InvoiceValidationText()},
      {"approval-pseudonymised-commissioning.yaml", DisseminationText()},
      {"approval-standing-costing.yaml", StandingCostingText()},
      {"agreements.yaml", AgreementsText()},
      {"flows.yaml", FlowsText(reference_year)},
      {"data-protection.yaml", DataProtectionText()},
      {"waivers.yaml", WaiversText()},
  };
}

absl::Status WriteSampleRegister(const std::string& out_dir, const SampleKeys& keys, int reference_year) {
  SH_ASSIGN_OR_RETURN(const auto files, SampleRegisterFiles(keys, reference_year));
  const std::filesystem::path folder = std::filesystem::path(out_dir) / "register";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  for (const auto& [name, text] : files) {
    const std::string path = (folder / name).string();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) return Unavailable("FILE_WRITE_FAILED", absl::StrCat(path, " cannot be written"));
  }
  return absl::OkStatus();
}

}  // namespace safehaven::sample
