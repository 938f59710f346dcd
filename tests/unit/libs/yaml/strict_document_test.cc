// Goal: a YAML text is read as one plain document or refused with the line at which it
// is not one.
#include "libs/yaml/strict_document.h"

#include <gtest/gtest.h>

#include "libs/base/utf8.h"

namespace safehaven {
namespace {

YamlFault FaultOf(absl::string_view text) {
  const YamlDocument document = LoadYamlDocument(text, {.bytes_max = 1000, .depth_max = 3});
  return document.fault.value_or(YamlFault{0, ""});
}

TEST(StrictDocument, ReadsOnePlainDocument) {
  const YamlDocument document = LoadYamlDocument("name: \"Z\xC3\xBC\"\nlist: [1, 2]\n", {});
  ASSERT_FALSE(document.fault.has_value()) << document.fault->why;
  EXPECT_EQ(document.root["name"].Scalar(), "Z\xC3\xBC");
  EXPECT_EQ(document.root["list"].size(), 2u);
  EXPECT_TRUE(LoadYamlDocument("", {}).root.IsNull());
}

TEST(StrictDocument, RefusesWhatCouldSurpriseAtItsLine) {
  EXPECT_EQ(FaultOf("a: 1\nb: \xFF\n").line, 2);
  EXPECT_EQ(FaultOf("a: 1\nb: \xFF\n").why, "is not UTF-8: save it as UTF-8");
  EXPECT_EQ(FaultOf("a: 1\n\"b\\_\": 2\n").why, "holds an escape that is no UTF-8");
  EXPECT_EQ(FaultOf("a: &x [1]\nb: *x\n").why, "holds an anchor");
  EXPECT_EQ(FaultOf("a: 1\nb: !!str 2\n").line, 2);
  EXPECT_EQ(FaultOf("a: 1\n---\nb: 2\n").why, "holds a second document");
  EXPECT_EQ(FaultOf("a: [[[1]]]\n").why, "nests too deep");
  EXPECT_EQ(FaultOf("a: 1\nb: [1\n").line, 3);
  EXPECT_EQ(FaultOf(std::string(1001, 'a')).why, "is longer than 1000 bytes");
}

TEST(StrictDocument, ComesToAnEndAtAStrayBracket) { EXPECT_NE(FaultOf("a: 1\n]\n").line, 0); }

TEST(Utf8, KnowsWhatRfc3629Allows) {
  EXPECT_TRUE(IsUtf8("plain, \xC2\xA3, \xE2\x82\xAC, \xF4\x8F\xBF\xBF"));
  for (const char* bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
  EXPECT_EQ(FirstLineNotUtf8("one\ntwo\nthr\xEE" "e\n"), 3);
  EXPECT_EQ(FirstLineNotUtf8("one\ntwo\n"), 0);
}

}  // namespace
}  // namespace safehaven
