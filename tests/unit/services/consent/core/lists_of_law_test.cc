// What falls due, what does not conform, what past releases should have been.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/consent/core/conformance.h"
#include "services/consent/core/due.h"
#include "services/consent/core/impact.h"
#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Dues(const World& world, absl::string_view day, int horizon_days, const People& people = {}) {
  std::vector<std::string> dues;
  for (const DueItem& item : ListDue(SnapshotOf(world.entries), people, Day(day), horizon_days)) {
    dues.push_back(absl::StrCat(item.day.ToString(), " ", EnumText<DueKind>::Of(item.kind), " ", item.subject,
                                item.overdue ? " overdue" : ""));
  }
  return dues;
}

const char kPioneerKey[] = "approvals/CAG 9-01(a)/2025";

TEST(Due, ListsAReviewAheadAndWhenItIsLate) {
  World world;
  world.approval().next_review = Day("2026-07-01");
  EXPECT_THAT(Dues(world, "2026-06-01", 90), Contains("2026-07-01 review approvals/CAG 9-01(a)/2025"));
  EXPECT_THAT(Dues(world, "2026-06-01", 10), Not(Contains(HasSubstr("2026-07-01 review"))));
  EXPECT_THAT(Dues(world, "2026-07-02", 0), Contains("2026-07-01 review approvals/CAG 9-01(a)/2025 overdue"));
}

TEST(Due, ListsAConditionUntilItIsMet) {
  World world;
  world.approval().conditions = {{"leaflet", "Tell patients.", "ZC1", Day("2026-06-30"), ConditionStatus::kOpen}};
  EXPECT_THAT(Dues(world, "2026-06-01", 90), Contains(absl::StrCat("2026-06-30 condition ", kPioneerKey)));
  world.approval().conditions[0].status = ConditionStatus::kMet;
  world.approval().conditions[0].met_day = Day("2026-06-15");
  EXPECT_THAT(Dues(world, "2026-06-01", 90), Contains(absl::StrCat("2026-06-30 condition ", kPioneerKey)));
  EXPECT_THAT(Dues(world, "2026-06-15", 90), Not(Contains(HasSubstr("condition approvals/CAG 9-01(a)/2025"))));
}

TEST(Due, AnEndedBasisHasToGoAndItsEntryStays) {
  World world;
  world.approval().period.last_day = Day("2026-03-31");
  EXPECT_THAT(Dues(world, "2026-06-01", 365),
              testing::AllOf(Contains(absl::StrCat("2026-04-01 delete_or_move_basis ", kPioneerKey, " overdue")),
                             Contains(absl::StrCat("2027-03-31 register_entry_kept ", kPioneerKey))));
}

TEST(Due, ABodyThatEndsAndIsStillNamedNeedsAnAct) {
  World world;
  EntryIn<Organisation>(world.entries, [](const Organisation& o) { return o.code == "ZC1"; }).period.last_day =
      Day("2026-06-30");
  EXPECT_THAT(Dues(world, "2026-06-01", 90), Contains(absl::StrCat("2026-06-30 succession ", kPioneerKey)));
}

TEST(Due, AnObjectionThatNobodyActsOnIsAnAlarm) {
  People people;
  people.objections.resize(2);
  for (Objection& one : people.objections) {
    one.kind = ObjectionKind::kType2;
    one.effective_day = Day("2026-05-01");
    one.unactioned = true;
  }
  EXPECT_THAT(Dues(World(), "2026-05-10", 90, people), Contains("2026-05-22 objection_not_actioned people"));
  EXPECT_THAT(Dues(World(), "2026-06-01", 90, people), Contains("2026-05-22 objection_not_actioned people overdue"));
  for (Objection& one : people.objections) one.unactioned = false;
  EXPECT_THAT(Dues(World(), "2026-06-01", 90, people), Not(Contains(HasSubstr("objection_not_actioned"))));
}

TEST(DueCalendar, FoldsLinesEscapesTextAndKeepsIds) {
  const std::vector<DueItem> items = {{Day("2026-07-01"), DueKind::kReview, "approvals/CAG 9-01(a)/2025",
                                       absl::StrCat("Review; with commas, ", std::string(80, 'x'), " \xC3\xA9"), false}};
  const std::string text = DueCalendar(items, absl::UnixEpoch());
  EXPECT_EQ(text, DueCalendar(items, absl::UnixEpoch()));
  EXPECT_THAT(text, HasSubstr("DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260702\r\n"));
  EXPECT_THAT(text, HasSubstr("Review\\; with commas\\, "));
  size_t begin = 0;
  for (size_t end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", begin)) {
    EXPECT_LE(end - begin, 75u);
    begin = end + 2;
  }
  EXPECT_EQ(begin, text.size()) << "the last line ends too";
}

std::vector<std::string> Kinds(const std::vector<Finding>& findings) {
  std::vector<std::string> kinds;
  for (const Finding& one : findings) kinds.push_back(one.kind);
  return kinds;
}

TEST(Conformance, TheSampleRegisterConforms) {
  EXPECT_THAT(Kinds(CheckConformance(SampleSnapshot(), Day("2026-06-01"))), IsEmpty());
}

TEST(Conformance, FlagsWhatATitleSaysOtherwise) {
  World world;
  world.approval().title = "A cohort study with Marshland Clinical Commissioning Group";
  const auto kinds = Kinds(CheckConformance(SnapshotOf(world.entries), Day("2026-06-01")));
  EXPECT_THAT(kinds, Contains("TITLE_PURPOSE_CONFLICT"));
  EXPECT_THAT(kinds, Contains("TITLE_NAMES_ANOTHER_BODY"));
}

