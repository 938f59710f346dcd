// What an approval lets somebody do, in the words of its card.
#include "services/consent/rpc/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/sample_register/sample_register.h"
#include "services/consent/core/register_yaml.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;

// The conditions of the first approval of the demonstration's file, with one text changed.
std::vector<std::string> ConditionsOf(const std::string& file, const std::string& from, const std::string& to,
                                      CivilDay day) {
  sample::SampleKeys keys = {.issuer_url = "https://issuer.demo.safehaven.invalid", .issuer_jwks = "{\"keys\": []}"};
  keys.tool_key = keys.environment_signing_key = keys.environment_sealing_key = std::string(32, 'k');
  for (const char* source : {"gp", "acute", "ambulance", "mental_health", "community", "social_care"}) {
    keys.source_keys[source] = std::string(32, 's');
  }
  std::string text = sample::SampleRegisterFiles(keys, 2025)->at(file);
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  const std::vector<FileEntry> entries = *ParseRegisterFile(file, text);
  const v1::Entitlement wire = EntitlementToProto(std::get<Approval>(entries.at(0).entry), day);
  return {wire.conditions().begin(), wire.conditions().end()};
}

const CivilDay kDay = *CivilDay::FromYmd(2025, 10, 1);

TEST(EntitlementWords, SayWhoIsLeftOut) {
  EXPECT_THAT(ConditionsOf("approval-pioneer.yaml", "", "", kDay),
              ElementsAre("People with a type 1 objection, a national data opt-out or an objection to this programme are left out."));
}

TEST(EntitlementWords, SayWhereAndThatObjectionsAreNotApplied) {
  EXPECT_THAT(ConditionsOf("approval-invoice-validation.yaml", "", "", kDay),
              ElementsAre("Answers only inside a registered environment: controlled environment for finance.",
                          "Objections are not applied."));
}

TEST(EntitlementWords, NameTheSourceOfWhichTheySpeak) {
  EXPECT_THAT(ConditionsOf("approval-pioneer.yaml", "{source: '*', sets: [type1, national, programme], mode: remove_record",
                           "{source: social_care, sets: [national], mode: strip_identifiers", kDay),
              ElementsAre("People with a national data opt-out are not named in social care records."));
}

TEST(EntitlementWords, LeaveOutWhatIsNotOfTheDay) {
  EXPECT_THAT(ConditionsOf("approval-pioneer.yaml", "mode: remove_record, from: 2025-04-01",
                           "mode: remove_record, from: 2025-10-02", kDay),
              ElementsAre());
}

}  // namespace
}  // namespace safehaven::consent
