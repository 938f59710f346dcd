#include "services/linkage/core/pseudonym.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

// Counts up, so that keys and nonces differ and tests repeat.
class CountingRandomness : public Randomness {
 public:
  std::string Bytes(size_t count) override {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(next_++);
    return bytes;
  }

 private:
  uint8_t next_ = 1;
};

SecretKey KeyOf(char letter) { return KeyFromBytes(std::string(kKeyBytes, letter)).value(); }

TEST(Pseudonym, IsStableOfFixedLengthAndPlain) {
  const std::string pseudonym = Pseudonym(KeyOf('k'), 42);
  EXPECT_EQ(pseudonym, Pseudonym(KeyOf('k'), 42));
  EXPECT_EQ(pseudonym.size(), kPseudonymLength);
  EXPECT_EQ(pseudonym.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
}

TEST(Pseudonym, DiffersBetweenPersonsAndBetweenDomains) {
  std::set<std::string> seen;
  for (PersonNumber person = 1; person <= 1000; ++person) seen.insert(Pseudonym(KeyOf('k'), person));
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_FALSE(seen.contains(Pseudonym(KeyOf('l'), 1)));
}

TEST(Keys, AWrappedKeyOpensWithItsWrappingKeyAndDomainOnly) {
  CountingRandomness randomness;
  const SecretKey key = MakeKey(randomness);
  const std::string wrapped = WrapKey(key, KeyOf('w'), "domain-1", randomness).value();
  const auto opened = UnwrapKey(wrapped, KeyOf('w'), "domain-1");
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(*opened == key);
  EXPECT_EQ(ReasonOf(UnwrapKey(wrapped, KeyOf('x'), "domain-1").status()), "WRAPPING_KEY_OTHER");
  EXPECT_EQ(ReasonOf(UnwrapKey(wrapped, KeyOf('w'), "domain-2").status()), "WRAPPING_KEY_OTHER");
}

TEST(Keys, AnyAlteredByteIsNoticed) {
  CountingRandomness randomness;
  const std::string wrapped = WrapKey(KeyOf('k'), KeyOf('w'), "domain", randomness).value();
  for (size_t i = 0; i < wrapped.size(); ++i) {
    std::string altered = wrapped;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(UnwrapKey(altered, KeyOf('w'), "domain").ok()) << "byte " << i;
  }
  EXPECT_EQ(ReasonOf(UnwrapKey(wrapped.substr(1), KeyOf('w'), "domain").status()), "WRAPPED_KEY_MALFORMED");
}

TEST(Keys, WrappingTwiceGivesDifferentBytes) {
  CountingRandomness randomness;
  EXPECT_NE(WrapKey(KeyOf('k'), KeyOf('w'), "domain", randomness).value(),
            WrapKey(KeyOf('k'), KeyOf('w'), "domain", randomness).value());
}

TEST(Keys, AKeyOfAnotherLengthIsRefused) {
  EXPECT_EQ(ReasonOf(KeyFromBytes("short").status()), "KEY_LENGTH");
}

}  // namespace
}  // namespace safehaven::linkage
