// Goal: a load comes in as what was decided, from who was decided, whole or not at all.
#include <gtest/gtest.h>

#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

class LoadHandlersTest : public testing::Test {
 protected:
  absl::Status Open(const v1::OpenLoadRequest& request, const std::string& program = "source/acute") {
    return service_->handlers.loads.OpenLoad(service_->CallFrom(program), request).status();
  }
  std::string Refusal(const v1::OpenLoadRequest& request, const std::string& program = "source/acute") {
    return ReasonOf(Open(request, program));
  }
  // The answer to one batch of an open load.
  v1::AppendPayloadResponse AppendOne(uint64_t offset, const std::vector<v1::PayloadRow>& rows) {
    PayloadStream stream;
    stream.requests.push_back(BatchOf(kLoad, offset, rows));
    SH_CHECK(Append(*service_, stream).ok());
    return stream.responses.at(0);
  }
  void Restart() {
    service_.reset();
    service_ = std::make_unique<CostingService>(store_, consent_, linkage_, clock_, randomness_);
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore memory_;
  FaultyStore store_{FaultOptions{}, memory_};
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  std::unique_ptr<CostingService> service_ =
      std::make_unique<CostingService>(store_, consent_, linkage_, clock_, randomness_);
};

TEST_F(LoadHandlersTest, ALoadThatWasDecidedIsOpenedAndFoundAgain) {
  const v1::OpenLoadRequest request = OpenRequest(consent_);
  EXPECT_TRUE(Open(request).ok());
  const auto again = service_->handlers.loads.OpenLoad(service_->CallFrom("source/acute"), request);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->next_offset(), 0u);
  EXPECT_FALSE(again->closed());
}

TEST_F(LoadHandlersTest, ALoadOtherThanWasDecidedIsRefused) {
  v1::OpenLoadRequest request = OpenRequest(consent_);
  request.set_flow("acute-op-2025");
  EXPECT_EQ(Refusal(request), "LOAD_FLOW");
  request = OpenRequest(consent_, kLoad, [](Warrant& warrant) { warrant.flows = {"another flow"}; });
  EXPECT_EQ(Refusal(request), "LOAD_FLOW") << "the question names it, the warrant does not";
  request = OpenRequest(consent_);
  request.set_dataset("acute/op");
  EXPECT_EQ(Refusal(request), "LOAD_DATASET");
  request = OpenRequest(consent_);
  request.set_source("gp");
  EXPECT_EQ(Refusal(request), "LOAD_SOURCE");
  request = OpenRequest(consent_, kLoad,
                        [](Warrant& warrant) { warrant.presenter_thumbprint = ConsentInMemory::ThumbprintOf("source/gp"); });
  EXPECT_EQ(Refusal(request, "source/gp"), "LOAD_SOURCE") << "decided for a program that sends another's data";
}

TEST_F(LoadHandlersTest, AWarrantOpensOneLoad) {
  const v1::OpenLoadRequest request = OpenRequest(consent_);
  v1::OpenLoadRequest other = request;
  other.set_load(std::string(32, 'f'));
  EXPECT_TRUE(Open(request).ok());
  EXPECT_EQ(Refusal(other), "WARRANT_USED");
  Restart();
  EXPECT_EQ(Refusal(other), "WARRANT_USED") << "also after a restart";
  EXPECT_TRUE(Open(request).ok()) << "the same load again is a retry";
  *other.mutable_warrant() = OpenRequest(consent_).warrant();
  EXPECT_EQ(Refusal(other), "") << "with a warrant of its own";
}

TEST_F(LoadHandlersTest, AWarrantThatIsNotForThisCallIsRefused) {
  EXPECT_EQ(Refusal(OpenRequest(consent_, kLoad, [](Warrant& warrant) { warrant.audience = "linkage"; })),
            "WARRANT_AUDIENCE");
  EXPECT_EQ(Refusal(OpenRequest(consent_), "source/gp"), "WARRANT_PRESENTER");
  EXPECT_EQ(Refusal(OpenRequest(consent_, kLoad, [](Warrant& warrant) { warrant.operation = Operation::kCost; })),
            "WARRANT_OPERATION");
  EXPECT_TRUE(Open(OpenRequest(consent_)).ok()) << "the permitted twin";
}

TEST_F(LoadHandlersTest, FactsThatNoSegmentCanHoldAreRefused) {
  v1::OpenLoadRequest request = OpenRequest(consent_);
  request.set_join_key("short");
  EXPECT_EQ(Refusal(request), "JOIN_KEY_MALFORMED");
  request = OpenRequest(consent_);
  request.set_provider(std::string(200, 'Z'));
  EXPECT_EQ(Refusal(request), "FIELD_INVALID");
  request = OpenRequest(consent_);
  request.add_driver_columns("bed_days");
  EXPECT_EQ(Refusal(request), "FIELD_INVALID") << "twice";
  request = OpenRequest(consent_);
  request.add_driver_columns(std::string(200, 'd'));
  EXPECT_EQ(Refusal(request), "FIELD_INVALID") << "too long";
  EXPECT_EQ(Refusal(OpenRequest(consent_, "no id")), "LOAD_ID_MALFORMED");
}

