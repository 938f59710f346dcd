// Formats of others: the national check service, FHIR Consent; the canonical decision and
// the nearest lawful question.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "services/consent/core/decision_record.h"
#include "services/consent/core/fhir_consent.h"
#include "services/consent/core/national_check.h"
#include "services/consent/core/nearest.h"
#include "tests/support/seed.h"
#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

NhsNumber Number(const char* text) { return NhsNumber::Parse(text).value(); }
const char kOne[] = "9990001006";
const char kTwo[] = "9990001014";

TEST(CheckFile, IsOneNumberALineWithACommaAndALineFeed) {
  const std::vector<NhsNumber> numbers = {Number(kTwo), Number(kOne), Number(kTwo)};
  EXPECT_EQ(FormatCheckFile(numbers), "9990001006,\n9990001014,\n");
  EXPECT_THAT(*ParseCheckFile("9990001006,\n9990001014,\n"), ElementsAre(Number(kOne), Number(kTwo)));
}

TEST(CheckFile, RefusesWhatTheFormatIsNot) {
  for (const char* text : {"9990001006,\r\n", "9990001006\n", "9990001006,", "9990001007,\n", "999 000 100,\n",
                           "9990001006,\n9990001006,\n", "REJECTED: bad file\n", ",\n", "\n"}) {
    const auto status = ParseCheckFile(text).status();
    EXPECT_EQ(ReasonOf(status), "CHECK_FILE_MALFORMED") << text;
    EXPECT_EQ(std::string(status.message()).find("999000"), std::string::npos);
  }
}

