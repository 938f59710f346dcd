#include "services/linkage/core/standardise/standardise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/linkage/core/standardise/address.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/standardise/name.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/standardise/phonetic.h"
#include "services/linkage/core/standardise/postcode.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

bool Has(uint32_t changes, ChangeKind kind) { return (changes & ChangeBit(kind)) != 0; }

TEST(Fold, AccentsLigaturesAndQuotesBecomePlainLetters) {
  EXPECT_EQ(FoldText("Ærøskøbing-Möller", FoldDigits::kDrop), "AEROSKOBING MOLLER");
  EXPECT_EQ(FoldText("O’Brien", FoldDigits::kDrop), "OBRIEN");
  EXPECT_EQ(FoldText("Straße 12a", FoldDigits::kKeep), "STRASSE 12A");
  EXPECT_EQ(FoldText("e\xCC\x81mile", FoldDigits::kDrop), "EMILE");  // combining acute
}

TEST(Fold, BytesThatAreNotUtf8AreBreaksAndNeverReadPastTheEnd) {
  EXPECT_EQ(FoldText("AB\xFF" "CD", FoldDigits::kDrop), "AB CD");
  EXPECT_EQ(FoldText("AB\xC3", FoldDigits::kDrop), "AB");
  EXPECT_EQ(FoldText("\xF0\x9F\x98", FoldDigits::kDrop), "");
}

TEST(Names, TitlesGoAndPlaceholdersAreNoNames) {
  uint32_t changes = 0;
  EXPECT_EQ(StandardGivenName("Mrs Anne-Marie", changes), "ANNE MARIE");
  EXPECT_TRUE(Has(changes, ChangeKind::kNameTitleRemoved));
  for (const char* placeholder : {"Baby Boy", "BABY OF SARAH", "Twin 1", "Unknown", "not known"}) {
    changes = 0;
    EXPECT_EQ(StandardGivenName(placeholder, changes), "") << placeholder;
    EXPECT_TRUE(Has(changes, ChangeKind::kNamePlaceholder)) << placeholder;
  }
  changes = 0;
  EXPECT_EQ(StandardFamilyName("Babington", changes), "BABINGTON");
}

TEST(Names, MacAndOAreJoinedToTheName) {
  uint32_t changes = 0;
  EXPECT_EQ(StandardFamilyName("Mac Donald", changes), "MACDONALD");
  // Joined, it reads as a suffix; left there, it would go at the second reading.
  EXPECT_EQ(StandardFamilyName("Smith O Be", changes), "SMITH");
  EXPECT_EQ(StandardFamilyName("O Be", changes), "OBE");
  EXPECT_EQ(StandardFamilyName("O Neill", changes), "ONEILL");
  EXPECT_EQ(StandardFamilyName("Smith-Jones", changes), "SMITH JONES");
}

TEST(Names, ANameOfAnotherScriptIsCountedAsUnreadable) {
  uint32_t changes = 0;
  EXPECT_EQ(StandardGivenName("Иван", changes), "");
  EXPECT_TRUE(Has(changes, ChangeKind::kNameUnreadable));
}

TEST(Numbers, OnlyAValidNumberOfAnAllowedRangeIsKept) {
  NumberRules rules;
  uint32_t changes = 0;
  EXPECT_EQ(StandardNhsNumber("943 476 5919", rules, changes), 0u);  // test range
  EXPECT_TRUE(Has(changes, ChangeKind::kNumberOutOfRange));
  rules.test_numbers_allowed = true;
  changes = 0;
  EXPECT_EQ(StandardNhsNumber("943-476-5919", rules, changes), 9434765919u);
  EXPECT_EQ(changes, 0u);
  EXPECT_EQ(StandardNhsNumber("9434765918", rules, changes), 0u);
  EXPECT_TRUE(Has(changes, ChangeKind::kNumberMalformed));
  EXPECT_EQ(StandardNhsNumber("0000000000", rules, changes), 0u);
  EXPECT_TRUE(Has(changes, ChangeKind::kNumberPlaceholder));
}

TEST(Dates, AllUsualFormsAreRead) {
  const PartialDate expected{1980, 5, 17};
  for (const char* text : {"1980-05-17", "19800517", "17/05/1980", "17-05-1980", "17.05.1980"}) {
    EXPECT_EQ(ParsePartialDate(text), expected) << text;
  }
}

TEST(Dates, PartsThatNoCalendarHasAreUnknown) {
  EXPECT_EQ(ParsePartialDate("1980-00-00"), (PartialDate{1980, 0, 0}));
  EXPECT_EQ(ParsePartialDate("1980-13-05"), (PartialDate{1980, 0, 5}));
  EXPECT_EQ(ParsePartialDate("1980-02-31"), (PartialDate{1980, 2, 0}));
  EXPECT_EQ(ParsePartialDate("0000-02-29"), (PartialDate{0, 2, 29}));
  EXPECT_TRUE(ParsePartialDate("not a date").empty());
  EXPECT_TRUE(ParsePartialDate("").empty());
}

