#include "libs/server/log_service.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven {
namespace {

using log::v1::ProveConsistencyRequest;
using log::v1::ProveConsistencyResponse;
using log::v1::ReadLogRequest;
using log::v1::ReadLogResponse;

// A log of 2000 leaves, readable with the token "auditor".
LogServiceHooks HooksOfTest() {
  return {
      .checkpoint = [](absl::Time) { return std::string("a note"); },
      .size = [](absl::Time) { return uint64_t{2000}; },
      .prove_consistency =
          [](uint64_t first, uint64_t second, absl::Time) {
            return std::vector<std::string>{absl::StrCat(first, "-", second)};
          },
      .authorise_reader =
          [](const Call&, const type::v1::Evidence& evidence) {
            return evidence.token() == "auditor"
                       ? absl::OkStatus()
                       : PermissionDenied("ROLE_NOT_ALLOWED", "auditors only");
          },
      .read =
          [](uint64_t begin, uint64_t end, absl::Time) {
            return std::vector<LogLeaf>(end - begin, LogLeaf{.kind = 3});
          },
      .add_cosigned =
          [](const std::string& note) {
            return note == "cosigned" ? absl::OkStatus() : PermissionDenied("WITNESS_UNKNOWN", "by nobody known");
          },
      .cosigned = [] { return std::vector<std::string>{"one", "two"}; },
  };
}

class LogServiceMethods : public testing::Test {
 protected:
  LogServiceMethods() { RegisterLogService(registry_, HooksOfTest()); }

  template <typename Response>
  absl::StatusOr<Response> Ask(const std::string& name, const google::protobuf::Message& request) {
    const RegisteredMethod& method =
        registry_.methods().at(absl::StrCat("/safehaven.log.v1.LogService/", name));
    const Call call({.id = "call", .terms = &method.terms, .deadline = absl::InfiniteFuture(),
                     .peer = {}, .authorization = {}},
                    [] { return false; });
    Response response;
    SH_RETURN_IF_ERROR(method.unary(call, request, response));
    return response;
  }

  absl::StatusOr<ReadLogResponse> Read(uint64_t begin, uint32_t count) {
    ReadLogRequest request;
    request.mutable_evidence()->set_token("auditor");
    request.set_begin(begin);
    request.set_count(count);
    return Ask<ReadLogResponse>("ReadLog", request);
  }

  MethodRegistry registry_;
};

TEST_F(LogServiceMethods, AreAllThere) { EXPECT_TRUE(registry_.Check().ok()); }

TEST_F(LogServiceMethods, ProveConsistencyOnlyWithinTheLog) {
  ProveConsistencyRequest request;
  request.set_first_size(5);
  request.set_second_size(2000);
  const auto proof = Ask<ProveConsistencyResponse>("ProveConsistency", request);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->proof(0), "5-2000");
  request.set_second_size(2001);
  EXPECT_EQ(ReasonOf(Ask<ProveConsistencyResponse>("ProveConsistency", request).status()),
            "LOG_SIZE_UNKNOWN");
  request.set_second_size(4);
  EXPECT_EQ(ReasonOf(Ask<ProveConsistencyResponse>("ProveConsistency", request).status()),
            "FIELD_INVALID");
  request.set_first_size(0);
  EXPECT_EQ(ReasonOf(Ask<ProveConsistencyResponse>("ProveConsistency", request).status()),
            "FIELD_INVALID");
}

TEST_F(LogServiceMethods, ReadPagesAndSayWhetherTheyAreAll) {
  const auto first = Read(0, 0);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->entries_size(), 256);
  EXPECT_FALSE(first->complete());
  EXPECT_EQ(first->size(), 2000u);
  const auto longest = Read(0, 5000);
  ASSERT_TRUE(longest.ok());
  EXPECT_EQ(longest->entries_size(), 1024);
  const auto last = Read(1990, 100);
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->entries_size(), 10);
  EXPECT_EQ(last->entries(0).index(), 1990u);
  EXPECT_TRUE(last->complete());
  const auto beyond = Read(~uint64_t{0}, 10);
  ASSERT_TRUE(beyond.ok());
  EXPECT_EQ(beyond->entries_size(), 0);
  EXPECT_TRUE(beyond->complete());
}

TEST_F(LogServiceMethods, ReadNothingToWhomMayNotRead) {
  ReadLogRequest request;
  request.mutable_evidence()->set_token("analyst");
  EXPECT_EQ(ReasonOf(Ask<ReadLogResponse>("ReadLog", request).status()), "ROLE_NOT_ALLOWED");
  EXPECT_TRUE(Read(0, 1).ok());
}

TEST_F(LogServiceMethods, TakesWhatWitnessesBringAndGivesItOut) {
  log::v1::AddCosignatureRequest request;
  request.set_checkpoint("cosigned");
  EXPECT_TRUE(Ask<log::v1::AddCosignatureResponse>("AddCosignature", request).ok());
  request.set_checkpoint("by a stranger");
  EXPECT_EQ(ReasonOf(Ask<log::v1::AddCosignatureResponse>("AddCosignature", request).status()), "WITNESS_UNKNOWN");
  const auto kept = Ask<log::v1::GetCosignedResponse>("GetCosigned", log::v1::GetCosignedRequest());
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->checkpoints_size(), 2);
  EXPECT_EQ(kept->checkpoints(1), "two");
}

}  // namespace
}  // namespace safehaven