TEST_F(LoadHandlersTest, OnlyOwnLoadsAreReplaced) {
  Load(*service_, linkage_, OpenRequest(consent_), Episodes());
  storage::v1::LoadRecord other = *service_->activity.loads().Get(kLoad, absl::InfiniteFuture());
  other.set_load(std::string(32, 'd'));
  other.set_source("gp");
  ASSERT_TRUE(service_->activity.loads().Open(other, absl::InfiniteFuture()).ok());
  v1::OpenLoadRequest request = OpenRequest(consent_, std::string(32, 'b'));
  request.add_replaces(other.load());
  EXPECT_EQ(Refusal(request), "LOAD_REPLACES");
  request.set_replaces(0, std::string(32, 'e'));
  EXPECT_EQ(Refusal(request), "LOAD_UNKNOWN");
  request.set_replaces(0, kLoad);
  request.add_replaces(kLoad);
  EXPECT_EQ(Refusal(request), "FIELD_INVALID") << "twice";
  request.mutable_replaces()->RemoveLast();
  Load(*service_, linkage_, request, {RowOf(1, 7)});
  EXPECT_EQ(LiveEvents(*service_).size(), 1u);
}

TEST_F(LoadHandlersTest, BatchesAreAcknowledgedInOrderAndResumed) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  EXPECT_EQ(AppendOne(0, {RowOf(1), RowOf(2)}).next_offset(), 2u);
  EXPECT_EQ(AppendOne(0, {RowOf(1), RowOf(2)}).next_offset(), 2u) << "a retry is harmless";
  EXPECT_EQ(AppendOne(5, {RowOf(3)}).error_reason(), "OFFSET_AHEAD");
  Restart();
  const auto resumed = service_->handlers.loads.OpenLoad(service_->CallFrom("source/acute"), OpenRequest(consent_));
  EXPECT_EQ(resumed->next_offset(), 2u);
  EXPECT_EQ(AppendOne(2, {RowOf(3)}).next_offset(), 3u);
}

TEST_F(LoadHandlersTest, ABadRowRefusesItsBatchAndTheStreamGoesOn) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  v1::PayloadRow short_key = RowOf(1), no_driver = RowOf(1), negative = RowOf(1, -1), backwards = RowOf(1);
  v1::PayloadRow far = RowOf(1), restricted = RowOf(1);
  short_key.set_record_key("short");
  no_driver.clear_drivers();
  backwards.set_end_day(backwards.start_day() - 1);
  far.set_end_day(2'000'000'000);
  restricted.set_restriction("unheard of");
  PayloadStream stream;
  for (const v1::PayloadRow& row : {short_key, no_driver, negative, backwards, far, restricted, RowOf(2)}) {
    stream.requests.push_back(BatchOf(kLoad, 0, {RowOf(1), row}));
  }
  ASSERT_TRUE(Append(*service_, stream).ok());
  std::vector<std::string> reasons;
  for (const v1::AppendPayloadResponse& response : stream.responses) reasons.push_back(response.error_reason());
  EXPECT_EQ(reasons, (std::vector<std::string>{"RECORD_KEY_MALFORMED", "EVENT_INVALID", "DRIVER_NEGATIVE",
                                               "EVENT_INVALID", "EVENT_INVALID", "NAME_UNKNOWN", ""}));
  EXPECT_EQ(stream.responses.back().next_offset(), 2u);
}

TEST_F(LoadHandlersTest, AStreamIsOfOneLoadAndItsSource) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  PayloadStream foreign;
  foreign.requests.push_back(BatchOf(kLoad, 0, {RowOf(1)}));
  EXPECT_EQ(ReasonOf(Append(*service_, foreign, "source/gp")), "LOAD_SOURCE");
  PayloadStream mixed;
  mixed.requests = {BatchOf(kLoad, 0, {RowOf(1)}), BatchOf(std::string(32, 'b'), 1, {RowOf(2)})};
  EXPECT_EQ(ReasonOf(Append(*service_, mixed)), "FIELD_INVALID");
  PayloadStream unknown;
  unknown.requests.push_back(BatchOf(std::string(32, 'f'), 0, {RowOf(1)}));
  EXPECT_EQ(ReasonOf(Append(*service_, unknown)), "LOAD_UNKNOWN");
}

TEST_F(LoadHandlersTest, AStoreThatIsDownEndsTheStreamAndNothingIsAcknowledged) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  PayloadStream stream;
  stream.requests.push_back(BatchOf(kLoad, 0, {RowOf(1)}));
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(ReasonOf(Append(*service_, stream)), "STORE_UNAVAILABLE");
  EXPECT_TRUE(stream.responses.empty());
}