TEST(CheckFile, IsNamedByMailboxDayAndSequence) {
  EXPECT_EQ(*CheckFileName("X26OT123", Day("2016-03-17"), 42), "X26OT123-170316-0042");
  EXPECT_FALSE(CheckFileName("X26 OT", Day("2016-03-17"), 42).ok());
  EXPECT_FALSE(CheckFileName("X26OT123", Day("2016-03-17"), 10'000).ok());
}

TEST(CheckAnswer, ClearsOnlyThoseWhoWereSentAndReturned) {
  const std::vector<NhsNumber> sent = {Number(kOne), Number(kTwo)};
  const std::vector<NhsNumber> returned = {Number(kTwo)};
  const auto outcome = ApplyCheck(sent, returned, Day("2026-06-01"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome->cleared, ElementsAre(Number(kTwo)));
  EXPECT_THAT(outcome->withheld, ElementsAre(Number(kOne)));
  EXPECT_EQ(ReasonOf(ApplyCheck(returned, sent, Day("2026-06-01")).status()), "CHECK_ANSWER_OF_ANOTHER");
}

TEST(CheckAnswer, IsNotBelievedWhenItClearsNobody) {
  std::vector<NhsNumber> sent;
  for (uint32_t base = 999'000'100; sent.size() <= kCheckPlausibleMax; ++base) {
    const auto number = NhsNumber::FromBase(base);
    if (number.ok()) sent.push_back(*number);
  }
  EXPECT_EQ(ReasonOf(ApplyCheck(sent, {}, Day("2026-06-01")).status()), "CHECK_ANSWER_EMPTY");
}

TEST(FhirConsent, IsReadBackAsItWasWritten) {
  Objection objection;
  objection.person = Number(kOne);
  objection.kind = ObjectionKind::kProgramme;
  objection.programme = Reference::Parse("CAG 7-07(a-c)/2013").value();
  objection.effective_day = Day("2019-01-01");
  objection.received_day = Day("2019-01-03");
  objection.withdrawn_day = Day("2020-01-01");
  const auto read = ParseFhirConsent(FormatFhirConsent(objection));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<Objection>(*read), objection);
  const ConsentRecord record{Number(kOne), objection.programme, ConsentStatus::kRefused, Day("2021-01-01")};
  EXPECT_EQ(std::get<ConsentRecord>(*ParseFhirConsent(FormatFhirConsent(record))), record);
}

TEST(FhirConsent, RefusesWhatTheSubsetDoesNotKnow) {
  Objection objection;
  objection.person = Number(kOne);
  objection.effective_day = Day("2019-01-01");
  const std::string good = FormatFhirConsent(objection);
  const struct {
    const char* from;
    const char* to;
  } kChanges[] = {{"\"active\"", "\"draft\""},
                  {"\"deny\"", "\"permit\""},
                  {"\"provision\": {", "\"provision\": {\"provision\": [], "},
                  {"\"provision\": {", "\"provision\": {\"actor\": [], "},
                  {"objection-kind", "other-kind"},
                  {"nhs-number", "other-number"},
                  {"Consent\"", "Patient\""},
                  {"2019-01-01", "2019-13-01"},
                  {"9990001006", "9990001007"}};
  for (const auto& change : kChanges) {
    std::string bad = good;
    const size_t at = bad.find(change.from);
    ASSERT_NE(at, std::string::npos) << change.from;
    bad.replace(at, std::string(change.from).size(), change.to);
    const auto status = ParseFhirConsent(bad).status();
    EXPECT_FALSE(status.ok()) << change.to;
    EXPECT_NE(ReasonOf(status), "") << change.to;
    EXPECT_EQ(std::string(status.message()).find("99900010"), std::string::npos) << status;
  }
}

TEST(FormatsOfOthers, SurviveAnyChangeOfTheirBytes) {
  // Goal: no input crashes a reader, and what it takes it can write and read again.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  Objection objection;
  objection.person = Number(kOne);
  objection.effective_day = Day("2019-01-01");
  const std::string fhir = FormatFhirConsent(objection);
  const std::string check = "9990001006,\n9990001014,\n";
  for (int round = 0; round < 500; ++round) {
    for (const std::string* original : {&fhir, &check}) {
      std::string bytes = *original;
      for (size_t changes = 1 + prng() % 3; changes > 0 && !bytes.empty(); --changes) {
        const size_t at = prng() % bytes.size();
        switch (prng() % 3) {
          case 0:
            bytes[at] = static_cast<char>(prng());
            break;
          case 1:
            bytes.erase(at, 1 + prng() % 8);
            break;
          default:
            bytes.insert(at, bytes.substr(prng() % bytes.size(), 1 + prng() % 16));
        }
      }
      const auto choice = ParseFhirConsent(bytes);
      if (choice.ok()) {
        EXPECT_TRUE(ParseFhirConsent(FormatFhirConsent(*choice)).ok());
      }
      const auto numbers = ParseCheckFile(bytes);
      if (numbers.ok()) {
        EXPECT_TRUE(ParseCheckFile(FormatCheckFile(*numbers)).ok());
      }
    }
  }
}

TEST(NearestLawful, OfAPermittedQuestionIsTheQuestion) {
  const auto nearest = FindNearestLawful(SampleSnapshot(), {PioneerAggregate(), {}, Amira(), Day("2026-06-01")}, {});
  ASSERT_TRUE(nearest.has_value());
  EXPECT_THAT(nearest->changes, IsEmpty());
}

TEST(NearestLawful, LeavesOutWhatIsNotApprovedAndNoMore) {
  Question question = RiskAggregate();
  question.datasets.push_back("social_care/services");
  const auto nearest = FindNearestLawful(SampleSnapshot(), {question, {}, Ruth(), Day("2026-06-01")}, {});
  ASSERT_TRUE(nearest.has_value());
  EXPECT_THAT(nearest->changes, ElementsAre("leave out the data set social_care/services"));
  EXPECT_EQ(nearest->evaluation.effect, Effect::kPermitted);
}

TEST(NearestLawful, FindsTheDayAndThePlace) {
  const auto early = FindNearestLawful(SampleSnapshot(), {PioneerAggregate(), {}, Amira(), Day("2025-03-31")}, {});
  ASSERT_TRUE(early.has_value());
  EXPECT_THAT(early->changes, ElementsAre("ask on 2025-04-01"));
  const auto outside = FindNearestLawful(SampleSnapshot(), {InvoiceRecords(), {}, Victor(""), Day("2026-06-01")}, {});
  ASSERT_TRUE(outside.has_value());
  EXPECT_THAT(outside->changes, ElementsAre("ask from inside cef-zc1"));
}

TEST(NearestLawful, OffersNoDayBeforeTheFirstThatIsAllowed) {
  const Asked asked = {PioneerAggregate(), {}, Amira(), Day("2031-06-01")};
  const auto past = FindNearestLawful(SampleSnapshot(), asked, {});
  ASSERT_TRUE(past.has_value());
  EXPECT_THAT(past->changes, ElementsAre("have asked on 2030-03-31"));
  EXPECT_FALSE(FindNearestLawful(SampleSnapshot(), asked, {}, {.first_day = asked.day}).has_value());
}

TEST(DecisionRecord, HoldsNoPersonAndChangesWithEverythingItRestsOn) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const Question question = PioneerAggregate();
  const Particulars none;
  const auto text = [&](const Caller& caller, absl::string_view day) {
    const Evaluation evaluation = EvaluateAsOf(snapshot, question, caller, Day(day), {}).evaluation;
    return CanonicalDecision({&question, &none, &caller, &evaluation, snapshot.size(), "", ""});
  };
  EXPECT_EQ(text(Amira(), "2026-06-01"), text(Amira(), "2026-06-01"));
  EXPECT_THAT(text(Amira(), "2026-06-01"), Not(HasSubstr("amira")));
  EXPECT_NE(text(Amira(), "2026-06-01"), text(Amira(), "2026-06-02"));
  EXPECT_NE(text(Amira(), "2026-06-01"), text(Nora(), "2026-06-01"));
  EXPECT_THAT(text(Amira(), "2026-06-01"), HasSubstr("evaluator=3\n"));
}

TEST(RegisterDigest, IsOfTheEventsInTheirOrder) {
  const std::vector<RegisterEvent> events = EventsFor(SampleEntries());
  EXPECT_EQ(RegisterDigest(events), RegisterDigest(events));
  EXPECT_NE(RegisterDigest(events), RegisterDigest(std::span(events).first(events.size() - 1)));
}

}  // namespace
}  // namespace safehaven::consent
