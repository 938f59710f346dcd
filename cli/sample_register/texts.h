// The texts of the sample register's files, one subject a function. For
// sample_register.cc.
#ifndef SAFEHAVEN_CLI_SAMPLE_REGISTER_TEXTS_H_
#define SAFEHAVEN_CLI_SAMPLE_REGISTER_TEXTS_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "cli/sample_register/sample_register.h"

namespace safehaven::sample {

// Who sends what. The general practices' register is collected for them by the
// commissioning support unit.
struct SampleSource {
  absl::string_view source;
  absl::string_view provider;
};
inline constexpr std::array<SampleSource, 6> kSampleSources = {{{"gp", "ZS1"},
                                                                {"acute", "ZA1"},
                                                                {"ambulance", "ZB1"},
                                                                {"mental_health", "ZM1"},
                                                                {"community", "ZH1"},
                                                                {"social_care", "ZL1"}}};

// "from"/"to" of everything that is in force throughout the demonstration.
inline constexpr absl::string_view kFrom = "2025-04-01";
inline constexpr absl::string_view kTo = "2030-03-31";

std::string OrganisationsText();
std::string PeopleText(const SampleKeys& keys);
std::string SecurityText();
std::string PioneerText();
std::string RiskStratificationText();
std::string InvoiceValidationText();
std::string DisseminationText();
std::string StandingCostingText();
std::string AgreementsText();
std::string FlowsText(int reference_year);
std::string DataProtectionText();
std::string WaiversText();

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_REGISTER_TEXTS_H_
