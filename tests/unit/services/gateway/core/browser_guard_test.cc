#include "services/gateway/core/browser_guard.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

const OwnOrigin kOwn = {.origin = "https://gateway.example", .host = "gateway.example"};

TEST(CheckHost, OnlyOurOwnNameIsAnswered) {
  EXPECT_TRUE(CheckHost({.host = "gateway.example"}, kOwn).ok());
  EXPECT_TRUE(CheckHost({.host = "Gateway.Example"}, kOwn).ok());
  for (const char* host : {"", "evil.example", "gateway.example:81", "gateway.example.evil.example"}) {
    EXPECT_EQ(ReasonOf(CheckHost({.host = host}, kOwn)), "HOST_UNKNOWN") << host;
  }
}

TEST(CheckSameOrigin, OurOwnPageMayAsk) {
  EXPECT_TRUE(CheckSameOrigin({.origin = "https://gateway.example", .fetch_site = "same-origin"}, kOwn).ok());
  EXPECT_TRUE(CheckSameOrigin({.origin = "https://gateway.example", .fetch_site = ""}, kOwn).ok());
}

TEST(CheckSameOrigin, AnotherPageMayNotAndNeitherMayARequestWithoutOrigin) {
  for (const char* origin : {"", "null", "https://evil.example", "http://gateway.example",
                             "https://gateway.example:8443", "https://gateway.example.evil.example"}) {
    EXPECT_EQ(ReasonOf(CheckSameOrigin({.origin = origin}, kOwn)), "ORIGIN_FOREIGN") << origin;
  }
}

TEST(CheckSameOrigin, ABrowserThatSaysCrossSiteIsBelieved) {
  for (const char* site : {"cross-site", "same-site", "none"}) {
    EXPECT_EQ(ReasonOf(CheckSameOrigin({.origin = "https://gateway.example", .fetch_site = site}, kOwn)),
              "ORIGIN_FOREIGN")
        << site;
  }
}

}  // namespace
}  // namespace safehaven::gateway
