#include "libs/warrant/canonical_question.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven {
namespace {

Question Everything() {
  return *Normalise({.approval = "CAG 9-01(a)/2025",
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kAggregate,
                     .identifiability = Identifiability::kAggregateSuppressed,
                     .commissioner = "ZC1",
                     .list_day = *CivilDay::FromYmd(2025, 10, 1),
                     .first_day = *CivilDay::FromYmd(2025, 4, 1),
                     .last_day = *CivilDay::FromYmd(2026, 3, 31),
                     .datasets = {"acute/apc", "social_care/services"},
                     .measures = {"cost_per_head"},
                     .dimensions = {"age_band", "sector"},
                     .filters = {{.dimension = "practice", .values = {"Z81001", "a,b\n=%"}}}});
}

TEST(CanonicalQuestion, WhatWasWrittenIsReadBack) {
  const auto read = ParseCanonicalQuestion(CanonicalQuestion(Everything()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Everything());
}

// Goal: nothing but a canonical text is read, so that nothing is passed over.
TEST(CanonicalQuestion, AnyOtherTextIsRefused) {
  const std::string text = CanonicalQuestion(Everything());
  for (size_t length = 0; length < text.size(); ++length) {
    if (length == text.find("filter:")) continue;  // a question without filters
    EXPECT_EQ(ReasonOf(ParseCanonicalQuestion(text.substr(0, length)).status()), "QUESTION_TEXT_MALFORMED") << length;
  }
  for (const std::string& other : {text + "more=1\n", "x" + text, text + "\n", std::string("\0", 1), text + text}) {
    EXPECT_EQ(ReasonOf(ParseCanonicalQuestion(other).status()), "QUESTION_TEXT_MALFORMED") << other;
  }
}

}  // namespace
}  // namespace safehaven