TEST_F(LoadHandlersTest, ALoadWaitsUntilLinkageHasAnEqualHalf) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  AppendOne(0, Episodes());
  EXPECT_EQ(ReasonOf(Close(*service_, kLoad, kPeople - 1).status()), "LOAD_COUNT_MISMATCH") << "our own half";
  EXPECT_EQ(ReasonOf(Close(*service_, kLoad, kPeople).status()), "LOAD_UNKNOWN") << "linkage never heard of it";
  linkage_.Hold(kLoad, linkage::v1::LOAD_STATE_OPEN, kPeople);
  EXPECT_EQ(ReasonOf(Close(*service_, kLoad, kPeople).status()), "LOAD_HALF_OPEN");
  EXPECT_EQ(AppendOne(kPeople, {RowOf(99)}).error_reason(), "LOAD_CLOSED");
  linkage_.Hold(kLoad, linkage::v1::LOAD_STATE_CLOSED, kPeople + 1);
  EXPECT_EQ(ReasonOf(Close(*service_, kLoad, kPeople).status()), "LOAD_COUNT_MISMATCH");
  EXPECT_TRUE(LiveEvents(*service_).empty());
  EXPECT_TRUE(linkage_.confirmed.empty());
  linkage_.Hold(kLoad, linkage::v1::LOAD_STATE_CLOSED, kPeople);
  EXPECT_TRUE(Close(*service_, kLoad, kPeople)->visible());
  EXPECT_EQ(LiveEvents(*service_).size(), kPeople);
  EXPECT_EQ(linkage_.confirmed, std::vector<std::string>{kLoad});
  EXPECT_TRUE(Close(*service_, kLoad, kPeople)->visible()) << "closing again changes nothing";
}

TEST_F(LoadHandlersTest, OnlyTheSourceOfALoadClosesIt) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  v1::CloseLoadRequest close;
  close.set_load(kLoad);
  EXPECT_EQ(ReasonOf(service_->handlers.loads.CloseLoad(service_->CallFrom("source/gp"), close).status()),
            "LOAD_SOURCE");
}

// A crosswalk is read against what is live: linkage must not link what is not.
TEST_F(LoadHandlersTest, EventsAreLiveBeforeLinkageMayLinkThem) {
  size_t live_at_confirmation = 0;
  linkage_.on_confirm = [&] { live_at_confirmation = LiveEvents(*service_).size(); };
  Load(*service_, linkage_, OpenRequest(consent_), Episodes());
  EXPECT_EQ(live_at_confirmation, kPeople);
}

TEST_F(LoadHandlersTest, ALoadLeftBetweenVisibleAndConfirmedIsConfirmedAfterTheRestart) {
  ASSERT_TRUE(Open(OpenRequest(consent_)).ok());
  AppendOne(0, Episodes());
  linkage_.Hold(kLoad, linkage::v1::LOAD_STATE_CLOSED, kPeople);
  linkage_.confirm_status = Unavailable("UNREACHABLE", "linkage has gone");
  EXPECT_EQ(ReasonOf(Close(*service_, kLoad, kPeople).status()), "UNREACHABLE");
  Restart();
  EXPECT_EQ(LiveEvents(*service_).size(), kPeople);
  EXPECT_EQ(ReasonOf(service_->handlers.loads.ConfirmVisibleLoads(absl::InfiniteFuture())), "UNREACHABLE");
  linkage_.confirm_status = absl::OkStatus();
  EXPECT_TRUE(service_->handlers.loads.ConfirmVisibleLoads(absl::InfiniteFuture()).ok());
  EXPECT_EQ(linkage_.confirmed, std::vector<std::string>{kLoad});
}

TEST_F(LoadHandlersTest, ALaterLoadSupersedesAndDeletes) {
  Load(*service_, linkage_, OpenRequest(consent_), Episodes());
  Load(*service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), {RowOf(1, 9), DeletedRow(2), RowOf(99)});
  const auto events = LiveEvents(*service_);
  EXPECT_EQ(events.size(), kPeople);
  EXPECT_TRUE(events.contains(RecordBytes(1)) && events.contains(RecordBytes(99)));
  EXPECT_FALSE(events.contains(RecordBytes(2)));
}

TEST_F(LoadHandlersTest, ActivityThatWasReadEarlierDoesNotReplaceNewer) {
  const uint64_t early = service_->live.BeginReading();
  Load(*service_, linkage_, OpenRequest(consent_), Episodes());
  ASSERT_TRUE(service_->live.SetSegments(early, {}).ok());
  EXPECT_EQ(LiveEvents(*service_).size(), kPeople);
}

}  // namespace
}  // namespace safehaven::costing
