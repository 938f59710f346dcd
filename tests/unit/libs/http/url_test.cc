#include "libs/http/url.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(Url, AnAddressIsReadAndWrittenTheSame) {
  for (const char* text : {"https://issuer.example/", "http://127.0.0.1:8080/authorize?a=1&b=%20",
                           "http://[::1]:9000/x", "https://a.example:8443/.well-known/openid-configuration"}) {
    const auto url = Url::Parse(text);
    ASSERT_TRUE(url.ok()) << text;
    EXPECT_EQ(url->ToString(), text);
  }
}

TEST(Url, TheSchemesOwnPortIsTheDefaultAndIsNotWritten) {
  const auto url = Url::Parse("https://Issuer.Example:443");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->ToString(), "https://issuer.example/");
}

TEST(Url, WhatIsNotAPlainWebAddressIsRefused) {
  for (const char* text :
       {"", "ftp://a/", "http://", "http://user:secret@a/", "http://a:0/", "http://a:65536/", "http://a:/",
        "http://a/#part", "http://a b/", "http://a/\r\nHost: b", "javascript:alert(1)", "http://[::1", "http://a\\b/"}) {
    EXPECT_EQ(ReasonOf(Url::Parse(text).status()), "URL_MALFORMED") << text;
  }
}

TEST(Url, OnlyThisMachineByItsVeryNameIsLoopback) {
  for (const char* text : {"http://127.0.0.1/", "http://127.9.9.9:1/", "http://localhost/", "http://[::1]/"}) {
    EXPECT_TRUE(Url::Parse(text)->IsLoopback()) << text;
  }
  for (const char* text : {"http://127.0.0.1.example/", "http://128.0.0.1/", "http://localhost.example/",
                           "http://127.1/", "http://[::2]/", "http://127.0.0.256/"}) {
    EXPECT_FALSE(Url::Parse(text)->IsLoopback()) << text;
  }
}

TEST(Form, EveryByteButNulGoesThroughAFormUnchanged) {
  std::string value;
  for (int byte = 1; byte < 256; ++byte) value.push_back(static_cast<char>(byte));
  Form form;
  form.Add("a b", value);
  form.Add("empty", "");
  const auto read = Form::Parse(form.ToString());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->Get("a b"), value);
  EXPECT_EQ(read->Get("empty"), "");
}

TEST(Form, APlusIsASpaceInAForm) { EXPECT_EQ(Form::Parse("name=a+b%2Bc")->Get("name"), "a b+c"); }

TEST(Form, AFieldThatStandsTwiceIsRefused) {
  EXPECT_EQ(ReasonOf(Form::Parse("code=1&state=2&code=3").status()), "FORM_MALFORMED");
}

TEST(Form, BrokenEscapesNulsAndTooManyFieldsAreRefused) {
  std::string many;
  for (size_t i = 0; i <= kFormFieldsMax; ++i) many += "f" + std::to_string(i) + "=1&";
  for (const std::string& text : {std::string("a=%"), std::string("a=%4"), std::string("a=%zz"),
                                  std::string("a=%00"), many}) {
    EXPECT_EQ(ReasonOf(Form::Parse(text).status()), "FORM_MALFORMED") << text;
  }
}

}  // namespace
}  // namespace safehaven
