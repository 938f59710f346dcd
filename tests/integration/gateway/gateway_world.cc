#include "tests/integration/gateway/gateway_world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

constexpr int kRedirectsMax = 10;
constexpr char kPersonas[] = R"([
  {"subject": "ada", "name": "Ada Example", "organisation": "ZC1", "role": "analyst", "secret": "ada-secret"},
  {"subject": "ben", "name": "Ben Example", "organisation": "ZC2", "role": "analyst", "secret": "ben-secret"}])";

}  // namespace

GatewayWorld::GatewayWorld(const Options& options) {
  issuer_ = std::make_unique<cli::DemoIssuer>(cli::DemoIssuerOptions{}, *cli::ParsePersonas(kPersonas),
                                              *cli::SigningKey::Generate(), clock_, randomness_);
  auto server = HttpServer::Start({}, [this](HttpRequest request, HttpRespond respond) {
    respond(issuer_->Handle(request));
  });
  SH_CHECK(server.ok());
  issuer_server_ = *std::move(server);
  issuer_url_ = absl::StrCat("http://127.0.0.1:", issuer_server_->port());
  issuer_->SetAddress(*Url::Parse(issuer_url_));

  WebDoorOptions door;
  door.listen = options.listen;
  door.web_folder = options.web_folder;
  door.issuer = {.issuer = cli::DemoIssuerOptions().name, .address = issuer_url_,
                 .client_id = cli::DemoIssuerOptions().client_id, .client_secret = "", .audience = "safehaven",
                 .demo = true};
  auto opened = WebDoor::Open(door, {handlers_, metrics_, clock_, randomness_});
  SH_CHECK(opened.ok());
  door_ = *std::move(opened);
  issuer_->Open(*Url::Parse(issuer_url_), *Url::Parse(door_->url()),
                [this](const std::vector<cli::SignInLink>& links) {
                  absl::MutexLock lock(&mutex_);
                  links_ = links;
                });
}

GatewayWorld::~GatewayWorld() {
  door_.reset();
  issuer_server_.reset();
}

std::string GatewayWorld::Link(size_t persona) {
  absl::MutexLock lock(&mutex_);
  return links_.at(persona).url;
}

TestBrowser::TestBrowser() : client_(*MakeHttpClient({})) {}

HttpResponse TestBrowser::Send(const std::string& method, const std::string& url, const HttpHeaders& headers,
                               const std::string& body) {
  visited_.push_back(url);
  HttpFetch fetch = {.method = method, .url = *Url::Parse(url), .headers = headers, .body = body};
  std::string cookies;
  for (const auto& [name, value] : cookies_) {
    absl::StrAppend(&cookies, cookies.empty() ? "" : "; ", name, "=", value);
  }
  if (!cookies.empty()) fetch.headers.emplace_back("cookie", cookies);
  HttpResponse response = client_->Fetch(fetch).value();
  for (const auto& [name, value] : response.headers) {
    if (name != "set-cookie") continue;
    set_cookies_.push_back(value);
    const std::vector<std::string> parts = absl::StrSplit(value, absl::MaxSplits(';', 1));
    const std::pair<std::string, std::string> cookie = absl::StrSplit(parts[0], absl::MaxSplits('=', 1));
    cookies_[cookie.first] = cookie.second;
    if (cookie.second.empty()) cookies_.erase(cookie.first);
  }
  return response;
}

HttpResponse TestBrowser::Visit(const std::string& url) {
  std::string next = url;
  HttpResponse response;
  for (int i = 0; i < kRedirectsMax; ++i) {
    response = Send("GET", next, {}, "");
    if (response.status != 303) break;
    next = response.Header("location");
  }
  return response;
}

HttpResponse TestBrowser::Ask(const std::string& gateway_url, const std::string& method, const std::string& json) {
  return Send("POST", absl::StrCat(gateway_url, "/safehaven.gateway.v1.GatewayService/", method),
              {{"content-type", "application/json"}, {"origin", gateway_url}, {"sec-fetch-site", "same-origin"}}, json);
}

std::string TestBrowser::Cookie(const std::string& name) const {
  const auto found = cookies_.find(name);
  return found == cookies_.end() ? "" : found->second;
}

}  // namespace safehaven::gateway
