#include "libs/transport/spiffe_id.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(SpiffeIdText, IsReadAndWrittenAlike) {
  const auto id = SpiffeId::Parse("spiffe://demo.safehaven.invalid/source/acute");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->trust_domain, "demo.safehaven.invalid");
  EXPECT_EQ(id->path, "source/acute");
  EXPECT_EQ(id->ToString(), "spiffe://demo.safehaven.invalid/source/acute");
}

TEST(SpiffeIdText, WhatIsNotExactlyOneIsRefused) {
  for (const char* text :
       {"", "spiffe://", "spiffe:///consent", "spiffe://demo.safehaven.invalid",
        "spiffe://demo.safehaven.invalid/", "spiffe://demo.safehaven.invalid/a//b",
        "spiffe://demo.safehaven.invalid/a/", "spiffe://demo.safehaven.invalid/../consent",
        "spiffe://demo.safehaven.invalid/con sent", "spiffe://Demo.safehaven.invalid/consent",
        "SPIFFE://demo.safehaven.invalid/consent", "spiffe://user@demo/consent",
        "spiffe://demo:443/consent", "spiffe://demo/consent?x", "spiffe://demo/consent#x",
        "spiffe://demo/a/b/c/d/e/f/g/h/i", "https://demo.safehaven.invalid/consent"}) {
    EXPECT_EQ(ReasonOf(SpiffeId::Parse(text).status()), "SPIFFE_ID_MALFORMED") << text;
  }
  EXPECT_FALSE(SpiffeId::Parse("spiffe://demo/" + std::string(300, 'a')).ok());
}

}  // namespace
}  // namespace safehaven