TEST(Conformance, FlagsAStaleReviewAndAnExemptionWithoutEvidence) {
  World world;
  world.approval().next_review = Day("2026-05-01");
  world.approval().dissent = {{"*", {}, ObjectionMode::kIgnore, "", {Day("2025-04-01"), {}}}};
  const auto kinds = Kinds(CheckConformance(SnapshotOf(world.entries), Day("2026-06-01")));
  EXPECT_THAT(kinds, Contains("REVIEW_STALE"));
  EXPECT_THAT(kinds, Contains("EXEMPTION_EVIDENCE_MISSING"));
}

TEST(Conformance, TheLetterWinsOverTheIndex) {
  IndexRow row;
  row.line = 2;
  row.reference = "CAG 9-01 (a)/2025";
  row.title = "Another title";
  row.next_review = "10 March 2029";
  const auto findings = CheckIndex(SampleSnapshot(), {row, row}, Day("2026-06-01"));
  EXPECT_THAT(Kinds(findings), Contains("INDEX_DIFFERS_FROM_LETTER"));
  EXPECT_THAT(Kinds(findings), Contains("REFERENCE_TWICE"));
}

TEST(Conformance, FindsColumnsByTheirHeadings) {
  EXPECT_EQ(IndexFieldOf("CAG ref."), "reference");
  EXPECT_EQ(IndexFieldOf("Application Title"), "title");
  EXPECT_EQ(IndexFieldOf("NDO status"), "opt_out_status");
  EXPECT_EQ(IndexFieldOf("Next Review Date"), "next_review");
  EXPECT_EQ(IndexFieldOf("Telephone"), "");
}

Release PioneerRelease(absl::string_view id, absl::string_view day) {
  Release release;
  release.id = std::string(id);
  release.day = Day(day);
  release.approval = Reference::Parse("CAG 9-01(a)/2025").value();
  release.organisation = "ZC1";
  release.purpose = Purpose::kCommissioningPlanning;
  release.operation = Operation::kRecords;
  release.identifiability = Identifiability::kPseudonymised;
  release.datasets = {"acute/apc"};
  release.items = {"cost"};
  release.first_day = Day("2025-04-01");
  release.last_day = Day("2025-06-30");
  release.sets = {"type1", "national", "programme"};
  return release;
}

TEST(Impact, ALateObjectionListsTheReleasesThatItShouldHaveChanged) {
  const std::vector<Release> releases = {PioneerRelease("a", "2026-01-10"), PioneerRelease("b", "2026-03-10"),
                                         PioneerRelease("c", "2026-05-10")};
  People people;
  people.objections.resize(1);
  people.objections[0].effective_day = Day("2026-02-01");
  people.objections[0].received_day = Day("2026-05-01");
  const auto affected = ImpactOfObjections(SampleSnapshot(), people, releases);
  ASSERT_EQ(affected.size(), 1u);
  EXPECT_EQ(affected[0].release->id, "b");
  EXPECT_EQ(affected[0].why, "RECEIVED_LATE");
}

TEST(Impact, AWaivedObjectionTouchesNothing) {
  World world;
  world.approval().dissent = {{"*", {}, ObjectionMode::kIgnore, "a letter", {Day("2025-04-01"), {}}}};
  People people;
  people.objections.resize(1);
  people.objections[0].effective_day = Day("2025-01-01");
  people.objections[0].unactioned = true;
  const std::vector<Release> releases = {PioneerRelease("a", "2026-01-10")};
  EXPECT_THAT(ImpactOfObjections(SnapshotOf(world.entries), people, releases), IsEmpty());
}

TEST(Impact, AnInvalidApprovalTakesThoseThatDependOnItAlong) {
  World world;
  world.approval().depends_on = {Reference::Parse("CAG 9-02(a)/2025").value()};
  const std::vector<Release> releases = {PioneerRelease("a", "2026-01-10"), PioneerRelease("b", "2026-03-10")};
  const auto affected = ImpactOfApproval(SnapshotOf(world.entries), releases,
                                         Reference::Parse("CAG 9-02(a)/2025").value(), Day("2026-02-01"));
  ASSERT_EQ(affected.size(), 1u);
  EXPECT_EQ(affected[0]->id, "b");
}

TEST(DriftOf, NamesTheGateThatAReleaseDoesNotPass) {
  Release good = PioneerRelease("good", "2026-01-10");
  Release wide = PioneerRelease("wide", "2026-01-10");
  wide.purpose = Purpose::kResearch;
  const std::vector<Release> releases = {good, wide};
  const auto drifts = DriftOf(SampleSnapshot(), releases);
  ASSERT_FALSE(drifts.empty());
  for (const Drift& one : drifts) EXPECT_EQ(one.release->id, "wide") << one.verdict.reason;
}

TEST(OverlapsOf, FindsTheTwoViewsThatWouldNameObjectors) {
  Release without = PioneerRelease("without", "2026-01-11");
  without.sets = {};
  const std::vector<Release> releases = {PioneerRelease("with", "2026-01-10"), without};
  EXPECT_EQ(OverlapsOf(SampleSnapshot(), releases).size(), 1u);
  without.first_day = Day("2025-07-01");
  without.last_day = Day("2025-07-31");
  const std::vector<Release> apart = {PioneerRelease("with", "2026-01-10"), without};
  EXPECT_THAT(OverlapsOf(SampleSnapshot(), apart), IsEmpty());
}

}  // namespace
}  // namespace safehaven::consent