TEST(Dates, DefaultsAndYearsThatCannotBeAreDropped) {
  const DateRules rules = TestRules().dates;
  uint32_t changes = 0;
  EXPECT_TRUE(StandardDate("1900-01-01", rules, changes).empty());
  EXPECT_TRUE(Has(changes, ChangeKind::kDateDefault));
  changes = 0;
  EXPECT_TRUE(StandardDate("2031", rules, changes).empty());
  EXPECT_TRUE(Has(changes, ChangeKind::kDateImpossible));
}

TEST(Dates, AnImpossibleYearLeavesDayAndMonth) {
  const DateRules rules = TestRules().dates;
  for (const char* text : {"2031-01-05", "1890-01-05"}) {
    uint32_t changes = 0;
    EXPECT_EQ(StandardDate(text, rules, changes), (PartialDate{0, 1, 5})) << text;
    EXPECT_TRUE(Has(changes, ChangeKind::kDateImpossible)) << text;
  }
}

TEST(Dates, ADateThatManyNamesShareIsLearntAsADefault) {
  std::vector<DatedName> dates;
  for (uint64_t name = 0; name < 60; ++name) {
    dates.push_back({PartialDate{1955, 6, 15}.packed(), name});
    // One person's hundred records at another date are one name.
    dates.push_back({PartialDate{1970, 6, 15}.packed(), 7});
  }
  for (int day = 12; day <= 18; ++day) {
    dates.push_back({PartialDate{1955, 6, static_cast<uint8_t>(day)}.packed(), 1000u + static_cast<uint64_t>(day)});
  }
  const DateRules rules = LearnDefaultDates({}, dates);
  EXPECT_TRUE(rules.defaults.contains(PartialDate{1955, 6, 15}.packed()));
  EXPECT_FALSE(rules.defaults.contains(PartialDate{1970, 6, 15}.packed()));
  EXPECT_FALSE(rules.first_of_january_is_year_only);
}

TEST(Dates, ManyFirstsOfJanuaryMeanThatOnlyTheYearIsKnown) {
  std::vector<DatedName> dates;
  for (uint64_t name = 0; name < 60; ++name) {
    dates.push_back({PartialDate{static_cast<uint16_t>(1920 + name), 1, 1}.packed(), name});
  }
  DateRules rules = LearnDefaultDates(TestRules().dates, dates);
  EXPECT_TRUE(rules.first_of_january_is_year_only);
  uint32_t changes = 0;
  EXPECT_EQ(StandardDate("1966-01-01", rules, changes), (PartialDate{1966, 0, 0}));
  EXPECT_TRUE(Has(changes, ChangeKind::kDatePartial));
}

TEST(Postcodes, LettersAndDigitsAreRepairedByPositionOnly) {
  uint32_t changes = 0;
  EXPECT_EQ(StandardPostcode(" ss1 1ab ", changes).postcode, "SS11AB");
  EXPECT_EQ(changes, 0u);
  EXPECT_EQ(StandardPostcode("SSI IAB", changes).postcode, "SS11AB");
  EXPECT_TRUE(Has(changes, ChangeKind::kPostcodeRepaired));
  EXPECT_EQ(StandardPostcode("0X1 2BD", changes).postcode, "OX12BD");
  EXPECT_EQ(StandardPostcode("EC1A 1BB", changes).postcode, "EC1A1BB");
}

TEST(Postcodes, APseudoPostcodeIsNoPlaceButNoFixedAbodeIsAFact) {
  uint32_t changes = 0;
  const StandardPostcodeResult none = StandardPostcode("ZZ99 3VZ", changes);
  EXPECT_EQ(none.postcode, "");
  EXPECT_TRUE(none.no_fixed_abode);
  EXPECT_TRUE(Has(changes, ChangeKind::kPostcodeNoFixedAbode));
  EXPECT_FALSE(StandardPostcode("ZZ99 3WZ", changes).no_fixed_abode);
}

TEST(Postcodes, AreasGoFromSmallToLarge) {
  const PostcodeAreas areas = AreasOf("SS11AB");
  EXPECT_EQ(areas.sector, "SS11");
  EXPECT_EQ(areas.district, "SS1");
  EXPECT_EQ(areas.area, "SS");
  EXPECT_EQ(AreasOf("M11AE").area, "M");
  EXPECT_EQ(AreasOf("6039").district, "60");  // another country's
}

