#include "libs/http/cookies.h"

#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(Cookies, ACookieIsFoundByItsExactName) {
  EXPECT_EQ(FindCookie("a=1; session=xyz; xsession=no", "session"), "xyz");
  EXPECT_EQ(FindCookie("a=1", "session"), "");
  EXPECT_EQ(FindCookie("", "session"), "");
}

TEST(Cookies, ACookieThatStandsTwiceCountsAsAbsent) {
  EXPECT_EQ(FindCookie("session=planted; session=own", "session"), "");
}

TEST(Cookies, EveryCookieIsOutOfReachOfScripts) {
  const CookieTerms terms = {.name = "s", .path = "/", .secure = true, .same_site = SameSite::kStrict,
                             .life = absl::Minutes(5)};
  EXPECT_EQ(SetCookie(terms, "v"), "s=v; Path=/; Max-Age=300; HttpOnly; SameSite=Strict; Secure");
}

TEST(Cookies, ALifeOfNothingDeletesIt) {
  const CookieTerms terms = {.name = "s", .path = "/auth/", .secure = false, .same_site = SameSite::kLax,
                             .life = -absl::Seconds(1)};
  EXPECT_EQ(SetCookie(terms, ""), "s=; Path=/auth/; Max-Age=0; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace safehaven
