#include "libs/http/json_text.h"

#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(JsonQuote, WhatCouldEndAStringOrAPageIsEscaped) {
  EXPECT_EQ(JsonQuote("a\"b\\c\n</script>&\x01"),
            "\"a\\\"b\\\\c\\n\\u003c/script\\u003e\\u0026\\u0001\"");
}

TEST(JsonQuote, TextInUtf8StaysAsItIs) { EXPECT_EQ(JsonQuote("£ é 漢 😀"), "\"£ é 漢 😀\""); }

TEST(JsonQuote, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(JsonQuote("a\xC0\xAF"), "\"a\\ufffd\\ufffd\"");          // overlong
  EXPECT_EQ(JsonQuote("\xED\xA0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");  // a surrogate
  EXPECT_EQ(JsonQuote("\xE2\x82"), "\"\\ufffd\\ufffd\"");             // cut off
}

TEST(HtmlEscape, MarkupBecomesText) {
  EXPECT_EQ(HtmlEscape("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
}

}  // namespace
}  // namespace safehaven
