#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/compare/edit.h"
#include "services/linkage/core/compare/jaro_winkler.h"
#include "services/linkage/core/compare/values.h"
#include "services/linkage/core/standardise/nickname.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

Similarity Similar(const char* a, const char* b) { return JaroWinkler(PackedText(a), PackedText(b)); }

TEST(JaroWinkler, AgreesWithThePublishedExamples) {
  // Winkler's own examples: 0.961, 0.840, 0.813.
  EXPECT_EQ(Similar("MARTHA", "MARHTA"), 9611);
  EXPECT_EQ(Similar("DWAYNE", "DUANE"), 8400);
  EXPECT_EQ(Similar("DIXON", "DICKSONX"), 8133);
}

TEST(JaroWinkler, HandlesEqualEmptyAndUnlikeTexts) {
  EXPECT_EQ(Similar("SMITH", "SMITH"), kSimilarityMax);
  EXPECT_EQ(Similar("", ""), kSimilarityMax);
  EXPECT_EQ(Similar("", "SMITH"), 0);
  EXPECT_EQ(Similar("ABC", "XYZ"), 0);
  EXPECT_EQ(Similar("A", "B"), 0);
}

TEST(JaroWinkler, TextsLongerThanThirtyTwoAreComparedByTheirBeginning) {
  const std::string text(40, 'A');
  EXPECT_EQ(JaroWinkler(PackedText(text), PackedText(text.substr(0, 32))), kSimilarityMax);
}

TEST(Edit, OneSlipOfEveryKindIsFound) {
  EXPECT_TRUE(WithinOneEdit("SMITH", "SMITH"));
  EXPECT_TRUE(WithinOneEdit("SMITH", "SMYTH"));
  EXPECT_TRUE(WithinOneEdit("SMITH", "SMIT"));
  EXPECT_TRUE(WithinOneEdit("SMITH", "SMITTH"));
  EXPECT_TRUE(WithinOneEdit("SMITH", "SMIHT"));
  EXPECT_FALSE(WithinOneEdit("SMITH", "SMYTHE"));
  EXPECT_FALSE(WithinOneEdit("SMITH", "HTIMS"));
  EXPECT_TRUE(WithinOneEdit("", "A"));
  EXPECT_FALSE(WithinOneEdit("", "AB"));
}

uint32_t Date(int year, int month, int day) {
  return PartialDate{static_cast<uint16_t>(year), static_cast<uint8_t>(month), static_cast<uint8_t>(day)}
      .packed();
}

TEST(Dates, LevelsGoFromEqualToDifferent) {
  const uint32_t born = Date(1984, 3, 7);
  EXPECT_EQ(CompareDates(born, born), date_level::kEqual);
  EXPECT_EQ(CompareDates(born, Date(1984, 7, 3)), date_level::kSwapped);
  EXPECT_EQ(CompareDates(born, Date(1984, 3, 17)), date_level::kOneSlip);
  EXPECT_EQ(CompareDates(born, Date(1948, 3, 7)), date_level::kOneSlip);
  EXPECT_EQ(CompareDates(born, Date(1984, 12, 7)), date_level::kTwoParts);
  EXPECT_EQ(CompareDates(born, Date(1985, 12, 29)), date_level::kWithinYear);
  EXPECT_EQ(CompareDates(born, Date(1990, 12, 29)), date_level::kWithinDecade);
  EXPECT_EQ(CompareDates(born, Date(1957, 12, 29)), date_level::kDifferent);
}

TEST(Dates, PartialDatesAreComparedInThePartsThatBothHave) {
  EXPECT_EQ(CompareDates(Date(1984, 3, 7), Date(1984, 3, 0)), date_level::kTwoOfTwo);
  EXPECT_EQ(CompareDates(Date(1984, 3, 7), Date(1984, 4, 0)), date_level::kOneOfTwo);
  EXPECT_EQ(CompareDates(Date(0, 3, 7), Date(1984, 3, 0)), date_level::kOneOfOne);
  EXPECT_EQ(CompareDates(Date(1984, 0, 0), Date(1985, 3, 7)), date_level::kNoneOfOne);
  EXPECT_EQ(CompareDates(Date(1984, 0, 0), Date(0, 3, 7)), kNullLevel);
  EXPECT_EQ(CompareDates(0, Date(1984, 3, 7)), kNullLevel);
}

TEST(Numbers, ADifferenceOfVerifiedNumbersIsKeptApartFromAnyOther) {
  EXPECT_EQ(CompareNumbers(9434765919, 9434765919, true), number_level::kVerifiedEqual);
  EXPECT_EQ(CompareNumbers(9434765919, 9434765870, true), number_level::kVerifiedDifferent);
  EXPECT_EQ(CompareNumbers(9434765919, 9434765919, false), number_level::kEqual);
  EXPECT_EQ(CompareNumbers(9434765919, 9434765991, false), number_level::kNear);
  EXPECT_EQ(CompareNumbers(9434765919, 9999999468, false), number_level::kDifferent);
}

// The level of one field between two identities in different sources.
Level LevelBetween(Comparator comparator, const StandardIdentity& a, const StandardIdentity& b) {
  const std::vector<StandardRecord> records = {Standard(1, 0, a), Standard(2, 1, b)};
  const std::vector<SourceRule> sources = {{.name = "a"}, {.name = "b"}};
  const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
  const Model model = DefaultModel({});
  const Comparer comparer(profiles, model.fields);
  const Pattern pattern = comparer.Compare(0, 1);
  EXPECT_EQ(pattern, comparer.Compare(1, 0));
  for (size_t i = 0; i < model.fields.size(); ++i) {
    if (model.fields[i].comparator == comparator) return comparer.layout().LevelOf(pattern, i);
  }
  return kNullLevel;
}

