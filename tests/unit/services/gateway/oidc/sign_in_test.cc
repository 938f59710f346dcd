#include "services/gateway/oidc/sign_in.h"

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "services/gateway/core/proof_key.h"
#include "tests/unit/services/gateway/core/counting_randomness.h"
#include "tests/unit/services/gateway/oidc/fake_issuer.h"

namespace safehaven::gateway {
namespace {

class SignInFlowTest : public testing::Test {
 protected:
  // Begins a sign-in and makes the issuer ready to give the right tokens for it.
  Form Begin() {
    const auto start = flow_.Begin();
    EXPECT_TRUE(start.ok()) << start.status();
    cookie_ = start->cookie;
    asked_ = *Form::Parse(absl::string_view(start->location).substr(start->location.find('?') + 1));
    issuer_.id_claims.audience = "gateway";
    issuer_.id_claims.nonce = asked_.Get("nonce");
    issuer_.id_claims.issue_time = clock_.now;
    issuer_.access_claims.audience = "safehaven";
    issuer_.access_claims.issue_time = clock_.now;
    Form answer;
    answer.Add("state", asked_.Get("state"));
    answer.Add("code", "the-code");
    return answer;
  }
  absl::StatusOr<std::string> SignIn() {
    const Form answer = Begin();  // before the cookie is looked at
    return flow_.Complete(answer, cookie_);
  }
  std::string ReasonOfCompleting(const Form& answer) { return ReasonOf(flow_.Complete(answer, cookie_).status()); }

