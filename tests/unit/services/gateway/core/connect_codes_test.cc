#include "services/gateway/core/connect_codes.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace safehaven::gateway {
namespace {

TEST(ConnectCodes, EveryCanonicalCodeHasANameOfItsOwnAndAFailingStatus) {
  std::set<std::string> names;
  for (int code = 1; code <= 16; ++code) {
    const auto canonical = static_cast<absl::StatusCode>(code);
    EXPECT_TRUE(names.insert(std::string(ConnectCode(canonical))).second) << code;
    EXPECT_GE(HttpStatusOf(canonical), 400) << code;
    EXPECT_LE(HttpStatusOf(canonical), 599) << code;
  }
}

TEST(ConnectCodes, TheCodesThatClientsActOnAreThoseOfTheProtocol) {
  EXPECT_EQ(ConnectCode(absl::StatusCode::kPermissionDenied), "permission_denied");
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kPermissionDenied), 403);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kUnauthenticated), 401);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kResourceExhausted), 429);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kFailedPrecondition), 400);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kUnavailable), 503);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kDeadlineExceeded), 504);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kUnimplemented), 501);
}

TEST(ConnectCodes, ACodeOfNobodysIsUnknown) {
  EXPECT_EQ(ConnectCode(static_cast<absl::StatusCode>(99)), "unknown");
  EXPECT_EQ(HttpStatusOf(static_cast<absl::StatusCode>(99)), 500);
}

}  // namespace
}  // namespace safehaven::gateway
