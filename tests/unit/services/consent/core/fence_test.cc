// The fence around the demonstration, from both sides.
#include "services/consent/core/fence.h"

#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

Issuer IssuerAt(absl::string_view url, bool demo) {
  return Issuer{std::string(url), "safehaven", "{}", demo, {Day("2025-04-01"), {}}};
}

std::string ReasonIn(Profile profile, const Entry& entry) { return ReasonOf(CheckFence(profile, entry)); }

TEST(Fence, TheDemoTakesItsWholeSampleRegister) {
  for (const Entry& entry : SampleEntries()) EXPECT_TRUE(CheckFence(Profile::kDemo, entry).ok()) << KeyOf(entry);
}

TEST(Fence, ProductionRefusesTheDemosNames) {
  const Program program{"spiffe://demo.safehaven.invalid/tool", "ZS1", "csu_tool", {TestKey('t')}, {}};
  EXPECT_EQ(ReasonIn(Profile::kProduction, program), "DEMO_NAME_REFUSED");
  EXPECT_EQ(ReasonIn(Profile::kProduction, IssuerAt("https://login.DEMO.safehaven.invalid", false)),
            "DEMO_NAME_REFUSED");
  const Program real{"spiffe://nhs.example/tool", "ZS1", "csu_tool", {TestKey('t')}, {}};
  EXPECT_EQ(ReasonIn(Profile::kProduction, real), "");
}

TEST(Fence, ProductionRefusesDemoIssuersAndIssuersWithoutTls) {
  EXPECT_EQ(ReasonIn(Profile::kProduction, IssuerAt("https://login.nhs.example", false)), "");
  EXPECT_EQ(ReasonIn(Profile::kProduction, IssuerAt("https://login.nhs.example", true)), "DEMO_ISSUER_REFUSED");
  EXPECT_EQ(ReasonIn(Profile::kProduction, IssuerAt("http://127.0.0.1:9000/x", false)), "");
  for (const char* url : {"http://login.nhs.example", "http://127.evil.example", "http://127.0.0.1.evil.example",
                          "http://127.0.0.1@evil.example", "http://localhost.evil.example", "http://128.0.0.1",
                          "http://127.0.0", "http://[::2]"}) {
    EXPECT_EQ(ReasonIn(Profile::kProduction, IssuerAt(url, false)), "ISSUER_WITHOUT_TLS") << url;
  }
}

TEST(Fence, TheDemoRefusesEverythingElse) {
  EXPECT_EQ(ReasonIn(Profile::kDemo, IssuerAt("http://127.0.0.1:8444", true)), "");
  EXPECT_EQ(ReasonIn(Profile::kDemo, IssuerAt("https://issuer.demo.safehaven.invalid", true)), "");
  EXPECT_EQ(ReasonIn(Profile::kDemo, IssuerAt("http://127.0.0.1:8444", false)), "NOT_A_DEMO_ISSUER");
  EXPECT_EQ(ReasonIn(Profile::kDemo, IssuerAt("https://login.nhs.example", true)), "NOT_A_DEMO_ISSUER");
  EXPECT_EQ(ReasonIn(Profile::kDemo, IssuerAt("https://notdemo.safehaven.invalid.example", true)), "NOT_A_DEMO_ISSUER");
  const Program real{"spiffe://nhs.example/tool", "ZS1", "csu_tool", {TestKey('t')}, {}};
  EXPECT_EQ(ReasonIn(Profile::kDemo, real), "NOT_A_DEMO_NAME");
  const Member stranger{"https://login.nhs.example", "amira", "ZC1", "analyst", {}};
  EXPECT_EQ(ReasonIn(Profile::kDemo, stranger), "NOT_A_DEMO_NAME");
}

TEST(Fence, NumbersOfTheNeverIssuedRangeAreTheDemosAlone) {
  NhsNumber never_issued;
  for (uint32_t base = 999'000'000; never_issued.value() == 0; ++base) {
    const auto number = NhsNumber::FromBase(base);
    if (number.ok()) never_issued = *number;
  }
  NhsNumber other;
  for (uint32_t base = 943'000'000; other.value() == 0; ++base) {
    const auto number = NhsNumber::FromBase(base);
    if (number.ok()) other = *number;
  }
  EXPECT_TRUE(CheckFence(Profile::kDemo, never_issued).ok());
  EXPECT_EQ(ReasonOf(CheckFence(Profile::kProduction, never_issued)), "NHS_NUMBER_OF_DEMO");
  EXPECT_EQ(ReasonOf(CheckFence(Profile::kDemo, other)), "NHS_NUMBER_NOT_OF_DEMO");
  EXPECT_TRUE(CheckFence(Profile::kProduction, other).ok());
}

}  // namespace
}  // namespace safehaven::consent
