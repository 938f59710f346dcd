// How people's own choices treat their records: kinds, dates, precedence.
#include "services/consent/core/people.h"

#include <gtest/gtest.h>

#include "services/consent/core/people_yaml.h"
#include "libs/base/status.h"
#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

constexpr char kPioneer[] = "CAG 9-01(a)/2025";

NhsNumber PersonNumber() { return NhsNumber::Parse("9990001006").value(); }

Reference Programme(absl::string_view printed = kPioneer) { return Reference::Parse(printed).value(); }

Objection ObjectionOf(ObjectionKind kind, absl::string_view effective) {
  Objection objection;
  objection.person = PersonNumber();
  objection.kind = kind;
  objection.effective_day = Day(effective);
  if (kind == ObjectionKind::kProgramme) objection.programme = Programme();
  return objection;
}

struct PeopleWorld : World {
  People people;

  // "remove_record OBJECTION_NATIONAL" in acute records.
  std::string Treats(CivilDay known = Day("9999-12-31")) const {
    const RegisterSnapshot snapshot = SnapshotOf(entries);
    const Matter matter = MakeMatter(snapshot, question, caller, day, holdings);
    const auto treatments = TreatmentOf(matter, people, PersonNumber(), known);
    SH_CHECK(!treatments.empty() && treatments.front().source == "acute");
    return absl::StrCat(EnumText<Treatment>::Of(treatments.front().treatment), " ", treatments.front().reason);
  }
};

TEST(People, WithoutAnObjectionTheRecordStays) { EXPECT_EQ(PeopleWorld().Treats(), "include NO_OBJECTION"); }

TEST(People, EachKindThatThePolicyNamesRemovesTheRecord) {
  for (const ObjectionKind kind : {ObjectionKind::kType1, ObjectionKind::kNational, ObjectionKind::kProgramme}) {
    PeopleWorld world;
    world.people.objections = {ObjectionOf(kind, "2024-01-01")};
    EXPECT_EQ(world.Treats().substr(0, 24), "remove_record OBJECTION_") << EnumText<ObjectionKind>::Of(kind);
  }
}

TEST(People, AProgrammesObjectionIsOfThatProgrammeOnly) {
  PeopleWorld world;
  world.people.objections = {ObjectionOf(ObjectionKind::kProgramme, "2024-01-01")};
  world.people.objections[0].programme = Programme("CAG 9-02(a)/2025");
  EXPECT_EQ(world.Treats(), "include OBJECTION_NOT_APPLIED");
}

TEST(People, AnObjectionCountsFromItsFirstDayUntilItIsWithdrawn) {
  PeopleWorld world;
  world.people.objections = {ObjectionOf(ObjectionKind::kNational, "2026-06-01")};
  EXPECT_EQ(world.Treats(), "remove_record OBJECTION_NATIONAL") << "its first day counts";
  world.people.objections[0].effective_day = Day("2026-06-02");
  EXPECT_EQ(world.Treats(), "include NO_OBJECTION");
  world.people.objections[0].effective_day = Day("1990-01-01");
  EXPECT_EQ(world.Treats(), "remove_record OBJECTION_NATIONAL") << "no age and no birthday ends it";
  world.people.objections[0].withdrawn_day = Day("2026-06-01");
  EXPECT_EQ(world.Treats(), "include NO_OBJECTION");
}

TEST(People, WhatWasReceivedLaterWasNotKnown) {
  PeopleWorld world;
  world.people.objections = {ObjectionOf(ObjectionKind::kNational, "2026-01-01")};
  world.people.objections[0].received_day = Day("2026-07-01");
  EXPECT_EQ(world.Treats(Day("2026-06-30")), "include NO_OBJECTION");
  EXPECT_EQ(world.Treats(Day("2026-07-01")), "remove_record OBJECTION_NATIONAL");
}

TEST(People, TypeTwoBecameTheNationalOptOutIfItWasRecordedInTime) {
  const Objection early = ObjectionOf(ObjectionKind::kType2, "2018-10-11");
  const Objection late = ObjectionOf(ObjectionKind::kType2, "2018-10-12");
  const Objection old = ObjectionOf(ObjectionKind::kType2, "2014-02-01");
  const CivilDay ever = Day("9999-12-31");
  EXPECT_EQ(StandingSet(old, "acute", Day("2018-05-24"), ever), "type2");
  EXPECT_EQ(StandingSet(old, "acute", Day("2018-05-25"), ever), "national");
  EXPECT_EQ(StandingSet(early, "acute", Day("2019-01-01"), ever), "national");
  EXPECT_EQ(StandingSet(late, "acute", Day("2019-01-01"), ever), "");
  EXPECT_EQ(StandingSet(ObjectionOf(ObjectionKind::kNational, "2018-01-01"), "acute", Day("2018-05-24"), ever), "");
}

TEST(People, AnObjectionOfOneSourceLeavesTheOthersAlone) {
  PeopleWorld world;
  world.people.objections = {ObjectionOf(ObjectionKind::kNational, "2024-01-01")};
  world.people.objections[0].sources = {"social_care"};
  EXPECT_EQ(world.Treats(), "include NO_OBJECTION");
}

