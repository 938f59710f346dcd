#include <cjose/cjose.h>
#include <gtest/gtest.h>
#include <jansson.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'780'000'000);
constexpr char kIssuer[] = "https://issuer.demo.safehaven.invalid";

// An issuer with one real key of its own.
class TestIssuer {
 public:
  explicit TestIssuer(const std::string& kid) : kid_(kid) {
    cjose_err error;
    key_ = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
    cjose_jwk_set_kid(key_, kid.c_str(), kid.size(), &error);
  }
  ~TestIssuer() { cjose_jwk_release(key_); }
  TestIssuer(const TestIssuer&) = delete;
  TestIssuer& operator=(const TestIssuer&) = delete;

  TrustedIssuer Trusted(const std::string& alg = "ES256") const {
    cjose_err error;
    char* text = cjose_jwk_to_json(key_, false, &error);
    json_t* key = json_loads(text, 0, nullptr);
    free(text);
    json_object_set_new(key, "alg", json_string(alg.c_str()));
    json_t* set = json_pack("{s:[o]}", "keys", key);
    char* jwks = json_dumps(set, 0);
    TrustedIssuer issuer = {.url = kIssuer, .audience = "safehaven", .jwks = jwks};
    free(jwks);
    json_decref(set);
    return issuer;
  }

  std::string Sign(const std::string& claims) const {
    cjose_err error;
    cjose_header_t* header = cjose_header_new(&error);
    cjose_header_set(header, CJOSE_HDR_ALG, "ES256", &error);
    cjose_header_set(header, CJOSE_HDR_KID, kid_.c_str(), &error);
    cjose_jws_t* jws = cjose_jws_sign(key_, header, reinterpret_cast<const uint8_t*>(claims.data()),
                                      claims.size(), &error);
    const char* text = nullptr;
    cjose_jws_export(jws, &text, &error);
    std::string token = text;
    cjose_jws_release(jws);
    cjose_header_release(header);
    return token;
  }

 private:
  std::string kid_;
  cjose_jwk_t* key_;
};

std::string Claims(absl::Time issued, absl::Time expires, const std::string& audience = "\"safehaven\"") {
  return absl::StrCat(R"({"iss":")", kIssuer, R"(","sub":"amira","aud":)", audience, R"(,"iat":)",
                      absl::ToUnixSeconds(issued), R"(,"exp":)", absl::ToUnixSeconds(expires),
                      R"(,"organisation":"ZC2","role":"caldicott_guardian"})");
}

std::string Good() { return Claims(kNow, kNow + absl::Minutes(10)); }

TEST(Token, SaysWhoSignedInAndNothingElse) {
  const TestIssuer issuer("k1");
  const std::vector<TrustedIssuer> trusted = {issuer.Trusted()};
  const absl::StatusOr<TokenSubject> subject = VerifyToken(issuer.Sign(Good()), trusted, kNow);
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->issuer, kIssuer);
  EXPECT_EQ(subject->subject, "amira");
}

TEST(Token, AudienceMayBeAList) {
  const TestIssuer issuer("k1");
  const std::vector<TrustedIssuer> trusted = {issuer.Trusted()};
  const std::string claims = Claims(kNow, kNow + absl::Minutes(10), R"(["other","safehaven"])");
  EXPECT_TRUE(VerifyToken(issuer.Sign(claims), trusted, kNow).ok());
}

std::string RefusalOf(const std::string& token, const TrustedIssuer& trusted, absl::Time now = kNow) {
  const std::vector<TrustedIssuer> issuers = {trusted};
  const absl::Status status = VerifyToken(token, issuers, now).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  return ReasonOf(status);
}

TEST(Token, EveryFaultHasItsOwnReason) {
  const TestIssuer issuer("k1"), impostor("k1"), stranger("k2");
  const TrustedIssuer trusted = issuer.Trusted();
  EXPECT_EQ(RefusalOf("not a token", trusted), "EVIDENCE_TOKEN_MALFORMED");
  EXPECT_EQ(RefusalOf(std::string(kTokenBytesMax + 1, 'a'), trusted), "EVIDENCE_TOKEN_MALFORMED");
  EXPECT_EQ(RefusalOf(impostor.Sign(Good()), trusted), "EVIDENCE_SIGNATURE");
  EXPECT_EQ(RefusalOf(stranger.Sign(Good()), trusted), "EVIDENCE_KEY_UNKNOWN");
  TrustedIssuer other = trusted;
  other.url = "https://elsewhere.demo.safehaven.invalid";
  EXPECT_EQ(RefusalOf(issuer.Sign(Good()), other), "EVIDENCE_ISSUER_UNKNOWN");
  EXPECT_EQ(RefusalOf(issuer.Sign(Claims(kNow, kNow + absl::Minutes(10), "\"other\"")), trusted),
            "EVIDENCE_AUDIENCE");
}

TEST(Token, ClocksAnHourOffAreRefused) {
  const TestIssuer issuer("k1");
  const std::string token = issuer.Sign(Good());
  EXPECT_EQ(RefusalOf(token, issuer.Trusted(), kNow + absl::Hours(1)), "EVIDENCE_EXPIRED");
  EXPECT_EQ(RefusalOf(token, issuer.Trusted(), kNow - absl::Hours(1)), "EVIDENCE_NOT_YET");
}

TEST(Token, AnIssuerCannotGrantALongerLifeThanOurs) {
  const TestIssuer issuer("k1");
  const std::string token = issuer.Sign(Claims(kNow - absl::Hours(30), kNow + absl::Hours(30)));
  EXPECT_EQ(RefusalOf(token, issuer.Trusted()), "EVIDENCE_EXPIRED");
}

TEST(Token, TheAlgorithmIsFixedByTheKeyNotByTheToken) {
  const TestIssuer issuer("k1");
  EXPECT_EQ(RefusalOf(issuer.Sign(Good()), issuer.Trusted("RS256")), "EVIDENCE_KEY_UNKNOWN");
  // {"alg":"none"} and {"alg":"HS256"}, both with kid k1 and a made-up signature.
  const std::string payload = "eyJpc3MiOiJodHRwczovL2lzc3Vlci5kZW1vLnNhZmVoYXZlbi5pbnZhbGlkIn0";
  for (const char* header : {"eyJhbGciOiJub25lIiwia2lkIjoiazEifQ", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0"}) {
    EXPECT_NE(RefusalOf(absl::StrCat(header, ".", payload, ".AAAA"), issuer.Trusted()), "");
  }
}

TEST(Token, AnyFlippedByteIsRefused) {
  const TestIssuer issuer("k1");
  const std::vector<TrustedIssuer> trusted = {issuer.Trusted()};
  const std::string token = issuer.Sign(Good());
  for (size_t i = 0; i < token.size(); i += 7) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(VerifyToken(changed, trusted, kNow).ok()) << "at " << i;
  }
}

}  // namespace
}  // namespace safehaven
