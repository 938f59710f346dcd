// Goal: the two programs as they are installed, the gateway and the demo's issuer, find
// each other and open their doors; without the services behind it the gateway answers
// no. Then the door's own refusals to open.
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/client/client.h"
#include "libs/server/system.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "tests/integration/gateway/gateway_world.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certificates.h"

namespace safehaven::gateway {
namespace {

constexpr char kIssuer[] = "https://issuer.demo.safehaven.invalid";
constexpr absl::Duration kStartMax = absl::Seconds(30);

std::string ReadText(const std::string& path) {
  std::ifstream input(path);
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

// The text after `mark` in the file at `path`, as soon as it is there.
std::string Await(const std::string& path, const std::string& mark, const std::string& end) {
  const absl::Time deadline = absl::Now() + kStartMax;
  while (absl::Now() < deadline) {
    const std::string text = ReadText(path);
    const size_t at = text.find(mark);
    const size_t stop = at == std::string::npos ? at : text.find_first_of(end, at + mark.size());
    if (stop != std::string::npos) return text.substr(at + mark.size(), stop - at - mark.size());
    absl::SleepFor(absl::Milliseconds(20));  // between looks at a file, not for timing
  }
  return "";
}

class GatewayProgramsTest : public testing::Test {
 protected:
  std::string File(const std::string& name) const { return absl::StrCat(folder_.path(), "/", name); }
  static std::string Program(const std::string& name) { return absl::StrCat(SAFEHAVEN_BINARY_DIR, "/bin/", name); }

  testing_support::TempDir folder_;
};

TEST_F(GatewayProgramsTest, APersonSignsInAndIsToldThatConsentIsAway) {
  std::ofstream(File("personas.json")) << R"([{"subject": "ada", "name": "Ada Example"}])";
  testing_support::ChildProcess issuer({Program("safehaven-demo-issuer"), "--personas", File("personas.json"), "--key",
                                        File("issuer.jwk"), "--jwks-file", File("jwks.json"), "--port-file",
                                        File("issuer-port"), "--links-file", File("links.json"),
                                        "--gateway-port-file", File("http-port")});
  const std::string issuer_port = Await(File("issuer-port"), "{\"http\":", "}");
  ASSERT_FALSE(issuer_port.empty());

  TestCertificates certificates;
  const TlsFiles tls = certificates.Issue("gateway");
  testing_support::ChildProcess gateway(
      {Program("safehaven-gateway"), "--profile=demo", absl::StrCat("--trust-domain=", kTestTrustDomain),
       absl::StrCat("--tls-certificate=", tls.certificate), absl::StrCat("--tls-key=", tls.key),
       absl::StrCat("--tls-authorities=", tls.authorities), "--consent=127.0.0.1:1", "--costing=127.0.0.1:1",
       absl::StrCat("--issuer=", kIssuer), absl::StrCat("--issuer-address=http://127.0.0.1:", issuer_port),
       "--client-id=safehaven-gateway", "--audience=safehaven", absl::StrCat("--port-file=", File("ports")),
       absl::StrCat("--http-port-file=", File("http-port"))});
  const std::string grpc_port = Await(File("ports"), "\"grpc\":", ",}");
  ASSERT_FALSE(grpc_port.empty());
  const std::string url = absl::StrCat("http://127.0.0.1:", Await(File("http-port"), "{\"http\":", "}"));

  TestBrowser browser;
  EXPECT_TRUE(absl::StrContains(browser.Visit(url + "/").body, "<!doctype html>")) << "the dashboard beside the program";
  EXPECT_EQ(browser.Visit(Await(File("links.json"), "\"url\": \"", "\"")).status, 200);
  EXPECT_TRUE(absl::StrContains(browser.Send("GET", url + "/auth/session", {}, "").body, "Ada Example"));
  const HttpResponse answer = browser.Ask(url, "Query", R"({"question":{"operation":"aggregate"}})");
  EXPECT_EQ(answer.status, 503) << answer.body;
  EXPECT_TRUE(absl::StrContains(answer.body, "UNREACHABLE"));

  // Secrets were made, and only their owner may read them.
  EXPECT_TRUE(absl::StrContains(ReadText(File("personas.json")), "\"secret\": \""));
  for (const char* name : {"personas.json", "issuer.jwk", "links.json"}) {
    struct stat facts = {};
    ASSERT_EQ(stat(File(name).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << name;
  }
  EXPECT_FALSE(absl::StrContains(ReadText(File("jwks.json")), "\"d\""));

  // The other door: no certificate is asked for, evidence is.
  const SystemClock clock;
  SystemRandomness randomness;
  SystemSleeper sleeper;
  const auto client = Client::Make({.address = absl::StrCat("127.0.0.1:", grpc_port),
                                    .server = {.trust_domain = kTestTrustDomain, .path = "gateway"},
                                    .tls = certificates.AuthorityOnly()},
                                   {.clock = clock, .sleeper = sleeper, .jitter = randomness});
  ASSERT_TRUE(client.ok()) << client.status();
  CallOptions options;
  options.timeout = absl::Seconds(20);
  const auto nobody = (*client)->CallUnary<v1::QueryResponse>("safehaven.gateway.v1.GatewayService", "Query",
                                                              v1::QueryRequest(), options);
  EXPECT_EQ(ReasonOf(nobody.status()), "IDENTITY_MISSING") << nobody.status();
  options.authorization = Sensitive<std::string>("Bearer token");
  v1::QueryRequest request;
  request.mutable_question()->set_operation("aggregate");
  const auto away = (*client)->CallUnary<v1::QueryResponse>("safehaven.gateway.v1.GatewayService", "Query", request,
                                                            options);
  EXPECT_EQ(ReasonOf(away.status()), "UNREACHABLE") << away.status();
}

class WebDoorTest : public testing::Test {
 protected:
  std::string ReasonOfOpening(const std::function<void(WebDoorOptions&)>& change) {
    WebDoorOptions options;
    options.issuer = {.issuer = kIssuer, .address = "http://127.0.0.1:1", .client_id = "gateway",
                      .client_secret = "", .audience = "safehaven", .demo = true};
    change(options);
    return ReasonOf(WebDoor::Open(options, {handlers_, metrics_, clock_, randomness_}).status());
  }

  SystemClock clock_;
  SystemRandomness randomness_;
  FakeBackends backends_;
  GatewayHandlers handlers_{{}, backends_, clock_};
  prometheus::Registry metrics_;
};

TEST_F(WebDoorTest, TheDemosDoorOpensOnLoopback) {
  EXPECT_EQ(ReasonOfOpening([](WebDoorOptions&) {}), "");
}

TEST_F(WebDoorTest, ProductionRefusesTheDemosIssuer) {
  EXPECT_EQ(ReasonOfOpening([](WebDoorOptions& options) { options.issuer.demo = false; }), "DEMO_FENCE");
}

TEST_F(WebDoorTest, ProductionRefusesADoorWithoutTls) {
  const auto production = [](WebDoorOptions& options) {
    options.issuer.demo = false;
    options.issuer.issuer = "https://issuer.example";
    options.issuer.address = "";
    options.public_url = "https://gateway.example";
  };
  EXPECT_EQ(ReasonOfOpening(production), "WEB_NOT_SECURE");
  EXPECT_EQ(ReasonOfOpening([&](WebDoorOptions& options) {
              production(options);
              options.certificate_file = options.key_file = "/nonexistent";
              options.public_url = "http://gateway.example";
            }),
            "WEB_NOT_SECURE");
}

TEST_F(WebDoorTest, TheDemosDoorIsNotOpenedOffLoopback) {
  EXPECT_EQ(ReasonOfOpening([](WebDoorOptions& options) { options.listen = "0.0.0.0:0"; }), "HTTP_PLAIN_OFF_LOOPBACK");
  EXPECT_EQ(ReasonOfOpening([](WebDoorOptions& options) { options.listen = "nonsense"; }), "FLAG_INVALID");
  EXPECT_EQ(ReasonOfOpening([](WebDoorOptions& options) { options.web_folder = "/nonexistent"; }), "WEB_FILES_MISSING");
}

}  // namespace
}  // namespace safehaven::gateway
