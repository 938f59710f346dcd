#include "cli/issuer/demo_issuer.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/http/url.h"
#include "services/gateway/core/proof_key.h"
#include "tests/unit/services/gateway/core/counting_randomness.h"

namespace safehaven::cli {
namespace {

constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

class MovingClock : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

// The text of the member `name` of a flat JSON object.
std::string Member(const std::string& json, const std::string& name) {
  const std::string mark = absl::StrCat("\"", name, "\":\"");
  const size_t start = json.find(mark);
  if (start == std::string::npos) return "";
  const size_t from = start + mark.size();
  return json.substr(from, json.find('"', from) - from);
}

std::string ClaimsOf(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string claims;
  EXPECT_TRUE(absl::WebSafeBase64Unescape(parts.at(1), &claims));
  return claims;
}

class DemoIssuerTest : public testing::Test {
 protected:
  DemoIssuerTest() {
    issuer_.Open(*Url::Parse("http://127.0.0.1:9000"), *Url::Parse("http://127.0.0.1:8000"),
                 [this](const std::vector<SignInLink>& links) { links_ = links; });
  }

  HttpResponse Get(const std::string& target, const std::string& cookie = "") {
    return issuer_.Handle({.method = "GET", .target = target,
                           .headers = {{"host", "127.0.0.1:9000"}, {"cookie", cookie}}, .body = "", .peer_address = ""});
  }
  HttpResponse Post(const Form& form) {
    return issuer_.Handle({.method = "POST", .target = "/token",
                           .headers = {{"host", "127.0.0.1:9000"}, {"content-type", "application/x-www-form-urlencoded"}},
                           .body = form.ToString(), .peer_address = ""});
  }
  // Follows Ada's newest link and returns the cookie it sets.
  std::string SignIn() {
    const HttpResponse response = Get(Url::Parse(links_[0].url)->target);
    EXPECT_EQ(response.status, 303);
    return std::string(absl::StrSplit(response.Header("Set-Cookie"), ';').operator std::vector<std::string>()[0]);
  }
  static Form AuthorizeForm() {
    Form form;
    form.Add("response_type", "code");
    form.Add("client_id", "safehaven-gateway");
    form.Add("redirect_uri", "http://127.0.0.1:8000/auth/callback");
    form.Add("scope", "openid profile");
    form.Add("state", "the-state");
    form.Add("nonce", "the-nonce");
    form.Add("code_challenge", gateway::CodeChallenge(kVerifier));
    form.Add("code_challenge_method", "S256");
    return form;
  }
  // The fields with which the issuer sends the browser back.
  Form Authorize(const Form& form, const std::string& cookie) {
    const HttpResponse response = Get(absl::StrCat("/authorize?", form.ToString()), cookie);
    EXPECT_EQ(response.status, 303);
    const std::string location = response.Header("Location");
    EXPECT_TRUE(absl::StartsWith(location, "http://127.0.0.1:8000/auth/callback?"));
    return *Form::Parse(absl::string_view(location).substr(location.find('?') + 1));
  }
  static Form TokenForm(const std::string& code, const std::string& verifier) {
    Form form;
    form.Add("grant_type", "authorization_code");
    form.Add("code", code);
    form.Add("client_id", "safehaven-gateway");
    form.Add("redirect_uri", "http://127.0.0.1:8000/auth/callback");
    form.Add("code_verifier", verifier);
    return form;
  }
  absl::StatusOr<TokenSubject> Verify(const std::string& token, const std::string& audience) {
    const std::array<TrustedIssuer, 1> issuers = {
        {{.url = DemoIssuerOptions().name, .audience = audience, .jwks = issuer_.Jwks()}}};
    return VerifyToken(token, issuers, clock_.now);
  }

  MovingClock clock_;
  gateway::CountingRandomness randomness_;
  std::vector<SignInLink> links_;
  DemoIssuer issuer_{{},
                     *ParsePersonas(R"([{"subject":"ada","name":"Ada","secret":"ada-secret"},
                                        {"subject":"ben","name":"Ben","secret":"ben-secret"}])"),
                     *SigningKey::Generate(), clock_, randomness_};
};

TEST_F(DemoIssuerTest, ALinkAndACodeGiveTokensOfThatPersona) {
  const Form answer = Authorize(AuthorizeForm(), SignIn());
  EXPECT_EQ(answer.Get("state"), "the-state");
  EXPECT_EQ(answer.Get("iss"), DemoIssuerOptions().name);
  const HttpResponse response = Post(TokenForm(answer.Get("code"), kVerifier));
  ASSERT_EQ(response.status, 200) << response.body;
  const auto subject = Verify(Member(response.body, "access_token"), "safehaven");
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->subject, "ada");
  EXPECT_EQ(subject->expire_time, clock_.now + absl::Minutes(10));
  const std::string id_token = Member(response.body, "id_token");
  EXPECT_TRUE(Verify(id_token, "safehaven-gateway").ok());
  EXPECT_EQ(Member(ClaimsOf(id_token), "nonce"), "the-nonce");
  EXPECT_FALSE(Member(ClaimsOf(id_token), "jti").empty());
}

TEST_F(DemoIssuerTest, TokensSayNothingOfWhatThePersonMayDo) {
  const Form answer = Authorize(AuthorizeForm(), SignIn());
  const HttpResponse response = Post(TokenForm(answer.Get("code"), kVerifier));
  const std::string claims = ClaimsOf(Member(response.body, "access_token"));
  EXPECT_FALSE(absl::StrContains(claims, "role"));
  EXPECT_FALSE(absl::StrContains(claims, "organisation"));
}

