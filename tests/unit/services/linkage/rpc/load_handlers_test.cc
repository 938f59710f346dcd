#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing_support::FakeClock;
using testing_support::FakeRandomness;

const std::string kLoad(32, 'a');
constexpr char kAcute[] = "source/acute";

class LoadHandlersTest : public testing::Test {
 protected:
  LoadHandlersTest() { EXPECT_TRUE(service_.Follow().ok()); }

  v1::OpenLoadRequest Request(const std::function<void(Warrant&)>& change = {}) {
    const Question question = CollectQuestion("acute-apc-2025", "acute/apc");
    v1::OpenLoadRequest request;
    *request.mutable_warrant() = consent_.Permit(question, kAcute, change);
    *request.mutable_question() = QuestionToProto(question);
    request.set_load(kLoad);
    request.set_flow("acute-apc-2025");
    request.set_source("acute");
    request.set_dataset("acute/apc");
    return request;
  }
  std::string Open(const v1::OpenLoadRequest& request, const std::string& program = kAcute) {
    return ReasonOf(service_.handlers.loads.OpenLoad(service_.CallFrom(program), request).status());
  }
  v1::AppendIdentitiesResponse Append(const v1::AppendIdentitiesRequest& batch) {
    FakeStream<v1::AppendIdentitiesRequest, v1::AppendIdentitiesResponse> stream;
    stream.requests.push_back(batch);
    Reader<v1::AppendIdentitiesRequest> reader(stream);
    Writer<v1::AppendIdentitiesResponse> writer(stream);
    EXPECT_TRUE(service_.handlers.loads.AppendIdentities(service_.CallFrom(kAcute), reader, writer).ok());
    return stream.responses.empty() ? v1::AppendIdentitiesResponse() : stream.responses.back();
  }
  static v1::AppendIdentitiesRequest Batch(uint64_t offset, const std::vector<v1::IdentityRow>& rows) {
    v1::AppendIdentitiesRequest batch;
    batch.set_load(kLoad);
    batch.set_offset(offset);
    for (const v1::IdentityRow& row : rows) *batch.add_rows() = row;
    return batch;
  }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  LinkageService service_{store_, consent_, clock_, randomness_};
};

TEST_F(LoadHandlersTest, ASourceOpensALoadUnderItsWarrant) {
  const v1::OpenLoadRequest request = Request();
  EXPECT_EQ(Open(request), "");
  EXPECT_EQ(Open(request), "") << "a retry of the same load";
  v1::OpenLoadRequest other = request;
  other.set_load(std::string(32, 'b'));
  EXPECT_EQ(Open(other), "WARRANT_USED");
}

// Each differs from the permitted request above in one thing.
TEST_F(LoadHandlersTest, WhatTheWarrantDoesNotCoverIsRefused) {
  EXPECT_EQ(Open(Request(), "source/gp"), "WARRANT_PRESENTER");
  EXPECT_EQ(Open(Request([](Warrant& w) { w.audience = "costing"; })), "WARRANT_AUDIENCE");
  EXPECT_EQ(Open(Request([](Warrant& w) { w.flows = {"gp-register-2025"}; })), "WARRANT_FLOW");
  EXPECT_EQ(Open(Request([](Warrant& w) { w.operation = Operation::kLink; })), "WARRANT_OPERATION");
  v1::OpenLoadRequest request = Request();
  request.set_flow("gp-register-2025");
  EXPECT_EQ(Open(request), "WARRANT_FLOW");
  request = Request();
  request.set_dataset("acute/op");
  EXPECT_EQ(Open(request), "WARRANT_DATASET");
  request = Request();
  request.set_source("gp");
  EXPECT_EQ(Open(request), "SOURCE_OTHER");
  request = Request();
  request.mutable_question()->set_subject("gp-register-2025");
  EXPECT_EQ(Open(request), "WARRANT_QUESTION");
  request = Request();
  clock_.Advance(absl::Seconds(11));
  EXPECT_EQ(Open(request), "WARRANT_EXPIRED");
  EXPECT_EQ(Open(Request()), "") << "the twin";
}

TEST_F(LoadHandlersTest, AWarrantFromBeforeAWithdrawalIsSuperseded) {
  const v1::OpenLoadRequest request = Request();
  consent_.Narrow();
  ASSERT_TRUE(service_.Follow().ok());
  EXPECT_EQ(Open(request), "WARRANT_SUPERSEDED");
  EXPECT_EQ(Open(Request()), "") << "the twin, permitted after it";
}

TEST_F(LoadHandlersTest, ALoadReplacesOnlyLoadsOfItsOwnSource) {
  Load(service_, "gp", {RegisterRow(1, 1)}, 'c');
  Load(service_, "acute", {RowOf(2, PersonIdentity(1))}, 'd');
  v1::OpenLoadRequest request = Request();
  request.add_replaces(std::string(32, 'c'));
  EXPECT_EQ(Open(request), "LOAD_UNKNOWN");
  request.set_replaces(0, std::string(32, 'd'));
  EXPECT_EQ(Open(request), "") << "the twin";
}

