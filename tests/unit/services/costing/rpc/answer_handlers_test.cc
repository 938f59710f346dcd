// Goal: an answer leaves under one warrant, once, protected and recorded, or not at all.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "libs/merkle/sha256.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

class AnswerHandlersTest : public testing::Test {
 protected:
  AnswerHandlersTest() {
    Load(service_, linkage_, OpenRequest(consent_), Episodes());
    Publish(service_, consent_.objections(1));
  }

  absl::StatusOr<v1::AnswerResponse> Answer(const v1::AnswerRequest& request, const std::string& program = "gateway") {
    return service_.handlers.answers.Answer(service_.CallFrom(program), request);
  }
  std::string Refusal(const v1::AnswerRequest& request, const std::string& program = "gateway") {
    return ReasonOf(Answer(request, program).status());
  }
  size_t Openings() { return service_.Leaves(kReleaseOpeningLeaf).size(); }
  size_t Closings() { return service_.Leaves(kReleaseClosingLeaf).size(); }
  v1::ReleaseClosing LastClosing() {
    v1::ReleaseClosing closing;
    SH_CHECK(closing.ParseFromString(service_.Leaves(kReleaseClosingLeaf).back().body));
    return closing;
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore memory_;
  FaultyStore store_{FaultOptions{}, memory_};
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
};

TEST_F(AnswerHandlersTest, APermittedQuestionIsAnsweredAndRecordedFirst) {
  const auto response = Answer(Ask(consent_, TableQuestion({"sex"})));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->answer().rows_size(), 3) << "two sexes and the total";
  EXPECT_EQ(response->answer().rows(0).values(2), "10");
  v1::ReleaseOpening opening;
  ASSERT_TRUE(opening.ParseFromString(service_.Leaves(kReleaseOpeningLeaf).at(0).body));
  EXPECT_EQ(opening.organisation(), "ZC1");
  EXPECT_EQ(opening.crosswalk_revision(), 1u);
  EXPECT_EQ(LastClosing().answer_digest(), ToBytes(Sha256(response->answer().SerializeAsString())));
  EXPECT_EQ(LastClosing().opening_index(), 0u);
}

TEST_F(AnswerHandlersTest, AReceiptIsCheckedOffline) {
  const v1::AnswerRequest request = Ask(consent_, TableQuestion());
  const auto response = Answer(request);
  ASSERT_TRUE(response.ok()) << response.status();
  const FollowRules rules = {.origin = kCostingOrigin, .log_keys = {service_.log->verifier()}};
  const auto leaf = ProvenLeafFromProto(response->receipt().release());
  ASSERT_TRUE(leaf.ok());
  EXPECT_TRUE(CheckProvenLeaf(*leaf, rules).ok());
  EXPECT_EQ(leaf->kind, kReleaseClosingLeaf);
  ProvenLeaf altered = *leaf;
  altered.body.back() = static_cast<char>(altered.body.back() ^ 1);
  EXPECT_EQ(ReasonOf(CheckProvenLeaf(altered, rules).status()), "LEAF_NOT_IN_LOG");
  EXPECT_EQ(response->receipt().warrant().SerializeAsString(), request.warrant().proof().SerializeAsString());
}

TEST_F(AnswerHandlersTest, ARetryGetsTheSameBytesAndNoNewEntry) {
  const v1::AnswerRequest request = Ask(consent_, TableQuestion());
  const auto first = Answer(request);
  ASSERT_TRUE(first.ok());
  Load(service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), {DeletedRow(1)});
  const auto again = Answer(request);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString()) << "though the events are others now";
  EXPECT_EQ(Openings(), 1u);
}

TEST_F(AnswerHandlersTest, AWarrantForSomethingElseIsRefusedAndLeavesNoEntry) {
  v1::AnswerRequest request = Ask(consent_, TableQuestion());
  EXPECT_EQ(Refusal(request, "tool"), "WARRANT_PRESENTER");
  *request.mutable_question() = QuestionToProto(TableQuestion({"sex"}));
  EXPECT_EQ(Refusal(request), "WARRANT_QUESTION");
  EXPECT_EQ(Refusal(Ask(consent_, TableQuestion(), [](Warrant& warrant) { warrant.audience = "linkage"; })),
            "WARRANT_AUDIENCE");
  EXPECT_EQ(Refusal(Ask(consent_, TableQuestion(), [](Warrant& warrant) { warrant.operation = Operation::kLink; })),
            "WARRANT_OPERATION");
  request = Ask(consent_, TableQuestion());
  request.mutable_warrant()->mutable_proof()->mutable_body()->back() ^= 1;
  EXPECT_EQ(Refusal(request), "WARRANT_UNPROVEN");
  EXPECT_EQ(Openings(), 0u);
}