TEST(Addresses, KindsOfStreetsAreSpeltOutAndSaintsStay) {
  EXPECT_EQ(StandardAddress("12 A, St. John's Rd"), "12A ST JOHNS ROAD");
  EXPECT_EQ(StandardAddress("No. 7 High St"), "7 HIGH STREET");
  const std::string standard = StandardAddress("Flat 3, 12 High Street");
  EXPECT_EQ(PartsOf(standard).house_number, "3");
  EXPECT_EQ(PartsOf("7 HIGH STREET").street, "HIGHSTREET");
}

TEST(Nicknames, FormsOfOneNameShareAGroupAndARoot) {
  const Nicknames& names = Nicknames::BuiltIn();
  EXPECT_TRUE(ShareGroup(names.GroupsOf("BILL"), names.GroupsOf("WILLIAM")));
  EXPECT_TRUE(ShareGroup(names.GroupsOf("ALEX"), names.GroupsOf("ALEXANDRA")));
  EXPECT_FALSE(ShareGroup(names.GroupsOf("JOHN"), names.GroupsOf("MARY")));
  EXPECT_FALSE(ShareGroup(names.GroupsOf("ZEBEDEE"), names.GroupsOf("ZEBEDEE")));
  EXPECT_EQ(names.RootOf("BETTY"), "ELIZABETH");
  EXPECT_EQ(names.RootOf("ZEBEDEE"), "ZEBEDEE");
}

TEST(Nicknames, AMalformedListIsRefusedWithItsLine) {
  const auto parsed = Nicknames::Parse("WILLIAM BILL\nlower case\n");
  EXPECT_EQ(ReasonOf(parsed.status()), "NICKNAMES_MALFORMED");
  EXPECT_THAT(std::string(parsed.status().message()), testing::HasSubstr("line 2"));
}

TEST(Phonetic, NamesThatSoundAlikeHaveOneKey) {
  EXPECT_EQ(PhoneticKey("KNIGHT"), PhoneticKey("NITE"));
  EXPECT_EQ(PhoneticKey("PHILIP"), PhoneticKey("FILLIP"));
  EXPECT_EQ(PhoneticKey("CATHERINE"), PhoneticKey("KATHRYN"));
  EXPECT_EQ(PhoneticKey("MACDONALD"), PhoneticKey("MCDONALD"));
  EXPECT_NE(PhoneticKey("SMITH"), PhoneticKey("JONES"));
  EXPECT_EQ(PhoneticKey(""), "");
}

TEST(Standardise, EveryChangeIsCountedAndTheOriginalStays) {
  SourceRecord record;
  record.token = TokenOf(1);
  record.identity = Sensitive<RawIdentity>({.nhs_number = "123",
                                            .given_name = "Renée",
                                            .family_name = "Unknown",
                                            .birth_date = "1900-01-01",
                                            .sex = "9",
                                            .postcode = "ZZ99 3VZ"});
  StandardiseReport report;
  const StandardRecord standard = Standardise(record, TestRules(), report);
  EXPECT_EQ(standard.identity.Reveal().given_name, "RENEE");
  EXPECT_TRUE(standard.identity.Reveal().no_fixed_abode);
  EXPECT_EQ(record.identity.Reveal().given_name, "Renée");
  for (const ChangeKind kind :
       {ChangeKind::kNumberMalformed, ChangeKind::kNameFolded, ChangeKind::kNamePlaceholder,
        ChangeKind::kDateDefault, ChangeKind::kSexUnknown, ChangeKind::kPostcodeNoFixedAbode}) {
    EXPECT_EQ(report.count(kind), 1u) << ChangeKindName(kind);
    EXPECT_TRUE(Has(standard.changes, kind)) << ChangeKindName(kind);
  }
}

TEST(Standardise, AStrippedRecordIsCountedAndHasNoIdentity) {
  SourceRecord record;
  record.stripped = true;
  StandardiseReport report;
  EXPECT_TRUE(Standardise(record, TestRules(), report).stripped);
  EXPECT_EQ(report.stripped, 1u);
}

TEST(Standardise, ANumberThatManyFamiliesGiveIsNotUsedButStaysForObjections) {
  std::vector<SourceRecord> records;
  for (int i = 0; i < 30; ++i) {
    SourceRecord& record = records.emplace_back();
    record.token = TokenOf(static_cast<uint64_t>(i));
    record.identity = Sensitive<RawIdentity>(
        {.nhs_number = "9434765919", .family_name = absl::StrCat("NAME", std::string(1, static_cast<char>('A' + i % 26)), i < 26 ? "" : "X")});
  }
  const StandardRules rules = LearnRules(records, TestRules());
  const StandardisedRecords standard = StandardiseAll(records, rules);
  EXPECT_EQ(standard.records[0].identity.Reveal().nhs_number, 0u);
  EXPECT_EQ(standard.records[0].identity.Reveal().nhs_number_given, 9434765919u);
}

}  // namespace
}  // namespace safehaven::linkage
