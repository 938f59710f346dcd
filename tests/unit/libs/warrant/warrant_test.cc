#include "libs/warrant/warrant.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/warrant/verify.h"
#include "safehaven/type/v1/warrant.pb.h"

namespace safehaven {
namespace {

const absl::Time kIssue = absl::FromUnixSeconds(1'780'000'000);

Warrant Example() {
  return {.id = std::string(32, 'a'),
          .question_digest = std::string(32, 'q'),
          .operation = Operation::kAggregate,
          .purpose = Purpose::kCommissioningPlanning,
          .identifiability = Identifiability::kAggregateSuppressed,
          .audience = "costing",
          .presenter_thumbprint = std::string(32, 'p'),
          .organisation = "ZC1",
          .role = "analyst",
          .caller_digest = std::string(32, 'c'),
          .environment = "",
          .environment_key = "",
          .approval = "CAG 9-01(a)/2025",
          .relied_on = {{.document = "approvals/CAG 9-01(a)/2025", .version = 3}},
          .population = {.commissioner = "ZC1", .list_day = *CivilDay::FromYmd(2025, 9, 30)},
          .disclosure_domain = "ZC1",
          .pseudonym_domain = "",
          .flows = {"ZA1-apc-2025"},
          .crosswalk = "CAG 9-01(a)/2025",
          .objections = {{.source = "*", .sets = {"national"}, .mode = ObjectionMode::kRemoveRecord}},
          .disclosure = {},
          .objection_revision = {.incarnation = std::string(32, '1'), .size = 7},
          .register_revision = {.incarnation = std::string(32, '1'), .size = 5},
          .issue_time = kIssue,
          .expire_time = kIssue + absl::Seconds(10)};
}

type::v1::Warrant Wire() {
  type::v1::Warrant wire;
  wire.ParseFromString(SerialiseWarrant(Example()));
  return wire;
}

TEST(Warrant, ParsesToTheSameBytes) {
  const std::string bytes = SerialiseWarrant(Example());
  const absl::StatusOr<Warrant> parsed = ParseWarrant(bytes);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(SerialiseWarrant(*parsed), bytes);
}

TEST(Warrant, AFieldThatTheVerifierDoesNotKnowIsRefused) {
  // Field 60 could be a restriction that a newer consent added.
  const std::string unknown = "\xe2\x03\x03" "abc";
  EXPECT_EQ(ReasonOf(ParseWarrant(SerialiseWarrant(Example()) + unknown).status()), "WARRANT_MALFORMED");
  EXPECT_TRUE(ParseWarrant(SerialiseWarrant(Example())).ok());
}

TEST(Warrant, AnUnknownFieldInsideAMessageIsRefused) {
  type::v1::Warrant wire = Wire();
  wire.mutable_population()->GetReflection()->MutableUnknownFields(wire.mutable_population())->AddVarint(60, 1);
  EXPECT_EQ(ReasonOf(ParseWarrant(wire.SerializeAsString()).status()), "WARRANT_MALFORMED");
}

TEST(Warrant, WithoutAPartThatEveryWarrantHasItIsRefused) {
  using Change = void (*)(type::v1::Warrant&);
  for (const Change change : std::initializer_list<Change>{
           [](type::v1::Warrant& w) { w.clear_id(); },
           [](type::v1::Warrant& w) { w.set_question_digest("short"); },
           [](type::v1::Warrant& w) { w.clear_audience(); },
           [](type::v1::Warrant& w) { w.clear_presenter_thumbprint(); },
           [](type::v1::Warrant& w) { w.set_environment_key("short"); },
           [](type::v1::Warrant& w) { w.clear_population(); },
           [](type::v1::Warrant& w) { w.clear_disclosure(); },
           [](type::v1::Warrant& w) { w.mutable_disclosure()->set_count_min(0); },
           [](type::v1::Warrant& w) { w.clear_objection_revision(); },
           [](type::v1::Warrant& w) { w.set_purpose("marketing"); },
           [](type::v1::Warrant& w) { w.mutable_objections(0)->set_mode("perhaps"); },
           [](type::v1::Warrant& w) { w.set_expire_unix_ms(w.issue_unix_ms()); },
           [](type::v1::Warrant& w) { w.set_expire_unix_ms(w.issue_unix_ms() + 31'000); }}) {
    type::v1::Warrant wire = Wire();
    change(wire);
    EXPECT_EQ(ReasonOf(ParseWarrant(wire.SerializeAsString()).status()), "WARRANT_MALFORMED");
  }
}

WarrantExpectation Expected(const Warrant& warrant) {
  return {.audience = "costing",
          .presenter_thumbprint = warrant.presenter_thumbprint,
          .question_digest = warrant.question_digest,
          .operation = Operation::kAggregate,
          .now = kIssue + absl::Seconds(1),
          .start_time = kIssue - absl::Hours(1),
          .floor = 9};
}

TEST(WarrantTerms, HoldForTheCallTheyWereMadeFor) {
  const Warrant warrant = Example();
  EXPECT_TRUE(CheckWarrantTerms(warrant, 9, Expected(warrant)).ok());
}

TEST(WarrantTerms, EveryDeviationHasItsOwnReason) {
  const Warrant warrant = Example();
  const std::string other(32, 'x');
  WarrantExpectation expectation = Expected(warrant);
  expectation.audience = "linkage";
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_AUDIENCE");
  expectation = Expected(warrant);
  expectation.presenter_thumbprint = other;
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_PRESENTER");
  expectation = Expected(warrant);
  expectation.question_digest = other;
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_QUESTION");
  expectation = Expected(warrant);
  expectation.operation = Operation::kRecords;
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_OPERATION");
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 8, Expected(warrant))), "WARRANT_SUPERSEDED");
  expectation = Expected(warrant);
  expectation.start_time = kIssue + absl::Minutes(1);
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_BEFORE_START");
  expectation = Expected(warrant);
  expectation.now = kIssue - absl::Hours(1);
  expectation.start_time = expectation.now - absl::Hours(1);
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_NOT_YET");
  expectation = Expected(warrant);
  expectation.now = kIssue + absl::Hours(1);
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_EXPIRED");
  expectation.now = warrant.expire_time;
  EXPECT_EQ(ReasonOf(CheckWarrantTerms(warrant, 9, expectation)), "WARRANT_EXPIRED");
}

}  // namespace
}  // namespace safehaven
