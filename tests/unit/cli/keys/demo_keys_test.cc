#include "cli/keys/demo_keys.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "cli/keys/certificate_authority.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/merkle/ed25519.h"
#include "libs/server/system.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

class DemoKeys : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "/demo-keys-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder + "/keys";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  absl::Status Write(absl::Time now) {
    SystemRandomness randomness;
    return WriteDemoKeys(folder_, now, randomness);
  }

  std::string Read(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(folder_ + "/" + name, std::ios::binary).rdbuf();
    return text.str();
  }

  std::string Secret(const std::string& name) {
    std::string bytes;
    EXPECT_TRUE(absl::Base64Unescape(absl::StripSuffix(Read(name), "\n"), &bytes)) << name;
    return bytes;
  }

  std::map<std::string, std::string> Everything() {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) {
        const std::string name = std::filesystem::relative(entry.path(), folder_).string();
        files[name] = Read(name);
      }
    }
    return files;
  }

  std::string folder_;
};

TEST_F(DemoKeys, GiveEveryProgramACertificateOfItsName) {
  ASSERT_TRUE(Write(kNow).ok());
  for (const std::string& program : DemoPrograms()) {
    const auto certificate = ReadTlsFiles(DemoTlsFiles(folder_, program), true, kNow);
    ASSERT_TRUE(certificate.ok()) << program << certificate.status();
    EXPECT_EQ(certificate->id, (SpiffeId{kDemoTrustDomain, program}));
  }
  EXPECT_EQ(DemoPrograms().size(), 12u);
}

TEST_F(DemoKeys, AreForTheirOwnerOnly) {
  ASSERT_TRUE(Write(kNow).ok());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    struct stat facts {};
    ASSERT_EQ(stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0u) << entry.path();
  }
}

TEST_F(DemoKeys, ArePairsThatFitTogether) {
  ASSERT_TRUE(Write(kNow).ok());
  for (const std::string stem : {"log/consent", "log/costing", "request/tool", "request/source-gp",
                                 "environment/cef-zc1.signing"}) {
    const auto key = Ed25519PrivateKey::FromPem(Read(stem + ".key"));
    ASSERT_TRUE(key.ok()) << stem;
    EXPECT_EQ(key->public_key().bytes(), Secret(stem + ".pub")) << stem;
  }
  EXPECT_EQ(Secret("environment/cef-zc1.sealing.pub").size(), 32u);
  EXPECT_NE(Secret("environment/cef-zc1.sealing.pub"), Secret("environment/cef-zc1.sealing.key"));
  EXPECT_EQ(Secret("linkage/wrapping.key").size(), 32u);
  EXPECT_EQ(Secret("source/social_care.key").size(), 32u);
  EXPECT_NE(Secret("source/gp.key"), Secret("source/acute.key"));
}

TEST_F(DemoKeys, StayAsTheyAreTheSecondTime) {
  ASSERT_TRUE(Write(kNow).ok());
  const auto before = Everything();
  ASSERT_TRUE(Write(kNow + absl::Hours(24)).ok());
  EXPECT_EQ(Everything(), before);
}

TEST_F(DemoKeys, RenewCertificatesThatEndSoonAndNothingElse) {
  ASSERT_TRUE(Write(kNow).ok());
  const auto before = Everything();
  const absl::Time later = kNow + absl::Hours(24 * 90) - absl::Hours(1);
  ASSERT_TRUE(Write(later).ok());
  for (const auto& [name, content] : Everything()) {
    const bool renewed = absl::StartsWith(name, "tls/") && !absl::StartsWith(name, "tls/authority");
    EXPECT_EQ(content != before.at(name), renewed) << name;
  }
  EXPECT_TRUE(ReadTlsFiles(DemoTlsFiles(folder_, "consent"), true, later + absl::Hours(48)).ok());
}

TEST_F(DemoKeys, AreCompletedAfterAnInterruptedRun) {
  ASSERT_TRUE(Write(kNow).ok());
  std::filesystem::remove(folder_ + "/tls/consent.crt");
  std::filesystem::remove(folder_ + "/log/costing.pub");
  ASSERT_TRUE(Write(kNow).ok());
  EXPECT_TRUE(ReadTlsFiles(DemoTlsFiles(folder_, "consent"), true, kNow).ok());
  EXPECT_EQ(Ed25519PrivateKey::FromPem(Read("log/costing.key"))->public_key().bytes(),
            Secret("log/costing.pub"));
}

TEST_F(DemoKeys, ThatAreSpoiltOrOpenToOthersAreNotUsed) {
  ASSERT_TRUE(Write(kNow).ok());
  std::ofstream(folder_ + "/linkage/wrapping.key") << "nonsense";
  EXPECT_EQ(ReasonOf(Write(kNow)), "KEY_FILE_UNUSABLE");
  std::filesystem::remove(folder_ + "/linkage/wrapping.key");
  ASSERT_TRUE(Write(kNow).ok());
  ASSERT_EQ(chmod((folder_ + "/log/consent.key").c_str(), 0644), 0);
  EXPECT_EQ(ReasonOf(Write(kNow)), "KEY_FILE_UNUSABLE");
}

TEST(CertificateAuthorityRequests, WithNamesThatWouldBecomeOthersAreRefused) {
  const auto authority = CertificateAuthority::Make("tests", kNow, kNow + absl::Hours(1));
  ASSERT_TRUE(authority.ok());
  for (const char* name : {"localhost,URI:spiffe://demo/other", "", "two words"}) {
    const auto issued = authority->Issue({.common_name = "x",
                                          .uris = {},
                                          .dns_names = {name},
                                          .ip_addresses = {},
                                          .not_before = kNow,
                                          .not_after = kNow + absl::Hours(1)});
    EXPECT_EQ(ReasonOf(issued.status()), "CERTIFICATE_REQUEST_INVALID") << name;
  }
}

}  // namespace
}  // namespace safehaven