TEST_F(DemoIssuerTest, ALinkWorksOnceAndAnotherTakesItsPlace) {
  const std::string first = Url::Parse(links_[0].url)->target;
  EXPECT_EQ(Get(first).status, 303);
  EXPECT_NE(Url::Parse(links_[0].url)->target, first);
  EXPECT_EQ(Get(first).status, 410);
  EXPECT_EQ(Get(Url::Parse(links_[0].url)->target).status, 303);
}

TEST_F(DemoIssuerTest, ALinkRunsOut) {
  clock_.now += kLinkLife;
  EXPECT_EQ(Get(Url::Parse(links_[0].url)->target).status, 410);
}

TEST_F(DemoIssuerTest, ACodeIsGoodForOneTryAndOneMinute) {
  const std::string cookie = SignIn();
  const std::string used = Authorize(AuthorizeForm(), cookie).Get("code");
  EXPECT_EQ(Post(TokenForm(used, kVerifier)).status, 200);
  EXPECT_EQ(Post(TokenForm(used, kVerifier)).status, 400);
  const std::string tried = Authorize(AuthorizeForm(), cookie).Get("code");
  EXPECT_EQ(Post(TokenForm(tried, std::string(43, 'x'))).status, 400);
  EXPECT_EQ(Post(TokenForm(tried, kVerifier)).status, 400) << "a wrong try uses the code up";
  const std::string late = Authorize(AuthorizeForm(), cookie).Get("code");
  clock_.now += kCodeLife;
  EXPECT_EQ(Post(TokenForm(late, kVerifier)).status, 400);
}

TEST_F(DemoIssuerTest, ACodeIsBoundToItsChallengeClientAndAddress) {
  const std::string cookie = SignIn();
  Form other_address;
  other_address.Add("grant_type", "authorization_code");
  other_address.Add("code", Authorize(AuthorizeForm(), cookie).Get("code"));
  other_address.Add("client_id", "safehaven-gateway");
  other_address.Add("redirect_uri", "http://127.0.0.1:8001/auth/callback");
  other_address.Add("code_verifier", kVerifier);
  EXPECT_EQ(Post(other_address).status, 400);
  EXPECT_EQ(Member(Post(TokenForm(Authorize(AuthorizeForm(), cookie).Get("code"), "")).body, "error"),
            "invalid_grant");
}

TEST_F(DemoIssuerTest, NothingIsSentToAnAddressThatIsNotTheGateways) {
  Form form;
  form.Add("response_type", "code");
  form.Add("client_id", "safehaven-gateway");
  form.Add("redirect_uri", "https://evil.example/auth/callback");
  const HttpResponse response = Get(absl::StrCat("/authorize?", form.ToString()), SignIn());
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.Header("Location"), "");
}

TEST_F(DemoIssuerTest, WithoutAProofKeyThereIsNoCode) {
  Form form;
  form.Add("response_type", "code");
  form.Add("client_id", "safehaven-gateway");
  form.Add("redirect_uri", "http://127.0.0.1:8000/auth/callback");
  form.Add("scope", "openid");
  form.Add("state", "s");
  form.Add("code_challenge", kVerifier);
  form.Add("code_challenge_method", "plain");
  const Form answer = Authorize(form, SignIn());
  EXPECT_EQ(answer.Get("error"), "invalid_request");
  EXPECT_EQ(answer.Get("code"), "");
}

TEST_F(DemoIssuerTest, WhoIsNotSignedInGetsNoCode) {
  const HttpResponse response = Get(absl::StrCat("/authorize?", AuthorizeForm().ToString()));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("Location"), "");
}

TEST_F(DemoIssuerTest, TheCommandLineGetsATokenForAPersonasSecret) {
  Form form;
  form.Add("grant_type", "client_credentials");
  form.Add("client_id", "ben");
  form.Add("client_secret", "ben-secret");
  const HttpResponse response = Post(form);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Verify(Member(response.body, "access_token"), "safehaven")->subject, "ben");
}

TEST_F(DemoIssuerTest, AnotherPersonasSecretGetsNothing) {
  for (const auto& [id, secret] : {std::pair("ben", "ada-secret"), std::pair("ben", ""), std::pair("eve", "x"),
                                   std::pair("", "")}) {
    Form form;
    form.Add("grant_type", "client_credentials");
    form.Add("client_id", id);
    form.Add("client_secret", secret);
    EXPECT_EQ(Post(form).status, 401) << id;
  }
}

TEST_F(DemoIssuerTest, AnotherNameForItsAddressIsNotAnswered) {
  const HttpResponse response = issuer_.Handle(
      {.method = "GET", .target = "/jwks.json", .headers = {{"host", "evil.example"}}, .body = "", .peer_address = ""});
  EXPECT_EQ(response.status, 400);
}

TEST_F(DemoIssuerTest, DiscoveryNamesTheReservedIssuerAndItsOwnAddress) {
  const HttpResponse response = Get("/.well-known/openid-configuration");
  EXPECT_EQ(Member(response.body, "issuer"), "https://issuer.demo.safehaven.invalid");
  EXPECT_EQ(Member(response.body, "token_endpoint"), "http://127.0.0.1:9000/token");
}

TEST(CheckIssuerName, OnlyAReservedNameInItsOneForm) {
  EXPECT_TRUE(CheckIssuerName("https://issuer.demo.safehaven.invalid").ok());
  for (const char* name : {"", "https://issuer.nhs.example", "http://issuer.demo.safehaven.invalid",
                           "https://issuer.demo.safehaven.invalid/", "https://Issuer.demo.safehaven.invalid",
                           "https://issuer.demo.safehaven.invalid.example", "https://xdemo.safehaven.invalid"}) {
    EXPECT_EQ(ReasonOf(CheckIssuerName(name)), "DEMO_FENCE") << name;
  }
}

}  // namespace
}  // namespace safehaven::cli
