// Organisation codes: what is one and what is not.
#include "libs/base/ods_code.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(OdsCode, TakesThreeToSixCapitalsAndDigits) {
  for (const char* text : {"ZC1", "ZA1", "Z81001", "999"}) {
    EXPECT_EQ(OdsCode::Parse(text).value().value(), text);
  }
}

TEST(OdsCode, RefusesEverythingElse) {
  for (const char* text : {"", "ZC", "ZC10000", "zc1", "ZC 1", "ZC1\n", "Z/1", "../"}) {
    EXPECT_EQ(ReasonOf(OdsCode::Parse(text).status()), "ODS_CODE_MALFORMED") << text;
  }
}

}  // namespace
}  // namespace safehaven
