// References of approvals: every printed form that the domain text quotes, and what
// must not pass for one.
#include "services/consent/core/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;

Reference Ref(absl::string_view text) { return Reference::Parse(text).value(); }

TEST(Reference, ReadsEveryHistoricalForm) {
  // Sources: legal basis 1.6 and section 8.
  for (const char* printed :
       {"PIAG 2-10(f)/2005", "PIAG 03(a)/2001", "ECC 1-03(d)/2012", "CAG 2-03(a)/2013", "CAG 2-03 (a)/2013",
        "CAG 7-07(a-c)/2013", "CAG 5-05(a)/2014", "CAG 8-06(b)(PR2)/2013", "15/CAG/0184", "18/CAG/0038", "22/CAG/0129",
        "DARS-NIC-199599-S0T5M", "DARS-NIC-81417-R1V4C", "STANDING/ZA1/costing", "NOTICE/2020-03-20/general"}) {
    EXPECT_TRUE(Reference::Parse(printed).ok()) << printed;
  }
}

TEST(Reference, RefusesWhatIsNone) {
  for (const char* printed : {"",
                              "CAG",
                              "CAG 2-03/2013",
                              "CAG 2-03(a)/13",
                              "CAG 2-03(a)/1913",
                              "CAG 2-3(a)/2013",
                              "CAG 123-03(a)/2013",
                              "XAG 2-03(a)/2013",
                              "CAG 2-03(c-a)/2013",
                              "CAG 2-03(aa)/2013",
                              "CAG 2-03()/2013",
                              "CAG 2-03(a/2013",
                              "2015/CAG/0184",
                              "15/CAG/184",
                              "15/PIAG/0184",
                              "DARS-NIC-1-ABCDE",
                              "DARS-NIC-199599-S0T5",
                              "STANDING",
                              "STANDING/",
                              "STANDING/ZA1/costing;x",
                              "CAG 2-03(a)/2013 extra"}) {
    EXPECT_EQ(ReasonOf(Reference::Parse(printed).status()), "REFERENCE_MALFORMED") << printed;
  }
}

TEST(Reference, IsTheSameApprovalHoweverItWasPrinted) {
  const Reference plain = Ref("CAG 2-03(a)/2013");
  for (const char* printed : {"CAG 2-03 (a)/2013", " CAG 2-03(a)/2013 ", "CAG2-03(a)/2013", "CAG  2-03(a) /2013",
                              "CAG 2\xE2\x80\x93"
                              "03(a)/2013"}) {
    EXPECT_EQ(Ref(printed), plain) << printed;
  }
  EXPECT_NE(Ref("CAG 2-03(b)/2013"), plain);
  EXPECT_NE(Ref("CAG 2-03(a)/2014"), plain);
  EXPECT_EQ(Ref("CAG 2-03 (a)/2013").printed(), "CAG 2-03 (a)/2013") << "the printed form is kept";
}

TEST(Reference, ExpandsARangeOfParts) {
  const Reference range = Ref("CAG 7-07(a-c)/2013");
  EXPECT_THAT(range.keys(), ElementsAre("CAG 7-07(a)/2013", "CAG 7-07(b)/2013", "CAG 7-07(c)/2013"));
  EXPECT_TRUE(range.IsNamedBy(Ref("CAG 7-07(b)/2013")));
  EXPECT_TRUE(range.IsNamedBy(range));
  EXPECT_FALSE(range.IsNamedBy(Ref("CAG 7-07(d)/2013")));
  EXPECT_FALSE(range.IsNamedBy(Ref("CAG 7-07(b-d)/2013"))) << "a part of what is named is not in it";
  EXPECT_TRUE(range.Shares(Ref("CAG 7-07(b-d)/2013")));
}

TEST(Reference, TheEmptyOneNamesNothing) {
  const Reference empty;
  EXPECT_FALSE(empty.IsNamedBy(Ref("CAG 7-07(b)/2013")));
  EXPECT_FALSE(Ref("CAG 7-07(b)/2013").IsNamedBy(empty));
}

}  // namespace
}  // namespace safehaven::consent
