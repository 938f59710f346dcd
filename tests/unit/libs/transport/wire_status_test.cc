#include "libs/transport/wire_status.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(WireStatus, ComesBackWhole) {
  const absl::Status sent =
      WithRetryAfter(Failure(absl::StatusCode::kAborted, "ETAG_MISMATCH", "read again",
                             {{"resource", "approvals/one"}}),
                     absl::Milliseconds(250));
  EXPECT_EQ(FromGrpc(ToGrpc(sent)), sent);
  EXPECT_TRUE(FromGrpc(ToGrpc(absl::OkStatus())).ok());
}

TEST(WireStatus, KeepsEveryCanonicalCode) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status sent = Failure(static_cast<absl::StatusCode>(code), "SOME_REASON", "text");
    EXPECT_EQ(FromGrpc(ToGrpc(sent)).code(), sent.code());
  }
}

TEST(WireStatus, LeavesOutWhatIsNotOfGoogleRpc) {
  absl::Status status = NotFound("NO_SUCH_THING", "not here");
  status.SetPayload("safehaven/secret", absl::Cord("for the log only"));
  EXPECT_FALSE(absl::StrContains(ToGrpc(status).error_details(), "for the log only"));
  const absl::Status arrived = FromGrpc(ToGrpc(status));
  EXPECT_FALSE(arrived.GetPayload("safehaven/secret").has_value());
  EXPECT_EQ(ReasonOf(arrived), "NO_SUCH_THING");
  EXPECT_FALSE(ForTheWire(status, "c1").GetPayload("safehaven/secret").has_value());
}

TEST(WireStatus, HidesTheCauseOfInternalFailuresButNotTheirReason) {
  for (const absl::Status& cause :
       {Internal("STORE_BROKEN", "secret cause"), absl::UnknownError("secret cause"),
        absl::NotFoundError("secret cause")}) {
    const absl::Status sent = ForTheWire(cause, "call-1");
    EXPECT_EQ(sent.code(), cause.code());
    EXPECT_FALSE(absl::StrContains(sent.message(), "secret"));
    EXPECT_TRUE(absl::StrContains(sent.message(), "call-1"));
    EXPECT_EQ(ReasonOf(sent), ReasonOf(cause).empty() ? "UNEXPECTED" : ReasonOf(cause));
  }
  EXPECT_EQ(ForTheWire(NotFound("NO_SUCH_THING", "not here"), "c"),
            NotFound("NO_SUCH_THING", "not here"));
}

TEST(WireStatus, GivesFailuresOfTheConnectionAReason) {
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x"))), "UNREACHABLE");
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "x"))),
            "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::CANCELLED, "x"))), "CALL_CANCELLED");
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::INTERNAL, "x"))), "TRANSPORT_FAILED");
  // Details that are nonsense are no details.
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x", "\xff\xff"))),
            "UNREACHABLE");
}

TEST(WireStatus, KeepsTheHintWithinAnHour) {
  const absl::Status status = Unavailable("STORE_UNAVAILABLE", "later");
  EXPECT_FALSE(RetryAfterOf(status).has_value());
  EXPECT_EQ(RetryAfterOf(WithRetryAfter(status, absl::Seconds(2.5))), absl::Seconds(2.5));
  EXPECT_EQ(RetryAfterOf(WithRetryAfter(status, absl::Hours(500))), absl::Hours(1));
  EXPECT_EQ(RetryAfterOf(WithRetryAfter(status, -absl::Hours(1))), absl::Milliseconds(1));
}

}  // namespace
}  // namespace safehaven