TEST_F(AnswerHandlersTest, AUsedWarrantIsGoodForItsQuestionAndPresenterOnly) {
  v1::AnswerRequest request = Ask(consent_, TableQuestion());
  ASSERT_TRUE(Answer(request).ok());
  EXPECT_EQ(Refusal(request, "tool"), "WARRANT_PRESENTER");
  *request.mutable_question() = QuestionToProto(TableQuestion({"sex"}));
  EXPECT_EQ(Refusal(request), "WARRANT_QUESTION");
}

TEST_F(AnswerHandlersTest, AnExpiredOrSupersededWarrantIsRefused) {
  const v1::AnswerRequest old = Ask(consent_, TableQuestion());
  const v1::AnswerRequest used = Ask(consent_, TableQuestion());
  ASSERT_TRUE(Answer(used).ok());
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(Refusal(old), "WARRANT_EXPIRED");
  EXPECT_EQ(Refusal(used), "WARRANT_EXPIRED") << "also for a retry";
  const v1::AnswerRequest superseded = Ask(consent_, TableQuestion());
  consent_.Narrow();
  ASSERT_TRUE(service_.follower.Poll().ok());
  EXPECT_EQ(Refusal(superseded), "WARRANT_SUPERSEDED");
  EXPECT_TRUE(Answer(Ask(consent_, TableQuestion())).ok()) << "a new decision";
}

TEST_F(AnswerHandlersTest, ACrosswalkThatIsNotLoadedIsSaidAndUsesNothingUp) {
  const v1::AnswerRequest request =
      Ask(consent_, TableQuestion(), [](Warrant& warrant) { warrant.crosswalk = "another"; });
  EXPECT_EQ(Refusal(request), "CROSSWALK_NOT_LOADED");
  EXPECT_EQ(Openings(), 0u);
}

TEST_F(AnswerHandlersTest, PeopleWhoObjectAreLeftOut) {
  Publish(service_, consent_.objections(2), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const auto response = Answer(Ask(consent_, TableQuestion(), [this](Warrant& warrant) {
    warrant.objection_revision = consent_.objections(2);
  }));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->answer().rows(0).values(1), "10");
  EXPECT_EQ(response->answer().left_out(), "10");
}

TEST_F(AnswerHandlersTest, WithoutALogThereIsNoAnswer) {
  const v1::AnswerRequest request = Ask(consent_, TableQuestion());
  // Placing the warrant saves consent's new checkpoint: done before the fault.
  ASSERT_TRUE(service_.follower.Poll().ok());
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(Refusal(request), "AUDIT_UNAVAILABLE");
  EXPECT_TRUE(Answer(request).ok()) << "nothing was used up";
}

TEST_F(AnswerHandlersTest, WithoutAClosingEntryThereIsNoAnswerEither) {
  // Apply 1 is the opening entry, 2 the population, 3 the closing entry.
  class FailsAt : public FaultyStore {
   public:
    explicit FailsAt(Store& store) : FaultyStore(FaultOptions{}, store) {}
    absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override {
      if (fail_at == 0) return FaultyStore::Apply(batch, deadline);
      if (--fail_at == 0) return Unavailable("STORE_UNAVAILABLE", "cut off");
      return FaultyStore::Apply(batch, deadline);
    }
    int fail_at = 0;
  };
  for (const int fail_at : {3, 4}) {
    MemoryStore memory;
    FailsAt store(memory);
    LinkageInMemory linkage;
    CostingService service(store, consent_, linkage, clock_, randomness_);
    Load(service, linkage, OpenRequest(consent_), Episodes());
    Publish(service, consent_.objections(1));
    ASSERT_TRUE(service.follower.Poll().ok());
    const v1::AnswerRequest request = Ask(consent_, TableQuestion());
    // Placing the warrant saves the new checkpoint of consent: done before the fault.
    ASSERT_TRUE(service.follower.Poll().ok());
    store.fail_at = fail_at;
    const auto call = service.CallFrom("gateway");
    const auto failed = service.handlers.answers.Answer(call, request);
    ASSERT_FALSE(failed.ok());
    const auto again = service.handlers.answers.Answer(call, request);
    if (fail_at == 3) {
      EXPECT_EQ(ReasonOf(failed.status()), "AUDIT_UNAVAILABLE");
      EXPECT_EQ(ReasonOf(again.status()), "WARRANT_USED");
      EXPECT_TRUE(service.Leaves(kReleaseClosingLeaf).empty());
      // The next start says what became of it.
      ASSERT_TRUE(service.handlers.answers.CloseCutOff(absl::InfiniteFuture()).ok());
      const std::vector<LogEntry> closings = service.Leaves(kReleaseClosingLeaf);
      ASSERT_EQ(closings.size(), 1u);
      v1::ReleaseClosing closing;
      ASSERT_TRUE(closing.ParseFromString(closings[0].body));
      EXPECT_EQ(closing.error_reason(), "RELEASE_CUT_OFF");
      EXPECT_EQ(closing.opening_index(), service.Leaves(kReleaseOpeningLeaf)[0].index);
      EXPECT_EQ(ReasonOf(service.handlers.answers.Answer(call, request).status()), "WARRANT_USED");
      continue;
    }
    // The entry says what was released, so it is: with a receipt made anew, once.
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(service.Leaves(kReleaseClosingLeaf).size(), 1u);
    const auto leaf = ProvenLeafFromProto(again->receipt().release());
    EXPECT_TRUE(CheckProvenLeaf(*leaf, {.origin = kCostingOrigin, .log_keys = {service.log->verifier()}}).ok());
    const auto third = service.handlers.answers.Answer(call, request);
    EXPECT_EQ(third->SerializeAsString(), again->SerializeAsString());
  }
}

