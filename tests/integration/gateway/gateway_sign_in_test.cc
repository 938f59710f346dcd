// Goal: signing in end to end, the gateway's web door against the demo's issuer, both
// real servers; and the ways in which somebody would try to get in without.
#include <array>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/evidence/evidence.h"
#include "tests/integration/gateway/gateway_world.h"

namespace safehaven::gateway {
namespace {

constexpr char kQuestion[] = R"({"question":{"operation":"aggregate"}})";
constexpr char kSessionCookie[] = "safehaven-session";
constexpr char kSignInCookie[] = "safehaven-sign-in";

class GatewaySignInTest : public testing::Test {
 protected:
  // The address at which the issuer sends this browser back, not visited yet.
  std::string CallbackOf(TestBrowser& browser, size_t persona) {
    std::string next = world_.Link(persona);
    for (int i = 0; i < 10 && !absl::StrContains(next, "/auth/callback"); ++i) {
      const HttpResponse response = browser.Send("GET", next, {}, "");
      EXPECT_EQ(response.status, 303) << next;
      next = response.Header("location");
    }
    return next;
  }
  std::string SessionOf(TestBrowser& browser) {
    return browser.Send("GET", world_.gateway_url() + "/auth/session", {}, "").body;
  }

  GatewayWorld world_{{}};
  TestBrowser browser_;
};

TEST_F(GatewaySignInTest, ALinkSignsItsPersonaInAndTheirOwnTokenGoesToConsent) {
  const HttpResponse page = browser_.Visit(world_.Link(0));
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_TRUE(absl::StrContains(SessionOf(browser_), "\"signedIn\":true"));
  EXPECT_TRUE(absl::StrContains(SessionOf(browser_), "Ada Example"));

  const HttpResponse answer = browser_.Ask(world_.gateway_url(), "Query", kQuestion);
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(world_.backends().decides.size(), 1u);
  const std::string token = world_.backends().decides[0].evidence().token();
  const std::array<TrustedIssuer, 1> register_issuers = {
      {{.url = "https://issuer.demo.safehaven.invalid", .audience = "safehaven", .jwks = world_.issuer_keys()}}};
  const auto subject = VerifyToken(token, register_issuers, absl::Now());
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->subject, "ada");
}

TEST_F(GatewaySignInTest, NoTokenIsEverInAnAddressACookieOrAPage) {
  const HttpResponse page = browser_.Visit(world_.Link(0));
  const HttpResponse answer = browser_.Ask(world_.gateway_url(), "Query", kQuestion);
  const std::string token = world_.backends().decides.at(0).evidence().token();
  const std::string signature = token.substr(token.rfind('.') + 1);
  for (const std::string& url : browser_.visited()) EXPECT_FALSE(absl::StrContains(url, signature)) << url;
  for (const std::string& url : browser_.visited()) EXPECT_FALSE(absl::StrContains(url, "token=")) << url;
  for (const std::string& cookie : browser_.set_cookies()) EXPECT_FALSE(absl::StrContains(cookie, signature));
  for (const std::string& text : {page.body, answer.body, SessionOf(browser_)}) {
    EXPECT_FALSE(absl::StrContains(text, signature));
  }
}

TEST_F(GatewaySignInTest, TheSessionsCookieIsOutOfReachOfScriptsAndOtherSites) {
  browser_.Visit(world_.Link(0));
  int found = 0;
  for (const std::string& cookie : browser_.set_cookies()) {
    if (!absl::StartsWith(cookie, kSessionCookie)) continue;
    ++found;
    EXPECT_TRUE(absl::StrContains(cookie, "HttpOnly")) << cookie;
    EXPECT_TRUE(absl::StrContains(cookie, "SameSite=Strict")) << cookie;
  }
  EXPECT_EQ(found, 1);
  EXPECT_EQ(browser_.Cookie(kSignInCookie), "") << "the sign-in's own cookie is gone";
}

TEST_F(GatewaySignInTest, AnAnswerOfTheIssuerWorksOnce) {
  const std::string callback = CallbackOf(browser_, 0);
  const std::string cookie = browser_.Cookie(kSignInCookie);
  EXPECT_EQ(browser_.Send("GET", callback, {}, "").status, 200);
  browser_.SetCookie(kSignInCookie, cookie);
  const HttpResponse replay = browser_.Send("GET", callback, {}, "");
  EXPECT_EQ(replay.status, 401);
  EXPECT_TRUE(absl::StrContains(replay.body, "SIGN_IN_UNKNOWN"));
}

TEST_F(GatewaySignInTest, AnAnswerIsWorthNothingInAnotherBrowser) {
  const std::string callback = CallbackOf(browser_, 0);
  TestBrowser thief;
  EXPECT_TRUE(absl::StrContains(thief.Send("GET", callback, {}, "").body, "SIGN_IN_UNKNOWN"));
  EXPECT_EQ(thief.Cookie(kSessionCookie), "");
}

// A thief who saw Ada's code begins a sign-in of his own and puts her code into its
// answer: state and browser are right, the proof key is not.
TEST_F(GatewaySignInTest, AStolenCodeFailsForWantOfItsVerifier) {
  const Form stolen = *Form::Parse(CallbackOf(browser_, 0).substr(world_.gateway_url().size() + 15));
  ASSERT_FALSE(stolen.Get("code").empty());
  TestBrowser thief;
  const Form own = *Form::Parse(CallbackOf(thief, 1).substr(world_.gateway_url().size() + 15));
  Form forged;
  forged.Add("state", own.Get("state"));
  forged.Add("code", stolen.Get("code"));
  const HttpResponse page =
      thief.Send("GET", absl::StrCat(world_.gateway_url(), "/auth/callback?", forged.ToString()), {}, "");
  EXPECT_EQ(page.status, 401);
  EXPECT_TRUE(absl::StrContains(page.body, "CODE_REFUSED"));
  EXPECT_EQ(thief.Cookie(kSessionCookie), "");
}

TEST_F(GatewaySignInTest, AnAnswerWithAnotherStateIsRefused) {
  Form planted;
  const Form right = *Form::Parse(CallbackOf(browser_, 0).substr(world_.gateway_url().size() + 15));
  planted.Add("state", std::string(43, 'x'));
  planted.Add("code", right.Get("code"));
  const HttpResponse page =
      browser_.Send("GET", absl::StrCat(world_.gateway_url(), "/auth/callback?", planted.ToString()), {}, "");
  EXPECT_TRUE(absl::StrContains(page.body, "STATE_MISMATCH"));
}

TEST_F(GatewaySignInTest, AnAnswerWithAFieldTwiceIsRefused) {
  const HttpResponse page = browser_.Send("GET", CallbackOf(browser_, 0) + "&code=another", {}, "");
  EXPECT_TRUE(absl::StrContains(page.body, "FORM_MALFORMED"));
  EXPECT_EQ(browser_.Cookie(kSessionCookie), "");
}

TEST_F(GatewaySignInTest, AGuessedCookieIsNobody) {
  browser_.SetCookie(kSessionCookie, std::string(43, 'a'));
  const HttpResponse answer = browser_.Ask(world_.gateway_url(), "Query", kQuestion);
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(absl::StrContains(answer.body, "IDENTITY_MISSING"));
}

TEST_F(GatewaySignInTest, AnotherPagesRequestUnderTheSessionIsRefused) {
  browser_.Visit(world_.Link(0));
  const std::string url = world_.gateway_url() + "/safehaven.gateway.v1.GatewayService/Query";
  for (const HttpHeaders& headers :
       {HttpHeaders{{"content-type", "application/json"}, {"origin", "https://evil.example"}},
        HttpHeaders{{"content-type", "application/json"}},
        HttpHeaders{{"content-type", "application/json"}, {"origin", world_.gateway_url()},
                    {"sec-fetch-site", "cross-site"}}}) {
    const HttpResponse answer = browser_.Send("POST", url, headers, kQuestion);
    EXPECT_EQ(answer.status, 403);
    EXPECT_TRUE(absl::StrContains(answer.body, "ORIGIN_FOREIGN"));
  }
  EXPECT_TRUE(world_.backends().decides.empty());
}

TEST_F(GatewaySignInTest, SigningOutEndsTheSessionEvenForWhoKeptTheCookie) {
  browser_.Visit(world_.Link(0));
  const std::string cookie = browser_.Cookie(kSessionCookie);
  EXPECT_EQ(browser_.Send("POST", world_.gateway_url() + "/auth/logout", {}, "").status, 403) << "no origin";
  EXPECT_EQ(browser_.Send("POST", world_.gateway_url() + "/auth/logout", {{"origin", world_.gateway_url()}}, "").status,
            204);
  EXPECT_EQ(browser_.Cookie(kSessionCookie), "");
  browser_.SetCookie(kSessionCookie, cookie);
  EXPECT_EQ(browser_.Ask(world_.gateway_url(), "Query", kQuestion).status, 401);
}

}  // namespace
}  // namespace safehaven::gateway