  HandClock clock_;
  CountingRandomness randomness_;
  FakeIssuer issuer_;
  IssuerDirectory directory_{ProductionIssuer(), issuer_, clock_};
  SessionStore sessions_{{}, clock_, randomness_};
  SignInFlow flow_{"https://gateway.example/auth/callback",
                   {directory_, issuer_, sessions_, clock_, randomness_}};
  std::string cookie_;
  Form asked_;
};

TEST_F(SignInFlowTest, TheBrowserIsSentWithChallengeStateAndNonceAndWithoutTheVerifier) {
  Begin();
  EXPECT_EQ(asked_.Get("response_type"), "code");
  EXPECT_EQ(asked_.Get("code_challenge_method"), "S256");
  EXPECT_EQ(asked_.Get("code_challenge").size(), 43u);
  EXPECT_EQ(asked_.Get("redirect_uri"), "https://gateway.example/auth/callback");
  EXPECT_NE(asked_.Get("state"), asked_.Get("nonce"));
  EXPECT_EQ(asked_.Get("code_verifier"), "");
}

TEST_F(SignInFlowTest, TheRightTokensOpenASessionThatLivesAsLongAsTheAccessToken) {
  const auto session = SignIn();
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(sessions_.Look(*session)->display_name, "Ada Example");
  EXPECT_EQ(sessions_.TimeLeft(*session), absl::Minutes(10));
}

TEST_F(SignInFlowTest, TheVerifierThatIsSentWithTheCodeFitsTheChallenge) {
  ASSERT_TRUE(SignIn().ok());
  for (const HttpFetch& fetch : issuer_.fetches) {
    if (fetch.url.target != "/token") continue;
    const Form sent = *Form::Parse(fetch.body);
    EXPECT_EQ(CodeChallenge(sent.Get("code_verifier")), asked_.Get("code_challenge"));
    EXPECT_EQ(sent.Get("code"), "the-code");
  }
  EXPECT_EQ(issuer_.FetchesOf("/token"), 1u);
}

TEST_F(SignInFlowTest, AnotherStateIsRefusedAndEndsTheSignIn) {
  const Form right = Begin();
  Form planted;
  planted.Add("state", "planted");
  planted.Add("code", "the-code");
  EXPECT_EQ(ReasonOfCompleting(planted), "STATE_MISMATCH");
  EXPECT_EQ(ReasonOfCompleting(right), "SIGN_IN_UNKNOWN") << "one try, right or wrong";
  EXPECT_EQ(issuer_.FetchesOf("/token"), 0u) << "the code was never used";
}

TEST_F(SignInFlowTest, AnAnswerInAnotherBrowserIsRefused) {
  const Form answer = Begin();
  EXPECT_EQ(ReasonOf(flow_.Complete(answer, "").status()), "SIGN_IN_UNKNOWN");
  EXPECT_EQ(ReasonOf(flow_.Complete(answer, "guess").status()), "SIGN_IN_UNKNOWN");
}

TEST_F(SignInFlowTest, AnAnswerThatComesTooLateIsRefused) {
  const Form answer = Begin();
  clock_.now += kSignInTimeMax;
  EXPECT_EQ(ReasonOfCompleting(answer), "SIGN_IN_UNKNOWN");
}

TEST_F(SignInFlowTest, TheAnswerOfAnotherIssuerIsRefused) {
  Form answer = Begin();
  answer.Add("iss", "https://evil.example");
  EXPECT_EQ(ReasonOfCompleting(answer), "ISSUER_MISMATCH");
}

TEST_F(SignInFlowTest, TheIssuersNoIsANo) {
  const Form begun = Begin();
  Form answer;
  answer.Add("state", begun.Get("state"));
  answer.Add("error", "access_denied");
  EXPECT_EQ(ReasonOfCompleting(answer), "SIGN_IN_REFUSED");
}

TEST_F(SignInFlowTest, ACodeThatTheIssuerDoesNotAcceptIsRefused) {
  const Form answer = Begin();
  issuer_.token_status = 400;
  EXPECT_EQ(ReasonOfCompleting(answer), "CODE_REFUSED");
}

TEST_F(SignInFlowTest, ATokenOfAnotherSignInIsRefused) {
  const Form answer = Begin();
  issuer_.id_claims.nonce = "another";
  EXPECT_EQ(ReasonOfCompleting(answer), "NONCE_MISMATCH");
}

TEST_F(SignInFlowTest, ATokenWithoutANonceIsRefused) {
  const Form answer = Begin();
  issuer_.id_claims.nonce = "";
  EXPECT_EQ(ReasonOfCompleting(answer), "NONCE_MISMATCH");
}

TEST_F(SignInFlowTest, ATokenForAnotherClientIsRefused) {
  Form answer = Begin();
  issuer_.id_claims.audience = "another-client";
  EXPECT_EQ(ReasonOfCompleting(answer), "EVIDENCE_AUDIENCE");
  answer = Begin();
  issuer_.id_claims.authorised_party = "another-client";
  EXPECT_EQ(ReasonOfCompleting(answer), "TOKENS_DISAGREE");
}

TEST_F(SignInFlowTest, AnAccessTokenThatConsentCouldNotUseOpensNoSession) {
  Form answer = Begin();
  issuer_.access_claims.audience = "something-else";
  EXPECT_EQ(ReasonOfCompleting(answer), "EVIDENCE_AUDIENCE");
  answer = Begin();
  issuer_.access_claims.life = -absl::Minutes(1);
  EXPECT_EQ(ReasonOfCompleting(answer), "EVIDENCE_EXPIRED");
}

TEST_F(SignInFlowTest, TwoTokensOfTwoPeopleAreRefused) {
  const Form answer = Begin();
  issuer_.access_claims.subject = "ben";
  EXPECT_EQ(ReasonOfCompleting(answer), "TOKENS_DISAGREE");
}

TEST_F(SignInFlowTest, ATokenOfAnotherIssuersNameIsRefused) {
  const Form answer = Begin();
  issuer_.id_claims.issuer = "https://evil.example";
  EXPECT_EQ(ReasonOfCompleting(answer), "EVIDENCE_ISSUER_UNKNOWN");
}

TEST_F(SignInFlowTest, AKeyThatIsNewAtTheIssuerIsFetched) {
  ASSERT_TRUE(SignIn().ok());
  issuer_.key = *cli::SigningKey::Generate();
  clock_.now += IssuerDirectory::kKeysPause;
  const auto session = SignIn();
  EXPECT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(issuer_.FetchesOf("/keys"), 2u);
}

}  // namespace
}  // namespace safehaven::gateway
