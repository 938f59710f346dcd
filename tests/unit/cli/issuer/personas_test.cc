#include "cli/issuer/personas.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/unit/services/gateway/core/counting_randomness.h"

namespace safehaven::cli {
namespace {

TEST(Personas, AFileIsReadAndWrittenTheSame) {
  const auto personas = ParsePersonas(
      R"([{"subject":"ada","name":"Ada \"A\" Example","organisation":"ZC1","role":"analyst","secret":"s"}])");
  ASSERT_TRUE(personas.ok()) << personas.status();
  const auto again = ParsePersonas(PersonasJson(*personas));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)[0].name, "Ada \"A\" Example");
  EXPECT_EQ((*again)[0].secret.Reveal(), "s");
}

TEST(Personas, WhoHasNoSecretGetsOneAndTheOthersKeepTheirs) {
  auto personas = *ParsePersonas(R"([{"subject":"a","name":"A"},{"subject":"b","name":"B","secret":"kept"}])");
  gateway::CountingRandomness randomness;
  EXPECT_TRUE(FillSecrets(personas, randomness));
  EXPECT_EQ(personas[0].secret.Reveal().size(), 43u);
  EXPECT_EQ(personas[1].secret.Reveal(), "kept");
  EXPECT_FALSE(FillSecrets(personas, randomness));
}

TEST(Personas, WhatIsNoListOfPeopleIsRefused) {
  for (const char* json : {"", "{}", "[]", "[1]", R"([{"subject":"a"}])", R"([{"name":"A"}])",
                           R"([{"subject":"A b","name":"A"}])", R"([{"subject":"a","name":1}])",
                           R"([{"subject":"a","name":"A"},{"subject":"a","name":"B"}])",
                           R"([{"subject":"a","name":"A","is_admin":"yes"}])"}) {
    EXPECT_EQ(ReasonOf(ParsePersonas(json).status()), "PERSONAS_INVALID") << json;
  }
}

}  // namespace
}  // namespace safehaven::cli