TEST_F(AnswerHandlersTest, RecordsComeWithWhatLinkageSaysOfTheirPersons) {
  linkage_.resolve = [](const linkage::v1::ResolvePersonsRequest& request) {
    linkage::v1::ResolvePersonsResponse response;
    for (const uint64_t person : request.persons()) response.add_pseudonyms(absl::StrCat("p", person));
    return response;
  };
  const auto response = Answer(Ask(consent_, RowsQuestion()));
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->answer().rows_size(), static_cast<int>(kPeople));
  std::set<std::string> pseudonyms;
  for (const v1::AnswerRow& row : response->answer().rows()) {
    pseudonyms.insert(row.values(1));
    EXPECT_TRUE(row.sealed_nhs_number().empty());
  }
  EXPECT_EQ(pseudonyms.size(), kPeople);
  EXPECT_TRUE(pseudonyms.contains("p20"));
  EXPECT_EQ(LastClosing().row_count(), kPeople);
}

TEST_F(AnswerHandlersTest, NumbersComeSealedAndNeverInAColumn) {
  linkage_.resolve = [](const linkage::v1::ResolvePersonsRequest& request) {
    linkage::v1::ResolvePersonsResponse response;
    for (const uint64_t person : request.persons()) response.add_sealed_nhs_numbers(absl::StrCat("sealed ", person));
    return response;
  };
  const auto response = Answer(Ask(consent_, RowsQuestion({"cost", "nhs_number"})));
  ASSERT_TRUE(response.ok()) << response.status();
  std::set<std::string> sealed;
  for (const v1::AnswerRow& row : response->answer().rows()) {
    sealed.insert(row.sealed_nhs_number());
    EXPECT_EQ(row.values(1), "");
  }
  EXPECT_EQ(sealed.size(), kPeople);
}

TEST_F(AnswerHandlersTest, AFailureAfterTheOpeningIsClosedWithItsReason) {
  struct Case {
    int missing;  // persons that linkage leaves out
    absl::Status status;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {1, absl::OkStatus(), "PERSON_UNRESOLVED"},
      {static_cast<int>(kPeople), absl::OkStatus(), "PERSON_UNRESOLVED"},
      {0, PermissionDenied("WARRANT_EXPIRED", "linkage says so"), "WARRANT_EXPIRED"},
      {0, Unavailable("CLOCK_SKEW", "linkage says so"), "CLOCK_SKEW"},
      {0, FailedPrecondition("CROSSWALK_NOT_CURRENT", "linkage says so"), "CROSSWALK_NOT_CURRENT"}};
  for (const Case& one : cases) {
    linkage_.resolve = [&one](const linkage::v1::ResolvePersonsRequest& request)
        -> absl::StatusOr<linkage::v1::ResolvePersonsResponse> {
      if (!one.status.ok()) return one.status;
      linkage::v1::ResolvePersonsResponse response;
      for (int i = 0; i + one.missing < request.persons_size(); ++i) response.add_pseudonyms("p");
      return response;
    };
    const v1::AnswerRequest request = Ask(consent_, RowsQuestion());
    const absl::Status failed = Answer(request).status();
    EXPECT_EQ(ReasonOf(failed), one.reason);
    EXPECT_FALSE(absl::IsFailedPrecondition(failed)) << "nobody is refused because people were linked anew";
    EXPECT_FALSE(absl::IsUnavailable(failed)) << "clients would send the used warrant again, and hear nothing else";
    EXPECT_EQ(LastClosing().error_reason(), one.reason);
    EXPECT_TRUE(LastClosing().answer_digest().empty());
    EXPECT_EQ(Refusal(request), "WARRANT_USED") << "a failed use is a use";
  }
}

