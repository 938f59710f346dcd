// Goal: what two logs say of one another: used, unused, answered, failed, cut off, under
// way; and what contradicts. Method: leaves made by hand, one thing wrong at a time.
#include "cli/operations/audit.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/operations/log_keys.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/warrant.h"
#include "safehaven/costing/v1/answer.pb.h"
#include "safehaven/costing/v1/runs.pb.h"

namespace safehaven::cli {
namespace {

const absl::Time kIssued = absl::FromUnixSeconds(1'767'225'600);
const absl::Time kLater = kIssued + absl::Hours(1);

class ReconcileTest : public testing::Test {
 protected:
  // Warrant `number` of consent's log; its id and digest say which.
  void Issue(int number, Operation operation = Operation::kAggregate, const std::string& audience = "costing") {
    const Warrant warrant = {.id = IdOf(number),
                             .question_digest = DigestOf(number),
                             .operation = operation,
                             .purpose = Purpose::kCommissioningPlanning,
                             .identifiability = Identifiability::kAggregateSuppressed,
                             .audience = audience,
                             .presenter_thumbprint = std::string(32, 'p'),
                             .organisation = "ZC1",
                             .role = "analyst",
                             .caller_digest = std::string(32, 'c'),
                             .approval = "CAG 9-01(a)/2025",
                             .issue_time = kIssued,
                             .expire_time = kIssued + absl::Seconds(10)};
    Add(consent_, kWarrantLeafKind, SerialiseWarrant(warrant));
  }

  // A release of that warrant; returns its leaf.
  uint64_t Open(int number, absl::Time open_time = kIssued) {
    costing::v1::ReleaseOpening opening;
    opening.set_warrant(IdOf(number));
    opening.set_warrant_index(static_cast<uint64_t>(number));
    opening.set_question_digest(DigestOf(number));
    opening.set_open_unix_ms(absl::ToUnixMillis(open_time));
    return Add(costing_, kReleaseOpeningLeafKind, opening.SerializeAsString());
  }
  void Close(uint64_t opening, const std::string& error_reason = "") {
    costing::v1::ReleaseClosing closing;
    closing.set_opening_index(opening);
    closing.set_warrant("the one that it was opened with");
    closing.set_error_reason(error_reason);
    Add(costing_, kReleaseClosingLeafKind, closing.SerializeAsString());
  }

  Reconciliation Result(absl::Time now = kLater) { return Reconcile(consent_, costing_, now); }

  // The one fault, if it is the only one.
  std::string Fault() {
    const Reconciliation result = Result();
    return result.faults.size() == 1 ? result.faults[0] : absl::StrCat(result.faults.size(), " faults");
  }

  static std::string IdOf(int number) { return absl::StrCat(std::string(31, 'a'), number); }
  static std::string DigestOf(int number) { return absl::StrCat(std::string(31, 'q'), number); }
  static uint64_t Add(LogCopy& log, uint32_t kind, const std::string& body) {
    log::v1::LogEntry& entry = log.entries.emplace_back();
    entry.set_index(log.entries.size() - 1);
    entry.set_kind(kind);
    entry.set_body(body);
    return entry.index();
  }

  LogCopy consent_{.service = "consent"};
  LogCopy costing_{.service = "costing"};
};

TEST_F(ReconcileTest, WhatAgreesIsCountedByWhatBecameOfIt) {
  for (int number = 0; number < 5; ++number) Issue(number);
  Issue(5, Operation::kLink, "linkage");
  Close(Open(0));
  Close(Open(1), "ANSWER_TOO_LARGE");
  Close(Open(2), "RELEASE_CUT_OFF");
  Open(3, kLater - absl::Seconds(1));
  const Reconciliation result = Result();
  EXPECT_TRUE(result.faults.empty()) << result.faults.front();
  EXPECT_EQ(result.warrant_count, 6u);
  EXPECT_EQ(result.used_count, 4u);
  EXPECT_EQ(result.unused_count, 1u);
  EXPECT_EQ(result.other_audience_count, 1u);
  EXPECT_EQ(result.release_count, 4u);
  EXPECT_EQ(result.answered_count, 1u);
  EXPECT_EQ(result.failed_count, 1u);
  EXPECT_EQ(result.cut_off_count, 1u) << "opened, not closed, and explained at the next start";
  EXPECT_EQ(result.under_way_count, 1u);
  EXPECT_EQ(Result(kIssued).open_count, 1u) << "the unused one may still be used";
}

TEST_F(ReconcileTest, AReleaseThatNobodyExplainsIsAFault) {
  Issue(0);
  Open(0, kLater - kReleaseTimeMax - absl::Seconds(1));
  EXPECT_EQ(Fault(), "costing leaf 0: a release that was opened and never closed");
  EXPECT_EQ(Result().under_way_count, 0u);
}

TEST_F(ReconcileTest, AReleaseNeedsAWarrantOfItsOwn) {
  Issue(0);
  Close(Open(0));
  Close(Open(0));
  EXPECT_EQ(Fault(), "costing leaf 2: a second use of one warrant");
  costing_.entries.clear();
  Close(Open(1));
  EXPECT_EQ(Fault(), "costing leaf 0: a release without a warrant of consent's log");
}

TEST_F(ReconcileTest, AReleaseAnswersTheQuestionOfItsWarrant) {
  Issue(0);
  Close(Open(0));
  costing::v1::ReleaseOpening opening;
  ASSERT_TRUE(opening.ParseFromString(costing_.entries[0].body()));
  opening.set_question_digest(DigestOf(7));
  costing_.entries[0].set_body(opening.SerializeAsString());
  EXPECT_EQ(Fault(), "costing leaf 0: a release of another question than was warranted");
}

TEST_F(ReconcileTest, AClosingClosesWhatIsOpenOnce) {
  Issue(0);
  const uint64_t opening = Open(0);
  Close(opening);
  Close(opening, "RELEASE_CUT_OFF");
  EXPECT_EQ(Fault(), "costing leaf 2: closes no open release");
}

TEST_F(ReconcileTest, WhatWasToldOfACostingRunHasItsWarrant) {
  Issue(0, Operation::kCost);
  Issue(1);
  costing::v1::CostRunReading reading;
  reading.set_warrant(IdOf(0));
  reading.set_warrant_index(0);
  Add(costing_, kCostRunReadingLeafKind, reading.SerializeAsString());
  Add(costing_, kCostRunReadingLeafKind, reading.SerializeAsString());
  EXPECT_TRUE(Result().faults.empty()) << "several may share one";
  EXPECT_EQ(Result().reading_count, 2u);
  reading.set_warrant(IdOf(1));
  reading.set_warrant_index(1);
  Add(costing_, kCostRunReadingLeafKind, reading.SerializeAsString());
  EXPECT_EQ(Fault(), "costing leaf 2: a costing run was explained without a warrant of consent's log for it");
  consent_.entries[1].clear_body();
  EXPECT_TRUE(Result().faults.empty()) << "its warrant was erased when its time was over";
}

TEST_F(ReconcileTest, ALogThatIsSignedByAnUnannouncedKeyIsAFault) {
  consent_.keys.first_fault = LogFault{.index = 41, .reason = "LOG_KEY_UNANNOUNCED"};
  EXPECT_EQ(Fault(), "consent's log: LOG_KEY_UNANNOUNCED at leaf 41");
}

NoteVerifier KeyOf(char letter) {
  const auto key = Ed25519PrivateKey::FromSeed(std::string(32, letter));
  return *NoteVerifier::Make("demo.safehaven.invalid/consent", NoteKeyKind::kEd25519, key->public_key());
}

TEST(KeyHistory, NamesKeysByTheirHashesAndChangesByLeafDayAndReason) {
  const auto hash = [](char letter) { return absl::StrFormat("%08x", KeyOf(letter).key_hash()); };
  LogKeyAudit keys = {.changes = {}, .in_force = {KeyOf('a')}, .first_fault = {}};
  EXPECT_EQ(KeyHistory(keys), hash('a'));
  keys.changes.push_back({.index = 41, .time = kIssued, .kept = {KeyOf('a')}, .added = {KeyOf('b')}, .removed = {}});
  keys.changes.push_back({.index = 60,
                          .time = kIssued,
                          .reason = LogKeyReason::kCompromised,
                          .kept = {KeyOf('b')},
                          .added = {},
                          .removed = {KeyOf('a')}});
  EXPECT_EQ(KeyHistory(keys), absl::StrCat(hash('a'), "; leaf 41 2026-01-01 PLANNED +", hash('b'),
                                           "; leaf 60 2026-01-01 COMPROMISED -", hash('a')));
}

TEST_F(ReconcileTest, AnIdIsIssuedOnce) {
  Issue(0);
  Issue(0);
  EXPECT_EQ(Fault(), "consent leaf 1: the warrant's id was issued before");
  Add(consent_, kWarrantLeafKind, "nonsense");
  EXPECT_EQ(Result().faults.size(), 2u);
}

}  // namespace
}  // namespace safehaven::cli
