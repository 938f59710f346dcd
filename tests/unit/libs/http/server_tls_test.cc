// Goal: the web over TLS: names are verified, old protocols are not spoken, and a
// renewed certificate is used without a restart. Certificates are made by openssl.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/http/client.h"
#include "libs/http/server.h"
#include "tests/support/raw_peer.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

class HttpTlsTest : public testing::Test {
 protected:
  std::string File(const std::string& name) const { return absl::StrCat(folder_.path(), "/", name); }

  // A self-signed certificate for `name` ("IP:127.0.0.1") as NAME.crt and NAME.key.
  void MakeCertificate(const std::string& file, const std::string& name) {
    const std::string command = absl::StrCat(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=test -keyout ",
        File(file), ".key -out ", File(file), ".crt -addext subjectAltName=", name, " 2>/dev/null");
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  std::unique_ptr<HttpServer> Serve(const std::string& file) {
    HttpServerOptions options;
    options.certificate_file = File(file + ".crt");
    options.key_file = File(file + ".key");
    auto server = HttpServer::Start(options, [](HttpRequest, HttpRespond respond) {
      respond({.status = 200, .headers = {}, .body = "over TLS"});
    });
    EXPECT_TRUE(server.ok()) << server.status();
    return *std::move(server);
  }
  // Fetches as somebody who trusts only `authority`.
  absl::StatusOr<HttpResponse> Fetch(const HttpServer& server, const std::string& authority) {
    HttpClientOptions options;
    options.authorities_file = File(authority + ".crt");
    const auto client = MakeHttpClient(options);
    HttpFetch fetch;
    fetch.url = *Url::Parse(absl::StrCat("https://127.0.0.1:", server.port(), "/"));
    return (*client)->Fetch(fetch);
  }

  testing_support::TempDir folder_;
};

TEST_F(HttpTlsTest, ACertificateOfTheRightNameAndAuthorityIsTrusted) {
  MakeCertificate("right", "IP:127.0.0.1");
  const auto server = Serve("right");
  const auto response = Fetch(*server, "right");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "over TLS");
}

TEST_F(HttpTlsTest, ACertificateOfAnotherNameOrAuthorityIsNot) {
  MakeCertificate("right", "IP:127.0.0.1");
  MakeCertificate("other", "IP:127.0.0.2");
  const auto server = Serve("other");
  EXPECT_EQ(ReasonOf(Fetch(*server, "other").status()), "HTTP_UNREACHABLE");
  EXPECT_EQ(ReasonOf(Fetch(*server, "right").status()), "HTTP_UNREACHABLE");
}

TEST_F(HttpTlsTest, ARenewedCertificateIsUsedForTheNextConnection) {
  MakeCertificate("web", "IP:127.0.0.1");
  MakeCertificate("renewed", "IP:127.0.0.1");
  const auto server = Serve("web");
  EXPECT_FALSE(Fetch(*server, "renewed").ok());
  std::filesystem::rename(File("renewed.key"), File("web.key"));
  std::filesystem::copy_file(File("renewed.crt"), File("web.crt"), std::filesystem::copy_options::overwrite_existing);
  const auto response = Fetch(*server, "renewed");
  EXPECT_TRUE(response.ok()) << response.status();
}

TEST_F(HttpTlsTest, APairThatDoesNotFitLeavesTheOldOneInUse) {
  MakeCertificate("web", "IP:127.0.0.1");
  MakeCertificate("other", "IP:127.0.0.1");
  std::filesystem::copy_file(File("web.crt"), File("trusted.crt"));
  const auto server = Serve("web");
  std::filesystem::rename(File("other.crt"), File("web.crt"));  // its key stays the old one
  const auto response = Fetch(*server, "trusted");
  EXPECT_TRUE(response.ok()) << response.status();
}

TEST_F(HttpTlsTest, PlainHttpAtATlsPortGetsNothing) {
  MakeCertificate("right", "IP:127.0.0.1");
  const auto server = Serve("right");
  RawPeer peer(server->port());
  peer.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_FALSE(absl::StrContains(peer.ReadAll(), "over TLS"));
}

TEST_F(HttpTlsTest, AKeyThatDoesNotBelongToItsCertificateIsRefused) {
  MakeCertificate("right", "IP:127.0.0.1");
  MakeCertificate("other", "IP:127.0.0.1");
  HttpServerOptions options;
  options.certificate_file = File("right.crt");
  options.key_file = File("other.key");
  EXPECT_EQ(ReasonOf(HttpServer::Start(options, [](HttpRequest, HttpRespond) {}).status()), "TLS_KEYS_MISSING");
}

}  // namespace
}  // namespace safehaven