TEST_F(LoadHandlersTest, RowsAreAcknowledgedOnceAndWithAReason) {
  ASSERT_EQ(Open(Request()), "");
  const v1::AppendIdentitiesRequest first = Batch(0, {RowOf(1, PersonIdentity(1)), RowOf(2, PersonIdentity(2))});
  EXPECT_EQ(Append(first).next_offset(), 2u);
  EXPECT_EQ(Append(first).next_offset(), 2u) << "harmless on retry";
  EXPECT_EQ(Append(first).error_reason(), "");
  EXPECT_EQ(Append(Batch(5, {RowOf(3, PersonIdentity(3))})).error_reason(), "OFFSET_AHEAD");
  EXPECT_EQ(Append(Batch(2, {})).error_reason(), "BATCH_TOO_LARGE");

  v1::IdentityRow row = RowOf(3, PersonIdentity(3));
  row.set_token("short");
  EXPECT_EQ(Append(Batch(2, {row})).error_reason(), "TOKEN_MALFORMED");
  row = RowOf(3, PersonIdentity(3));
  row.set_stripped(true);
  EXPECT_EQ(Append(Batch(2, {row})).error_reason(), "IDENTITY_NOT_STRIPPED");
  row = RowOf(3, PersonIdentity(3));
  row.set_family_name(std::string(257, 'x'));
  EXPECT_EQ(Append(Batch(2, {row})).error_reason(), "VALUE_TOO_LONG");
  row = RowOf(3, {});
  row.set_stripped(true);
  EXPECT_EQ(Append(Batch(2, {row})).next_offset(), 3u) << "the twin";
}

TEST_F(LoadHandlersTest, TheDemoTakesNumbersOfThe999RangeOnly) {
  ASSERT_EQ(Open(Request()), "");
  RawIdentity identity = PersonIdentity(1);
  identity.nhs_number = NhsNumber::FromBase(943476591)->ToDigits();  // of the test range, not of 999
  EXPECT_EQ(Append(Batch(0, {RowOf(1, identity)})).error_reason(), "NHS_NUMBER_NOT_OF_DEMO");
  identity.nhs_number = "not a number";
  EXPECT_EQ(Append(Batch(0, {RowOf(1, identity)})).error_reason(), "") << "values that are no number are as received";
}

TEST_F(LoadHandlersTest, ProductionRefusesNumbersOfTheTestRanges) {
  MemoryStore store;
  LinkageService production(store, consent_, clock_, randomness_, {.profile = ServiceProfile::kProduction});
  ASSERT_TRUE(production.Follow().ok());
  ASSERT_TRUE(production.handlers.loads.OpenLoad(production.CallFrom(kAcute), Request()).ok());
  FakeStream<v1::AppendIdentitiesRequest, v1::AppendIdentitiesResponse> stream;
  stream.requests.push_back(Batch(0, {RowOf(1, PersonIdentity(1))}));
  Reader<v1::AppendIdentitiesRequest> reader(stream);
  Writer<v1::AppendIdentitiesResponse> writer(stream);
  ASSERT_TRUE(production.handlers.loads.AppendIdentities(production.CallFrom(kAcute), reader, writer).ok());
  EXPECT_EQ(stream.responses.back().error_reason(), "NHS_NUMBER_OF_DEMO");
}

TEST_F(LoadHandlersTest, AHalfBecomesVisibleWhenCostingConfirmsAnEqualCount) {
  ASSERT_EQ(Open(Request()), "");
  Append(Batch(0, {RowOf(1, PersonIdentity(1))}));
  v1::CloseLoadRequest close;
  close.set_load(kLoad);
  close.set_row_count(2);
  const auto closing = [&] { return service_.handlers.loads.CloseLoad(service_.CallFrom(kAcute), close); };
  EXPECT_EQ(ReasonOf(closing().status()), "LOAD_COUNT_MISMATCH");
  close.set_row_count(1);
  EXPECT_EQ(closing()->state(), v1::LOAD_STATE_CLOSED);
  v1::ConfirmLoadRequest confirm;
  confirm.set_load(kLoad);
  confirm.set_row_count(2);
  const auto confirming = [&] { return service_.handlers.loads.ConfirmLoad(service_.CallFrom("costing"), confirm); };
  EXPECT_EQ(ReasonOf(confirming().status()), "LOAD_COUNT_MISMATCH");
  confirm.set_row_count(1);
  EXPECT_TRUE(confirming().ok());
  v1::GetLoadRequest get;
  get.set_load(kLoad);
  const auto load = service_.handlers.loads.GetLoad(service_.CallFrom("costing"), get);
  EXPECT_EQ(load->state(), v1::LOAD_STATE_VISIBLE);
  EXPECT_EQ(load->flow(), "acute-apc-2025");
  EXPECT_EQ(ReasonOf(service_.handlers.loads.GetLoad(service_.CallFrom("source/gp"), get).status()), "LOAD_UNKNOWN")
      << "another source does not learn of it";
}

}  // namespace
}  // namespace safehaven::linkage
