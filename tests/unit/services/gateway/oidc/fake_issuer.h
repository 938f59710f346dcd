// An issuer that answers the gateway's fetches from memory and signs whatever claims a
// test wants, right or wrong.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_OIDC_FAKE_ISSUER_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_OIDC_FAKE_ISSUER_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/issuer/signing_key.h"
#include "libs/base/environment.h"
#include "libs/base/status.h"
#include "libs/http/client.h"
#include "libs/http/json_text.h"
#include "services/gateway/oidc/issuer.h"

namespace safehaven::gateway {

// Moved by hand. Single-threaded.
class HandClock : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

inline IssuerOptions ProductionIssuer() {
  return {.issuer = "https://issuer.example", .address = "", .client_id = "gateway", .client_secret = "",
          .audience = "safehaven", .demo = false};
}

inline std::string DiscoveryDocument(const std::string& issuer, const std::string& base) {
  return absl::StrCat("{\"issuer\":\"", issuer, "\",\"authorization_endpoint\":\"", base,
                      "/authorize\",\"token_endpoint\":\"", base, "/token\",\"jwks_uri\":\"", base, "/keys\"}");
}

struct Claims {
  std::string issuer = "https://issuer.example";
  std::string subject = "ada";
  std::string audience;
  std::string nonce;
  std::string authorised_party;
  absl::Time issue_time;
  absl::Duration life = absl::Minutes(10);

  std::string Json() const {
    return absl::StrCat("{\"iss\":", JsonQuote(issuer), ",\"sub\":", JsonQuote(subject), ",\"aud\":",
                        JsonQuote(audience), ",\"nonce\":", JsonQuote(nonce), ",\"azp\":",
                        JsonQuote(authorised_party), ",\"name\":\"Ada Example\",\"iat\":",
                        absl::ToUnixSeconds(issue_time), ",\"exp\":", absl::ToUnixSeconds(issue_time + life), "}");
  }
};

// Single-threaded.
class FakeIssuer : public HttpClient {
 public:
  absl::StatusOr<HttpResponse> Fetch(const HttpFetch& fetch) override {
    fetches.push_back(fetch);
    if (!reachable) return Unavailable("HTTP_UNREACHABLE", "nothing listens there");
    if (absl::EndsWith(fetch.url.target, "/openid-configuration")) {
      return HttpResponse{.status = 200, .headers = {}, .body = document};
    }
    if (fetch.url.target == "/keys") return HttpResponse{.status = 200, .headers = {}, .body = key.Jwks()};
    if (fetch.url.target == "/token") return HttpResponse{.status = token_status, .headers = {}, .body = TokenBody()};
    return HttpResponse{.status = 404, .headers = {}, .body = ""};
  }

  size_t FetchesOf(absl::string_view target) const {
    size_t count = 0;
    for (const HttpFetch& fetch : fetches) count += fetch.url.target == target ? 1 : 0;
    return count;
  }

  std::string document = DiscoveryDocument("https://issuer.example", "https://issuer.example");
  cli::SigningKey key = *cli::SigningKey::Generate();
  Claims id_claims;
  Claims access_claims;
  int token_status = 200;
  bool reachable = true;
  std::vector<HttpFetch> fetches;

 private:
  std::string TokenBody() const {
    return absl::StrCat("{\"token_type\":\"Bearer\",\"id_token\":", JsonQuote(*key.Sign(id_claims.Json())),
                        ",\"access_token\":", JsonQuote(*key.Sign(access_claims.Json())), "}");
  }
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_OIDC_FAKE_ISSUER_H_