Level NamesBetween(const char* given_a, const char* family_a, const char* given_b, const char* family_b) {
  return LevelBetween(Comparator::kName, {.given_name = given_a, .family_name = family_a},
                      {.given_name = given_b, .family_name = family_b});
}

TEST(Names, TheJointLevelSaysHowBothNamesAgree) {
  using name_level::Joint;
  EXPECT_EQ(NamesBetween("JOHN", "SMITH", "JOHN", "SMITH"), Joint(given_level::kEqual, family_level::kEqual));
  EXPECT_EQ(NamesBetween("JOHN PAUL", "SMITH", "JOHN", "SMITH"),
            Joint(given_level::kEqual, family_level::kEqual));
  EXPECT_EQ(NamesBetween("BILL", "SMITH", "WILLIAM", "SMYTH"), Joint(given_level::kForm, family_level::kClose));
  EXPECT_EQ(NamesBetween("PAUL JOHN", "SMITH", "JOHN", "SMITH"),
            Joint(given_level::kForm, family_level::kEqual));
  EXPECT_EQ(NamesBetween("J", "SMITH", "JOHN", "SMITH"), Joint(given_level::kInitial, family_level::kEqual));
  EXPECT_EQ(NamesBetween("MARY", "SMITH JONES", "MARY", "JONES"),
            Joint(given_level::kEqual, family_level::kClose));
  EXPECT_EQ(NamesBetween("MARY", "SMITH", "PETER", "JONES"),
            Joint(given_level::kDifferent, family_level::kDifferent));
  EXPECT_EQ(NamesBetween("SMITH", "JOHN", "JOHN", "SMITH"), name_level::kSwapped);
  EXPECT_EQ(NamesBetween("SMITH", "JONATHAN", "JONATHON", "SMITH"), name_level::kSwappedClose);
}

TEST(Names, AMissingNameLeavesTheOtherToDecide) {
  EXPECT_EQ(NamesBetween("", "SMITH", "JOHN", "SMITH"), name_level::kFamilyAlone + family_level::kEqual);
  EXPECT_EQ(NamesBetween("JOHN", "", "JOHN", "SMITH"), name_level::kGivenAlone + given_level::kEqual);
  EXPECT_EQ(NamesBetween("JOHN", "", "", "SMITH"), kNullLevel);
}

TEST(Places, PostcodeAndAddressAreOneLevel) {
  const auto between = [](const char* postcode_a, const char* address_a, const char* postcode_b,
                          const char* address_b) {
    return LevelBetween(Comparator::kPlace, {.postcode = postcode_a, .address = address_a},
                        {.postcode = postcode_b, .address = address_b});
  };
  using place_level::Joint;
  EXPECT_EQ(between("SS11AB", "7 HIGH STREET", "SS11AB", "7 HIGH STREET"),
            Joint(postcode_level::kEqual, address_level::kEqual));
  EXPECT_EQ(between("SS11AB", "7 HIGH STREET", "SS11AB", "7 HIHG STREET"),
            Joint(postcode_level::kEqual, address_level::kEqual));
  EXPECT_EQ(between("SS11AB", "7 HIGH STREET", "SS11AD", "9 HIGH STREET"),
            Joint(postcode_level::kSlip, address_level::kStreet));
  EXPECT_EQ(between("SS11AB", "7 HIGH STREET", "SS11XY", "7 MILL LANE"),
            Joint(postcode_level::kSector, address_level::kHouse));
  EXPECT_EQ(between("SS11AB", "", "M46QQ", "9 MILL LANE"),
            place_level::kPostcodeAlone + postcode_level::kDifferent);
  EXPECT_EQ(between("", "7 HIGH STREET", "M46QQ", "9 MILL LANE"),
            place_level::kAddressAlone + address_level::kDifferent);
}

TEST(LocalIds, AreComparedOnlyWithinOneSource) {
  EXPECT_EQ(LevelBetween(Comparator::kLocalId, {.local_id = "77"}, {.local_id = "77"}), kNullLevel);
}

TEST(Profiles, RepeatedIdentitiesOfASourceAreOneProfileUnlessItIsDuplicateFree) {
  const StandardIdentity identity{.given_name = "MARY", .family_name = "SMITH"};
  const std::vector<StandardRecord> records = {Standard(1, 0, identity), Standard(2, 0, identity),
                                               Standard(3, 1, identity), Standard(4, 1, identity)};
  const std::vector<SourceRule> sources = {{.name = "many"}, {.name = "register", .duplicate_free = true}};
  const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
  EXPECT_EQ(profiles.size(), 3u);
}

TEST(Profiles, ARepeatedTokenIsRefused) {
  const std::vector<StandardRecord> records = {Standard(1, 0, {.given_name = "A"}),
                                               Standard(1, 0, {.given_name = "B"})};
  const std::vector<SourceRule> sources = {{.name = "a"}};
  EXPECT_EQ(ReasonOf(BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).status()), "TOKEN_REPEATED");
}

}  // namespace
}  // namespace safehaven::linkage
