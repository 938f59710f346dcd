#include "services/gateway/oidc/issuer.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/unit/services/gateway/oidc/fake_issuer.h"

namespace safehaven::gateway {
namespace {

IssuerOptions DemoIssuer() {
  return {.issuer = "https://issuer.demo.safehaven.invalid", .address = "http://127.0.0.1:9000",
          .client_id = "gateway", .client_secret = "", .audience = "safehaven", .demo = true};
}

TEST(CheckIssuer, AnHttpsIssuerAtItsNameAndTheDemosOwnAreAllowed) {
  EXPECT_TRUE(CheckIssuer(ProductionIssuer()).ok());
  EXPECT_TRUE(CheckIssuer(DemoIssuer()).ok());
}

TEST(CheckIssuer, OutsideTheDemoPlainHttpIsRefusedEvenOnLoopback) {
  IssuerOptions options = ProductionIssuer();
  for (const char* issuer : {"http://issuer.example", "http://127.0.0.1:9000"}) {
    options.issuer = issuer;
    EXPECT_EQ(ReasonOf(CheckIssuer(options)), "ISSUER_NOT_SECURE") << issuer;
  }
}

TEST(CheckIssuer, OutsideTheDemoNothingOfTheDemoIsAllowed) {
  IssuerOptions options = DemoIssuer();
  options.demo = false;
  EXPECT_EQ(ReasonOf(CheckIssuer(options)), "DEMO_FENCE");
  options = ProductionIssuer();
  options.address = "https://elsewhere.example";
  EXPECT_EQ(ReasonOf(CheckIssuer(options)), "DEMO_FENCE");
}

TEST(CheckIssuer, InTheDemoOnlyAReservedNameOnLoopbackIsAllowed) {
  IssuerOptions options = DemoIssuer();
  options.issuer = "https://issuer.example";
  EXPECT_EQ(ReasonOf(CheckIssuer(options)), "DEMO_FENCE");
  options.issuer = "https://evildemo.safehaven.invalid";
  EXPECT_EQ(ReasonOf(CheckIssuer(options)), "DEMO_FENCE");
  options = DemoIssuer();
  options.address = "http://192.0.2.1:9000";
  EXPECT_EQ(ReasonOf(CheckIssuer(options)), "DEMO_FENCE");
}

TEST(ReadMetadata, TheDocumentOfAnotherIssuerIsRefused) {
  const auto options = ProductionIssuer();
  EXPECT_TRUE(ReadMetadata(DiscoveryDocument("https://issuer.example", "https://issuer.example"), options).ok());
  for (const char* issuer : {"https://evil.example", "https://issuer.example/", ""}) {
    EXPECT_EQ(ReasonOf(ReadMetadata(DiscoveryDocument(issuer, "https://issuer.example"), options).status()),
              "ISSUER_METADATA_INVALID")
        << issuer;
  }
}

TEST(ReadMetadata, EndpointsMustBeAsSecureAsTheProfile) {
  EXPECT_EQ(ReasonOf(ReadMetadata(DiscoveryDocument("https://issuer.example", "http://issuer.example"),
                                  ProductionIssuer())
                         .status()),
            "ISSUER_METADATA_INVALID");
  const std::string demo = "https://issuer.demo.safehaven.invalid";
  EXPECT_TRUE(ReadMetadata(DiscoveryDocument(demo, "http://127.0.0.1:9000"), DemoIssuer()).ok());
  EXPECT_EQ(ReasonOf(ReadMetadata(DiscoveryDocument(demo, "http://127.0.0.1:9001"), DemoIssuer()).status()),
            "ISSUER_METADATA_INVALID");
}

TEST(ReadMetadata, WhatIsNoDocumentIsRefused) {
  for (const char* document : {"", "[]", "null", "{}", "{\"issuer\":1}", "<html>"}) {
    EXPECT_EQ(ReasonOf(ReadMetadata(document, ProductionIssuer()).status()), "ISSUER_METADATA_INVALID") << document;
  }
}

class IssuerDirectoryTest : public testing::Test {
 protected:
  HandClock clock_;
  FakeIssuer issuer_;
  IssuerDirectory directory_{ProductionIssuer(), issuer_, clock_};
};

TEST_F(IssuerDirectoryTest, WhatWasFetchedIsKeptForItsTime) {
  ASSERT_TRUE(directory_.Keys().ok());
  ASSERT_TRUE(directory_.Keys().ok());
  EXPECT_EQ(issuer_.FetchesOf("/keys"), 1u);
  clock_.now += IssuerDirectory::kKeysAgeMax;
  ASSERT_TRUE(directory_.Keys().ok());
  EXPECT_EQ(issuer_.FetchesOf("/keys"), 2u);
  EXPECT_EQ(issuer_.FetchesOf("/.well-known/openid-configuration"), 1u);
}

TEST_F(IssuerDirectoryTest, AnUnknownKeyFetchesAgainButNotForEveryToken) {
  ASSERT_TRUE(directory_.Keys().ok());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(directory_.KeysAfterUnknown().ok());
  EXPECT_EQ(issuer_.FetchesOf("/keys"), 1u);
  clock_.now += IssuerDirectory::kKeysPause;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(directory_.KeysAfterUnknown().ok());
  EXPECT_EQ(issuer_.FetchesOf("/keys"), 2u);
}

TEST_F(IssuerDirectoryTest, OldKeysDoNotOutliveTheirTimeWhenTheIssuerIsAway) {
  ASSERT_TRUE(directory_.Keys().ok());
  issuer_.reachable = false;
  EXPECT_TRUE(directory_.Keys().ok());
  clock_.now += IssuerDirectory::kKeysAgeMax;
  EXPECT_EQ(ReasonOf(directory_.Keys().status()), "ISSUER_UNREACHABLE");
}

TEST_F(IssuerDirectoryTest, AnIssuerThatWasNeverReachedIsUnavailable) {
  issuer_.reachable = false;
  EXPECT_EQ(directory_.Metadata().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(directory_.Metadata().status()), "ISSUER_UNREACHABLE");
}

}  // namespace
}  // namespace safehaven::gateway