TEST_F(AnswerHandlersTest, TooManyRecordsAreRefusedAndTheReasonIsLogged) {
  // One person with more events than an answer may have, in batches of a load.
  v1::OpenLoadRequest open = OpenRequest(consent_, std::string(32, 'b'));
  ASSERT_TRUE(service_.handlers.loads.OpenLoad(service_.CallFrom("source/acute"), open).ok());
  LoadedCrosswalk crosswalk = {.authority = kAuthority, .revision = 2};
  crosswalk.people = service_.live.All().at(kAuthority)->people;
  constexpr uint64_t kBatchRows = 8192;
  constexpr uint64_t kRows = 9 * kBatchRows;
  const SourceKeys keys = AcuteKeys();
  PayloadStream stream;
  std::vector<v1::PayloadRow> rows;
  for (uint64_t i = 0; i < kRows; ++i) {
    v1::PayloadRow row = rows.empty() ? RowOf(1) : rows.front();
    row.set_record_key(keys.RecordKey(absl::StrCat("many ", i)));
    CrosswalkEntry entry = {.person = 1};
    std::copy(row.record_key().begin(), row.record_key().end(), entry.key.begin());
    crosswalk.entries.push_back(entry);
    rows.push_back(std::move(row));
    if (rows.size() < kBatchRows) continue;
    stream.requests.push_back(BatchOf(open.load(), i + 1 - kBatchRows, rows));
    rows.clear();
  }
  ASSERT_TRUE(Append(service_, stream).ok());
  linkage_.Hold(open.load(), linkage::v1::LOAD_STATE_CLOSED, kRows);
  ASSERT_TRUE(Close(service_, open.load(), kRows).ok());
  ASSERT_TRUE(service_.live.SetCrosswalk(std::move(crosswalk), consent_.objections(1), {{"national", {}}}).ok());
  EXPECT_EQ(Refusal(Ask(consent_, RowsQuestion())), "TOO_MANY_RECORDS");
  EXPECT_EQ(LastClosing().error_reason(), "TOO_MANY_RECORDS");
}

// Two at once: one opens; the other gets the same bytes if that one is done, and
// WARRANT_USED if it is still at it.
TEST_F(AnswerHandlersTest, TwoAtOnceWithOneWarrantOpenOneRelease) {
  constexpr size_t kRounds = 20;
  for (size_t round = 1; round <= kRounds; ++round) {
    const v1::AnswerRequest request = Ask(consent_, TableQuestion());
    absl::StatusOr<v1::AnswerResponse> other;
    std::thread thread([&] { other = Answer(request); });
    const auto mine = Answer(request);
    thread.join();
    ASSERT_TRUE(mine.ok() || other.ok());
    if (mine.ok() && other.ok()) {
      EXPECT_EQ(mine->SerializeAsString(), other->SerializeAsString());
    } else {
      EXPECT_EQ(ReasonOf(mine.ok() ? other.status() : mine.status()), "WARRANT_USED");
    }
    EXPECT_EQ(Openings(), round);
    EXPECT_EQ(Closings(), round);
  }
}

TEST_F(AnswerHandlersTest, TheLogIsReadByThoseWhomConsentLetsRead) {
  const LogServiceHooks hooks = service_.handlers.answers.LogHooks();
  ASSERT_TRUE(Answer(Ask(consent_, TableQuestion())).ok());
  type::v1::Evidence evidence;
  EXPECT_EQ(ReasonOf(hooks.authorise_reader(service_.CallFrom("gateway"), evidence)), "READER_UNKNOWN");
  evidence.set_token("of an information governance officer");
  EXPECT_TRUE(hooks.authorise_reader(service_.CallFrom("gateway"), evidence).ok());
  const absl::Time forever = absl::InfiniteFuture();
  EXPECT_EQ(*hooks.size(forever), 2u);
  const auto leaves = hooks.read(0, 2, forever);
  ASSERT_TRUE(leaves.ok());
  EXPECT_EQ(leaves->at(0).kind, kReleaseOpeningLeaf);
  EXPECT_EQ(leaves->at(1).kind, kReleaseClosingLeaf);
  EXPECT_EQ(*hooks.checkpoint(forever), service_.log->Newest().note);
  EXPECT_EQ(hooks.prove_consistency(1, 2, forever)->size(), 1u);
}

TEST_F(AnswerHandlersTest, StatusCountsEventsAndSaysWhatIsHeld) {
  const auto status = service_.handlers.answers.GetStatus(service_.CallFrom("tool"), {});
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->event_counts().at("acute/apc"), kPeople);
  EXPECT_EQ(status->crosswalk_revisions().at(kAuthority), 1u);
  EXPECT_EQ(status->objection_sizes().at(kAuthority), 1u);
  EXPECT_EQ(status->not_ready_reason(), "");
}

}  // namespace
}  // namespace safehaven::costing
