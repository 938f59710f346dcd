// Encoding at a source and linking what it sends.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/linkage/encode_file.h"
#include "cli/linkage/link_encoded.h"
#include "libs/base/status.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kPeople =
    "id,given_name,family_name,birth_date,sex,postcode\n"
    "s1,Annabel,Leeward,1970-01-02,2,SS1 1AB\ns2,Robert,Moorcroft,1981-03-04,1,SS2 2CD\n"
    "s3,Cyril,Nashville,1992-05-06,1,SS3 3EF\ns4,,,,,\n";

class EncodeTest : public testing::Test {
 protected:
  EncodeTest() {
    Put("key", "0123456789abcdef0123456789abcdef\n");
    Put("a.csv", kPeople);
    plan_.secret = folder_.File("key");
    plan_.input = folder_.File("a.csv");
    plan_.epoch = "e1";
    plan_.today = CivilDay::FromYmd(2026, 3, 31).value();
  }

  void Put(const std::string& name, absl::string_view text) { std::ofstream(folder_.File(name)) << text; }
  std::string Read(const std::string& name) const {
    std::ifstream file(folder_.File(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // Encodes to `name`.
  absl::Status Encode(const std::string& name) {
    plan_.out = folder_.File(name);
    testing::internal::CaptureStdout();
    const absl::Status encoded = RunEncode(plan_, randomness_);
    printed_ = testing::internal::GetCapturedStdout();
    return encoded;
  }
  LinkFilesPlan LinkPlan(const std::vector<std::string>& names) const {
    LinkFilesPlan plan;
    for (const std::string& name : names) plan.inputs.push_back(absl::StrCat(name, "=", folder_.File(name)));
    plan.out = folder_.File("linked");
    plan.threads = 2;
    return plan;
  }

  testing_support::TempDir folder_;
  testing_support::FakeRandomness randomness_{1};
  EncodePlan plan_;
  std::string printed_;
};

TEST_F(EncodeTest, NothingOfARecordIsInTheFileAndTheMapStaysApart) {
  plan_.map = folder_.File("map.csv");
  ASSERT_TRUE(Encode("a.encoded.csv").ok());
  const std::string text = absl::AsciiStrToLower(Read("a.encoded.csv"));
  for (const char* value : {"annabel", "leeward", "1970", "19700102", "ss1", "s1,", "moorcroft", "0123456789abcdef"}) {
    EXPECT_FALSE(absl::StrContains(text, value)) << value;
  }
  EXPECT_TRUE(absl::StrContains(printed_, "Pseudonymous personal data"));
  EXPECT_TRUE(absl::StrContains(printed_, "1 say nothing")) << printed_;
  const auto encoded = ParseEncodedFile(Read("a.encoded.csv"));
  ASSERT_TRUE(encoded.ok()) << encoded.status();
  ASSERT_EQ(encoded->records.size(), 4u);
  for (const std::string& record : encoded->records) EXPECT_TRUE(absl::StrContains(Read("map.csv"), record));
  EXPECT_EQ(EncodedFileText(*encoded), Read("a.encoded.csv"));
}

TEST_F(EncodeTest, TheSameSecretAndEpochLinkAndNothingElseDoes) {
  ASSERT_TRUE(Encode("a").ok());
  ASSERT_TRUE(Encode("b").ok());
  const auto linked = LinkEncoded(LinkPlan({"a", "b"}));
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_EQ(linked->linked.pairs.size(), 3u);
  EXPECT_TRUE(absl::StrContains(EncodedReport(*linked, OutputFormat::kTable), "pseudonymous personal data"));
  plan_.epoch = "e2";
  ASSERT_TRUE(Encode("other_epoch").ok());
  EXPECT_EQ(ReasonOf(LinkEncoded(LinkPlan({"a", "other_epoch"})).status()), "ENCODED_INCOMPARABLE");
  plan_.epoch = "e1";
  plan_.ignored = {"postcode"};
  ASSERT_TRUE(Encode("other_fields").ok());
  EXPECT_EQ(ReasonOf(LinkEncoded(LinkPlan({"a", "other_fields"})).status()), "ENCODED_INCOMPARABLE");
  plan_.ignored = {};
  Put("key", "another secret of thirty-two bytes");
  ASSERT_TRUE(Encode("other_secret").ok());
  EXPECT_EQ(ReasonOf(LinkEncoded(LinkPlan({"a", "other_secret"})).status()), "ENCODED_INCOMPARABLE");
}

TEST_F(EncodeTest, WhatIsNoEncodedFileIsRefused) {
  ASSERT_TRUE(Encode("a").ok());
  EXPECT_EQ(ReasonOf(AreEncoded(LinkPlan({"a", "a.csv"})).status()), "INPUT_INVALID");
  EXPECT_TRUE(*AreEncoded(LinkPlan({"a"})));
  EXPECT_FALSE(*AreEncoded(LinkPlan({"a.csv"})));
  const std::string text = Read("a");
  EXPECT_TRUE(ParseEncodedFile(text).ok());
  for (const std::string& spoilt : {text.substr(0, text.size() - 20), text + "x,y\n", text + "a b," + text.substr(text.size() - 173),
                                    std::string(kEncodedMark), std::string("record,filter\n")}) {
    EXPECT_EQ(ReasonOf(ParseEncodedFile(spoilt).status()), "ENCODED_MALFORMED") << spoilt.substr(0, 30);
  }
  LinkFilesPlan plan = LinkPlan({"a"});
  plan.ignored = {"sex"};
  EXPECT_EQ(ReasonOf(LinkEncoded(plan).status()), "OPTIONS_CONTRADICT");
  plan = LinkPlan({"a"});
  plan.truth = "who";
  EXPECT_EQ(ReasonOf(LinkEncoded(plan).status()), "TRUTH_UNKNOWN");
}

TEST_F(EncodeTest, FivePartiesAreLinkedWithoutLabels) {
  // Goal of issue 4: F1 of .95 on the five parties of anonlink, the threshold found from the data.
  const char* shared = std::getenv("SAFEHAVEN_SHARED");
  const std::string data = absl::StrCat(shared != nullptr ? shared : absl::StrCat(SAFEHAVEN_SOURCE_DIR, "/../shared"),
                                        "/data/linkage/anonlink_5party");
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "shared data are absent: " << data;
  plan_.truth = "id";
  std::vector<std::string> names;
  for (int party = 1; party <= 5; ++party) {
    plan_.input = absl::StrCat(data, "/dataset-", party, ".csv");
    names.push_back(absl::StrCat("party", party));
    ASSERT_TRUE(Encode(names.back()).ok());
  }
  LinkFilesPlan plan = LinkPlan(names);
  plan.truth = "id";
  const auto linked = LinkEncoded(plan);
  ASSERT_TRUE(linked.ok()) << linked.status();
  ASSERT_TRUE(linked->judgement.has_value());
  RecordProperty("f1", absl::StrCat(linked->judgement->clusters.F1()));
  EXPECT_TRUE(linked->linked.threshold_found);
  EXPECT_GE(linked->judgement->clusters.F1(), 0.95);
  ASSERT_TRUE(RunLinkFiles(plan).ok());
  EXPECT_TRUE(absl::StartsWith(Read("linked/clusters.csv"), "source,record,cluster\nparty1,"));
}

}  // namespace
}  // namespace safehaven::cli
