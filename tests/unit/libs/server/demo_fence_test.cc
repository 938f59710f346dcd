#include "libs/server/demo_fence.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven {
namespace {

ServerOptions Demo() {
  ServerOptions options;
  options.trust_domain = kDemoTrustDomainName;
  return options;
}

TEST(DemoFence, TheDemoRunsUnderItsReservedNameOnLoopback) {
  EXPECT_TRUE(CheckDemoFence(true, Demo()).ok());
  ServerOptions other = Demo();
  other.trust_domain = "nhs.example";
  EXPECT_EQ(ReasonOf(CheckDemoFence(true, other)), "NOT_A_DEMO_NAME");
  for (std::string ServerOptions::* address :
       {&ServerOptions::listen, &ServerOptions::health_listen, &ServerOptions::metrics_listen}) {
    ServerOptions open = Demo();
    open.*address = "0.0.0.0:7001";
    EXPECT_EQ(ReasonOf(CheckDemoFence(true, open)), "DEMO_NOT_LOOPBACK");
  }
}

TEST(DemoFence, ProductionRefusesTheDemosName) {
  EXPECT_EQ(ReasonOf(CheckDemoFence(false, Demo())), "DEMO_NAME_REFUSED");
  ServerOptions production;
  production.trust_domain = "nhs.example";
  production.listen = "0.0.0.0:7001";
  EXPECT_TRUE(CheckDemoFence(false, production).ok());
}

}  // namespace
}  // namespace safehaven
