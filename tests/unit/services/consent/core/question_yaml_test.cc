// Question files: strict, and normalised.
#include "services/consent/core/question_yaml.h"

#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

constexpr char kGood[] =
    "format: safehaven-question/1\n"
    "caller: {organisation: ZC1, role: analyst}\n"
    "question:\n"
    "  approval: CAG 9-01(a)/2025\n"
    "  purpose: commissioning_planning\n"
    "  operation: aggregate\n"
    "  identifiability: aggregate_suppressed\n"
    "  commissioner: ZC1\n"
    "  list_day: 2025-10-01\n"
    "  first_day: 2025-04-01\n"
    "  last_day: 2026-03-31\n"
    "  datasets: [social_care/services, acute/apc]\n"
    "  measures: [cost_per_head]\n"
    "  dimensions: [sector, age_band]\n";

TEST(QuestionYaml, ReadsANormalisedQuestion) {
  const auto file = ParseQuestionFile("q.yaml", kGood);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->question == PioneerAggregate());
  EXPECT_EQ(file->caller.role, "analyst");
}

TEST(QuestionYaml, RefusesUnknownFieldsAndQuestionsOutsideTheCatalogue) {
  EXPECT_EQ(ReasonOf(ParseQuestionFile("q", std::string(kGood) + "  colour: blue\n").status()),
            "REGISTER_FIELD_UNKNOWN");
  EXPECT_EQ(ReasonOf(ParseQuestionFile("q", std::string(kGood) + "  items: [shoe_size]\n").status()), "FIELD_INVALID");
}

TEST(QuestionYaml, ResolvesCallersByTheRegister) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  FileCaller person;
  person.issuer = kTestIssuer;
  person.subject = "victor.validator";
  person.environment = "cef-zc1";
  const auto caller = ResolveCaller(snapshot, person, Day("2026-06-01"));
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->role, "invoice_validator");
  EXPECT_EQ(caller->environment, "cef-zc1");
  person.subject = "mallory";
  EXPECT_EQ(ReasonOf(ResolveCaller(snapshot, person, Day("2026-06-01")).status()), "MEMBERSHIP_MISSING");
}

}  // namespace
}  // namespace safehaven::consent