TEST(People, OwnConsentOutweighsTheNationalOptOutAndNothingElse) {
  for (const ObjectionKind kind : {ObjectionKind::kType1, ObjectionKind::kNational, ObjectionKind::kProgramme}) {
    PeopleWorld world;
    world.people.objections = {ObjectionOf(kind, "2024-01-01")};
    world.people.consents = {{PersonNumber(), Programme(), ConsentStatus::kGiven, Day("2023-01-01")}};
    EXPECT_EQ(world.Treats() == "include CONSENT_OUTWEIGHS_OBJECTION", kind == ObjectionKind::kNational);
    EXPECT_EQ(world.Treats().substr(0, 7) == "include", kind == ObjectionKind::kNational);
  }
}

TEST(People, ConsentToAnotherProgrammeOutweighsNothing) {
  PeopleWorld world;
  world.people.objections = {ObjectionOf(ObjectionKind::kNational, "2024-01-01")};
  world.people.consents = {{PersonNumber(), Programme("CAG 9-02(a)/2025"), ConsentStatus::kGiven, Day("2023-01-01")}};
  EXPECT_EQ(world.Treats(), "remove_record OBJECTION_NATIONAL");
}

TEST(People, UnknownConsentExcludesWhereConsentDecides) {
  PeopleWorld world;
  world.approval().consent = {
      {"*", Treatment::kInclude, Treatment::kStripIdentifiers, Treatment::kRemoveRecord, {Day("2025-04-01"), {}}}};
  EXPECT_EQ(world.Treats(), "remove_record CONSENT_UNKNOWN");
  world.people.consents = {{PersonNumber(), Programme(), ConsentStatus::kGiven, Day("2025-05-01")}};
  EXPECT_EQ(world.Treats(), "include CONSENT_GIVEN");
  world.people.consents.push_back({PersonNumber(), Programme(), ConsentStatus::kWithdrawn, Day("2025-06-01")});
  EXPECT_EQ(world.Treats(), "strip_identifiers CONSENT_WITHDRAWN");
  world.people.objections = {ObjectionOf(ObjectionKind::kType1, "2024-01-01")};
  EXPECT_EQ(world.Treats(), "remove_record OBJECTION_TYPE1") << "the stricter speaks";
}

TEST(People, OfTwoAnswersOnOneDayTheOneThatExcludesCounts) {
  const std::vector<ConsentRecord> forward = {{PersonNumber(), Programme(), ConsentStatus::kGiven, Day("2025-05-01")},
                                              {PersonNumber(), Programme(), ConsentStatus::kRefused, Day("2025-05-01")}};
  const std::vector<ConsentRecord> backward = {forward[1], forward[0]};
  EXPECT_EQ(ConsentOn(forward, PersonNumber(), Programme(), Day("2026-01-01")), ConsentStatus::kRefused);
  EXPECT_EQ(ConsentOn(backward, PersonNumber(), Programme(), Day("2026-01-01")), ConsentStatus::kRefused);
}

TEST(PeopleFiles, ReadWhatPeopleSaid) {
  const auto file = ParsePeopleFile("p.yaml", R"(format: safehaven-people/1
recorded_at: 2019-06-01T09:00:00Z
objections:
  - {person: '9990001006', kind: programme, programme: CAG 9-01(a)/2025, effective: 2019-01-01, withdrawn: 2020-01-01}
consents:
  - {person: '9990001006', programme: CAG 9-01(a)/2025, status: refused, from: 2019-02-01}
faults:
  - {source_system: TPP, kinds: [type2], from: 2016-04-01, to: 2018-06-26}
)");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->people.objections.at(0).person, PersonNumber());
  EXPECT_EQ(file->people.objections.at(0).withdrawn_day, Day("2020-01-01"));
  EXPECT_EQ(file->people.consents.at(0).status, ConsentStatus::kRefused);
  EXPECT_EQ(file->people.faults.at(0).kinds.at(0), ObjectionKind::kType2);
  EXPECT_TRUE(file->recorded_time.has_value());
}

TEST(PeopleFiles, NameThePlaceOfAFaultAndNeverTheNumber) {
  const struct {
    const char* line;
    const char* reason;
  } kFaults[] = {
      {"  - {person: '9990001007', kind: national, effective: 2019-01-01}", "NHS_NUMBER_CHECK_DIGIT"},
      {"  - {person: '9990001006', kind: programme, effective: 2019-01-01}", "REGISTER_VALUE_INVALID"},
      {"  - {person: '9990001006', kind: national, programme: CAG 9-01(a)/2025, effective: 2019-01-01}",
       "REGISTER_VALUE_INVALID"},
      {"  - {person: '9990001006', kind: type9, effective: 2019-01-01}", "REGISTER_FIELD_TYPE"},
      {"  - {person: '9990001006', kind: national}", "REGISTER_FIELD_MISSING"},
      {"  - {person: '9990001006', kind: national, effective: 2019-01-01, actioned: 2019-01-02, unactioned: true}",
       "REGISTER_DATES_CONTRADICT"},
  };
  for (const auto& fault : kFaults) {
    const auto status =
        ParsePeopleFile("p.yaml", absl::StrCat("format: safehaven-people/1\nobjections:\n", fault.line, "\n")).status();
    EXPECT_EQ(ReasonOf(status), fault.reason) << status;
    EXPECT_EQ(MetadataOf(status)["line"], "3") << status;
    EXPECT_EQ(std::string(status.message()).find("99900010"), std::string::npos);
  }
}

}  // namespace
}  // namespace safehaven::consent
