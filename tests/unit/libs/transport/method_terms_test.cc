#include "libs/transport/method_terms.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "safehaven/test/v1/echo.pb.h"

namespace safehaven {
namespace {

constexpr char kEcho[] = "safehaven.test.v1.EchoService";

// The messages' descriptors are what links the file in.
const google::protobuf::Descriptor* const kLinked = test::v1::EchoRequest::descriptor();

absl::StatusOr<MethodTerms> Terms(const char* service, const char* method) {
  SH_CHECK(kLinked != nullptr);
  SH_ASSIGN_OR_RETURN(const google::protobuf::MethodDescriptor* descriptor,
                      FindMethod(service, method));
  return TermsOf(*descriptor);
}

TEST(MethodTerms, AreReadFromTheProto) {
  const auto terms = Terms(kEcho, "Echo");
  ASSERT_TRUE(terms.ok()) << terms.status();
  EXPECT_EQ(terms->Path(), "/safehaven.test.v1.EchoService/Echo");
  EXPECT_EQ(terms->permission, "test.echo");
  EXPECT_EQ(terms->callers, (std::vector<std::string>{"gateway", "source/*"}));
  EXPECT_TRUE(terms->idempotent);
  EXPECT_FALSE(terms->needs_warrant);
  EXPECT_EQ(terms->deadline_max, absl::Seconds(10));
  EXPECT_FALSE(terms->client_streaming || terms->server_streaming);
  EXPECT_TRUE(Terms(kEcho, "Exchange")->client_streaming);
  EXPECT_TRUE(Terms(kEcho, "Count")->server_streaming);
}

TEST(MethodTerms, NameTheCallersExactly) {
  const auto terms = Terms(kEcho, "Echo");
  ASSERT_TRUE(terms.ok());
  EXPECT_TRUE(terms->Allows("gateway"));
  EXPECT_TRUE(terms->Allows("source/acute"));
  EXPECT_TRUE(terms->Allows("source/acute/site"));
  for (const char* stranger : {"", "gatewa", "gateway2", "gateway/sub", "source", "source/", "linkage"}) {
    EXPECT_FALSE(terms->Allows(stranger)) << stranger;
  }
  EXPECT_FALSE(terms->ForAnyone());
}

TEST(MethodTerms, AnyoneIsAnyone) {
  const auto terms = Terms("safehaven.test.v1.OpenService", "Echo");
  ASSERT_TRUE(terms.ok());
  EXPECT_TRUE(terms->ForAnyone());
  EXPECT_TRUE(terms->Allows(""));
}

TEST(MethodTerms, AreMissingWithoutAPolicyAndIncompleteWithoutAllOfIt) {
  EXPECT_EQ(ReasonOf(Terms("safehaven.test.v1.UnguardedService", "Echo").status()),
            "METHOD_POLICY_MISSING");
  EXPECT_EQ(ReasonOf(Terms("safehaven.test.v1.HalfGuardedService", "Echo").status()),
            "METHOD_POLICY_INCOMPLETE");
}

TEST(MethodTerms, OfWhatIsNotThereAreNotFound) {
  EXPECT_EQ(ReasonOf(Terms("safehaven.test.v1.NoService", "Echo").status()), "SERVICE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Terms(kEcho, "Nothing").status()), "METHOD_UNKNOWN");
}

}  // namespace
}  // namespace safehaven
